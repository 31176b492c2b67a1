"""The structural index of a block: where every segment, element and component lies, as integer arrays.

Strategy: a block is canonical bytes of many segments, perhaps of many files. One pass finds the delimiters; from then
on a value is addressed by arithmetic on positions (segment -> element -> piece) and read for thousands of rows at a
time. There is no object per segment. In: `Piece`s. Out: `Index`. Never: what a segment means.

A *piece* is what lies between two neighbouring delimiters of any level: an element without components is one piece.
Pieces are numbered through the block; behind the last comes `nowhere`, which is empty: the address of what is absent.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi.canonical import READABLE, REPETITION, SPACE, Slice, past_blanks
from edi.kinds import Numbers, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

IS_SPACE = np.arange(256) == SPACE
PAD = b"\0" * 16  # so that eight bytes can be read at, or up to, any place
LETTER_BITS, LOWER_CASE_BITS = np.uint32(0x40404040), np.uint32(0x20202020)
# The canonical delimiters, once REPETITION is XORed out of them and one is subtracted: all others lie above.
COMPONENT_MARK, TERMINATOR_MARK, MARKS = 0, 1, 3

PER_SEGMENT = ("first", "last", "start", "end", "kind", "byte_start", "byte_end")

Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Pieces = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Piece:
    """Canonical bytes that wait to be indexed, and the number of the file that they are of."""

    slice: Slice
    source: int


@dataclass(frozen=True)
class Index:
    """All segments of a block, empty ones left out.

    octets: canonical bytes, padded; bounds: int32, where the k-th piece begins and ends stands at 2k and 2k + 1; marks:
    the delimiter behind each piece; first, last: per segment, the last piece of its id and the last of all; start,
    end: where it lies in `octets`, terminator included; kind: the number of its id; byte_start, byte_end: where it lies
    in the delivered file; sources: first segment and number of each file in turn; has_gaps: whether anything, empty
    segments or blanks, was left out between segments.
    """

    data: bytes
    octets: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]
    sources: list[tuple[int, int]]
    first: Pieces
    last: Pieces
    start: Pieces
    end: Pieces
    kind: Numbers
    byte_start: Places
    byte_end: Places
    has_gaps: bool

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def nowhere(self) -> int:
        """The piece that stands for what is not there."""
        return len(self.marks)

    @cached_property
    def words(self) -> npt.NDArray[np.uint64]:
        """The eight bytes that start at each place of `octets`, as one little-endian integer."""
        return np.ndarray((len(self.octets) - 7,), "<u8", self.data, strides=(1,))

    @cached_property
    def strings(self) -> pa.StringArray:
        """Every piece, and every delimiter between them, as an Arrow string without copying: `bounds` are offsets."""
        return pa.StringArray.from_buffers(len(self.bounds) - 1, pa.py_buffer(self.bounds), pa.py_buffer(self.data))

    @cached_property
    def has_repetitions(self) -> bool:
        """Whether the repetition separator stands anywhere."""
        return bytes([REPETITION]) in self.data

    @cached_property
    def components(self) -> Places:
        """The pieces that another component of the same element follows."""
        return np.flatnonzero(self.marks == COMPONENT_MARK)

    @cached_property
    def element_end(self) -> npt.NDArray[np.int32]:
        """Of each piece, the last piece of its element."""
        return _element_ends(self.marks, self.components)

    @cached_property
    def is_composite(self) -> Mask:
        """Of each segment, whether any of its elements has components."""
        found = np.zeros(len(self) + 1, bool)  # one more for what is left out behind the last
        found[np.searchsorted(self.last, self.components[_runs(self.components)[:-1]])] = True
        return found[:-1]

    def name(self, segment: int) -> str:
        """Return the id of one segment, its first four letters if it is longer."""
        start, end = int(self.start[segment]), int(self.bounds[2 * self.first[segment] + 1])
        return self.data[start : min(end, start + 4)].upper().decode("latin-1")

    def source_of(self, segment: int) -> int:
        """Return the number of the file that a segment is of."""
        return self.sources[bisect_right(self.sources, segment, key=itemgetter(0)) - 1][1]

    def size_from(self, segment: int) -> int:
        """Return how many canonical bytes lie between the start of a segment and the end of the block."""
        return len(self.data) - len(PAD) - int(self.start[segment])

    def text(self, start: int, end: int) -> str:
        """Return the text between two places; delimiters in it are shown as * : ^."""
        return self.data[start:end].translate(READABLE).decode()

    def canonical(self, first: int, last: int) -> bytes:
        """Return the canonical bytes of the segments `first` to `last`, inclusive, and nothing between them."""
        if not self.has_gaps or first == last:
            return self.data[self.start[first] : self.end[last]]
        starts, ends = self.start[first : last + 1], self.end[first : last + 1]
        breaks = np.flatnonzero(starts[1:] != ends[:-1])
        runs = zip(starts[np.append(0, breaks + 1)].tolist(), ends[np.append(breaks, -1)].tolist(), strict=True)
        return b"".join(self.data[start:end] for start, end in runs)

    def place_of(self, piece: Pieces) -> tuple[Places, Places]:
        """Return segment and element number (1-based) of some pieces."""
        segment = np.searchsorted(self.last, piece)
        elements = np.concatenate([[0], np.cumsum(self.marks != COMPONENT_MARK)])
        return segment, elements.take(piece) - elements.take(self.first.take(segment))


def build(pieces: Sequence[Piece]) -> Index:
    """Index canonical bytes."""
    data = b"".join((PAD, *(piece.slice.canonical for piece in pieces), PAD))
    octets = np.frombuffer(data, np.uint8)
    marks = octets ^ np.uint8(REPETITION)
    marks -= np.uint8(1)
    delimiter = np.flatnonzero(marks < MARKS)
    marks = marks.take(delimiter)
    ends = delimiter.astype(np.int32)  # half as much to move
    last = np.flatnonzero(marks == TERMINATOR_MARK)
    first = _behind(last, 0)
    end = ends.take(last) + np.int32(1)
    start = _behind(end - np.int32(1), len(PAD))
    has_gaps = False
    head = _heads(data, start)
    if ((head & LOW_BYTES[1]) == SPACE).any():
        start, has_gaps = past_blanks(octets, start, end, IS_SPACE), True
        head = _heads(data, start)
    sources, byte_start, byte_end = _places(pieces, start, end)
    id_end = first.astype(np.int32)
    if (marks.take(first) == COMPONENT_MARK).any():  # what stands for the id has components, and is none of X12's
        id_end = _element_ends(marks, np.flatnonzero(marks == COMPONENT_MARK)).take(first)
    size = ends.take(id_end) - start
    kind = numbers(_identifiers(head, size))
    index = Index(
        data, octets, _bounds(ends), marks, sources, id_end, last.astype(np.int32),
        start.astype(np.int32, copy=False), end, kind, byte_start, byte_end, has_gaps,
    )  # fmt: skip
    return index if size.all() else _without_empty(index, end - start > 1)


def _without_empty(index: Index, filled: Mask) -> Index:
    """Leave out the segments that hold nothing; one that lacks only its id is a segment, and SE counts it."""
    kept = np.cumsum(filled).tolist()
    sources = [(kept[row - 1] if row else 0, source) for row, source in index.sources]
    rows = {name: getattr(index, name)[filled] for name in PER_SEGMENT}
    return replace(index, sources=sources, has_gaps=True, **rows)


def _heads(data: bytes, start: Integers) -> npt.NDArray[np.uint32]:
    """Return the first four bytes of each segment as one integer."""
    return np.ndarray((len(data) - 3,), "<u4", data, strides=(1,))[start]


def _identifiers(head: npt.NDArray[np.uint32], size: Integers) -> npt.NDArray[np.uint32]:
    """Return the segments' ids in capitals, packed."""
    identifier = head & LOW_BYTES.take(np.minimum(size, 4))
    identifier ^= ((identifier & LETTER_BITS) >> np.uint32(1)) & identifier & LOWER_CASE_BITS
    return identifier


LOW_BYTES = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)


def _behind(ends: Places, beginning: int) -> Places:
    """Return where what follows each end begins; the first of all at `beginning`."""
    starts = np.empty_like(ends)
    starts[:1] = beginning
    np.add(ends[:-1], 1, out=starts[1:])
    return starts


def _element_ends(marks: npt.NDArray[np.uint8], components: Places) -> npt.NDArray[np.int32]:
    """Return of each piece the last piece of its element: itself, unless components follow."""
    ends = np.arange(len(marks) + 1, dtype=np.int32)
    runs = _runs(components)
    ends[components] = np.repeat(components[runs[1:] - 1] + 1, np.diff(runs))
    return ends


def _runs(numbers: Places) -> Places:
    """Return where runs of neighbouring numbers begin, and where the last one ends."""
    breaks = np.flatnonzero(np.diff(numbers) != 1) + 1
    return np.concatenate([[0], breaks, [len(numbers)]]) if len(numbers) else np.zeros(1, np.int64)


def _bounds(delimiter: Pieces) -> Pieces:
    """Return begin and end of every piece, as Arrow's offsets of strings; between two pieces lies a delimiter."""
    bounds = np.empty((len(delimiter) + 1, 2), np.int32)
    begins, ends = bounds.T
    begins[0] = len(PAD)
    ends[:-1] = delimiter
    np.add(delimiter, 1, out=begins[1:])
    bounds[-1] = delimiter[-1] + 1 if len(delimiter) else 0  # the piece that is nowhere is empty
    return bounds.ravel()


def _places(pieces: Sequence[Piece], start: Places, end: Places) -> tuple[list[tuple[int, int]], Places, Places]:
    """Return where each source's segments begin, and the delivered byte span of each segment."""
    sizes = np.cumsum([0] + [len(piece.slice.canonical) for piece in pieces]) + len(PAD)
    edges = np.searchsorted(end, sizes, side="right")
    shift: Places = np.array([piece.slice.byte_start for piece in pieces], np.int64) - sizes[:-1]
    if len(pieces) != 1:
        shift = shift.repeat(np.diff(edges))
    byte_start, byte_end = start + shift, end + shift
    for piece, first, behind in zip(pieces, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if piece.slice.places:
            byte_start[first:behind], byte_end[first:behind] = piece.slice.places
    sources = [(row, piece.source) for row, piece in zip(edges[:-1].tolist(), pieces, strict=True)]
    return sources, byte_start, byte_end
