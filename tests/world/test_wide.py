"""Wide worlds keep the standard's rules too, but for the deliberate breaches, and what truth calls provable is proven.

Every sum and identifier is read back by a parser that only splits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from tests.world import decidable, inbox, naive, wide
from tests.world.catalogue import CATALOGUE
from tests.world.reading import Transaction, adjustments, amount, claims, pairs, remittances_of, rows
from tests.world.references import bare

if TYPE_CHECKING:
    from tests.world.world import World

CLAIM_KINDS = {"recoupment", "deferral", "give_back", "refund", "refund_contra", "excess_refund"}


@pytest.fixture(scope="module", params=[1, 2])
def world(request: pytest.FixtureRequest) -> World:
    return wide.world(request.param)


@pytest.fixture(scope="module")
def remittances(world: World) -> dict[str, Transaction]:
    return remittances_of(world)


@pytest.fixture(scope="module")
def verdicts(world: World) -> list[dict[str, object]]:
    return list(decidable.verdicts(world))


def fingerprint(seed: int) -> str:
    world = wide.world(seed, count=3)
    return sha256(b"".join(inbox.files(world).values()) + repr(list(decidable.verdicts(world))).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others() -> None:
    assert fingerprint(1) == fingerprint(1) != fingerprint(2)


def test_every_way_of_taking_back_is_in_every_world(world: World) -> None:
    told = {row["pattern"] for table in ("claim_payment", "provider_adjustment") for row in rows(world, table)}
    assert len({pattern.name for pattern in CATALOGUE} - told) <= 2
    assert len(world.payers) >= 16
    assert len({payer.collect_reference for payer in world.payers}) >= 10


def test_every_payment_is_claims_less_provider_adjustments_but_for_the_deliberate_ones(
    world: World, remittances: dict[str, Transaction]
) -> None:
    wrong = {check.trace: Decimal(check.imbalance).scaleb(-2) for check in world.remittances}
    for trace, transaction in remittances.items():
        paid = sum((amount(claim[0][4]) for claim in claims(transaction)), Decimal(0))
        kept = sum((value for _, value in pairs(transaction)), Decimal(0))
        assert amount(transaction[1][2]) == paid - kept + wrong[trace] >= 0
    assert 0 < sum(map(bool, wrong.values())) < len(wrong) / 10


def test_every_claim_and_line_balances(remittances: dict[str, Transaction]) -> None:
    for transaction in remittances.values():
        for claim in claims(transaction):
            assert amount(claim[0][3]) - adjustments(claim) == amount(claim[0][4])
            for line in naive.loops(claim, "SVC", ()):
                assert amount(line[0][2]) - adjustments(line) == amount(line[0][3])


def test_no_provider_adjustment_is_zero_and_truth_has_each_with_its_amount(
    world: World, remittances: dict[str, Transaction]
) -> None:
    told = defaultdict(list)
    for row in rows(world, "provider_adjustment"):
        told[row["trace_number"]].append(Decimal(row["amount"]))
    found = {trace: [value for _, value in pairs(transaction)] for trace, transaction in remittances.items()}
    assert {trace: values for trace, values in found.items() if values} == told
    assert all(value for values in found.values() for value in values)


def test_claims_behind_an_adjustment_add_up_to_it(world: World) -> None:
    shares: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(world, "takeback"):
        shares[row["trace_number"], row["adjustment_ordinal"]] += Decimal(row["amount"])
    for row in rows(world, "provider_adjustment"):
        known = row["kind"] in CLAIM_KINDS and not row["pattern"].startswith("unknown")
        assert shares[row["trace_number"], row["adjustment_ordinal"]] == (Decimal(row["amount"]) if known else 0)


def test_reversals_of_a_payment_take_back_exactly_what_it_paid(world: World) -> None:
    paid = {(row["trace_number"], row["claim_ordinal"]): row["paid_amount"] for row in rows(world, "claim_payment")}
    taken: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows(world, "claim_payment"):
        if row["reverses_trace_number"]:
            taken[row["reverses_trace_number"], row["reverses_claim_ordinal"]] += Decimal(row["paid_amount"])
    assert len(taken) > 300
    assert all(value == -Decimal(paid[place]) for place, value in taken.items())


def test_forward_balances_come_in_as_they_went_out(world: World) -> None:
    moves = [row for row in rows(world, "provider_adjustment") if row["kind"].startswith("forward")]
    out = {row["trace_number"]: row for row in moves if row["kind"] == "forward_out"}
    came_in = [row for row in moves if row["kind"] == "forward_in"]
    assert len(came_in) > 50
    for row in came_in:
        assert Decimal(row["amount"]) == -Decimal(out[row["origin_trace_number"]]["amount"])
    assert set(Counter(row["origin_trace_number"] for row in came_in).values()) == {1}


def test_claims_and_checks_can_be_told_apart(world: World) -> None:
    shown = ("patient_control_number", "claim_frequency_code", "total_charge_amount", "service_date_from", "payer_id")
    assert set(Counter(tuple(row[name] for name in shown) for row in rows(world, "claim")).values()) == {1}
    assert set(Counter(check.trace for check in world.remittances).values()) == {1}


# --- what is provable ---------------------------------------------------------------------------------------------


def test_a_number_that_decides_belongs_to_one_family_alone(
    world: World, remittances: dict[str, Transaction], verdicts: list[dict[str, object]]
) -> None:
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows(world, "claim_payment"):
        number = claims(remittances[row["trace_number"]])[int(row["claim_ordinal"]) - 1][0][7]
        owners[row["payer"], bare(number)].add(row["family"])
    truth = defaultdict(set)
    for row in rows(world, "takeback"):
        truth[row["trace_number"], int(row["adjustment_ordinal"])].add(row["family"])
    decided = [one for one in verdicts if one["rule"] == "number"]
    assert len(decided) > 100
    for one in decided:
        place = str(one["trace_number"]), int(str(one["adjustment_ordinal"]))
        text = bare(pairs(remittances[place[0]])[place[1] - 1][0][2:])
        named = {
            family
            for (payer, number), families in owners.items()
            if payer == one["payer"] and len(number) >= 10 and number in text
            for family in families
        }
        assert named in (set(), truth[place])


def test_what_only_a_letter_tells_is_called_undecidable(world: World, verdicts: list[dict[str, object]]) -> None:
    names = {
        (row["trace_number"], int(row["adjustment_ordinal"])): row["pattern"]
        for row in rows(world, "provider_adjustment")
    }
    lumps = [row for row in verdicts if names[row["trace_number"], row["adjustment_ordinal"]].endswith("three claims")]  # type: ignore[index]
    assert lumps
    assert {row["decidable"] for row in lumps} == {"no"}
    share = Counter(str(row["decidable"]) for row in verdicts)
    assert share["yes"] > 3 * share["no"] > 0
