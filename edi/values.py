"""Typed columns from addresses: text, amounts, quantities, integers and dates for thousands of rows at a time.

Strategy: the shapes that guides prescribe are read with eight-byte arithmetic; whatever has another shape is looked
at once more, slowly and exactly, one value at a time, and is either that value or bad. In: an `Index` and `Pieces`.
Out: an Arrow array (null where the element is empty or bad) and a mask of the bad ones. Never: a guess, or a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from edi.index import Index, Integers, Mask, Pieces

Words = npt.NDArray[np.uint64]

NUMBER = re.compile(r"\s*-?(?:\d+\.?\d*|\.\d+)\s*")
PRECISION = 18  # digits of the widest decimal; its unscaled value fits an int64
SCALES = {"amount": 2, "quantity": 4, "integer": 0}
ZEROS = np.uint64(0x3030303030303030)
HIGH_NIBBLES = np.uint64(0xF0F0F0F0F0F0F0F0)
SIXES = np.uint64(0x0606060606060606)
DOT, MINUS, ZERO, NINE, SPACE, HYPHEN = (ord(mark) for mark in ".-09 -")


def text(index: Index, pieces: Pieces) -> tuple[pa.Array, Mask]:
    """Read text as sent; an element of nothing but spaces is empty. Inner component delimiters are shown as ':'."""
    present = pieces.present
    blank = present & (index.octets[index.piece_start(pieces.first)] <= SPACE)
    several = present & (pieces.first != pieces.last)
    special = np.flatnonzero(blank | several)
    array = index.strings.take(pa.array(2 * pieces.first + 1, mask=~present))
    if special.size:
        exact = [index.slice_text(int(pieces.first[row]), int(pieces.last[row])) for row in special]
        mask = np.zeros(len(present), bool)
        mask[special] = True
        array = pc.replace_with_mask(
            array, pa.array(mask), pa.array([value if value.strip() else None for value in exact], pa.string())
        )
    return array, np.zeros(len(present), bool)


def number(index: Index, pieces: Pieces, kind: str) -> tuple[pa.Array, Mask]:
    """Read decimals of `SCALES[kind]` places, exactly; more places than that must be zeros."""
    values, valid, bad = scaled(index, pieces, SCALES[kind])
    if kind == "integer":
        return pa.array(values, mask=~valid), bad
    return _decimals(values, valid, SCALES[kind]), bad


def scaled(index: Index, pieces: Pieces, scale: int) -> tuple[Integers, Mask, Mask]:
    """Read decimals as int64 in units of 10**-scale; return values, which are valid, and which are bad."""
    start, end = index.piece_start(pieces.first), index.piece_end[pieces.last]
    negative = pieces.present & (index.octets[start] == MINUS)
    whole_start = start + negative
    values = np.zeros(len(start), np.int64)
    valid = np.zeros(len(start), bool)
    for places in range(scale + 1):  # the number of digits behind the point; 0: none and no point
        point = end - places - 1 if places else end
        fits = pieces.present & ~valid & (point >= whole_start) & (end - whole_start > max(places, 0))
        if places:
            fits &= index.octets[point] == DOT
        fits &= (point - whole_start) <= min(PRECISION - scale, 16)
        rows = np.flatnonzero(fits)
        whole, good = _digits(index.words, whole_start[rows], point[rows])
        for place in range(places):
            digit = index.octets[point[rows] + 1 + place]
            good &= (digit >= ZERO) & (digit <= NINE)
            whole = whole * 10 + (digit.astype(np.int64) - ZERO)
        values[rows[good]] = whole[good] * 10 ** (scale - places)
        valid[rows[good]] = True
    values[negative] *= -1
    return _exact(index, pieces, scale, values, valid)


def _exact(index: Index, pieces: Pieces, scale: int, values: Integers, valid: Mask) -> tuple[Integers, Mask, Mask]:
    bad = pieces.present & ~valid
    for row in np.flatnonzero(bad):
        found = index.slice_text(int(pieces.first[row]), int(pieces.last[row]))
        if not found.strip():
            bad[row] = False
        elif len(found) < 64 and NUMBER.fullmatch(found):
            units = Decimal(found.strip()).scaleb(scale)
            if units == units.to_integral_value() and abs(units) < 10**PRECISION:
                values[row], valid[row], bad[row] = int(units), True, False
    return values, valid, bad


def _digits(words: Words, start: Integers, end: Integers) -> tuple[Integers, Mask]:
    """Read up to sixteen digits that lie between start and end; return values and which are all digits."""
    low, low_good = _eight(words, end, np.minimum(end - start, 8))
    if not (end - start > 8).any():
        return low, low_good
    high, high_good = _eight(words, end - 8, np.clip(end - start - 8, 0, 8))
    return high * 10**8 + low, low_good & high_good


def _eight(words: Words, end: Integers, count: Integers) -> tuple[Integers, Mask]:
    spare = (8 * (8 - count)).astype(np.uint64)
    full = spare < 64
    shift = np.minimum(spare, np.uint64(63))
    word = (words[end - 8] >> shift) << shift
    word = np.where(full, word | (ZEROS & ((np.uint64(1) << shift) - np.uint64(1))), ZEROS)
    good = ((word & HIGH_NIBBLES) == ZEROS) & (((word + SIXES) & HIGH_NIBBLES) == ZEROS)
    word = word - ZEROS
    word = word * np.uint64(10) + (word >> np.uint64(8))
    pairs = np.uint64(0x000000FF000000FF)
    word = (word & pairs) * np.uint64(0x000F424000000064) + ((word >> np.uint64(16)) & pairs) * np.uint64(
        0x0000271000000001
    )
    return (word >> np.uint64(32)).astype(np.int64), good


def _decimals(values: Integers, valid: Mask, scale: int) -> pa.Array:
    wide = np.empty((len(values), 2), np.int64)
    wide[:, 0] = values
    wide[:, 1] = values >> 63
    return pa.Array.from_buffers(
        pa.decimal128(18, scale), len(values), [_bits(valid), pa.py_buffer(wide)], int((~valid).sum())
    )


def _bits(valid: Mask) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def date(index: Index, pieces: Pieces, kind: str) -> tuple[pa.Array, Mask]:
    """Read a date CCYYMMDD, or the first (`date_from`) or last (`date_to`) one of CCYYMMDD-CCYYMMDD; times are cut off.

    Four digits (a time of day, format TM) are no date and not bad either.
    """
    start, end = index.piece_start(pieces.first), index.piece_end[pieces.last]
    length = end - start
    if kind == "date_to":
        ranged = pieces.present & (length == 17) & (index.octets[np.minimum(start + 8, end)] == HYPHEN)
        start = start + 9 * ranged
    allowed = (8,) if kind == "date" else (8, 12, 14, 17)
    fits = pieces.present & np.isin(length, allowed)
    digits, good = _eight(index.words, np.where(fits, start + 8, 8), np.where(fits, 8, 0))
    years, months, days = digits // 10000, digits // 100 % 100, digits % 100
    good &= fits & (years >= 1) & (months >= 1) & (months <= 12) & (days >= 1)
    month = ((years - 1970) * 12 + months - 1).astype("M8[M]")
    first = month.astype("M8[D]")
    good &= days <= ((month + 1).astype("M8[D]") - first).astype(np.int64)
    value = (first.astype(np.int64) + days - 1).astype(np.int32)
    spaces = index.octets[start] == SPACE
    bad = pieces.present & ~good & ~spaces & ~((length == 4) & (kind != "date"))
    array = pa.Array.from_buffers(pa.date32(), len(value), [_bits(good), pa.py_buffer(value)], int((~good).sum()))
    return array, bad


Reader = Callable[[Index, Pieces], tuple[pa.Array, Mask]]


def reader(kind: str) -> Reader:
    """Return the function that reads a layout type."""
    if kind in SCALES:
        return lambda index, pieces: number(index, pieces, kind)
    if kind.startswith("date"):
        return lambda index, pieces: date(index, pieces, kind)
    return text
