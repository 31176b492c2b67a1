"""The dental guide of 5010 as a map that pyx12 can read; pyx12 has none of its own.

Strategy: public facts as rows. `loops_837d.csv` says which loops there are, `dental.csv` which segments stand in them
and after which segment of a guide that pyx12 knows (professional 5010, dental 4010) each is formed,
`dental_elements.csv` where its elements differ. Where public sources leave doubt the more tolerant is written down: a
judge that knows less must not find more. In: these tables and pyx12's own map files. Out: XML. Never: text of the
guide.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from edi.data import rows
from edi.grammar import ROOT
from edi.grammar.trees import codes_of, named, say, set_codes, tree

if TYPE_CHECKING:
    from collections.abc import Iterable

GRAMMAR, IDENTIFIER, NEIGHBOUR = "837D", "005010X224A2", "837P"
BEHIND_SEGMENTS = 1000  # position of a loop's child loops


def compose() -> Element:
    """Return the XML of the map: the professional guide's envelope around loops of our own."""
    root = deepcopy(tree(NEIGHBOUR))
    set_codes(named(root, "element", "GS08"), IDENTIFIER)
    transaction_set = named(root, "loop", "ST_LOOP")
    header = named(transaction_set, "loop", ROOT)
    for node, kept in ((transaction_set, {header}), (header, set())):
        for loop in [loop for loop in node.findall("loop") if loop not in kept]:
            node.remove(loop)
    _hang_loops(header, ROOT)
    return root


def _hang_loops(node: Element, name: str) -> None:
    """Hang the loops below `name` under its node, each with its segments and its own loops."""
    for row in rows(__package__, "loops_837d.csv"):
        if row["parent"] == name:
            loop = _loop(row["loop"], BEHIND_SEGMENTS + int(row["position"]))
            node.append(loop)
            _hang_loops(loop, row["loop"])


def _loop(name: str, position: int) -> Element:
    """Return a loop with its segments; a row without a segment says how often it occurs, if not as at the neighbour."""
    mine = [row for row in rows(__package__, "dental.csv") if row["loop"] == name]
    whole, *segments = sorted(mine, key=lambda row: row["segment"] != "")
    like = tree(NEIGHBOUR).find(f".//loop[@xid='{name}']")
    loop = Element("loop", {"xid": name, "type": "implicit"})
    say(loop, "name", name)
    say(loop, "pos", str(position))
    for tag in ("usage", "repeat"):
        say(loop, tag, whole[tag] or ("" if like is None else str(like.findtext(tag))))
    order = list(dict.fromkeys(row["segment"] for row in segments))
    for row in segments:
        segment = _segment(row)
        say(segment, "pos", str(order.index(row["segment"]) + 1))  # those of one id come in any order
        loop.append(segment)
    return loop


def _segment(row: dict[str, str]) -> Element:
    segment_id, codes = row["segment"], row["codes"]
    like = row["like"] or f"{NEIGHBOUR} {row['loop']} {segment_id} {codes.partition(' ')[0]}"
    segment = deepcopy(_like(like.split()))
    for tag, text in (("usage", row["usage"]), ("max_use", row["repeat"])):
        if text:
            say(segment, tag, text)
    for change in rows(__package__, "dental_elements.csv"):
        name, *place = _parts(change["element"])
        if name == segment_id:
            _change(_at(segment, place[:-1]), place[-1], change)
    if codes and segment_id != "HL":  # a level's code is its third element, and each level has a row of its own
        set_codes(next(segment.iter("element")), codes)
    return segment


def _change(parent: Element, number: str, row: dict[str, str]) -> None:
    """Change the element of that number as a row says; one that is formed after another takes its place."""
    if row["like"]:
        *segment, other = row["like"].split()
        formed = deepcopy(_at(_like(segment), _parts(other)[1:]))
        say(formed, "seq", number)
        for part in formed.iter():
            part.set("xid", part.get("xid", "").replace(other, row["element"]))
        for old in [child for child in parent if child.findtext("seq") == number]:
            parent.remove(old)
        parent.append(formed)
    element = _at(parent, [number])
    say(element, "usage", row["usage"])
    if row["codes"]:
        set_codes(element, row["codes"])


def _like(path: list[str]) -> Element:
    """Find a segment by guide, loop, id and, where several share the id, a code of its first element."""
    guide, loop, segment_id, *code = path
    segments = named(tree(guide), "loop", loop).iterfind(f"segment[@xid='{segment_id}']")
    if not code or segment_id == "HL":
        return next(segments)
    return next(segment for segment in segments if code[0] in codes_of(next(segment.iter("element"))))


def _at(node: Element, numbers: Iterable[str]) -> Element:
    """Walk from a segment to its element or component."""
    for number in numbers:
        node = next(child for child in node if child.findtext("seq") == number)
    return node


def _parts(element: str) -> list[str]:
    """Take a name such as SV301-07 apart: SV3, 01, 07."""
    return [part for part in re.split(r"(?<=\w)(\d\d)(?:-(\d\d))?$", element) if part]
