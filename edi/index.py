"""The structural index of a block: where every segment, element and component lies, as integer arrays.

Strategy: a block is canonical bytes of many segments, perhaps of many files. One pass finds the delimiters; from then
on a value is addressed by arithmetic on positions (segment -> element -> piece) and read for thousands of rows at a
time. There is no object per segment. `indexing` builds it. Never: what a segment means.

A *piece* is what lies between two neighbouring delimiters of any level: an element without components is one piece.
Pieces are numbered through the block; behind the last comes `nowhere`, which is empty: the address of what is absent.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi.canonical import READABLE, REPETITION
from edi.kinds import NUMBERS, Numbers

PAD = b"\0" * 16  # so that eight bytes can be read at, or up to, any place
# The canonical delimiters, once REPETITION is XORed out of them and one is subtracted: all others lie above.
COMPONENT_MARK, TERMINATOR_MARK, ELEMENT_MARK, MARKS = range(4)

Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Pieces = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Index:
    """All segments of a block, empty ones left out.

    octets: canonical bytes, padded; bounds: int32, where the k-th piece begins and ends stands at 2k and 2k + 1; marks:
    the delimiter behind each piece; blanks: where a space follows one; components, composites: the pieces that another
    component of the same element follows, and their segments; first, last: per segment, the last piece of its id and
    the last of all; start, end: where it lies in `octets`, terminator included; kind: the number of its id; byte_start,
    byte_end: where it lies in the delivered file; sources: first segment and number of each file in turn; has_gaps:
    whether anything, empty segments or blanks, was left out between segments.
    """

    data: bytes
    octets: npt.NDArray[np.uint8]
    bounds: npt.NDArray[np.int32]
    marks: npt.NDArray[np.uint8]
    blanks: Pieces
    components: Places
    composites: Places
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
        """Whether the repetition separator stands anywhere but in ISA, which names it."""
        mark, found = bytes([REPETITION]), -1
        while (found := self.data.find(mark, found + 1)) >= 0:  # far faster than to count them: there are few
            segment = int(self.end.searchsorted(np.int32(found), side="right"))
            if segment == len(self) or self.kind[segment] != NUMBERS["ISA"]:
                return True
        return False

    @cached_property
    def payments(self) -> list[int]:
        """The segments BPR, of which an 835 has one."""
        payments: list[int] = np.flatnonzero(self.kind == NUMBERS["BPR"]).tolist()
        return payments

    @cached_property
    def has_blanks(self) -> bool:
        """Whether any element begins with a space, those of ISA left aside."""
        segments = self.end.searchsorted(self.blanks, side="right")
        return bool(len(self) and (self.kind.take(segments, mode="clip") != NUMBERS["ISA"]).any())

    @cached_property
    def runs(self) -> Places:
        """Where runs of neighbouring `components` begin among them, and where the last one ends."""
        return runs_of(self.components)

    @cached_property
    def element_end(self) -> npt.NDArray[np.int32]:
        """Of each piece, the last piece of its element."""
        return element_ends(len(self.marks), self.components, self.runs)

    @cached_property
    def is_composite(self) -> Mask:
        """Of each kind of segment, whether any element of any of them has components."""
        found = np.zeros(256, bool)
        found[self.kind.take(self.composites)] = True
        return found

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


def element_ends(length: int, components: Places, runs: Places) -> npt.NDArray[np.int32]:
    """Return of each piece, and of none, the last piece of its element: itself, unless components follow."""
    ends = np.arange(length + 1, dtype=np.int32)
    ends[components] = (components[runs[1:] - 1] + 1).repeat(runs[1:] - runs[:-1])
    return ends


def runs_of(numbers: Places) -> Places:
    """Return where runs of neighbouring numbers begin, and where the last one ends."""
    breaks = np.flatnonzero(np.diff(numbers) != 1) + 1
    return np.concatenate([[0], breaks, [len(numbers)]]) if len(numbers) else np.zeros(1, np.int64)
