"""The judge itself is judged: a publication that is the truth scores all, one with a known error loses just that."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.world import inbox
from tests.world.accuracy import measure, percent, report
from tests.world.payers import SAMPLE
from tests.world.world import make

if TYPE_CHECKING:
    from pathlib import Path

# A publication made of the truth alone, with the contract's columns that the measure reads.
PERFECT = """
create table published.claim as
select clearinghouse_number as claim_id, patient_control_number, claim_frequency_code, payer_id,
    total_charge_amount::decimal(18, 2) as total_charge_amount, service_date_from::date as service_date_from
from claim where on_file = 'yes';
create table published.claim_payment as
select trace_number || '/' || claim_ordinal as claim_payment_id, 'family ' || family as claim_family_id,
    if(on_file = 'yes', clearinghouse_number, null) as claim_id, trace_number, claim_ordinal::integer as claim_ordinal,
    nullif(reverses_trace_number || '/' || reverses_claim_ordinal, '/') as reverses_claim_payment_id,
    nullif(corrects_trace_number || '/' || corrects_claim_ordinal, '/') as corrects_claim_payment_id
from claim_payment;
create table published.provider_adjustment as
select trace_number || '/' || adjustment_ordinal as provider_adjustment_id, trace_number,
    adjustment_ordinal::integer as adjustment_ordinal, kind
from provider_adjustment;
create table published.takeback_match as
select trace_number || '/' || adjustment_ordinal as provider_adjustment_id, 'family ' || family as claim_family_id,
    null::varchar as claim_id, null::varchar as claim_payment_id, sum(amount::decimal(18, 2)) as amount,
    'the truth itself' as rule
from takeback group by all;
create table published.finding (kind varchar, claim_family_id varchar, provider_adjustment_id varchar);
create table published.forward_balance as
select trace_number || '/' || adjustment_ordinal as provider_adjustment_id, origin_trace_number,
    try_cast(balance_after as decimal(18, 2)) as balance_after
from provider_adjustment where origin_trace_number <> '';
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    (tmp_path / "truth").mkdir()
    path = tmp_path / "takeback.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as published")
        for name, content in inbox.truth_files(make(SAMPLE, 5)).items():
            (tmp_path / "truth" / name).write_bytes(content)
            file = str(tmp_path / "truth" / name)
            connection.execute(
                f"create table {name.removesuffix('.csv')} as from read_csv(?, all_varchar = true, nullstr = '-')",
                [file],
            )
        connection.execute(PERFECT)
    return path


def change(published: Path, statement: str) -> dict[str, Any]:
    with duckdb.connect(str(published)) as connection:
        connection.execute(statement)
    return measure(published, published.parent / "truth")["all"]


@pytest.mark.parametrize("by", ["payer", "pattern"])
def test_the_truth_itself_scores_all(published: Path, by: str) -> None:
    table = measure(published, published.parent / "truth", by)
    for values in table.values():
        assert values["plb true $"] == values["plb tied $"] == values["plb right $"]
        assert values["kinds"] == values["kinds right"]
        assert values["payments"] == values["payments right"]
        assert values["reversals"] == values["reversals exact"]
        assert values["corrections"] == values["corrections exact"]
        assert values["forwards"] == values["forwards right"]
        assert values["payments wrong"] == 0
    assert len(list(report(table))) == len(table) + 1


def test_a_takeback_tied_to_another_claim_costs_recall_and_precision(published: Path) -> None:
    values = change(
        published,
        "update takeback_match set claim_family_id = (select min(claim_family_id) from claim_payment)"
        " where provider_adjustment_id = (select min(provider_adjustment_id) from takeback_match where amount > 0)",
    )
    assert values["plb right $"] < values["plb true $"] == values["plb tied $"]


def test_a_takeback_left_open_costs_recall_only(published: Path) -> None:
    values = change(published, "delete from takeback_match where amount > 0")
    assert values["plb right $"] == values["plb tied $"] < values["plb true $"]


def test_tying_more_than_is_true_costs_precision(published: Path) -> None:
    values = change(published, "update takeback_match set amount = 2 * amount")
    assert values["plb tied $"] == 2 * values["plb right $"] == 2 * values["plb true $"]


def test_a_wrong_claim_a_wrong_reversal_and_a_wrong_origin_are_each_seen(published: Path) -> None:
    values = change(
        published,
        "update claim_payment set claim_id = (select max(claim_id) from claim) where claim_ordinal = 1;"
        "update claim_payment set reverses_claim_payment_id = claim_payment_id"
        " where reverses_claim_payment_id is not null;"
        "update forward_balance set balance_after = balance_after + 1",
    )
    assert 0 < values["payments wrong"] == values["payments"] - values["payments right"]
    assert values["reversals exact"] == values["forwards right"] == 0


@pytest.mark.parametrize(("part", "whole", "text"), [(1, 1, "100.00 %"), (99999, 100000, "99.99 %"), (0, 0, "-")])
def test_a_share_is_never_rounded_up_to_all(part: int, whole: int, text: str) -> None:
    assert percent(Decimal(part), Decimal(whole)) == text
