"""The world keeps the standard's own rules, and its truth agrees with its bytes.

Every sum is read back by a parser that only splits (`naive`), never by our reader.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from edi.delimiters import Delimiters
from tests.world import inbox, naive
from tests.world.__main__ import HOME, SEED
from tests.world.conventions import Pattern, Payer, Sundry
from tests.world.payers import SAMPLE
from tests.world.people import npi
from tests.world.reading import Transaction, adjustments, amount, claims, pairs, remittances_of, rows
from tests.world.world import World, make

if TYPE_CHECKING:
    from pathlib import Path

CLAIM_KINDS = {"recoupment", "deferral", "give_back", "refund", "refund_contra", "excess_refund"}
UNUSUAL = Delimiters(element=b"|", component=b">", repetition=b"!", terminator=b"\n")


# Habits that the sample's payers do not have, so that a row more is all that a harder world needs.
ODD = (
    Payer(
        key="OA",
        name="ODD SAMPLE PAYER",
        claim_identifier="CX501",
        remittance_identifier="88501",
        tin="000000501",
        filing_code="12",
        claims={"P": 60, "I": 30, "D": 30},
        account_forms=("first_17", "upper", "no_hyphens"),
        control_number="{serial:09}-{version:02}",
        sends_original_reference=False,
        trace="OA{date:%y%m%d}{serial:04}",
        open_reference="{claim_number}",
        collect_reference="{new_claim_number}",
        letter_reference="{letter:<14.14}{claim_number:<15.15}",
        refund_reference="{account}{service_date} {claim_number}",
        interest_percent=30,
        unfiled_percent=8,
        denied_percent=15,
        returns_line_numbers=False,
        claim_level_kinds="ID",
        delimiters=UNUSUAL,
        patterns=(
            Pattern("taken twice", 2, "letter", times_collected=2),
            Pattern("interest folded in", 3, "letter", ("rate",), interest_percent=3),
            Pattern("deferred under one letter", 4, "deferred", ("bundled",), together=2, reference="{letter}"),
            Pattern("void claim", 2, "immediate", ("void",), submission="8"),
            Pattern("three versions", 2, "immediate", ("small_rate", "rate"), rounds=2),
            Pattern("denied then paid", 3, "paid_later"),
            Pattern("excess", 2, "deferred", refund="excess"),
        ),
    ),
    Payer(
        key="OB",
        name="ODDER SAMPLE PAYER",
        claim_identifier="CX502",
        remittance_identifier="",
        tin="000000502",
        filing_code="MC",
        claims={"P": 40},
        payee_by="npi",
        check_days=14,
        account_forms=("always_zero",),
        renumbers=True,
        trace="OB{date:%y%m%d}{serial:04}",
        collect_reference="{account}{claim_number}{trace}{member}{letter}{service_date}",
        first_trace_kept=True,
        newline=b"\r\n",
        patterns=(
            Pattern("big voids", 10, "immediate", ("void",), together=5, least_paid=1000, before=60),
            Pattern("deferred and given back", 2, "deferred", ("authorization",), give_back=True, before=50),
        ),
        sundries=(Sundry("CT", "capitation", "CAPITATION", 3, -5000, -2000),),
    ),
)


@pytest.fixture(scope="module", params=[(SAMPLE, SEED), (SAMPLE, 1), (ODD, 1), (ODD, 2)], ids=lambda it: it[0][0].key)
def world(request: pytest.FixtureRequest) -> World:
    return make(*request.param)


@pytest.fixture(scope="module")
def remittances(world: World) -> dict[str, Transaction]:
    return remittances_of(world)


def test_every_payment_is_claims_less_provider_adjustments_and_never_below_zero(
    remittances: dict[str, Transaction],
) -> None:
    for transaction in remittances.values():
        paid = sum((amount(claim[0][4]) for claim in claims(transaction)), Decimal(0))
        kept = sum((value for _, value in pairs(transaction)), Decimal(0))
        payment = amount(transaction[1][2])
        assert payment == paid - kept
        assert payment >= 0
        assert (transaction[1][4] == "NON") == (payment == 0)


def test_every_claim_and_line_balances(remittances: dict[str, Transaction]) -> None:
    for transaction in remittances.values():
        for claim in claims(transaction):
            charge, paid = amount(claim[0][3]), amount(claim[0][4])
            assert charge - adjustments(claim) == paid
            lines = naive.loops(claim, "SVC", ())
            for line in lines:
                assert amount(line[0][2]) - adjustments(line) == amount(line[0][3])
            if lines:
                assert sum(amount(line[0][2]) for line in lines) == charge


def test_no_provider_adjustment_is_zero_and_no_reference_is_longer_than_fifty(
    remittances: dict[str, Transaction],
) -> None:
    found = [pair for transaction in remittances.values() for pair in pairs(transaction)]
    assert all(value for _, value in found)
    assert max(len(identifier) for identifier, _ in found) <= 53


def test_interest_is_minus_the_sum_of_amt_i(remittances: dict[str, Transaction]) -> None:
    for transaction in remittances.values():
        interest = sum((amount(segment[2]) for segment in transaction if segment[:2] == ["AMT", "I"]), Decimal(0))
        assert -interest == sum(value for identifier, value in pairs(transaction) if identifier.startswith("L6"))


def test_a_reversal_negates_exactly_the_payment_that_truth_names(
    world: World, remittances: dict[str, Transaction]
) -> None:
    def figures(transaction: str, ordinal: str, sign: int) -> tuple[object, ...]:
        claim = claims(remittances[transaction])[int(ordinal) - 1]
        cas = Counter(
            (segment[1], segment[at], sign * amount(segment[at + 1]))
            for segment in claim
            if segment[0] == "CAS"
            for at in range(2, len(segment), 3)
        )
        return claim[0][1], claim[0][7], sign * amount(claim[0][3]), sign * amount(claim[0][4]), cas

    reversals = [row for row in rows(world, "claim_payment") if row["role"] == "reversal"]
    assert len(reversals) > 20
    for row in reversals:
        undone = figures(row["reverses_trace_number"], row["reverses_claim_ordinal"], -1)
        assert figures(row["trace_number"], row["claim_ordinal"], 1) == undone


def test_each_payment_is_reversed_and_corrected_at_most_once(world: World) -> None:
    payments = rows(world, "claim_payment")
    for link in ("reverses", "corrects"):
        targets = Counter((row[f"{link}_trace_number"], row[f"{link}_claim_ordinal"]) for row in payments)
        del targets["", ""]
        assert set(targets.values()) == {1}


def test_truth_has_every_pair_with_its_amount_in_the_order_of_the_file(
    world: World, remittances: dict[str, Transaction]
) -> None:
    told = defaultdict(list)
    for row in rows(world, "provider_adjustment"):
        told[row["trace_number"]].append((int(row["adjustment_ordinal"]), Decimal(row["amount"])))
    found = {
        trace: [(ordinal, value) for ordinal, (_, value) in enumerate(pairs(transaction), start=1)]
        for trace, transaction in remittances.items()
        if pairs(transaction)
    }
    assert found == told


def test_claims_behind_an_adjustment_add_up_to_it(world: World) -> None:
    shares: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(world, "takeback"):
        shares[row["trace_number"], row["adjustment_ordinal"]] += Decimal(row["amount"])
    for row in rows(world, "provider_adjustment"):
        expected = Decimal(row["amount"]) if row["kind"] in CLAIM_KINDS else 0
        assert shares[row["trace_number"], row["adjustment_ordinal"]] == expected


def test_a_deferral_cancels_what_its_claims_lost_in_the_same_check(world: World) -> None:
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(world, "claim_payment"):
        if row["role"] != "original":
            lost[row["trace_number"], row["family"]] += Decimal(row["paid_amount"])
    deferrals = [row for row in rows(world, "takeback") if row["kind"] == "deferral"]
    assert deferrals
    for row in deferrals:
        assert lost[row["trace_number"], row["family"]] == Decimal(row["amount"])


def test_no_receivable_is_collected_beyond_what_was_deferred(world: World) -> None:
    patterns = {
        (row["trace_number"], row["adjustment_ordinal"]): row["pattern"] for row in rows(world, "provider_adjustment")
    }
    balance: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(world, "takeback"):
        if patterns[row["trace_number"], row["adjustment_ordinal"]].startswith("deferred"):
            balance[row["family"]] += Decimal(row["amount"]) if row["kind"] in {"deferral", "recoupment"} else 0
    assert balance
    assert all(left <= 0 for left in balance.values())


def test_forward_balances_come_in_as_they_went_out(world: World) -> None:
    moves = [row for row in rows(world, "provider_adjustment") if row["kind"].startswith("forward")]
    out = {row["trace_number"]: row for row in moves if row["kind"] == "forward_out"}
    came_in = [row for row in moves if row["kind"] == "forward_in"]
    for row in came_in:
        assert Decimal(row["amount"]) == -Decimal(out[row["origin_trace_number"]]["amount"])
        assert row["chain_trace_number"] == out[row["origin_trace_number"]]["chain_trace_number"]
    assert len({row["origin_trace_number"] for row in came_in}) == len(came_in)


def test_the_clearinghouse_number_is_in_every_837_and_in_no_835(world: World) -> None:
    sent = b"".join(inbox.claim_files(world).values())
    returned = b"".join(inbox.remittance_files(world).values())
    for row in rows(world, "claim"):
        assert (sent.count(f"REF*D9*{row['clearinghouse_number']}~".encode()) == 1) == (row["on_file"] == "yes")
        assert row["clearinghouse_number"].encode() not in returned


def test_a_claim_is_identified_by_what_the_published_table_shows(world: World) -> None:
    shown = ("patient_control_number", "claim_frequency_code", "total_charge_amount", "service_date_from", "payer_id")
    identities = Counter(tuple(row[name] for name in shown) for row in rows(world, "claim"))
    assert set(identities.values()) == {1}


def test_counts_and_charges_of_an_837_agree_with_its_lines(world: World) -> None:
    for content in inbox.claim_files(world).values():
        for transaction in naive.transactions(content):
            for claim in naive.loops(transaction, "CLM", ("HL", "SE")):
                charges = [
                    amount(segment[3] if segment[0] == "SV2" else segment[2])
                    for segment in claim
                    if segment[0] in {"SV1", "SV2", "SV3"}
                ]
                assert sum(charges) == amount(claim[0][2])


def test_every_envelope_counts_what_it_holds(world: World) -> None:
    for name, content in inbox.files(world).items():
        if content == inbox.NOT_X12:
            continue
        segments = naive.segments(content)
        assert segments[0][0] == "ISA", name
        assert segments[0][15] == "T"
        transactions = naive.transactions(content)
        assert [int(transaction[-1][1]) for transaction in transactions] == [len(one) for one in transactions]
        assert segments[-2][:2] == ["GE", str(len(transactions))]
        assert segments[-1][:2] == ["IEA", "1"]


def test_trace_numbers_are_never_used_twice(world: World) -> None:
    traces = Counter(check.trace for check in world.remittances)
    assert set(traces.values()) == {1}


def test_another_payer_changes_nothing_of_the_first() -> None:
    alone = make(SAMPLE[:1], SEED)
    together = make(SAMPLE, SEED)
    first = [check for check in together.remittances if check.payer is SAMPLE[0]]
    assert list(alone.remittances) == first


def test_synthetic_npis_pass_the_luhn_check() -> None:
    for serial in range(30):
        digits = [int(digit) for digit in f"80840{npi(serial)}"]
        doubled = [digit * 2 if at % 2 else digit for at, digit in enumerate(reversed(digits))]
        assert sum(value // 10 + value % 10 for value in doubled) % 10 == 0


# --- the bundled sample -------------------------------------------------------------------------------------------


def sample_files(home: Path) -> dict[str, bytes]:
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_the_bundled_sample_is_written_again_byte_for_byte(tmp_path: Path) -> None:
    inbox.write(make(SAMPLE, SEED), tmp_path)
    assert sample_files(tmp_path) == sample_files(HOME)


def test_the_bundled_sample_tells_the_four_stories() -> None:
    sample = make(SAMPLE, SEED)
    adjusted = rows(sample, "provider_adjustment")
    kinds = {payer.key: {row["kind"] for row in adjusted if row["payer"] == payer.key} for payer in SAMPLE}
    assert not kinds["EV"] & CLAIM_KINDS
    assert {"recoupment", "refund", "refund_contra", "excess_refund", "give_back"} <= kinds["HL"]
    assert {"deferral", "recoupment", "interest", "levy"} <= kinds["QY"]
    chain = [row for row in adjusted if row["kind"].startswith("forward")]
    assert [row["kind"] for row in chain] == ["forward_out", "forward_in", "forward_out", "forward_in"]
    assert all(
        row["trace_number"] != later["trace_number"] or row["kind"] == "forward_in" for row, later in pairwise(chain)
    )
    parts = Counter(
        row["family"] for row in rows(sample, "takeback") if row["kind"] == "recoupment" and row["payer"] == "QY"
    )
    assert max(parts.values()) == 3


def test_the_bundled_sample_holds_its_mishaps_and_stays_small() -> None:
    files = {name: content for name, content in sample_files(HOME).items() if name.startswith("inbox/")}
    copies = Counter(files.values())
    assert sorted(copies.values())[-2:] == [1, 2]
    assert [name for name, content in files.items() if not content.startswith(b"ISA")] == [
        "inbox/era/ERA.CX202.PORTAL.835"
    ]
    traces = Counter(
        segment[2]
        for content in copies
        if content.startswith(b"ISA")
        for segment in naive.segments(content)
        if segment[0] == "TRN"
    )
    assert sorted(traces.values())[-2:] == [1, 2]
    assert sum(map(len, sample_files(HOME).values())) < 1_500_000
