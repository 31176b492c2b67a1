"""How much of one thing a delivered file may hold before the reader stops looking at it closely.

Strategy: no limit ever loses a byte or raises; what goes beyond one is set aside with a reason, or counted instead of
listed. In: settings, with defaults far above what honest files hold. Never: a limit on files, transactions or claims;
these cost memory by the block, not by their number.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Settings of a reading.

    segment_bytes: a longer segment is not read, and its transaction is set aside; X12's longest have a few thousand.
    problems: bad places that are listed one by one, per transaction and per file outside of transactions; what goes
        beyond is one more problem that says how many there are.
    """

    segment_bytes: int = 1 << 20
    problems: int = 200
