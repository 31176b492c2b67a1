"""Canonical bytes to the index of a block.

Strategy: one pass finds the delimiters, a part at a time; all else follows from where they lie. In: `Piece`s. Out: an
`Index`. Never: what a segment means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.canonical import REPETITION, SPACE, SUBSTITUTE, Slice, past_blanks
from edi.index import ELEMENT_MARK, MARKS, PAD, TERMINATOR_MARK, Index, element_ends, runs_of
from edi.kinds import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi.index import Integers, Mask, Pieces, Places

PER_SEGMENT = ("first", "last", "start", "end", "kind", "byte_start", "byte_end")
IS_SPACE = np.isin(np.arange(256), [SPACE, SUBSTITUTE])  # what may stand between segments once they are canonical
LETTER_BITS, LOWER_CASE_BITS = np.uint32(0x40404040), np.uint32(0x20202020)
LOW_BYTES = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)
PART = 1 << 17  # bytes that are looked at at a time: they stay in the processor's cache (measured: a twentieth of all)
# Where a piece ends, and one behind it, where the next begins, are made as the two halves of one integer.
BOTH_HALVES, NEXT = (1 << 32) + 1, 1 << 32


@dataclass(frozen=True)
class Piece:
    """Canonical bytes that wait to be indexed, and the number of the file that they are of."""

    slice: Slice
    source: int


def build(pieces: Sequence[Piece]) -> Index:
    """Index canonical bytes."""
    data = b"".join((PAD, *(piece.slice.canonical for piece in pieces), PAD))
    octets = np.frombuffer(data, np.uint8)
    marks, bounds, blanks = _pieces(octets)
    last, components, composites = _ends(marks)
    first = np.zeros_like(last)
    first[1:] = last[:-1] + 1
    both = bounds.view(np.int64).take(first)  # where the id begins is the lower half, where it ends the upper one
    start, id_end = both.astype(np.int32), (both >> 32).astype(np.int32)
    end = np.append(start[1:], bounds[2 * last[-1:] + 2])
    has_gaps = False
    head = _heads(data, start)
    if ((head & LOW_BYTES[1]) <= SPACE).any():
        start, has_gaps = past_blanks(octets, start, end, IS_SPACE).astype(np.int32), True
        head = _heads(data, start)
    sources, byte_start, byte_end = _places(pieces, start, end)
    id_last = first.astype(np.int32)
    if (first.take(composites) == components).any():  # what stands for the id has components, and is none of X12's
        id_last = element_ends(len(marks), components, runs_of(components)).take(first)
        id_end = bounds.take(2 * id_last + 1)
    size = id_end - start
    kind = numbers(_identifiers(head, size))
    index = Index(
        data, octets, bounds, marks, blanks, components, composites, sources, id_last, last.astype(np.int32),
        start, end, kind, byte_start, byte_end, has_gaps,
    )  # fmt: skip
    return index if size.all() else _without_empty(index, end - start > 1)


def _ends(marks: npt.NDArray[np.uint8]) -> tuple[Places, Places, Places]:
    """Return the last piece of each segment, the pieces that another component follows, and the segments of these."""
    others = np.flatnonzero(marks != ELEMENT_MARK)
    is_last = marks.take(others) == TERMINATOR_MARK
    within = np.flatnonzero(~is_last)
    return others.take(np.flatnonzero(is_last)), others.take(within), within - np.arange(len(within))


def _pieces(octets: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], Pieces, Pieces]:
    """Find all delimiters: return them, as marks, the bounds of the pieces between them, and which a space follows."""
    marks, ends, blanks = [], [], [np.empty(0, np.int32)]
    for start in range(0, len(octets), PART):
        mark = octets[start : start + PART] ^ np.uint8(REPETITION)
        mark -= np.uint8(1)
        is_mark = mark < MARKS
        end = np.flatnonzero(is_mark)
        marks.append(mark.take(end))
        end += start
        end *= BOTH_HALVES
        end += NEXT
        ends.append(end)
        behind = octets[start + 1 : start + 1 + PART] == SPACE
        behind &= is_mark[: len(behind)]
        if behind.any():
            blanks.append((np.flatnonzero(behind) + start).astype(np.int32))
    found = np.concatenate(marks)
    bounds = np.empty(2 * len(found) + 2, np.int32)
    np.concatenate(ends, out=bounds[1:-1].view(np.int64))
    bounds[0] = len(PAD)
    bounds[-1] = bounds[-2]  # the piece that is nowhere is empty
    return found, bounds, np.concatenate(blanks)


def _without_empty(index: Index, filled: Mask) -> Index:
    """Leave out the segments that hold nothing; one that lacks only its id is a segment, and SE counts it."""
    before: Places = np.append(0, np.cumsum(filled))
    sources = [(int(before[row]), source) for row, source in index.sources]
    rows = {name: getattr(index, name)[filled] for name in PER_SEGMENT}
    return replace(index, composites=before.take(index.composites), sources=sources, has_gaps=True, **rows)


def _heads(data: bytes, start: Integers) -> npt.NDArray[np.uint32]:
    """Return the first four bytes of each segment as one integer."""
    return np.ndarray((len(data) - 3,), "<u4", data, strides=(1,))[start]


def _identifiers(head: npt.NDArray[np.uint32], size: Integers) -> npt.NDArray[np.uint32]:
    """Return the segments' ids in capitals, packed."""
    identifier = head & LOW_BYTES.take(np.minimum(size, 4))
    identifier ^= ((identifier & LETTER_BITS) >> np.uint32(1)) & identifier & LOWER_CASE_BITS
    return identifier


def _places(pieces: Sequence[Piece], start: Pieces, end: Pieces) -> tuple[list[tuple[int, int]], Places, Places]:
    """Return where each source's segments begin, and the delivered byte span of each segment."""
    sizes = np.cumsum([0] + [len(piece.slice.canonical) for piece in pieces]) + len(PAD)
    edges = end.searchsorted(sizes.astype(np.int32), side="right")
    shift: Places = np.array([piece.slice.byte_start for piece in pieces], np.int64) - sizes[:-1]
    if len(pieces) != 1:
        shift = shift.repeat(np.diff(edges))
    byte_start, byte_end = start + shift, end + shift
    for piece, first, behind in zip(pieces, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if piece.slice.places:
            byte_start[first:behind], byte_end[first:behind] = piece.slice.places
    sources = [(row, piece.source) for row, piece in zip(edges[:-1].tolist(), pieces, strict=True)]
    return sources, byte_start, byte_end
