"""Eight characters as one word: digits of thousands of values with a few operations on integers.

In: words of eight bytes, little-endian, so that the first character is the lowest byte. Out: what their digits say.
Never: where a value lies. From `figures` on, each byte says how its character differs from '0': a digit is its value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from edi.index import Integers, Mask, Places

Words = npt.NDArray[np.uint64]

WORD = 8  # characters that are read at a time
ZEROS, OVER_NINE, HIGH_BITS = (np.uint64(byte * 0x0101010101010101) for byte in (ord("0"), 0x80 - 10, 0x80))
PAIRS, HUNDREDS, UNITS = (np.uint64(word) for word in (0x000000FF000000FF, 100 + (1000000 << 32), 1 + (10000 << 32)))
EIGHT, TEN, SIXTEEN, THIRTY_TWO = (np.uint64(count) for count in (8, 10, 16, 32))
ALL = (1 << 64) - 1
LAST_BYTES = np.array([ALL ^ (ALL >> (8 * count)) for count in range(9)], np.uint64)
BEHIND_POINT = np.array([ALL, *LAST_BYTES[1:].tolist()], np.uint64)  # by places; without a point all digits stay
LOW_BYTE, POINT = np.uint64(0xFF), np.uint64(ord(".") ^ ord("0"))


def figures(word: Words, count: Integers) -> Words:
    """Make figures of the last `count` (0 to 8) bytes of each word, in place; those before them are zeros."""
    word ^= ZEROS
    word &= LAST_BYTES.take(count)
    return word


def without_point(figure: Words, scale: int) -> tuple[Words, npt.NDArray[np.uint8]]:
    """Close the gap at a point before the last `scale` places or fewer, in place; say also how many are behind it."""
    places = np.zeros(len(figure), np.uint8)
    for count in range(1, scale + 1):
        bits = np.uint64(8 * (WORD - 1 - count))
        here = (figure & (LOW_BYTE << bits)) == (POINT << bits)
        np.maximum(places, here.view(np.uint8) * np.uint8(count), out=places)
    behind = BEHIND_POINT.take(places)
    front = figure << EIGHT
    front &= ~behind
    figure &= behind
    figure |= front
    return figure, places


def number_of(figure: Words) -> tuple[Places, Mask]:
    """Read each word as eight digits; return the numbers, and where all were digits."""
    good = (((figure + OVER_NINE) | figure) & HIGH_BITS) == 0
    figure = figure * TEN + (figure >> EIGHT)
    figure = (figure & PAIRS) * HUNDREDS + ((figure >> SIXTEEN) & PAIRS) * UNITS
    figure >>= THIRTY_TWO
    return figure.view(np.int64), good
