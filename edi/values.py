"""Typed columns from addresses: text, amounts, quantities and integers for thousands of rows at a time.

Strategy: the shapes that guides prescribe are read with eight-byte arithmetic; whatever has another shape is looked
at once more, slowly and exactly, one value at a time, and is either that value or bad. In: an `Index` and `Cells`.
Out: an Arrow array (null where the element is empty or bad) and which cells are bad. Never: a guess, or a float.
"""

from __future__ import annotations

import re
from copy import copy
from decimal import Context, Decimal
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from edi.canonical import REPETITION, SPACE
from edi.elements import Cells

if TYPE_CHECKING:
    from edi.index import Index, Integers, Mask, Places

Scalar = TypeVar("Scalar", bound=np.generic)
Words = npt.NDArray[np.uint64]

NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*", re.ASCII)
POOL = pa.system_memory_pool()  # numpy's: what one lets go of, the other takes (measured: fewer pages to fault in)
PRECISION = 18  # digits of the widest decimal; its unscaled value fits an int64
SCALES = {"amount": 2, "quantity": 4, "integer": 0}
LENGTH_LIMIT = 64  # characters of a number that is worth a second look
EXACT = Context(prec=LENGTH_LIMIT)
WORD = 8  # characters that are read at a time
START = (1 << 32) - 1
MINUS = ord("-")

# Eight digits in one word: the first digit is the lowest byte.
ZEROS, HIGH_NIBBLES = np.uint64(0x3030303030303030), np.uint64(0xF0F0F0F0F0F0F0F0)
SIXES, PAIRS = np.uint64(0x0606060606060606), np.uint64(0x000000FF000000FF)
HUNDREDS, UNITS = np.uint64(100 + (1000000 << 32)), np.uint64(1 + (10000 << 32))
EIGHT, TEN, SIXTEEN, THIRTY_TWO = (np.uint64(count) for count in (8, 10, 16, 32))
ALL = (1 << 64) - 1
LAST_BYTES = np.array([ALL ^ (ALL >> (8 * count)) for count in range(9)], np.uint64)
BEHIND_POINT = np.array([ALL, *LAST_BYTES[1:].tolist()], np.uint64)  # by places; without a point all digits stay
LOW_BYTE, POINT = np.uint64(0xFF), np.uint64(ord("."))
SIGNS = np.array([1, -1])
POWERS = 10 ** np.arange(PRECISION)


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
    array = pc.take(index.strings, pa.array(2 * cells.first), boundscheck=False, memory_pool=POOL)
    _, offsets, octets = array.buffers()
    begin = np.frombuffer(offsets, np.int32, len(array) + 1)
    filled = begin[1:] > begin[:-1]
    bits = pa.py_buffer(np.packbits(filled, bitorder="little"))
    array = pa.StringArray.from_buffers(len(array), offsets, octets, bits)
    unusual = [] if cells.last is cells.first else [np.flatnonzero(cells.first != cells.last)]
    if index.has_blanks:
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


def number(spans: Spans, kind: str) -> Read:
    """Read decimals of `SCALES[kind]` places, exactly; more places than that must be zeros."""
    values, valid, bad = scaled(spans, SCALES[kind])
    if kind == "integer":
        return integers(values, valid), bad
    wide = np.empty((len(values), 2), np.int64)
    wide[:, 0] = values
    np.right_shift(values, 63, out=wide[:, 1])
    return array_of(pa.decimal128(PRECISION, SCALES[kind]), wide, valid), bad


def scaled(spans: Spans, scale: int) -> tuple[Places, Mask, Places]:
    """Read decimals as int64 in units of 10**-scale; return values, which are valid, and the rows of the bad ones."""
    filled = np.flatnonzero(spans.present)
    if 2 * len(filled) < len(spans.present):  # most rows have none
        values, valid, bad = scaled(spans.of(filled), scale)
        return _spread(values, filled, spans), _spread(valid, filled, spans), filled[bad]
    index = spans.index
    negative = index.octets.take(spans.start) == MINUS
    length = spans.length - negative
    word, places = _without_point(index.words[spans.end - WORD], np.minimum(length, WORD), scale)
    digits = np.minimum(length, WORD) - (places > 0)
    values, valid = _eight(word, digits)
    valid &= digits > 0
    long = np.flatnonzero(length > WORD)
    if long.size:
        more = length[long] - WORD
        fits = (more <= WORD) & (more + digits[long] + scale - places[long] <= PRECISION)
        head, good = _eight(index.words[spans.end[long] - 2 * WORD], np.where(fits, more, 0))
        values[long] += head * POWERS.take(digits[long])
        valid[long] &= good & fits
    values *= POWERS.take(scale - places)
    values *= SIGNS.take(negative)
    return _exact(spans, scale, values, valid)


def _spread(values: npt.NDArray[Scalar], rows: Places, spans: Spans) -> npt.NDArray[Scalar]:
    """Put values into their rows among all rows, zero elsewhere."""
    whole = np.zeros(len(spans.present), values.dtype)
    whole[rows] = values
    return whole


def _without_point(word: Words, length: Integers, scale: int) -> tuple[Words, Places]:
    """Close the gap at a point among the last bytes of each word; return also how many digits stood behind it."""
    word &= LAST_BYTES.take(length)
    places = np.zeros(len(word), np.int64)
    for count in range(1, scale + 1):
        bits = np.uint64(8 * (WORD - 1 - count))
        np.maximum(places, count * ((word & (LOW_BYTE << bits)) == (POINT << bits)), out=places)
    behind = BEHIND_POINT.take(places)
    front = word << EIGHT
    front &= ~behind
    word &= behind
    word |= front
    return word, places


def _exact(spans: Spans, scale: int, values: Places, valid: Mask) -> tuple[Places, Mask, Places]:
    """Look once more at what has an unusual shape."""
    rest = np.flatnonzero(spans.present & ~valid)
    bad = []
    for row in rest.tolist():
        found = spans.text(row)
        exact = units(found, scale)
        if exact is not None:
            values[row], valid[row] = exact, True
        elif found.strip():
            bad.append(row)
    return values, valid, np.array(bad, np.int64)


def units(text: str, scale: int) -> int | None:
    """Read one decimal in units of 10**-scale, None if it is none, is too long, or has more places than `scale`."""
    if len(text) >= LENGTH_LIMIT or not NUMBER.fullmatch(text):
        return None
    shifted = EXACT.scaleb(Decimal(text.strip()), scale)
    fits = shifted == shifted.to_integral_value() and abs(shifted) < 10**PRECISION
    return int(shifted) if fits else None


def _eight(word: Words, count: Integers) -> tuple[Places, Mask]:
    """Read the last `count` (0 to 8) bytes of each word as digits; return the values, and which are digits all."""
    kept = LAST_BYTES.take(count)
    return digits_of((word & kept) | (ZEROS & ~kept))


def digits_of(word: Words) -> tuple[Places, Mask]:
    """Read each word as eight digits."""
    good = (word & HIGH_NIBBLES) == ZEROS
    good &= ((word + SIXES) & HIGH_NIBBLES) == ZEROS
    word = word - ZEROS
    word = word * TEN + (word >> EIGHT)
    word = (word & PAIRS) * HUNDREDS + ((word >> SIXTEEN) & PAIRS) * UNITS
    word >>= THIRTY_TWO
    return word.view(np.int64), good


def integers(values: Integers, valid: Mask) -> pa.Array:
    """Return an Arrow array of the same width that is null where not valid."""
    return array_of(pa.from_numpy_dtype(values.dtype), values, valid)


def array_of(kind: pa.DataType, values: npt.NDArray[np.generic], valid: Mask) -> pa.Array:
    """Return an Arrow array over values that are there already; null where not valid."""
    bits = None if valid.all() else pa.py_buffer(np.packbits(valid, bitorder="little"))
    return pa.Array.from_buffers(kind, len(valid), [bits, pa.py_buffer(values)])
