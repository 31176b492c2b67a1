"""Which segments make the rows of a table, and which others a row may take values from.

Strategy: an anchor is a segment (CLP) or one group of its elements (each triplet of a CAS); every group makes rows of
its own, so that all addresses of one kind of row are the same. What stands behind an anchor's segment in the same loop
(N3 behind NM1) belongs to its row. In: a `Block`. Out: `Rows`. Never: a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi import layout
from edi.kinds import NAMES, UNKNOWN, members
from edi.reading import Bad

if TYPE_CHECKING:
    from edi.block import Block
    from edi.elements import Elements
    from edi.index import Mask, Pieces, Places


@dataclass(frozen=True)
class Rows:
    """Rows that stand on segments of one kind.

    group: which of the anchor's groups of elements they are; rows: of the table, None where it has no others.
    """

    segment: Places
    elements: Elements
    anchor: layout.Anchor | None = None
    group: int = 0
    rows: Places | None = None


def rows_of_anchor(block: Block, anchor: layout.Anchor, bad: list[Bad]) -> list[Rows]:
    """Find the rows that an anchor makes; those of each repeated group by themselves."""
    if anchor.segment not in block.segments:
        return []
    segment, elements = block.segments[anchor.segment]
    if not anchor.groups:
        return [Rows(segment, elements, anchor)]
    found = []
    for group in range(anchor.times):
        first = anchor.first + group * anchor.step
        if first > elements.most:
            break
        holds = elements.holds(first, anchor.step)
        if holds.all():
            found.append(Rows(segment, elements, anchor, group))
        elif holds.any():
            found.append(Rows(segment[holds], elements.of(holds), anchor, group))
    if layout.last_element(anchor.segment) < anchor.behind <= elements.most:
        more = segment[elements.holds(anchor.behind, anchor.step)]
        expected = f"no more than {anchor.times} groups of elements"
        bad += [Bad(more, np.full(len(more), anchor.behind), "too_many_groups", expected)] if len(more) else []
    return found


def unknown_segments(block: Block, transaction_set: str) -> list[Bad]:
    """Find the segments whose ids no guide of the set has; what they say, money perhaps, stands in no table."""
    unknown = np.flatnonzero(_unknown_to(transaction_set).take(block.index.kind) & (block.owner >= 0))
    found = Bad(unknown, np.zeros(len(unknown), int), "unknown_segment", "a segment that the guide has")
    return [found] if unknown.size else []


@cache
def _unknown_to(transaction_set: str) -> npt.NDArray[np.bool_]:
    """Return which kinds a set has not: unknown ones, and those that only another has tables for (a PLB in an 837)."""
    return members((NAMES[UNKNOWN], *sorted(layout.segment_ids() - layout.segment_ids(transaction_set))))


def in_file_order(parts: list[Rows]) -> tuple[Places, list[Rows]]:
    """Return the segments of all rows in the order of the file, and the parts with their places in it."""
    if len(parts) == 1:
        return parts[0].segment, parts
    segment = np.concatenate([part.segment for part in parts])
    order = segment.argsort(kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    ends = accumulate(len(part.segment) for part in parts)
    return segment[order], [
        Rows(part.segment, part.elements, part.anchor, part.group, place[end - len(part.segment) : end])
        for part, end in zip(parts, ends, strict=True)
    ]


def satellites(block: Block, segment: Places, segment_id: str) -> list[Rows]:
    """Find, per row, the first segment of an id behind it in the same loop instance, before the next row."""
    if segment_id not in block.segments:
        return []
    behind, elements = block.segments[segment_id]
    row, anchor = _rows_before(segment, behind)
    opening = block.placement.opening
    near = (row >= 0) & (opening.take(anchor) == opening.take(behind))
    return _nearest(row, behind, elements, near, len(segment))


def strays(block: Block, segment: Places, segment_id: str, table: layout.Table, bad: list[Bad]) -> list[Rows]:
    """Find, per row, the first segment of an id behind it in the same contexts and before the next row.

    Another loop may lie between. One that finds no row is bad, because what it says stands in no table.
    """
    if segment_id not in block.segments:
        return []
    behind, elements = block.segments[segment_id]
    row, anchor = _rows_before(segment, behind)
    opening, contexts = block.placement.opening, block.placement.contexts
    near = (row >= 0) & (block.owner.take(anchor) == block.owner.take(behind))
    for context in (contexts[name] for name in table.context):
        near &= context.take(opening.take(anchor)) == context.take(opening.take(behind))
    found = _nearest(row, behind, elements, near, len(segment))
    lost = behind[~near]
    if lost.size:
        expected = f"{table.anchors[0].segment} before it and no other {segment_id} between"
        bad.append(Bad(lost, np.zeros(len(lost), int), "misplaced_segment", expected))
    return found


def _rows_before(segment: Places, behind: Places) -> tuple[Places, Places]:
    """Return the last row before each segment, -1 where there is none, and the segment that makes it."""
    row = segment.searchsorted(behind, side="right") - 1
    return row, segment.take(row, mode="clip") if segment.size else behind


def _nearest(row: Places, behind: Places, elements: Elements, near: Mask, count: int) -> list[Rows]:
    """Keep of the near segments the first behind each of `count` rows."""
    near[1:] &= row[1:] != row[:-1]
    if not near.all():
        row, behind, elements = row[near], behind[near], elements.of(near)
    return [Rows(behind, elements, rows=row if len(row) < count else None)] if len(row) else []


def positions(length: int, parts: list[Rows]) -> Pieces:
    """Return of each row the element that its group begins with."""
    found = np.empty(length, np.int32)
    for part in parts:
        begins = part.anchor.first + part.group * part.anchor.step if part.anchor else 0
        found[slice(None) if part.rows is None else part.rows] = begins
    return found
