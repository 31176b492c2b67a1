"""Eight characters as one word: digits of thousands of values with a few operations on integers.

In: words of eight bytes, little-endian, so that the first character is the lowest byte. Out: what their digits say.
Never: where a value lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from edi.index import Integers, Mask, Places

Words = npt.NDArray[np.uint64]

WORD = 8  # characters that are read at a time
ZEROS, HIGH_NIBBLES = np.uint64(0x3030303030303030), np.uint64(0xF0F0F0F0F0F0F0F0)
SIXES, PAIRS = np.uint64(0x0606060606060606), np.uint64(0x000000FF000000FF)
HUNDREDS, UNITS = np.uint64(100 + (1000000 << 32)), np.uint64(1 + (10000 << 32))
EIGHT, TEN, SIXTEEN, THIRTY_TWO = (np.uint64(count) for count in (8, 10, 16, 32))
ALL = (1 << 64) - 1
LAST_BYTES = np.array([ALL ^ (ALL >> (8 * count)) for count in range(9)], np.uint64)
BEHIND_POINT = np.array([ALL, *LAST_BYTES[1:].tolist()], np.uint64)  # by places; without a point all digits stay
LOW_BYTE, POINT = np.uint64(0xFF), np.uint64(ord("."))


def without_point(word: Words, length: Integers, scale: int) -> tuple[Words, Places]:
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


def last_digits(word: Words, count: Integers) -> tuple[Places, Mask]:
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
