"""The four payers of the bundled sample, each with its own way of taking money back.

In: nothing. Out: `SAMPLE`. All names are invented. More payers for harder worlds are more rows.
"""

from __future__ import annotations

from typing import Final

from edi.delimiters import Delimiters
from tests.world.conventions import Pattern, Payer, Sundry

# Takes back at once: reversal and correction lower the same check. Account numbers come back as sent.
EVERGREEN: Final = Payer(
    key="EV",
    name="EVERGREEN SAMPLE HEALTH PLAN",
    claim_identifier="CX101",
    remittance_identifier="88001",
    tin="000000101",
    filing_code="12",
    claims={"P": 74, "I": 26},
    control_number="{year:02}{day:03}E{serial:06}",
    interest_percent=6,
    interest_reference="INTEREST",
    patterns=(
        Pattern("immediate", 6, "immediate", ("other_coverage", "rate", "bundled")),
        Pattern("denied then paid", 2, "paid_later"),
        Pattern("replacement claim", 2, "immediate", ("replaced",), submission="7"),
        Pattern("void claim", 1, "immediate", ("void",), submission="8"),
        Pattern("corrected twice", 1, "immediate", ("small_rate", "authorization"), rounds=2, delay_days=(25, 40)),
        Pattern("correction in the next check", 1, "immediate", ("bundled",), correction_days=10),
    ),
    sundries=(Sundry("LE", "levy", "LEVY {date:%Y}-{serial:03}", 5, 2500, 9000),),
)

# Writes a letter; no claim is ever reversed. The letter's number is all that a later WO says, and one letter may name
# several claims. Account numbers come back upper-cased and cut to 20 characters.
HARBORLIGHT: Final = Payer(
    key="HL",
    name="HARBORLIGHT TEST MUTUAL",
    claim_identifier="CX202",
    remittance_identifier="",
    tin="000000202",
    filing_code="15",
    claims={"P": 72, "I": 20},
    account_forms=("upper", "first_20"),
    control_number="HL{serial:08}{version:02}",
    trace="HLT{date:%Y%j}{serial:04}",
    letter_reference="{claim_number}",
    refund_reference="{claim_number}",
    newline=b"\n",
    patterns=(
        Pattern("letter", 5, "letter", ("rate", "authorization"), collect_days=30, least_paid=6000, before=35),
        Pattern("letter about three claims", 3, "letter", ("rate",), together=3, reference="{letter}", least_paid=6000),
        Pattern("letter in parts", 2, "letter", ("other_coverage",), parts=2, collect_days=30, least_paid=20000),
        Pattern("refund by check", 2, "letter", ("duplicate",), refund="exact", collect_days=35, least_paid=8000),
        Pattern("refund with excess", 1, "letter", ("rate",), refund="excess", collect_days=35, least_paid=12000),
        Pattern("given back", 1, "letter", ("bundled",), give_back=True, collect_days=30),
        Pattern("immediate", 2, "immediate", ("not_eligible",)),
    ),
    sundries=(Sundry("AP", "settlement", "ADVANCE {date:%Y%m}", 9, -60000, -40000),),
)

# Reverses and corrects at once but cancels it by a negative WO; collects later, in parts, from several checks. Each
# adjudication draws a new claim number; references hold claim and account number at fixed widths.
QUARRY: Final = Payer(
    key="QY",
    name="QUARRY EXAMPLE BENEFIT FUND",
    claim_identifier="CX303",
    remittance_identifier="88003",
    tin="000000303",
    filing_code="MB",
    claims={"P": 72, "I": 24},
    payee_by="npi",
    check_days=28,
    account_forms=("no_leading_zeros",),
    control_number="{year:02}{day:03}{serial:08}Q",
    renumbers=True,
    trace="8{date:%y%m%d}{serial:05}",
    open_reference="{claim_number:<19.19}{account:<20.20}",
    collect_reference="{claim_number:<19.19}{account:<20.20}",
    interest_percent=4,
    claim_level_kinds="I",
    delimiters=Delimiters(element=b"|", component=b">", repetition=b"!"),
    patterns=(
        Pattern(
            "deferred in three parts", 4, "deferred", ("rate", "other_coverage"), parts=3, least_paid=25000, before=16
        ),
        Pattern("deferred", 3, "deferred", ("authorization", "bundled"), least_paid=9000),
        Pattern("deferred, refunded by check", 1, "deferred", ("duplicate",), refund="exact"),
        Pattern("denied then paid", 1, "paid_later"),
    ),
    sundries=(Sundry("WU", "levy", "TREASURY{serial:05}", 8, 1500, 6000),),
)

# Reverses many claims at once: the check would be negative, so the rest moves on as a forward balance until later
# checks have made it good.
MERIDIAN: Final = Payer(
    key="MD",
    name="MERIDIAN MOCKUP MEDICAL AND DENTAL",
    claim_identifier="CX404",
    remittance_identifier="88004",
    tin="000000404",
    filing_code="HM",
    claims={"P": 66, "D": 36},
    check_days=24,
    account_forms=("no_hyphens",),
    control_number="M{year:02}{serial:07}",
    trace="{date:%m%d%Y}{serial:06}",
    collect_reference="{account} {claim_number}",
    open_reference="{account} {claim_number}",
    patterns=(
        Pattern("many claims", 15, "immediate", ("not_eligible",), together=15, kinds="P", least_paid=9000, before=16),
        Pattern("immediate", 2, "immediate", ("rate", "bundled"), kinds="D"),
        Pattern("deferred", 2, "deferred", ("other_coverage",), kinds="D"),
    ),
    sundries=(Sundry("CS", "other", "POSTAGE{serial:04}", 7, 300, 1500),),
)

SAMPLE: Final = (EVERGREEN, HARBORLIGHT, QUARRY, MERIDIAN)
