"""Values from addresses: where they lie, and the text of thousands of rows at a time.

Strategy: pieces are Arrow strings already, so that text is one take; the few values that are more than one piece, blank
or repeated are shown one by one. In: an `Index` and `Cells`. Out: an Arrow array, null where the element is empty.
Never: what a text means; numbers are read by `decimals`, days by `dates`.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from edi.canonical import REPETITION, SPACE
from edi.elements import Cells

if TYPE_CHECKING:
    from edi.index import Index, Mask, Places

POOL = pa.system_memory_pool()  # numpy's: what one lets go of, the other takes (measured: fewer pages to fault in)
START = (1 << 32) - 1
NONE = np.empty(0, np.int64)  # no rows
Read = tuple[pa.Array, npt.NDArray[np.int64]]


class Spans:
    """Where the values of some cells lie in the octets of a block."""

    def __init__(self, index: Index, cells: Cells) -> None:
        """Look up both ends."""
        self.index = index
        ends = index.bounds.view(np.int64)  # both ends of a piece are one word
        first = ends.take(cells.first)
        self.start = first & START
        self.end = (first if cells.last is cells.first else ends.take(cells.last)) >> 32
        self.length = self.end - self.start
        self.present = self.length > 0

    def of(self, rows: Places) -> Spans:
        """Return those of some rows."""
        part = copy(self)
        part.start, part.end, part.length = self.start[rows], self.end[rows], self.length[rows]
        part.present = self.present[rows]
        return part

    def text(self, row: int) -> str:
        """Return one value as it was sent."""
        return self.index.text(int(self.start[row]), int(self.end[row]))


def text(index: Index, cells: Cells) -> pa.Array:
    """Read text as sent; an element of nothing but spaces is empty. Delimiters inside are shown as ':' and '^'."""
    # Arrow's own look at the bounds is left out: these addresses are of this index
    array = pc.take(index.strings, numbers_of(2 * cells.first), boundscheck=False, memory_pool=POOL)
    _, offsets, octets = array.buffers()
    begin = np.frombuffer(offsets, np.int32, len(array) + 1)
    filled = begin[1:] > begin[:-1]
    bits = pa.py_buffer(np.packbits(filled, bitorder="little"))
    array = pa.StringArray.from_buffers(len(array), offsets, octets, bits)
    unusual = [] if cells.last is cells.first else [np.flatnonzero(cells.first != cells.last)]
    if index.has_blanks and filled.any():
        blank = np.frombuffer(octets, np.uint8).take(begin[:-1], mode="clip") == SPACE
        unusual.append(np.flatnonzero(filled & blank))
    if index.has_repetitions:
        repeats = np.flatnonzero(np.frombuffer(octets, np.uint8, int(begin[-1])) == REPETITION)
        unusual.append(begin.searchsorted(repeats.astype(np.int32), side="right") - 1)
    rows = np.unique(np.concatenate([NONE, *unusual]))
    return _shown(index, cells, array, rows) if rows.size else array


def _shown(index: Index, cells: Cells, array: pa.Array, rows: Places) -> pa.Array:
    """Read some rows once more, as they are shown."""
    spans = Spans(index, Cells(cells.first[rows], cells.last[rows]))
    values = [spans.text(number) for number in range(len(rows))]
    mask = np.zeros(len(array), bool)
    mask[rows] = True
    shown = pa.array([value if value.strip() else None for value in values], pa.string())
    return pc.replace_with_mask(array, pa.array(mask), shown)


def numbers_of(values: npt.NDArray[np.generic]) -> pa.Array:
    """Return an Arrow array over numbers that are there already (`pa.array` takes twice as long to find that out)."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [None, pa.py_buffer(values)])


def array_of(kind: pa.DataType, values: npt.NDArray[np.generic], valid: Mask) -> pa.Array:
    """Return an Arrow array over values that are there already; null where not valid."""
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(kind, len(valid), [bits, pa.py_buffer(values)])
