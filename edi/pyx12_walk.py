"""pyx12 walks one isolated transaction through its guide, segment by segment.

Strategy: pyx12's reader counts, its walker places, its map nodes judge elements; its error tree, which logs values, and
its acknowledgements, which know the clock and fail on an 835, are left alone. The transaction stands in a minimal
envelope of its own. What makes pyx12 fall over ends the judgement of that segment, not of the next. In: segments and a
grammar. Out: `Finding`s. Never: a value, an exception, a line of log.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from pyx12.map_walker import walk_tree
from pyx12.x12file import X12Reader

from edi.findings import Finding, finding
from edi.grammar.maps import GROUP_HEADER, guide_map, open_codes, segments, version
from edi.isolate import COMPONENT, ELEMENT, REPETITION, TERMINATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
BEFORE_ST = 2  # ISA and GS
NAMELESS = "?"
NOT_EXPECTED = "1"
LOOPS = ("/ISA_LOOP", "/ISA_LOOP/GS_LOOP", "/ISA_LOOP/GS_LOOP/ST_LOOP")

# Whatever pyx12 has to say of a delivery stays here: its words quote values.
logging.getLogger("pyx12").addHandler(logging.NullHandler())
logging.getLogger("pyx12").propagate = False


class _Text:
    """A text that pyx12 can read like a file, a whole segment at a time: it stops at one that exceeds its buffer."""

    closed = False

    def __init__(self, parts: Sequence[str]) -> None:
        self._parts = iter(parts)

    def read(self, _size: int) -> str:
        """Return the next part, '' at the end."""
        return next(self._parts, "")


def walk(grammar: str, body: Sequence[str]) -> Iterator[Finding]:
    """Judge the segments of one transaction, ST first."""
    guide = guide_map(grammar)
    walker = walk_tree()
    for loop, header in zip(LOOPS, ("ISA", "GS"), strict=False):
        walker.forceWalkCounterToLoopStart(loop, f"{loop}/{header}")
    node, number = guide.getnodebypath(GROUP_HEADER), 0
    reader = X12Reader(_Text(_envelope(guide, body)))
    reader.check_837_lx = guide.id == "837"
    try:
        for position, segment in enumerate(reader, start=1 - BEFORE_ST):
            number = position
            errors = reader.pop_errors()
            if number > 0:
                found, findings = _segment(grammar, walker, node, segment, number)
                yield from findings
                yield from _counted(grammar, found, errors, segment, number)
                node = found or node
    except Exception as error:  # noqa: BLE001 - any: pyx12 falls over odd segments in many ways
        yield finding("judge", "failed", number, named=type(error).__name__)
        return
    if body[-1].partition(ELEMENT)[0] != "SE":
        yield finding("judge", "trailer", number, segment_id="SE")


def _envelope(guide: Any, body: Sequence[str]) -> list[str]:
    values = ["00", "", "00", "", "ZZ", "", "ZZ", "", "", "", REPETITION, guide.icvn, "000000001", "0", "T"]
    header = ELEMENT.join(["ISA", *map(str.ljust, values, ISA_WIDTHS), COMPONENT]) + TERMINATOR
    group = ["GS", "", "", "", "", "", "1", "X", version(guide)]
    # an ISA inside of a transaction would end pyx12's reading; under no name it is only not expected
    named = (NAMELESS + segment[3:] if segment.startswith("ISA") else segment for segment in body)
    return [header, ELEMENT.join(group) + TERMINATOR, *(segment + TERMINATOR for segment in named)]


def _segment(grammar: str, walker: Any, node: Any, segment: Any, number: int) -> tuple[Any, list[Finding]]:
    """Place a segment that follows a node and judge its elements; return where it stands, if anywhere, and findings."""
    findings: list[Finding] = []
    found = None
    try:
        findings += _open_qualifier(grammar, segment, number)
        found, _, _, errors = walker.walk_errors(node, segment, number, number, None)
        for error in errors:
            own = _own(grammar, segment) if error.err_cde == NOT_EXPECTED else {}
            findings.append(finding("segment", error.err_cde, number, error.map_node or node, **own))
        if found is None and number == 1:  # an ST with another ST01: the walk goes on behind it all the same
            found = guide_map(grammar).getnodebypath(f"{LOOPS[-1]}/ST")
            walker.forceWalkCounterToLoopStart(LOOPS[-1], f"{LOOPS[-1]}/ST")
        if found is not None:
            findings += _surplus_components(found, segment, number)
            findings += [_element(found, error, number) for error in found.is_valid_errors(segment)[1]]
    except Exception as error:  # noqa: BLE001 - as above
        findings.append(finding("judge", "failed_segment", number, found or node, named=type(error).__name__))
    return found, findings


def _counted(grammar: str, node: Any, errors: list[Any], segment: Any, number: int) -> Iterator[Finding]:
    own = {} if node is not None else _own(grammar, segment)
    for kind, code, *_ in errors:
        if kind in ("seg", "st"):
            yield finding("reader", code, number, node, **own)


def _own(grammar: str, segment: Any) -> dict[str, str]:
    """Return a segment's own id if the guide knows it; any other may be a piece of a name."""
    segment_id = segment.get_seg_id()
    return {"segment_id": segment_id if segment_id in segments(grammar) else "", "named": ""}


def _open_qualifier(grammar: str, segment: Any, number: int) -> Iterator[Finding]:
    """Note an unknown CAS01 and put a known one in its place, or pyx12 would find no place for the CAS."""
    segment_id = segment.get_seg_id()
    codes = segments(grammar).get(segment_id, frozenset())
    if f"{segment_id}01" in open_codes() and codes and (segment.get_value("01") or min(codes)) not in codes:
        yield finding("judge", "open_code", number, segment_id=segment_id, element_position=1, named=f"{segment_id}01")
        segment.set("01", min(codes))


def _surplus_components(node: Any, segment: Any, number: int) -> Iterator[Finding]:
    """Find composites with too many components, on which pyx12 falls over, and cut them to the guide's size."""
    for position, (child, value) in enumerate(zip(node.children, segment.elements, strict=False), start=1):
        if child.is_composite() and child.usage != "N" and len(value) > len(child.children):
            del value.elements[len(child.children) :]
            yield finding("composite", "3", number, node, element_position=position)


def _element(node: Any, error: Any, number: int) -> Finding:
    place = error.map_node
    if place is None:  # of the segment, or of a composite
        digits = str(error.refdes or "")[-2:]
        position = int(digits) if digits.isdigit() else 0
        return finding("composite", error.err_cde, number, node, element_position=position)
    position = place.parent.seq if place.parent.is_composite() else place.seq
    named = f"{place.refdes or ''} {place.name or ''}".strip()
    is_open = place.refdes in open_codes() or place.external_codes
    found_by, code = ("judge", "open_code") if error.err_cde == "7" and is_open else ("element", error.err_cde)
    return finding(found_by, code, number, place, element_position=position, named=named)
