"""Explain: why a check was short, what became of a claim, what a takeback was for.

In: a number as it stands on a remittance (trace, account, payer claim control number) or one of our ids, and the
published tables. Out: what is on file under it, and the same as text for the person who asked. It names patients'
account numbers, so it goes to stdout only.
Never: a judgement of its own. Every amount, rule and explanation is read from the tables; the sums are shown.

A number is first looked for as it was typed, then without case, separators and leading zeros; where nothing has it, the
numbers most like it are named.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb

from warehouse import database
from warehouse.answering import telling
from warehouse.errors import TakebackError
from warehouse.home import Home
from warehouse.publishing import generations

KEY = "create or replace temp macro key_of(value) as "
KEY += "nullif(ltrim(regexp_replace(upper(value), '[^A-Z0-9]', '', 'g'), '0'), '')"
SAME = ("one = other", "key_of(one) = key_of(other)")
"""When a number on file is the one that was asked for: as it was typed, or but for its writing."""
MOST_NEAR = 5
REMITTANCES = """
    select remittance_id, trace_number, payer_name, payer_id, payment_date, payment_method_code, payment_amount
    from main.remittance where same(trace_number, $1) or remittance_id = $1 order by payment_date, remittance_id
"""
STEPS = """
    with tied as (
        select provider_adjustment_id,
               string_agg(concat_ws(' ', match.amount, 'for claim', payer_claim_control_number,
                                    'of account', patient_control_number, 'in check', trace_number),
                          '; ' order by match.claim_family_id) as claims
        from main.takeback_match as match left join main.claim_payment using (claim_payment_id)
        group by provider_adjustment_id
    )
    select step.amount, step_kind, concat_ws('; ', 'reference ' || reference_id, claims, explanation) as words
    from main.remittance_step as step
    left join main.provider_adjustment using (provider_adjustment_id)
    left join tied using (provider_adjustment_id)
    where step.remittance_id = $1 order by step_ordinal
"""
ADJUSTMENTS = """
    select provider_adjustment_id, remittance_id, trace_number, adjustment_reason_code, reference_id, kind, amount,
           matched_amount, unmatched_amount, payment_date
    from main.provider_adjustment join main.remittance using (remittance_id, trace_number)
    where provider_adjustment_id = $1 or same(reference_id, $1) order by payment_date, provider_adjustment_id
"""
MATCHES = """
    select m.amount, m.rule, m.confidence, m.evidence, m.claim_family_id, m.claim_payment_id,
           concat_ws(' ', 'claim', payer_claim_control_number, 'of account', patient_control_number,
                     'in check', trace_number) as claim
    from main.takeback_match as m left join main.claim_payment using (claim_payment_id)
    where provider_adjustment_id = $1 order by m.claim_family_id
"""
SUSPENSE = "select reason, candidates, age_days from main.suspense where provider_adjustment_id = $1"
FAMILIES = """
    select distinct claim_family_id from main.claim_payment
    where
        $1 in (claim_payment_id, claim_id, claim_family_id)
        or same(patient_control_number, $1) or same(payer_claim_control_number, $1)
    order by claim_family_id
"""
CLAIMS = """
    select claim_id, claim_kind, payer_name, total_charge_amount, service_date_from, service_date_to
    from main.claim where claim_id = $1 or same(patient_control_number, $1) order by service_date_from, claim_id
"""
EVENTS = """
    with family_claim as (
        select distinct claim_id from main.claim_payment where claim_family_id = $1
    ),
    event as (
        select service_date_from as day, 1 as place, 'claim' as what, total_charge_amount as amount, claim_id as id,
               concat_ws(' ', 'sent to', payer_name, 'kind', claim_kind) as words
        from main.claim join family_claim using (claim_id)
        union all
        select payment_date, 2, role, paid_amount, claim_payment_id,
               concat_ws(' ', 'trace', p.trace_number, 'status', claim_status_code, 'charge', p.charge_amount,
                         'claim number', payer_claim_control_number, 'undoes ' || reverses_claim_payment_id,
                         'replaces ' || corrects_claim_payment_id)
        from main.claim_payment as p join main.remittance using (remittance_id)
        where claim_family_id = $1
        union all
        select payment_date, 3, kind, m.amount, m.provider_adjustment_id,
               concat_ws(' ', 'trace', a.trace_number, 'by', rule, '(' || confidence || '):', evidence)
        from main.takeback_match as m
        join main.provider_adjustment as a using (provider_adjustment_id)
        join main.remittance as r on r.remittance_id = a.remittance_id
        where m.claim_family_id = $1
        union all
        select letter_date, 4, 'letter', amount, notice_id,
               concat_ws(' ', 'the', letter_level, 'letter', letter_number, 'asks this back', 'for ' || reason,
                         'due ' || due_date, 'appeal until ' || appeal_deadline)
        from main.notice where claim_family_id = $1
        union all
        select check_date, 5, 'refund check', amount, refund_id,
               concat_ws(' ', 'check', check_number, 'sent, acknowledged', acknowledged_amount,
                         'on ' || acknowledged_date)
        from main.refund where claim_family_id = $1
        union all
        select filed_date, 6, 'dispute', coalesce(amount, 0), dispute_id,
               concat_ws(' ', 'level', dispute_level, outcome, 'on ' || outcome_date,
                         'next appeal until ' || next_appeal_deadline)
        from main.dispute where claim_family_id = $1
        union all
        select decided_at::date, 7, 'decision', coalesce(amount, 0), decision_id,
               concat_ws(' ', action, 'by', decided_by, outcome || ':', reason, outcome_reason)
        from main.decision where claim_family_id = $1
    )
    select day, what, amount, words from event order by day, place, id
"""
OVERPAYMENT = """
    select identified_amount, recovered_amount, refunded_amount, given_back_amount, forgiven_amount, outstanding_amount,
           cause, state
    from main.overpayment where claim_family_id = $1
"""
FINDINGS = """
    select kind, amount, explanation from main.finding
    where $1 in (claim_family_id, remittance_id, provider_adjustment_id) order by kind, finding_id
"""
NEAREST = """
    with number as (
        select trace_number as number, 'check' as what from main.remittance
        union select patient_control_number, 'account' from main.claim_payment
        union select payer_claim_control_number, 'claim number' from main.claim_payment
        union select patient_control_number, 'account' from main.claim
        union select reference_id, 'PLB reference' from main.provider_adjustment
    ),
    distant as (
        select number, what, damerau_levenshtein(key_of(number), key_of($1)) as distance
        from number where key_of(number) is not null
    )
    select number, string_agg(what, ' and ' order by what) as what from distant
    where distance <= greatest(2, strlen(key_of($1)) // 3)
    group by number, distance order by distance, number limit $2
"""

Row = dict[str, Any]
Story = dict[str, list[Row]]


def explain(home: Home, number: str) -> str:
    """Tell all that the present generation knows under a number; '' where nothing is on file."""
    return telling.text_of(story(home, number))


def story(home: Home, number: str) -> Story:
    """Gather it: `checks`, `provider_adjustments`, `claim_families`, `claims` without a payment, else `nearest`."""
    path = generations.link_path(home)
    if not path.is_file():
        raise TakebackError("nothing has been published yet")
    with database.reading(path.resolve()) as connection:
        connection.execute(KEY)
        for same in SAME:
            connection.execute(f"create or replace temp macro same(one, other) as {same}")
            found = {name: list(gather(connection, number)) for name, gather in GATHERED.items()}
            if any(found.values()):
                return found | {"nearest": []}
        found["nearest"] = _rows(connection, NEAREST, number, MOST_NEAR)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> list[Row]:
    cursor = connection.execute(sql, list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _checks(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, REMITTANCES, number):
        running = Decimal(0)
        steps = _rows(connection, STEPS, row["remittance_id"])
        for step in steps:
            running += step["amount"]
            step["so_far"] = running
        apart = (row["payment_amount"] or Decimal(0)) - running
        yield {**row, "steps": steps, "apart": apart, "findings": _rows(connection, FINDINGS, row["remittance_id"])}


def _adjustments(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, ADJUSTMENTS, number):
        queries = {"matches": MATCHES, "suspense": SUSPENSE, "findings": FINDINGS}
        yield row | {name: _rows(connection, sql, row["provider_adjustment_id"]) for name, sql in queries.items()}


def _families(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, FAMILIES, number):
        family = row["claim_family_id"]
        queries = {"events": EVENTS, "overpayments": OVERPAYMENT, "findings": FINDINGS}
        yield row | {name: _rows(connection, sql, family) for name, sql in queries.items()}


def _claims(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    yield from _rows(connection, CLAIMS, number)


GATHERED = {"checks": _checks, "provider_adjustments": _adjustments, "claim_families": _families, "claims": _claims}
