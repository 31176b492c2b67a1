"""The structural index of a block: where every segment, element and component lies, as integer arrays.

Strategy: a block is canonical bytes of many segments, perhaps of many files. One pass finds the delimiters; from then
on a value is addressed by arithmetic on positions (segment -> element -> piece) and read for thousands of rows at a
time. There is no object per segment. In: `Slice`s. Out: `Index`. Never: what a segment means.

A *piece* is what lies between two neighbouring delimiters of any level: an element without components is one piece.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi.canonical import COMPONENT, READABLE, REPETITION, TERMINATOR

SPACE = 0x20
PAD = b"\0" * 16  # so that eight bytes can be read at, or up to, any place
LETTER_BITS, LOWER_CASE_BITS = np.uint32(0x40404040), np.uint32(0x20202020)

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def packed(segment_id: str) -> int:
    """Return a segment id or short code as the integer that `Index.identifier` holds for it."""
    return int.from_bytes(segment_id.encode()[:4], "little")


@dataclass(frozen=True)
class Pieces:
    """Addresses of one value for many rows: `first` to `last` piece, inclusive, and which rows have any bytes there.

    Rows without the value point at the empty piece behind the last.
    """

    index: Index
    first: Integers
    last: Integers
    present: Mask

    @cached_property
    def start(self) -> Integers:
        """The place of each value's first byte."""
        return self.index.piece_start.take(self.first)

    @cached_property
    def end(self) -> Integers:
        """The place behind each value's last byte."""
        return self.index.piece_end.take(self.last)


class Elements:
    """The elements of some segments, ready to be addressed: where they begin in each segment, and how many it has."""

    def __init__(self, index: Index, segment: Integers) -> None:
        """Look up `segment`s, which are rows of the index."""
        self.index = index
        self.first = index.first[segment]
        self.count = index.last[segment] - self.first
        self.most = int(self.count.max(initial=0))
        self.least = int(self.count.min(initial=self.most))

    def pieces(self, element: int, component: int = 0, shift: Integers | None = None) -> Pieces | None:
        """Address an element (1-based), or a component (1-based) of it; None if no segment has it.

        shift: how many elements further on it lies, per segment.
        """
        index = self.index
        if element > self.most or (component > 1 and not index.has_components):
            return None
        place = self.first + element if shift is None else self.first + shift + element
        if element > self.least or shift is not None:
            short = self.count < element if shift is None else self.count < shift + element
            if short.any():
                place[short] = len(index.element_piece) - 1
        last = first = index.element_piece.take(place)  # `take` is a third faster than an index
        if index.has_components:
            first = index.element_piece.take(place - 1) + max(component, 1)
            if component:
                last = first = np.where(first <= last, first, len(index.piece_end) - 1)
        filled = index.piece_filled.take(last)
        if first is not last:
            filled |= first != last
        return Pieces(index, first, last, filled)


@dataclass(frozen=True)
class Index:
    """All segments of a block, empty ones left out.

    octets: canonical bytes, padded; piece_start, piece_end: the bytes of each piece; element_piece: the last piece of
    each element, segment ids included; first, last: per segment, where its id and its last element stand in
    `element_piece`; identifier: uint32 per segment, the id in capitals, packed; byte_start, byte_end: in the delivered
    file; source: which file; has_gaps: whether empty segments were left out. Pieces and elements end with one
    more that is empty, the address of what is not there.
    """

    data: bytes
    octets: npt.NDArray[np.uint8]
    piece_start: Integers
    piece_end: Integers
    element_piece: Integers
    first: Integers
    last: Integers
    identifier: npt.NDArray[np.uint32]
    byte_start: Integers
    byte_end: Integers
    source: Integers
    has_gaps: bool

    def __len__(self) -> int:
        return len(self.identifier)

    @cached_property
    def words(self) -> npt.NDArray[np.uint64]:
        """The eight bytes that start at each place of `octets`, as one little-endian integer."""
        return np.ndarray((len(self.octets) - 7,), "<u8", self.data, strides=(1,))

    @cached_property
    def strings(self) -> pa.StringArray:
        """Every piece (odd places) and every delimiter (even places) as an Arrow string, without copying."""
        bounds = np.empty(2 * len(self.piece_end) + 1, np.int32)
        bounds[0] = 0
        bounds[1::2] = self.piece_start
        bounds[2::2] = self.piece_end
        return pa.StringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(self.data))

    @cached_property
    def has_components(self) -> bool:
        """Whether any element of the block has components."""
        return COMPONENT in self.data

    @cached_property
    def has_blanks(self) -> bool:
        """Whether any element or component of the block begins with a space."""
        return bool((self.octets[self.piece_start] == SPACE).any())

    @cached_property
    def piece_filled(self) -> Mask:
        """Which pieces have any bytes."""
        return self.piece_end > self.piece_start

    def text(self, segment: int, element: int) -> str:
        """Return one element as text, '' where there is none; delimiters inside it are shown as * : ^."""
        found = Elements(self, np.array([segment])).pieces(element)
        return self.slice_text(int(found.start[0]), int(found.end[0])) if found else ""

    def name(self, segment: int) -> str:
        """Return the id of one segment."""
        return int(self.identifier[segment]).to_bytes(4, "little").rstrip(b"\0").decode("latin-1")

    def size_from(self, segment: int) -> int:
        """Return how many canonical bytes lie between the start of a segment and the end of the block."""
        return len(self.data) - len(PAD) - int(self._start[segment])

    def slice_text(self, start: int, end: int) -> str:
        """Return the text between two places; delimiters in it are shown as * : ^."""
        return self.data[start:end].translate(READABLE).decode()

    def canonical(self, first: int, last: int) -> bytes:
        """Return the canonical bytes of the segments `first` to `last`, inclusive, empty segments left out."""
        return b"".join(self.data[a:b] for a, b in self._runs(first, last))

    def _runs(self, first: int, last: int) -> list[tuple[int, int]]:
        if not self.has_gaps:
            return [(int(self._start[first]), int(self.piece_end[self.element_piece[self.last[last]]]) + 1)]
        starts = self._start[first : last + 1]
        ends = self.piece_end[self.element_piece[self.last[first : last + 1]]] + 1
        breaks = np.flatnonzero(starts[1:] != ends[:-1])
        whole = zip(
            starts[np.append(0, breaks + 1)].tolist(), ends[np.append(breaks, len(ends) - 1)].tolist(), strict=True
        )
        return list(whole)

    @cached_property
    def _start(self) -> Integers:
        return self.piece_start[np.where(self.first > 0, self.element_piece[self.first - 1] + 1, 0)]


def build(canonical: bytes, byte_start: Integers, byte_end: Integers, source: Integers) -> Index:
    """Index canonical bytes, whose k-th terminator belongs to the k-th of the given places."""
    data = b"".join((PAD, canonical, PAD))
    octets = np.frombuffer(data, np.uint8)
    piece_end = np.flatnonzero(((octets & 0xFC) == TERMINATOR) & (octets != REPETITION))
    marks = octets[piece_end]
    piece_end = np.append(piece_end, len(data) - len(PAD))
    piece_start = np.append(len(PAD), piece_end[:-1] + 1)
    piece_start[-1] = piece_end[-1]  # the empty piece
    element_piece = np.append(np.flatnonzero(marks != COMPONENT), len(marks))
    last = np.flatnonzero(marks[element_piece[:-1]] == TERMINATOR)
    first = np.append(0, last + 1)[: len(last)]
    start = piece_start[np.append(0, element_piece[last] + 1)[: len(last)]]
    while (blank := octets[start] == SPACE).any():
        start = start + blank
    end = piece_end[element_piece[first]]
    filled = end > start
    words = np.ndarray((len(octets) - 3,), "<u4", data, strides=(1,))
    identifier = words[start[filled]] & _low_bytes(end[filled] - start[filled])
    identifier ^= ((identifier & LETTER_BITS) >> np.uint32(1)) & identifier & LOWER_CASE_BITS
    return Index(
        data, octets, piece_start, piece_end, element_piece,
        first[filled], last[filled],
        identifier, byte_start[filled], byte_end[filled], source[filled], not bool(filled.all()),
    )  # fmt: skip


def _low_bytes(count: Integers) -> npt.NDArray[np.uint32]:
    masks = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)
    return masks[np.minimum(count, 4)]
