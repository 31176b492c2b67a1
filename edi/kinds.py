"""Segment ids as small numbers, so that a block's segments are compared, counted and sorted a byte each.

Strategy: the ids that layout, grammar and envelopes know are few; a multiplication that was chosen so that no two of
them meet turns each into a place in a small table. In: packed ids. Out: their numbers, `UNKNOWN` for any other id.
Never: what a segment means.
"""

from __future__ import annotations

from functools import cache
from itertools import count

import numpy as np
import numpy.typing as npt

from edi import grammar, layout

ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")
TOO_LONG = "!LIM"  # the id of what stands for a segment longer than the limit; X12 has no such id
OF_NO_TABLE = ("CR5", "CR6", "HSD")  # of home health in 4010
UNKNOWN = 0
_SHIFT = np.uint32(32 - 12)  # the table has 4,096 places for some seventy ids

Numbers = npt.NDArray[np.uint8]


def packed(segment_id: str) -> int:
    """Return a segment id or short code as the integer that its first four bytes are."""
    return int.from_bytes(segment_id.encode()[:4], "little")


NAMES = tuple(
    dict.fromkeys(["", *ENVELOPE, TOO_LONG, *OF_NO_TABLE, *sorted(layout.segment_ids() | grammar.opening_ids())])
)
NUMBERS = {name: number for number, name in enumerate(NAMES)}
_PACKED = np.array([packed(name) for name in NAMES], np.uint32)
_FACTOR = next(
    np.uint32(factor)
    for factor in count(0x9E3779B1, 2)
    if len(set(((_PACKED * np.uint32(factor)) >> _SHIFT).tolist())) == len(NAMES)
)
_TABLE = np.zeros(1 << 12, np.uint8)
_TABLE[(_PACKED * _FACTOR) >> _SHIFT] = np.arange(len(NAMES))


def numbers(identifier: npt.NDArray[np.uint32]) -> Numbers:
    """Return the number of each packed id."""
    found = _TABLE.take((identifier * _FACTOR) >> _SHIFT)
    found *= _PACKED.take(found) == identifier
    return found


@cache
def members(names: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    """Return a table that says of each number whether its id is one of `names`."""
    return np.isin(np.arange(256), [NUMBERS[name] for name in names])
