"""What a header or trailer of an envelope states: a count, a control number; and whether it can be one.

In: elements as text, or a row of an index. Out: numbers, yes or no. Never: a verdict; `envelope.py` draws it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edi.kinds import members

if TYPE_CHECKING:
    from edi.index import Index, Mask, Places

SHORT = members(("GS", "GE", "IEA", "TA1"))
MOST = 16  # elements of one of these; a GS has eight
COUNT_LENGTH = 10  # digits of a count; X12 allows six for groups and transactions, ten for segments


def count_of(text: str) -> int | None:
    """Return the number that a trailer states, None if it is none."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= COUNT_LENGTH else None


def same_number(control_number: str, other: str) -> bool:
    """Tell whether two control numbers of a group or an interchange are the same number."""
    return control_number.strip().lstrip("0") == other.strip().lstrip("0")


def swallows(index: Index, rows: Places) -> Mask:
    """Tell which segments have so many elements that a transaction hides in them, which has lost its terminators."""
    swallowed: Mask = SHORT.take(index.kind[rows]) & (index.last[rows] - index.first[rows] > MOST)
    return swallowed
