"""Our loop of every segment is the one that pyx12's context reader finds.

In: public samples beside the project (left out where they are not) and the bundled world. Out: the same loops for each
transaction in which pyx12 finds a place for every segment. Never: an opinion on transactions that pyx12 is lost in.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pyx12 import x12context
from pyx12.error_handler import errh_null
from pyx12.params import ParamsBase

from edi import grammar, loops
from edi.block import by_id
from edi.canonical import Slice
from edi.grammar.from_pyx12 import QUALIFIERS
from edi.grammar.maps import guide_map, loop_of, version
from edi.indexing import Piece, build
from edi.isolate import COMPONENT, ELEMENT, TERMINATOR, Isolated, isolate
from edi.reader import Source, read
from edi.writer import FUNCTIONAL_IDENTIFIERS, ISA_WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared" / "samples"
WORLD = ROOT / "tests" / "sample" / "inbox"
OLDER = ("835.4010", "837P.4010", "837I.4010", "837D.4010")


class Text:
    """A text that pyx12 reads like a file."""

    closed = False

    def __init__(self, text: str) -> None:
        self.text = text

    def read(self, size: int) -> str:
        part, self.text = self.text[:size], self.text[size:]
        return part


def transactions(folder: Path) -> Iterator[Isolated]:
    """Yield every transaction below a folder whose guide has a grammar."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        blocks = read([Source(hashlib.sha256(content).hexdigest(), content)])
        rows = [row for block in blocks if "transaction" in block for row in block["transaction"].to_pylist()]
        yield from (one for one in isolate(content, rows) if one.segments and grammar_of(one))


def grammar_of(one: Isolated) -> str:
    """Return the name of a transaction's grammar, '' if it has none."""
    guide = grammar.guide(one.guide)
    return guide.grammar if guide else ""


def our_loops(one: Isolated) -> list[str]:
    """Return the loop of each segment as the reader places it."""
    canonical = "".join(segment + TERMINATOR for segment in one.segments).encode()
    index = build([Piece(Slice(canonical, 0), 0)])
    number = np.arange(1, len(index) + 1, dtype=np.int32)
    placement = loops.place(index, by_id(index, number > 0), number, grammar.grammar(grammar_of(one)), loops.Carry())
    return [placement.grammar.loops[loop] for loop in placement.loop[placement.opening].tolist()]


def their_loops(one: Isolated, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the loop of each segment as pyx12's context reader places it, '' where it finds no place."""
    guide = guide_map(grammar_of(one))
    monkeypatch.setattr(x12context.map_if, "load_map_file", mapped(one, x12context.map_if.load_map_file))
    reader = x12context.X12ContextReader(ParamsBase(), errh_null(), Text(enveloped(one)))
    reader.map_index_if.add_map(guide.icvn, version(guide), functional(one), None, "guide", "guide")
    reader.map_index_if.maps.reverse()
    found = []
    for node in reader.iter_segments():
        lost = any(error[0] == "1" for error in node.err_seg)
        found.append("" if lost else loop_of(reader.x12_map_node))
    monkeypatch.undo()
    return found[2:]


def mapped(one: Isolated, load: Any) -> Any:
    """Return a loader of maps that knows our map of this transaction's guide too."""
    return lambda name, *how: guide_map(grammar_of(one)) if name == "guide" else load(name, *how)


def enveloped(one: Isolated) -> str:
    """Return the transaction as the only one of an interchange, under the guide that pyx12 has a map for."""
    guide = guide_map(grammar_of(one))
    values = [
        "00",
        "",
        "00",
        "",
        "ZZ",
        "",
        "ZZ",
        "",
        "260101",
        "0000",
        "^",
        guide.icvn,
        "000000001",
        "0",
        "T",
        COMPONENT,
    ]
    header = ELEMENT.join(["ISA", *map(str.ljust, values, ISA_WIDTHS)])
    group = ELEMENT.join(["GS", functional(one), "S", "R", "20260101", "0000", "1", "X", version(guide)])
    return "".join(segment + TERMINATOR for segment in (header, group, *one.segments))


def functional(one: Isolated) -> str:
    """Return GS01."""
    return FUNCTIONAL_IDENTIFIERS[one.segments[0].split(ELEMENT)[1]]


def every_segment(grammar_name: str) -> Isolated:
    """Return a transaction that has every segment of a guide with every code that tells it apart.

    Each loop that may come again does, the second time without the loops below it.
    """
    guide = guide_map(grammar_name)
    return Isolated(grammar_name, version(guide), tuple(_below(guide.getnodebypath("/ISA_LOOP/GS_LOOP/ST_LOOP"))))


def _below(loop: Any, deep: bool = True) -> Iterator[str]:
    children = [child for position in sorted(loop.pos_map) for child in loop.pos_map[position] if child.usage != "N"]
    for child in children:
        if child.is_segment():
            codes = sorted(_codes(child))
            yield from (_segment(child.id, code) for code in codes[: 1 if child is children[0] else None])
        elif deep:
            yield from _below(child)
            if child.get_max_repeat() > 1:
                yield from _below(child, deep=False)


def _codes(segment: Any) -> list[str]:
    """Return the codes by which pyx12 knows a segment from others of the same id."""
    element = segment.guess_unique_key_id_element()
    return [code for code in element.valid_codes if code] if element is not None else [""]


def _segment(segment_id: str, code: str) -> str:
    place = QUALIFIERS["HL"] if segment_id == "HL" else 1
    return ELEMENT.join([segment_id, *[""] * (place - 1), code or "1", "1"])


@pytest.mark.parametrize("folder", [WORLD, SAMPLES], ids=["world", "samples"])
def test_every_segment_stands_in_the_loop_that_pyx12_finds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not folder.exists():
        pytest.skip("this checkout has no such files")
    counts: Counter[str] = Counter()
    different = []
    for one in transactions(folder):
        ours, theirs = our_loops(one)[:-1], their_loops(one, monkeypatch)[:-1]  # SE is envelope
        assert len(ours) == len(theirs)
        pairs = Counter(zip(ours, theirs, strict=True))
        lost = sum(count for (_, their), count in pairs.items() if not their)
        unequal = sum(count for (our, their), count in pairs.items() if their and our != their)
        kind = "pyx12 lost" if lost else "different" if unequal else "equal"
        counts[f"transactions {kind}"] += 1
        counts[f"segments equal in transactions {kind}"] += sum(pairs.values()) - lost - unequal
        counts[f"segments unequal in transactions {kind}"] += unequal
        if unequal and not lost:
            trio = enumerate(zip(one.segments, ours, theirs, strict=True), start=1)
            different.append([(n, segment[:3], our, their) for n, (segment, our, their) in trio if our != their][:6])
    sys.stdout.write(f"\n{folder.name}: {dict(counts)}\n")  # shown with -s
    assert different == []
    assert counts["transactions equal"] > 20


@pytest.mark.parametrize("grammar_name", ["835", "837P", "837I", "837D", *OLDER])
def test_every_segment_that_a_guide_has_stands_in_the_same_loop(
    grammar_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = every_segment(grammar_name)
    ours, theirs = our_loops(one), their_loops(one, monkeypatch)
    sys.stdout.write(f"\n{grammar_name}: {len(ours)} segments\n")
    rows = list(zip(one.segments, ours, theirs, strict=True))[:-1]  # SE is envelope
    assert [row for row in rows if row[1] != row[2]] == []
