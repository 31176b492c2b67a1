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

from edi.canonical import COMPONENT, ELEMENT, READABLE, TERMINATOR

PAD = b"\0" * 16  # so that eight bytes can be read at, or up to, any place
LETTER_BITS, LOWER_CASE_BITS = np.uint32(0x40404040), np.uint32(0x20202020)

Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def packed(segment_id: str) -> int:
    """Return a segment id or short code as the integer that `Index.identifier` holds for it."""
    return int.from_bytes(segment_id.encode()[:4], "little")


@dataclass(frozen=True)
class Pieces:
    """Addresses of one value for many rows: `first` to `last` piece, inclusive; meaningless where not `present`."""

    first: Integers
    last: Integers
    present: Mask


@dataclass(frozen=True)
class Index:
    """All segments of a block, empty ones left out.

    octets: canonical bytes, padded; piece_end: place of the delimiter behind each piece; element_piece: the last piece
    of each element, segment ids included; first, last: int64 per segment, where its id and its last element stand in
    `element_piece`; identifier: uint32 per segment, the id in capitals, packed; byte_start, byte_end: in the delivered
    file; source: which file.
    """

    data: bytes
    octets: npt.NDArray[np.uint8]
    piece_end: Integers
    element_piece: Integers
    first: Integers
    last: Integers
    identifier: npt.NDArray[np.uint32]
    byte_start: Integers
    byte_end: Integers
    source: Integers

    def __len__(self) -> int:
        return len(self.first)

    @cached_property
    def words(self) -> npt.NDArray[np.uint64]:
        """The eight bytes that start at each place of `octets`, as one little-endian integer."""
        return np.ndarray((len(self.octets) - 7,), "<u8", self.data, strides=(1,))

    @cached_property
    def strings(self) -> pa.StringArray:
        """Every piece (even places) and every delimiter (odd places) as an Arrow string, without copying."""
        bounds = np.empty(2 * len(self.piece_end) + 2, np.int32)
        bounds[0] = 0
        bounds[1] = len(PAD)
        bounds[2::2] = self.piece_end
        bounds[3::2] = self.piece_end + 1
        return pa.StringArray.from_buffers(len(bounds) - 1, pa.py_buffer(bounds), pa.py_buffer(self.data))

    def piece_start(self, piece: Integers) -> Integers:
        """Return the place of the first byte of each piece."""
        return np.where(piece > 0, self.piece_end[piece - 1] + 1, len(PAD))

    def pieces(self, segment: Integers, element: Integers | int, component: int = 0) -> Pieces:
        """Address an element (1-based), or one component of it, of many segments; a segment below 0 has none.

        The last component asked for is that one alone; component 0 is the whole element.
        """
        known = segment >= 0
        place = np.where(known, self.first[segment] + element, 0)
        known &= place <= self.last[segment]
        place = np.where(known, place, 1)
        first, last = self.element_piece[place - 1] + 1, self.element_piece[place]
        if component:
            first = first + component - 1
            known &= first <= last
            last = first
        first, last = np.where(known, first, 0), np.where(known, last, 0)
        known &= self.piece_end[last] > self.piece_start(first)
        return Pieces(first, last, known)

    def text(self, segment: int, element: int) -> str:
        """Return one element as text, '' where there is none; delimiters inside it are shown as * : ^."""
        found = self.pieces(np.array([segment]), element)
        return self.slice_text(int(found.first[0]), int(found.last[0])) if found.present[0] else ""

    def name(self, segment: int) -> str:
        """Return the id of one segment."""
        return int(self.identifier[segment]).to_bytes(4, "little").rstrip(b"\0").decode("latin-1")

    def size_from(self, segment: int) -> int:
        """Return how many canonical bytes lie between the start of a segment and the end of the block."""
        return len(self.data) - len(PAD) - int(self._start[segment])

    def slice_text(self, first: int, last: int) -> str:
        """Return the text from one piece to another, inclusive."""
        start = int(self.piece_end[first - 1]) + 1 if first else len(PAD)
        return self.data[start : int(self.piece_end[last])].translate(READABLE).decode()

    def canonical(self, first: int, last: int) -> bytes:
        """Return the canonical bytes of the segments `first` to `last`, inclusive, empty segments left out."""
        return b"".join(self.data[a:b] for a, b in self._runs(first, last))

    def _runs(self, first: int, last: int) -> list[tuple[int, int]]:
        starts = self._start[first : last + 1]
        ends = self.piece_end[self.element_piece[self.last[first : last + 1]]] + 1
        breaks = np.flatnonzero(starts[1:] != ends[:-1]) + 1
        return list(
            zip(starts[np.append(0, breaks)].tolist(), ends[np.append(breaks - 1, len(ends) - 1)].tolist(), strict=True)
        )

    @cached_property
    def _start(self) -> Integers:
        return self.piece_start(self._identifier_piece)

    @property
    def _identifier_piece(self) -> Integers:
        return np.where(self.first > 0, self.element_piece[self.first - 1] + 1, 0)


def build(canonical: bytes, byte_start: Integers, byte_end: Integers, source: Integers) -> Index:
    """Index canonical bytes, whose k-th terminator belongs to the k-th of the given places."""
    data = b"".join((PAD, canonical, PAD))
    octets = np.frombuffer(data, np.uint8)
    piece_end = np.flatnonzero(((octets & 0xFC) == TERMINATOR) & (octets != TERMINATOR + 2))
    marks = octets[piece_end]
    element_piece = np.flatnonzero(marks != COMPONENT)
    last = np.flatnonzero(marks[element_piece] == TERMINATOR)
    first = np.append(0, last[:-1] + 1)[: len(last)]
    start = np.append(len(PAD), piece_end[element_piece[last[:-1]]] + 1)[: len(last)]
    while (blank := octets[start] == ord(" ")).any():
        start = start + blank
    end = piece_end[element_piece[first]]
    filled = end > start
    words = np.ndarray((len(octets) - 3,), "<u4", data, strides=(1,))
    identifier = words[start[filled]] & _low_bytes(end[filled] - start[filled])
    identifier ^= ((identifier & LETTER_BITS) >> np.uint32(1)) & identifier & LOWER_CASE_BITS
    return Index(
        data, octets, piece_end, element_piece, first[filled], last[filled], identifier,
        byte_start[filled], byte_end[filled], source[filled],
    )  # fmt: skip


def _low_bytes(count: Integers) -> npt.NDArray[np.uint32]:
    masks = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)
    return masks[np.minimum(count, 4)]


__all__ = ["ELEMENT", "Index", "Pieces", "build", "packed"]
