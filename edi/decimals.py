"""Amounts, quantities and integers from addresses, for thousands of rows at a time.

Strategy: the shapes that guides prescribe are read with eight-byte arithmetic; whatever has another shape is looked
at once more, slowly and exactly, one value at a time, and is either that value or bad. In: `Spans`. Out: an Arrow array
(null where the element is empty or bad) and which cells are bad. Never: a guess, or a float.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi.values import array_of
from edi.words import WORD, figures, number_of, without_point

if TYPE_CHECKING:
    from edi.index import Mask, Places
    from edi.values import Read, Spans

Scalar = TypeVar("Scalar", bound=np.generic)

# a plus sign "should not be transmitted": who transmits it nevertheless means what it says (X12's RFI 1750 on "should")
NUMBER = re.compile(r"\s*[-+]?(?:\d+\.?\d*|\.\d+)\s*", re.ASCII)
PRECISION = 18  # digits of the widest decimal; its unscaled value fits an int64
SCALES = {"amount": 2, "quantity": 4, "integer": 0}
LENGTH_LIMIT = 64  # characters of a number that is worth a second look
EXACT = Context(prec=LENGTH_LIMIT)
MINUS = ord("-")
POWERS = 10 ** np.arange(PRECISION)
FACTORS, NEGATIVE = np.concatenate([POWERS, -POWERS]), np.uint8(PRECISION)


def number(spans: Spans, kind: str) -> Read:
    """Read decimals of `SCALES[kind]` places, exactly; more places than that must be zeros."""
    values, valid, bad = scaled(spans, SCALES[kind])
    if kind == "integer":
        return array_of(pa.int64(), values, valid), bad
    return array_of(pa.decimal64(PRECISION, SCALES[kind]), values, valid), bad


def scaled(spans: Spans, scale: int) -> tuple[Places, Mask, Places]:
    """Read decimals as int64 in units of 10**-scale; return values, which are valid, and the rows of the bad ones."""
    filled = np.flatnonzero(spans.present)
    if 2 * len(filled) < len(spans.present):  # most rows have none
        values, valid, bad = scaled(spans.of(filled), scale)
        return _spread(values, filled, spans), _spread(valid, filled, spans), filled[bad]
    words = spans.index.words
    negative = spans.index.octets.take(spans.start) == MINUS
    length = spans.length - negative
    figure, places = without_point(figures(words[spans.end - WORD], np.minimum(length, WORD)), scale)
    values, valid = number_of(figure)
    has_point = places > 0
    valid &= length > has_point
    long = np.flatnonzero(length > WORD)
    if long.size:
        more, read = length[long] - WORD, WORD - has_point[long]
        fits = (more <= WORD) & (more + read + scale - places[long] <= PRECISION)
        head, good = number_of(figures(words[spans.end[long] - 2 * WORD], np.where(fits, more, 0)))
        values[long] += head * POWERS.take(read)
        valid[long] &= good & fits
    values *= FACTORS.take(scale - places + NEGATIVE * negative)
    return _exact(spans, scale, values, valid)


def _spread(values: npt.NDArray[Scalar], rows: Places, spans: Spans) -> npt.NDArray[Scalar]:
    """Put values into their rows among all rows, zero elsewhere."""
    whole = np.zeros(len(spans.present), values.dtype)
    whole[rows] = values
    return whole


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
