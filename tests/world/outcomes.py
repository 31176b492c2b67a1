"""What an adjustment does to a claim that was paid: rows, no branches.

In: nothing. Out: `OUTCOMES` by name. Never: randomness or X12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Outcome:
    """What an adjustment does to a paid claim: where it cuts, under which codes, and the alert on the reversal."""

    scope: str  # "claim": every line is denied; "line": the dearest line is; "rate": each line pays less; "void": all
    group_code: str = ""
    reason_code: str = ""
    remark_code: str = ""
    reversal_remark_code: str = ""
    percent_kept: int = 0


OUTCOMES: Final[Mapping[str, Outcome]] = {
    "rate": Outcome("rate", "CO", "45", "N419", "N689", 62),
    "small_rate": Outcome("rate", "CO", "45", "N381", "N692", 91),
    "other_coverage": Outcome("claim", "CO", "22", "MA92", "N696"),
    "not_eligible": Outcome("claim", "CO", "27", "N619", "N687"),
    "authorization": Outcome("claim", "CO", "197", "N10", "N688"),
    "bundled": Outcome("line", "CO", "97", "N20", "N692"),
    "duplicate": Outcome("claim", "OA", "18", "N522", "N692"),
    "replaced": Outcome("rate", "CO", "45", "MA67", "N694", 80),
    "void": Outcome("void", reversal_remark_code="N693"),
    "medical_review": Outcome("line", "CO", "50", "N115", "N691"),
    "timely_filing": Outcome("claim", "CO", "29", "", "N692"),
    "unchanged": Outcome("rate", "CO", "45", "", "N691", 100),
    "appeal_won": Outcome("restored", reversal_remark_code="N690"),
}
