"""What payers do differently, as data: every payer of a world is a row, no payer is code.

In: nothing. Out: the frozen dataclasses `Payer`, `Pattern`, `Sundry` and `Outcome`, and the few named ways in which a
payer rewrites an account number. Formats are Python format strings, so that a fixed-width reference is
"{claim_number:<19.19}{account:<20.20}" and a glued date is "{account}{service_date} {claim_number}".
Never: randomness or a branch on a payer's name. A new habit of a payer is a new value here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from edi.delimiters import Delimiters

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# How a payer gives back the provider's account number (CLM01) in CLP01: applied in the order that the payer names.
ACCOUNT_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "first_20": lambda account: account[:20],
    "first_17": lambda account: account[:17],
    "upper": str.upper,
    "no_leading_zeros": lambda account: account.lstrip("0") or "0",
    "no_hyphens": lambda account: account.replace("-", ""),
    "always_zero": lambda _: "0",
}


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
}


@dataclass(frozen=True)
class Pattern:
    """One way in which money comes back, and for how many claims of a payer.

    method: "immediate" (reversal and correction lower the check), "letter" (no claim in any remittance, then WO),
        "deferred" (reversal and correction now, cancelled by a negative WO, collected later), "paid_later" (a denied
        claim is reversed and paid).
    together: so many claims become one letter, or are reversed in one check. parts: checks over which it is collected.
    submission: the 837 behind it: "" (the payer's own doing), "7" (a replacement) or "8" (a void).
    refund: "" or a check of the provider instead of a WO: "exact" or "excess". rounds: adjustments one after another.
    before: only claims of the first so many percent of the calendar. reference: instead of the payer's usual one.
    """

    name: str
    claims: int
    method: str
    outcomes: tuple[str, ...] = ("rate",)
    together: int = 1
    parts: int = 1
    submission: str = ""
    refund: str = ""
    times_collected: int = 1
    rounds: int = 1
    interest_percent: int = 0
    give_back: bool = False
    correction_days: int = 0
    delay_days: tuple[int, int] = (20, 40)
    collect_days: int = 28
    kinds: str = "PID"
    least_paid: int = 3000
    before: int = 30
    reference: str = ""


@dataclass(frozen=True)
class Sundry:
    """A provider adjustment that concerns no claim: levies, settlements, capitation. Amounts in cents, X12 sign."""

    code: str
    kind: str
    reference: str
    every: int
    lowest: int
    highest: int


@dataclass(frozen=True)
class Payer:
    """A payer and its habits.

    References may name claim_number, new_claim_number, account, letter, service_date, member, trace, check_number;
    control numbers year, day, serial and version; traces and letters date and serial.
    """

    key: str
    name: str
    claim_identifier: str  # 2010BB NM109 in the 837: the clearinghouse's id of the payer
    remittance_identifier: str  # N104 in the 835; "" leaves it out, then only TRN03 tells who pays
    tin: str
    filing_code: str
    claims: Mapping[str, int]  # how many of each kind: P, I, D
    patterns: tuple[Pattern, ...] = ()
    sundries: tuple[Sundry, ...] = ()
    check_days: int = 21
    payee_by: str = "tin"  # one check per TIN, or per "npi"
    account_forms: tuple[str, ...] = ()
    control_number: str = "{year:02}{day:03}{serial:07}"
    renumbers: bool = False  # every adjudication draws a new serial
    sends_original_reference: bool = True  # REF*F8 on a correction that has a new number
    trace: str = "{date:%y%m%d}{serial:05}"
    letter: str = "FCN{date:%y%m%d}{serial:04}"
    open_reference: str = "{claim_number}"  # the negative WO that defers
    collect_reference: str = "{claim_number}"
    letter_reference: str = "{letter}"
    refund_reference: str = "{letter}"
    forward_reference: str = "{trace}"  # of a forward balance: trace of the check that pushed it out
    first_trace_kept: bool = False  # the whole chain is named after its first check
    interest_reference: str = ""
    allowed_percent: int = 60
    denied_percent: int = 6
    interest_percent: int = 0  # share of claims paid with interest
    unfiled_percent: int = 0  # share of claims whose 837 is not on file
    returns_line_numbers: bool = True
    claim_level_kinds: str = ""  # kinds reported without service lines
    sends_allowed_amount: bool = True
    delimiters: Delimiters = field(default_factory=Delimiters)
    newline: bytes = b""


def returned_account(payer: Payer, account: str) -> str:
    """Return the account number as this payer puts it into CLP01."""
    for form in payer.account_forms:
        account = ACCOUNT_FORMS[form](account)
    return account
