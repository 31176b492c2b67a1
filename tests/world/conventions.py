"""What payers do differently, as data: every payer of a world is a row, no payer is code.

In: nothing. Out: the frozen dataclasses `Payer`, `Pattern` and `Sundry`. Formats are Python format strings, so that a
fixed-width reference is "{claim_number:<19.19}{account:<20.20}" and a glued date is
"{account}{service_date} {claim_number}".
Never: randomness or a branch on a payer's name. A new habit of a payer is a new value here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edi.delimiters import Delimiters

if TYPE_CHECKING:
    from collections.abc import Mapping


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

    Habits off the guide's path:
    code: of what is collected. open_reference: of the negative leg. open_code: FB, where it is misused for the delay.
    lump: one negative leg for all claims of the group. on_file: "no" takes claims whose 837 is not on file.
    paid_on_file: False where the payment was made before the first remittance on file.
    reversal: how it is written, a key of `reversals.FORMS`. correction_status: CLP02 of the correction, "" as usual.
    new_account: the replacement has a CLM01 of its own; account_returned: whose account the correction shows.
    collected_from: "same_tin" keeps the money from another NPI's check. paid_to: "other" corrects to another payee.
    split: the payer cuts the claim in two (MA15). alone: moves without claims get a remittance of their own.
    interest_apart: percent, kept beside the debt under CS. refund_code: of the acknowledgement. taken_as_well: the
    money is kept once more although it had come back by reversal or by the provider's check.
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
    code: str = "WO"
    open_reference: str = ""
    open_code: str = "WO"
    lump: bool = False
    on_file: str = ""
    paid_on_file: bool = True
    reversal: str = ""
    correction_status: str = ""
    new_account: bool = False
    account_returned: str = "new"
    collected_from: str = ""
    paid_to: str = ""
    split: bool = False
    alone: bool = False
    interest_apart: int = 0
    refund_code: str = "72"
    least_lines: int = 1
    taken_as_well: bool = False


@dataclass(frozen=True)
class Sundry:
    """A provider adjustment that concerns no claim: levies, settlements, capitation. Amounts in cents, X12 sign."""

    code: str
    kind: str
    reference: str
    every: int
    lowest: int
    highest: int
    name: str = ""


@dataclass(frozen=True)
class Payer:
    """A payer and its habits.

    References may name claim_number, new_claim_number, account, letter, service_date, member, trace, check_number;
    control numbers year, day, serial, version, letter and scrambled; traces and letters date, serial and scrambled.
    More fields of references are told in `references`.
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
    claims_before: int = 0  # claims of other providers, which had the numbers before these
    renumbers: bool = False  # every adjudication draws a new serial
    sends_original_reference: bool = True  # REF*F8 on a correction that has a new number
    trace: str = "{date:%y%m%d}{serial:05}"
    letter: str = "FCN{date:%y%m%d}{serial:04}"
    open_reference: str = "{claim_number}"  # the negative WO that defers
    collect_reference: str = "{claim_number}"
    letter_reference: str = "{letter}"
    refund_reference: str = "{letter}"
    forward_reference: str = "{trace}"  # of a forward balance: trace of the check that pushed it out
    forward_back_reference: str | None = None  # when it comes back in; None: the same
    forgives_forward: int = 0  # every so many checks, a forward balance that comes in is written off (CS)
    first_trace_kept: bool = False  # the whole chain is named after its first check
    holds_forward: bool = False  # a forward balance waits for a check that covers it, or for the next shortfall
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
    suffix_length: int = 0  # of the version at the end of a control number
    reference_forms: tuple[str, ...] = ()  # what becomes of a whole reference
    sequestration_percent: int = 0  # CARC 253
    secondary_to: str = ""  # key of the payer whose claims this one pays as the second payer
    secondary_claims: int = 0
    imbalance_every: int = 0  # every so many checks, BPR02 is wrong
    late_percent: int = 0  # share of claims whose 837 is delivered after the 835
