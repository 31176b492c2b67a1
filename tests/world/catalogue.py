"""Every way in which money comes back that a wide world holds: one row each, dealt out to payers by `wide`.

In: nothing. Out: `CATALOGUE` and `SUNDRIES`. Names are what accuracy is printed by.
Never: randomness, a payer, or code: what a habit does is in `versions`, `receivables` and `recoveries`.
"""

from __future__ import annotations

from typing import Final

from tests.world.conventions import Pattern, Sundry

IMMEDIATE: Final = (
    Pattern("immediate", 3, "immediate", ("rate", "other_coverage", "bundled", "medical_review")),
    Pattern("immediate, several at once", 4, "immediate", ("not_eligible",), together=4),
    Pattern("denied then paid", 2, "paid_later", before=60),
    Pattern("replacement claim", 2, "immediate", ("replaced",), submission="7"),
    Pattern("replacement, new account", 2, "immediate", ("replaced",), submission="7", new_account=True),
    Pattern(
        "replacement, old account back",
        2,
        "immediate",
        ("replaced",),
        submission="7",
        new_account=True,
        account_returned="old",
    ),
    Pattern("void claim", 2, "immediate", ("void",), submission="8", before=60),
    Pattern("void claim, new account", 1, "immediate", ("void",), submission="8", new_account=True),
    Pattern("corrected twice", 2, "immediate", ("small_rate", "authorization"), rounds=2, before=25),
    Pattern("corrected three times", 2, "immediate", ("small_rate", "bundled", "rate"), rounds=3, before=15),
    Pattern("correction in a later check", 2, "immediate", ("bundled",), correction_days=10),
    Pattern("correction months later", 2, "immediate", ("rate",), correction_days=95),
    Pattern("adjusted months later", 2, "immediate", ("timely_filing",), delay_days=(120, 160), before=20),
    Pattern("appeal won", 2, "immediate", ("authorization", "appeal_won"), rounds=2, before=25),
    Pattern("negative under status 1", 2, "immediate", ("rate",), reversal="status_1"),
    Pattern("status 22 on the correction", 2, "immediate", ("small_rate",), correction_status="22"),
    Pattern("reversal without lines", 2, "immediate", ("rate",), reversal="claim_level", least_lines=2),
    Pattern("reversal with invented reasons", 2, "immediate", ("rate",), reversal="invented"),
    Pattern("reversal in two remittances", 2, "immediate", ("void",), reversal="in_two"),
    Pattern("split claim", 2, "immediate", ("rate",), split=True, least_lines=2),
    Pattern("split claim, deferred", 2, "deferred", ("rate",), split=True, least_lines=2),
    Pattern("wrong provider paid", 2, "immediate", ("unchanged",), paid_to="other"),
    Pattern("payment not on file", 2, "immediate", ("rate",), paid_on_file=False),
    Pattern("many reversals, forward balance", 14, "immediate", ("not_eligible",), together=14, before=25),
    Pattern("second forward balance", 12, "immediate", ("void",), together=12, before=45),
)
DEFERRED: Final = (
    Pattern("deferred", 3, "deferred", ("authorization", "bundled", "rate")),
    Pattern("deferred in three parts", 2, "deferred", ("rate", "other_coverage"), parts=3, least_paid=9000, before=18),
    Pattern(
        "deferred, one number, many claims",
        4,
        "deferred",
        ("bundled",),
        together=4,
        parts=3,
        reference="{letter}",
        open_reference="{letter}",
        before=18,
    ),
    Pattern(
        "deferred, one lump both ways",
        3,
        "deferred",
        ("rate",),
        together=3,
        parts=2,
        reference="{letter}",
        open_reference="{letter}",
        lump=True,
        before=18,
    ),
    Pattern("deferred, lump by second letter", 3, "deferred", ("rate",), together=3, reference="{letter}", before=25),
    Pattern(
        "deferred as forward balance",
        2,
        "deferred",
        ("rate",),
        open_code="FB",
        open_reference="{claim_number}",
        reference="{claim_number}",
    ),
    Pattern("deferred, refunded", 2, "deferred", ("duplicate",), refund="exact"),
    Pattern("deferred, refunded with excess", 2, "deferred", ("rate",), refund="excess"),
    Pattern("deferred, given back", 2, "deferred", ("authorization",), give_back=True, before=20),
    Pattern("deferred, given back apart", 2, "deferred", ("bundled",), give_back=True, alone=True, before=20),
    Pattern("deferred, taken twice", 2, "deferred", ("rate",), times_collected=2, before=20),
    Pattern("deferred, interest folded in", 2, "deferred", ("rate",), interest_percent=3),
    Pattern("deferred, interest apart", 2, "deferred", ("rate",), interest_apart=4),
    Pattern("deferred, reversal without lines", 2, "deferred", ("rate",), reversal="claim_level", least_lines=2),
    Pattern("deferred, kept from a sister", 2, "deferred", ("rate",), collected_from="same_tin"),
)
MORE: Final = (
    Pattern("deferred twice, one claim", 2, "deferred", ("small_rate", "rate"), rounds=2, before=20, least_paid=8000),
    Pattern("announced as C5, kept as CS", 2, "deferred", ("rate",), open_code="C5", code="CS"),
    Pattern("refunded, then taken as well", 2, "letter", ("rate",), refund="exact", taken_as_well=True, before=25),
    Pattern("reversed, then taken as well", 2, "immediate", ("rate",), taken_as_well=True, before=25),
    Pattern("adjusted nine months later", 1, "immediate", ("rate",), delay_days=(250, 290), before=12),
    Pattern("deferred, months later", 2, "deferred", ("rate",), collect_days=150, before=20),
    Pattern("void, deferred", 2, "deferred", ("void",), submission="8", before=35),
    Pattern("replacement, deferred", 2, "deferred", ("replaced",), submission="7", new_account=True, before=35),
    Pattern("reversed under status 1, deferred", 2, "deferred", ("rate",), reversal="status_1"),
    Pattern("payment not on file, deferred", 2, "deferred", ("rate",), paid_on_file=False),
)
LETTER: Final = (
    Pattern("letter", 3, "letter", ("rate", "authorization"), least_paid=6000),
    Pattern("letter in parts", 2, "letter", ("other_coverage",), parts=3, least_paid=12000, before=18),
    Pattern("letter about three claims", 3, "letter", ("rate",), together=3, reference="{letter}", least_paid=6000),
    Pattern("letter, refunded", 2, "letter", ("duplicate",), refund="exact"),
    Pattern("letter, refunded under B3", 1, "letter", ("duplicate",), refund="exact", refund_code="B3"),
    Pattern("letter, refunded with excess", 2, "letter", ("rate",), refund="excess", alone=True),
    Pattern("letter, given back", 2, "letter", ("bundled",), give_back=True, before=25),
    Pattern("letter, taken twice", 2, "letter", ("rate",), times_collected=2, before=25),
    Pattern("letter, interest folded in", 2, "letter", ("rate",), interest_percent=2),
    Pattern("letter, interest apart", 2, "letter", ("rate",), interest_apart=5),
    Pattern("letter, kept from a sister", 2, "letter", ("authorization",), collected_from="same_tin"),
    Pattern("letter, affiliate's debt", 2, "letter", ("rate",), code="OB", collected_from="same_tin"),
    Pattern("paid twice", 3, "paid_twice", delay_days=(15, 40)),
    Pattern("paid twice, in parts", 2, "paid_twice", parts=2, least_paid=9000, before=20),
    Pattern("letter about a claim not on file", 2, "letter", ("other_coverage",), on_file="no", paid_on_file=False),
    Pattern("letter about a payment not on file", 2, "letter", ("other_coverage",), on_file="", paid_on_file=False),
    Pattern("reissued check", 1, "reissued"),
)
CATALOGUE: Final = IMMEDIATE + DEFERRED + MORE + LETTER
SUNDRIES: Final = (
    Sundry("LE", "levy", "LEVY {date:%Y}-{serial:03}", 5, 2500, 9000),
    Sundry("IR", "levy", "IRS{serial:06}", 7, 2500, 9000),
    Sundry("WU", "levy", "TREASURY{serial:05}", 8, 1500, 6000),
    Sundry("AP", "settlement", "ADVANCE {date:%Y%m}", 9, -60000, -40000),
    Sundry("PI", "settlement", "PERIODIC INTERIM", 9, -60000, -40000),
    Sundry("CT", "capitation", "CAPITATION {date:%b}", 6, -5000, -2000),
    Sundry("J1", "other", "", 8, 100, 4000),
    Sundry("CS", "other", "POSTAGE{serial:04}", 7, 300, 1500),
    Sundry("90", "other", "EARLY PAYMENT ALLOWANCE", 7, 300, 1500),
    Sundry("OB", "recoupment", "{serial:06}9{date:%Y%m%d}", 6, 2000, 9000, "unknown debt of an affiliate"),
    Sundry("WO", "recoupment", "Z{date:%y%m%d}{serial:05}", 8, 2000, 9000, "unknown number"),
    Sundry("WO", "recoupment", "", 11, 2000, 9000, "unknown debt, no reference"),
)
