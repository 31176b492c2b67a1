"""Explain: why a check was short, what became of a claim, what a takeback was for.

In: a number as it stands on a remittance (trace, account, payer claim control number) or one of our ids, and the
published tables. Out: text for the person who asked. It names patients' account numbers, so it goes to stdout only.
Never: a judgement of its own. Every amount, rule and explanation is read from the tables; the sums are shown.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb

from warehouse import database, generations
from warehouse.errors import TakebackError
from warehouse.home import Home
from warehouse.text import money, table

REMITTANCES = """
    select remittance_id, trace_number, payer_name, payer_id, payment_date, payment_method_code, payment_amount
    from main.remittance where trace_number = $1 or remittance_id = $1 order by payment_date, remittance_id
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
    where provider_adjustment_id = $1 or reference_id = $1 order by payment_date, provider_adjustment_id
"""
MATCHES = """
    select m.amount, m.rule, m.confidence, m.evidence, m.claim_family_id, m.claim_payment_id
    from main.takeback_match as m where provider_adjustment_id = $1 order by m.claim_family_id
"""
SUSPENSE = "select reason, candidates, age_days from main.suspense where provider_adjustment_id = $1"
FAMILIES = """
    select distinct claim_family_id from main.claim_payment
    where $1 in (claim_payment_id, patient_control_number, payer_claim_control_number, claim_id, claim_family_id)
    order by claim_family_id
"""
CLAIMS = """
    select claim_id, claim_kind, payer_name, total_charge_amount, service_date_from, service_date_to
    from main.claim where $1 in (claim_id, patient_control_number) order by service_date_from, claim_id
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
    )
    select day, what, amount, words from event order by day, place, id
"""
OVERPAYMENT = """
    select identified_amount, recovered_amount, refunded_amount, given_back_amount, forgiven_amount, outstanding_amount,
           cause, state
    from main.overpayment where claim_family_id = $1
"""
FINDINGS = "select kind, amount, explanation from main.finding where claim_family_id = $1 order by kind, finding_id"


def explain(home: Home, number: str) -> str:
    """Tell all that the present generation knows under a number; '' where nothing is on file."""
    path = generations.link_path(home)
    if not path.is_file():
        raise TakebackError("nothing has been published yet")
    with database.reading(path.resolve()) as connection:
        lines = [line for story in (_remittances, _adjustments, _families) for line in story(connection, number)]
        lines = lines or list(_claims(connection, number))
    return "".join(f"{line}\n" for line in lines)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, key: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, [key])
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _remittances(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[str]:
    for row in _rows(connection, REMITTANCES, number):
        yield f"check {row['trace_number']} of {row['payer_name'] or row['payer_id']}, paid {row['payment_date']}"
        running = Decimal(0)
        lines = [["step", "amount", "so far", ""]]
        for step in _rows(connection, STEPS, row["remittance_id"]):
            running += step["amount"]
            kind = step["step_kind"].replace("_", " ")
            lines.append([kind, money(step["amount"]), money(running), step["words"]])
        yield from table(lines, "<>>w")
        yield _adds_up(running, row["payment_amount"])
        yield ""


def _adds_up(total: Decimal, paid: Decimal | None) -> str:
    paid = paid or Decimal(0)
    if total == paid:
        return f"  adds up to BPR02 {money(paid)}"
    return f"  does not add up: the steps make {money(total)}, BPR02 is {money(paid)} ({money(paid - total)} apart)"


def _adjustments(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[str]:
    for row in _rows(connection, ADJUSTMENTS, number):
        key = row["provider_adjustment_id"]
        yield (
            f"provider adjustment {row['adjustment_reason_code']} {row['reference_id'] or ''} ({row['kind']}) "
            f"of {money(row['amount'])} in check {row['trace_number']}, paid {row['payment_date']}"
        )
        yield f"  tied to claims {money(row['matched_amount'])}, open {money(row['unmatched_amount'])}"
        matches = _rows(connection, MATCHES, key)
        yield from table(
            [
                [money(match["amount"]), f"family {match['claim_family_id']}", match["rule"], str(match["evidence"])]
                for match in matches
            ],
            "><<w",
        )
        for open_part in _rows(connection, SUSPENSE, key):
            candidates = ", ".join(map(str, open_part["candidates"] or [])) or "none"
            yield f"  open for {open_part['age_days']} days: {open_part['reason']}; candidates: {candidates}"
        yield ""


def _families(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[str]:
    for family in [row["claim_family_id"] for row in _rows(connection, FAMILIES, number)]:
        yield f"claim family {family}"
        events = _rows(connection, EVENTS, family)
        yield from table(
            [[str(row["day"] or "no date"), row["what"], money(row["amount"]), row["words"]] for row in events], "<<>w"
        )
        for row in _rows(connection, OVERPAYMENT, family):
            amounts = [
                f"{name.removesuffix('_amount').replace('_', ' ')} {money(value)}"
                for name, value in row.items()
                if name.endswith("_amount")
            ]
            yield f"  overpayment ({row['cause']}, {row['state']}): {', '.join(amounts)}"
        for row in _rows(connection, FINDINGS, family):
            yield f"  finding {row['kind']} {money(row['amount'])}: {row['explanation']}"
        yield ""


def _claims(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[str]:
    """Tell of claims that no payment has answered yet."""
    for row in _rows(connection, CLAIMS, number):
        yield (
            f"claim {row['claim_id']} ({row['claim_kind']}) to {row['payer_name']}, charge "
            f"{money(row['total_charge_amount'])}, service {row['service_date_from']} to {row['service_date_to']}: "
            "no payment on file"
        )
