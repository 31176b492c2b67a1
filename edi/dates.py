"""Days from addresses, for thousands of rows at a time.

Strategy: eight digits are read as one word, and a calendar that is a table says which day that is, if any. In: `Spans`.
Out: Arrow dates, null where there is no day, and the rows that are bad. Never: a guess at another form of date.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi.canonical import SPACE
from edi.values import array_of
from edi.words import WORD, ZEROS, number_of

if TYPE_CHECKING:
    from edi.index import Integers, Mask, Places
    from edi.values import Read, Spans

TIME_LENGTH, RANGE_LENGTH, PERIOD_LENGTHS = 4, 17, (8, 12, 14, 17)  # HHMM, two days, a day with or without its time
HYPHEN = ord("-")

# The calendar by CCYYMM: the day before each month begins, counted from 1970, and how many days it has (0: no month).
_FIRSTS = np.arange("0001-01", "10000-02", dtype="M8[M]").astype("M8[D]").astype(np.int32)
FIRST_OF_MONTH, DAYS_OF_MONTH = np.zeros((10**4, 100), np.int32), np.zeros((10**4, 100), np.int8)
FIRST_OF_MONTH[1:, 1:13] = _FIRSTS[:-1].reshape(-1, 12) - 1
DAYS_OF_MONTH[1:, 1:13] = np.diff(_FIRSTS).reshape(-1, 12)


def date(spans: Spans) -> Read:
    """Read a date CCYYMMDD."""
    spans = _unpadded(spans)
    days, good = _days(spans, spans.start, spans.length == WORD)
    return array_of(pa.date32(), days, good), _unread(spans, good)


def period(spans: Spans) -> tuple[pa.Array, pa.Array, Places]:
    """Read the first and the last day of CCYYMMDD-CCYYMMDD or of one day; times are cut off.

    Four digits (a time of day, format TM) are no date and not bad either, nor is a last day that cannot be read.
    """
    spans = _unpadded(spans)
    fits = spans.length == WORD
    if not fits.all():
        fits = np.isin(spans.length, PERIOD_LENGTHS)
    days, good = _days(spans, spans.start, fits)
    first = last = array_of(pa.date32(), days, good)
    ranges = np.flatnonzero(spans.length == RANGE_LENGTH)
    ranges = ranges[spans.index.octets.take(spans.start[ranges] + WORD) == HYPHEN]
    if ranges.size:
        last_days, last_good = days.copy(), good.copy()
        last_days[ranges], last_good[ranges] = _days(spans, spans.start[ranges] + WORD + 1, np.ones(len(ranges), bool))
        last = array_of(pa.date32(), last_days, last_good)
    bad = _unread(spans, good)
    return first, last, bad[spans.length[bad] != TIME_LENGTH]


def _days(spans: Spans, start: Integers, fits: Mask) -> tuple[npt.NDArray[np.int32], Mask]:
    """Read eight digits as a day, counted from 1970."""
    digits, good = number_of(spans.index.words[start] ^ ZEROS)
    good &= fits
    digits *= good
    month = digits // 100  # CCYYMM, a row of the calendar
    day = (digits - 100 * month).astype(np.int32)
    good &= (day >= 1) & (day <= DAYS_OF_MONTH.take(month))
    return FIRST_OF_MONTH.take(month) + day, good


def _unpadded(spans: Spans) -> Spans:
    """Leave out the spaces around a day, with which some systems fill an element or a line."""
    octets = spans.index.octets
    is_padded = octets.take(spans.start) == SPACE
    odd = np.flatnonzero(spans.present & (is_padded | (spans.length != WORD)))
    padded = odd[is_padded[odd] | (octets.take(spans.end[odd] - 1) == SPACE)]
    if not padded.size:
        return spans
    part = copy(spans)
    part.start, part.end = spans.start.copy(), spans.end.copy()
    for row in padded.tolist():
        text = spans.index.data[spans.start[row] : spans.end[row]]
        part.start[row] += len(text) - len(text.lstrip(b" "))
        part.end[row] = max(part.start[row], part.end[row] - len(text) + len(text.rstrip(b" ")))
    part.length = part.end - part.start
    part.present = part.length > 0
    return part


def _unread(spans: Spans, good: Mask) -> Places:
    """Return the rows that hold something and could not be read."""
    unread: Places = np.flatnonzero(spans.present & ~good)
    return unread
