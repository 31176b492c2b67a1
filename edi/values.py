"""Typed columns from addresses: text, amounts, quantities, integers and dates for thousands of rows at a time.

Strategy: the shapes that guides prescribe are read with eight-byte arithmetic; whatever has another shape is looked
at once more, slowly and exactly, one value at a time, and is either that value or bad. In: an `Index` and `Pieces`.
Out: an Arrow array (null where the element is empty or bad) and a mask of the bad ones. Never: a guess, or a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from edi.index import SPACE, Integers, Mask, Pieces

Words = npt.NDArray[np.uint64]

NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*", re.ASCII)
PRECISION = 18  # digits of the widest decimal; its unscaled value fits an int64
SCALES = {"amount": 2, "quantity": 4, "integer": 0}
LENGTH_LIMIT = 64  # characters of a number that is worth a second look
EXACT = Context(prec=LENGTH_LIMIT)
TIME_LENGTH, RANGE_LENGTH, PERIOD_LENGTHS = 4, 17, (8, 12, 14, 17)  # HHMM, two days, a day with or without its time
DOT, MINUS, HYPHEN = (ord(mark) for mark in ".--")

# The calendar by CCYYMM: the day before each month begins, counted from 1970, and how many days it has (0: no month).
_MONTHS = np.arange("0001-01", "10000-01", dtype="M8[M]")
_ROWS = np.arange(len(_MONTHS)) // 12 * 100 + np.arange(len(_MONTHS)) % 12 + 101
FIRST_OF_MONTH, DAYS_OF_MONTH = np.zeros((2, 10**6), np.int32)
FIRST_OF_MONTH[_ROWS] = _MONTHS.astype("M8[D]").astype(np.int32) - 1
DAYS_OF_MONTH[_ROWS] = ((_MONTHS + 1).astype("M8[D]") - _MONTHS.astype("M8[D]")).astype(np.int32)

# Eight digits in one word: the first digit is the lowest byte.
ZEROS, HIGH_NIBBLES = np.uint64(0x3030303030303030), np.uint64(0xF0F0F0F0F0F0F0F0)
SIXES, PAIRS = np.uint64(0x0606060606060606), np.uint64(0x000000FF000000FF)
HUNDREDS, UNITS = np.uint64(100 + (1000000 << 32)), np.uint64(1 + (10000 << 32))
EIGHT, TEN, SIXTEEN, THIRTY_TWO = (np.uint64(count) for count in (8, 10, 16, 32))
ALL = (1 << 64) - 1
LAST_BYTES = np.array([ALL ^ (ALL >> (8 * count)) for count in range(9)], np.uint64)
FIRST_ZEROS = ZEROS & ~LAST_BYTES
BEHIND_POINT = np.array([ALL, *LAST_BYTES[1:].tolist()], np.uint64)  # by places; without a point all digits stay
POWERS = 10 ** np.arange(PRECISION)


def text(pieces: Pieces) -> tuple[pa.Array, Mask | None]:
    """Read text as sent; an element of nothing but spaces is empty. Component delimiters inside are shown as ':'."""
    index = pieces.index
    array = index.strings.take(integers(pieces.first, pieces.present))
    unusual = np.zeros(0, np.int64)
    if index.has_blanks:
        unusual = np.flatnonzero(pieces.present & (index.octets[pieces.start] == SPACE))
    if pieces.first is not pieces.last:
        unusual = np.union1d(unusual, np.flatnonzero(pieces.present & (pieces.first != pieces.last)))
    if not unusual.size:
        return array, None
    exact = [
        index.slice_text(start, end) for start, end in zip(pieces.start[unusual], pieces.end[unusual], strict=True)
    ]
    mask = np.zeros(len(array), bool)
    mask[unusual] = True
    shown = pa.array([value if value.strip() else None for value in exact], pa.string())
    return pc.replace_with_mask(array, pa.array(mask), shown), None


def number(pieces: Pieces, kind: str) -> tuple[pa.Array, Mask | None]:
    """Read decimals of `SCALES[kind]` places, exactly; more places than that must be zeros."""
    values, valid, bad = scaled(pieces, SCALES[kind])
    if kind == "integer":
        return integers(values, valid), bad
    return _decimals(values, valid, SCALES[kind]), bad


def scaled(pieces: Pieces, scale: int) -> tuple[Integers, Mask, Mask | None]:
    """Read decimals as int64 in units of 10**-scale; return values, which are valid, and which are bad, if any."""
    index = pieces.index
    end = pieces.end
    negative = pieces.present & (index.octets.take(pieces.start) == MINUS)
    start = pieces.start + negative
    places = np.zeros(len(end), np.int64)  # digits behind the point
    for count in range(1, scale + 1):
        places[(index.octets.take(end - count - 1) == DOT) & (end - count > start)] = count
    digits = end - start - (places > 0)
    short = (digits > 0) & (end - start <= 8)
    # one word holds the number: the digits in front of the point move up by one to close the gap
    behind = BEHIND_POINT[places]
    word = index.words[end - 8]
    word = (word & behind) | ((word << EIGHT) & ~behind)
    values, valid = _eight(word, np.where(short, digits, 0))
    values *= POWERS[scale - places]
    valid &= short
    values = np.where(negative, -values, values)
    if bool((valid == pieces.present).all()):
        return values, valid, None
    return _exact(pieces, scale, values, valid)


def _exact(pieces: Pieces, scale: int, values: Integers, valid: Mask) -> tuple[Integers, Mask, Mask]:
    index = pieces.index
    bad = pieces.present & ~valid
    for row in np.flatnonzero(bad):
        found = index.slice_text(int(pieces.start[row]), int(pieces.end[row]))
        exact = units(found, scale)
        if exact is not None:
            values[row], valid[row] = exact, True
        bad[row] = exact is None and bool(found.strip())
    return values, valid, bad


def units(text: str, scale: int) -> int | None:
    """Read one decimal in units of 10**-scale, None if it is none, is too long, or has more places than `scale`."""
    if len(text) >= LENGTH_LIMIT or not NUMBER.fullmatch(text):
        return None
    shifted = EXACT.scaleb(Decimal(text.strip()), scale)
    fits = shifted == shifted.to_integral_value() and abs(shifted) < 10**PRECISION
    return int(shifted) if fits else None


def _eight(word: Words, count: Integers) -> tuple[Integers, Mask]:
    """Read the last `count` (0 to 8) bytes of each word as digits; return the values, and which are digits all."""
    word = (word & LAST_BYTES[count]) | FIRST_ZEROS[count]
    good = ((word & HIGH_NIBBLES) == ZEROS) & (((word + SIXES) & HIGH_NIBBLES) == ZEROS)
    word = word - ZEROS
    word = word * TEN + (word >> EIGHT)
    word = (word & PAIRS) * HUNDREDS + ((word >> SIXTEEN) & PAIRS) * UNITS
    return (word >> THIRTY_TWO).view(np.int64), good


def _decimals(values: Integers, valid: Mask, scale: int) -> pa.Array:
    wide = np.empty((len(values), 2), np.int64)
    wide[:, 0] = values
    wide[:, 1] = values >> 63
    return pa.Array.from_buffers(
        pa.decimal128(18, scale), len(values), [_bits(valid), pa.py_buffer(wide)], int((~valid).sum())
    )


def integers(values: Integers, valid: Mask) -> pa.Array:
    """Return an Arrow array of the same width that is null where not valid."""
    return pa.Array.from_buffers(pa.from_numpy_dtype(values.dtype), len(values), [_bits(valid), pa.py_buffer(values)])


def _bits(valid: Mask) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def date(pieces: Pieces, kind: str) -> tuple[pa.Array, Mask | None]:
    """Read a date CCYYMMDD, or the first (`date_from`) or last (`date_to`) one of CCYYMMDD-CCYYMMDD; times are cut off.

    Four digits (a time of day, format TM) are no date and not bad either.
    """
    index = pieces.index
    start, end = pieces.start, pieces.end
    length = end - start
    if kind == "date_to":
        ranged = (length == RANGE_LENGTH) & (index.octets[np.minimum(start + 8, end)] == HYPHEN)
        start = start + 9 * ranged
    fits = length == 8
    if kind != "date" and not fits.all():
        fits = np.isin(length, PERIOD_LENGTHS)
    digits, good = _eight(index.words[start], np.where(fits, 8, 0))
    month = np.where(good & fits, digits // 100, 0)  # CCYYMM, a row of the calendar
    day = digits - 100 * month
    good &= fits & (day >= 1) & (day <= DAYS_OF_MONTH.take(month))
    value = FIRST_OF_MONTH.take(month) + day.astype(np.int32)
    bad = None
    if not bool((good == pieces.present).all()):
        spaces = index.octets[pieces.start] == SPACE
        bad = pieces.present & ~good & ~spaces & ~((length == TIME_LENGTH) & (kind != "date"))
    array = pa.Array.from_buffers(pa.date32(), len(value), [_bits(good), pa.py_buffer(value)], int((~good).sum()))
    return array, bad


Reader = Callable[[Pieces], tuple[pa.Array, Mask | None]]


def reader(kind: str) -> Reader:
    """Return the function that reads a layout type."""
    if kind in SCALES:
        return lambda pieces: number(pieces, kind)
    if kind.startswith("date"):
        return lambda pieces: date(pieces, kind)
    return text
