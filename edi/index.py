"""The structural index of a block: where every segment, element and component lies, as integer arrays.

Strategy: a block is canonical bytes of many segments, perhaps of many files. One pass finds the delimiters; from then
on a value is addressed by arithmetic on positions (segment -> element -> piece) and read for thousands of rows at a
time. There is no object per segment. In: `Slice`s. Out: `Index`. Never: what a segment means.

A *piece* is what lies between two neighbouring delimiters of any level: an element without components is one piece.
Its *slot* is its place in `bounds`, where the place of its first byte stands, and behind that the place of its end.
The same array is what Arrow takes as the offsets of strings, and small enough to stay in the processor's cache.
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

Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


def packed(segment_id: str) -> int:
    """Return a segment id or short code as the integer that `Index.identifier` holds for it."""
    return int.from_bytes(segment_id.encode()[:4], "little")


@dataclass(frozen=True)
class Pieces:
    """Addresses of one value for many rows.

    first, last: slots of the first and the last piece; start, end: the bytes they span, end exclusive; present: where
    these are any. Rows without the value point at the empty slot behind the last.
    """

    index: Index
    first: Integers
    last: Integers
    start: Integers
    end: Integers
    present: Mask


class Elements:
    """The elements of some segments, ready to be addressed: where they begin in each segment, and how many it has."""

    def __init__(self, index: Index, segment: Integers) -> None:
        """Look up `segment`s, which are rows of the index."""
        self.index = index
        self.first = index.first.take(segment)
        self.count = index.last.take(segment) - self.first
        self.most = int(self.count.max(initial=0))
        self.least = int(self.count.min(initial=self.most))
        # most segments have no components anywhere: their slots follow each other, and nothing is to be looked up
        self.slot = index.element_slot.take(self.first)
        self.is_plain = not index.has_components or bool(
            (index.element_slot.take(self.first + self.count) - self.slot == 2 * self.count).all()
        )

    def pieces(self, element: int, component: int = 0, shift: Integers | None = None) -> Pieces | None:
        """Address an element (1-based), or a component (1-based) of it; None if no segment has it.

        shift: how many elements further on it lies, per segment.
        """
        if element > self.most or (component > 1 and self.is_plain):
            return None
        distance = element if shift is None else shift + element
        first = last = self._slots(distance)
        if not self.is_plain:
            before = self.index.element_slot.take(self.first + distance - 1, mode="clip")
            first = before + 2 * max(component, 1)
            if component:
                last = first = np.where(first <= last, first, self.index.nowhere)
        if element > self.least or shift is not None:
            short = self.count < distance
            if short.any():
                first, last = (np.where(short, self.index.nowhere, slots) for slots in (first, last))
                last = first if self.is_plain or component else last
        start, end = self.index.bounds.take(first), self.index.bounds.take(last + 1)
        return Pieces(self.index, first, last, start, end, end > start)

    def _slots(self, distance: Integers | int) -> Integers:
        if self.is_plain:
            slots: Integers = np.minimum(self.slot + 2 * distance, self.index.nowhere)
            return slots
        return self.index.element_slot.take(self.first + distance, mode="clip")


@dataclass(frozen=True)
class Index:
    """All segments of a block, empty ones left out.

    octets: canonical bytes, padded; bounds: int32, see *slot* above; element_slot: int32, the slot of each element's
    last piece, segment ids included; first, last: int32 per segment, where its id and its last element stand in
    `element_slot`; identifier: uint32 per segment, the id in capitals, packed; byte_start, byte_end: in the delivered
    file; source: which file; has_gaps: whether empty segments were left out. Slots and elements end with one more that
    is empty, the address of what is not there.
    """

    data: bytes
    octets: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int32]
    element_slot: npt.NDArray[np.int32]
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
        """Every piece (at its slot) and every delimiter (between them) as an Arrow string, without copying."""
        return pa.StringArray.from_buffers(len(self.bounds) - 1, pa.py_buffer(self.bounds), pa.py_buffer(self.data))

    @property
    def nowhere(self) -> int:
        """The slot of what is not there."""
        return len(self.bounds) - 2

    @cached_property
    def has_components(self) -> bool:
        """Whether any element of the block has components."""
        return COMPONENT in self.data

    @cached_property
    def has_blanks(self) -> bool:
        """Whether any element or component of the block begins with a space."""
        return bool((self.octets.take(self.bounds[1::2]) == SPACE).any())

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
        if not self.has_gaps:
            return self.data[self._start[first] : self._end[last]]
        return b"".join(self.data[a:b] for a, b in self._runs(first, last))

    def _runs(self, first: int, last: int) -> list[tuple[int, int]]:
        starts = self._start[first : last + 1]
        ends = self._end[first : last + 1]
        breaks = np.flatnonzero(starts[1:] != ends[:-1])
        whole = zip(
            starts[np.append(0, breaks + 1)].tolist(), ends[np.append(breaks, len(ends) - 1)].tolist(), strict=True
        )
        return list(whole)

    @cached_property
    def _start(self) -> Integers:
        return _starts(self.bounds, self.element_slot, self.first)

    @cached_property
    def _end(self) -> Integers:
        return self.bounds.take(self.element_slot.take(self.last) + 1) + 1


def build(canonical: bytes, byte_start: Integers, byte_end: Integers, source: Integers) -> Index:
    """Index canonical bytes, whose k-th terminator belongs to the k-th of the given places."""
    data = b"".join((PAD, canonical, PAD))
    octets = np.frombuffer(data, np.uint8)
    delimiter = np.flatnonzero(((octets & 0xFC) == TERMINATOR) & (octets != REPETITION))
    marks = octets.take(delimiter)
    bounds = np.empty(2 * len(delimiter) + 3, np.int32)
    bounds[0], bounds[1] = 0, len(PAD)
    bounds[2:-1:2] = delimiter
    np.add(delimiter, 1, out=bounds[3::2], casting="same_kind")
    bounds[-1] = bounds[-2]  # the empty slot
    element = np.append(np.flatnonzero(marks != COMPONENT), len(marks))
    element_slot = (2 * element + 1).astype(np.int32)
    last = np.flatnonzero(marks.take(element[:-1]) == TERMINATOR).astype(np.int32)
    first = np.append(np.int32(0), last + np.int32(1))[: len(last)]
    start = _starts(bounds, element_slot, first)
    while (blank := octets.take(start) == SPACE).any():
        start = start + blank
    size = bounds.take(element_slot.take(first) + 1) - start
    words = np.ndarray((len(octets) - 3,), "<u4", data, strides=(1,))
    identifier = words[start] & _low_bytes(size)
    identifier ^= ((identifier & LETTER_BITS) >> np.uint32(1)) & identifier & LOWER_CASE_BITS
    filled = size > 0
    if filled.all():
        return Index(
            data, octets, bounds, element_slot, first, last, identifier, byte_start, byte_end, source, has_gaps=False
        )
    return Index(
        data, octets, bounds, element_slot, first[filled], last[filled], identifier[filled],
        byte_start[filled], byte_end[filled], source[filled], has_gaps=True,
    )  # fmt: skip


def _starts(bounds: npt.NDArray[np.int32], element_slot: npt.NDArray[np.int32], first: Integers) -> Integers:
    """Return where segments start: behind the last piece of the element before their id."""
    before = element_slot.take(first - 1, mode="wrap")
    return np.where(first > 0, bounds.take(before + 1) + 1, len(PAD)).astype(np.int32)


def _low_bytes(count: Integers) -> npt.NDArray[np.uint32]:
    masks = np.array([0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF], np.uint32)
    return masks[np.minimum(count, 4)]
