"""The summary: what was found, in a page of text that a person reads after a night.

In: the published tables and the note of the generation. Out: text with counts and dollars.
Never: a name, an identifier of a patient or claim, a file name: it is shown in logs.
"""

from collections.abc import Iterator
from decimal import Decimal

import duckdb

from warehouse import database
from warehouse.building import history
from warehouse.conforming import advice
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.proving import invariants
from warehouse.publishing import generations
from warehouse.publishing.generations import Note
from warehouse.text import listed, money, several, share, table

FILES = "select status, count(*) from main.delivery group by status order by status"
REASONS = """
    select reason_code, min(reason), count(*), sum(payment_amount)
    from main.quarantine group by reason_code order by count(*) desc, reason_code
"""
REMITTANCES = """
    select count(*), count(distinct payer_id), min(payment_date), max(payment_date), sum(payment_amount)
    from main.remittance
"""
CLAIMS = "select claim_kind, count(*) from main.claim group by claim_kind order by claim_kind desc"
PAYMENTS = "select role, count(*) from main.claim_payment group by role order by count(*) desc, role"
ANSWERED = "select count(*), count(claim_id) from main.claim_payment"
ADJUSTMENTS = """
    select kind, count(*), sum(amount), sum(matched_amount), sum(unmatched_amount)
    from main.provider_adjustment group by kind order by sum(abs(amount)) desc, kind
"""
TAKEN = """
    select sum(amount), sum(matched_amount) from main.provider_adjustment where kind = 'recoupment' and amount > 0
"""
AT_ONCE = """
    select sum(-amount) filter (where step_kind = 'claim_lowered'), sum(amount) filter (where step_kind = 'deferral')
    from main.remittance_step
"""
SUSPENSE = "select reason, count(*), sum(abs(amount)) from main.suspense group by reason order by reason"
OVERPAYMENTS = """
    select count(*), sum(identified_amount), sum(outstanding_amount), sum(recovered_amount), sum(refunded_amount),
           sum(given_back_amount), sum(forgiven_amount)
    from main.overpayment
"""
FINDINGS = "select kind, count(*), sum(amount) from main.finding group by kind order by kind"


def summarize(home: Home) -> str:
    """Say what the present generation holds; one sentence where there is none."""
    note = generations.present(home)
    if note is None:
        return "nothing has been published yet"
    with database.reading(generations.link_path(home).resolve()) as connection:
        lines = [
            *_files(connection),
            *_records(connection),
            *_takebacks(connection),
            *_findings(connection),
            *_checks(note),
            *history.said(connection, note),
            *invariants_of(home),
            *advice.lines(home),
        ]
    return "\n".join([f"generation {note.name}", "", *lines, "", f"DuckDB file: {generations.link_path(home)}"])


def _files(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    statuses = connection.execute(FILES).fetchall()
    reasons = connection.execute(REASONS).fetchall()
    delivered = sum(count for _, count in statuses)
    yield f"files           {several(delivered, 'file')} delivered: {listed(statuses) or 'none'}"
    rows = [
        [several(count, "span"), str(code or "-"), f"payments of {money(amount)}" if amount else "", str(reason or "")]
        for code, reason, count, amount in reasons
    ]
    yield from table(rows, "><>w", indent="                set aside: ")


def _records(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    count, payers, first, last, paid = connection.execute(REMITTANCES).fetchall()[0]
    claims = connection.execute(CLAIMS).fetchall()
    payments = connection.execute(PAYMENTS).fetchall()
    total, answered = connection.execute(ANSWERED).fetchall()[0]
    dates = f", paid {first} to {last}" if first else ""
    yield f"remittances     {count:,} of {several(payers, 'payer')}{dates}"
    yield f"claims          {sum(number for _, number in claims):,} (837): {listed(claims) or 'none'}"
    yield f"claim payments  {total:,} (835): {listed(payments) or 'none'}; {answered:,} answer a claim on file"
    yield f"paid            {money(paid or Decimal(0))}"


def _takebacks(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    taken, tied = (amount or Decimal(0) for amount in connection.execute(TAKEN).fetchall()[0])
    yield f"taken back      {money(taken)} by recoupment, {money(tied)} ({share(tied, taken)}) of it tied to claims"
    lowered, deferred = (amount or Decimal(0) for amount in connection.execute(AT_ONCE).fetchall()[0])
    yield f"                {money(lowered)} on claims reversed and corrected, {money(deferred)} of it deferred"
    kinds = connection.execute(ADJUSTMENTS).fetchall()
    if kinds:
        head = ["provider adjustments", "pairs", "amount", "tied to claims", "open"]
        rows = [[kind, f"{count:,}", *map(money, amounts)] for kind, count, *amounts in kinds]
        yield from table([head, *rows], "<>>>>")
    suspense = connection.execute(SUSPENSE).fetchall()
    amount = sum((total for _, _, total in suspense), Decimal(0))
    reasons = listed((str(reason).replace("_", " "), count) for reason, count, _ in suspense)
    yield f"in suspense     {money(amount)}{f': {reasons}' if reasons else ''}"
    families, *amounts = connection.execute(OVERPAYMENTS).fetchall()[0]
    names = ("identified", "outstanding", "recovered", "refunded", "given back", "forgiven")
    sums = [f"{name} {money(value or Decimal(0))}" for name, value in zip(names, amounts, strict=True)]
    yield f"overpayments    {several(families, 'claim family', 'claim families')}: {', '.join(sums[:2])}"
    yield f"                {', '.join(sums[2:])}"


def _findings(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    findings = connection.execute(FINDINGS).fetchall()
    yield f"findings        {sum(count for _, count, _ in findings):,}"
    yield from table([[kind, f"{count:,}", money(amount)] for kind, count, amount in findings], "<>>", indent="  ")


def _checks(note: Note) -> Iterator[str]:
    warned = [check for check in note.checks if check["row_count"]]
    passed = len(note.checks) - len(warned)
    yield f"checks          {several(passed, 'check')} passed, {several(len(warned), 'warning')}"
    yield from table([[check["name"], several(check["row_count"], "row"), check["says"]] for check in warned], "<>w")


def invariants_of(home: Home) -> Iterator[str]:
    """Say that all invariants held after the last night, or which did not, and how much was looked at in samples."""
    night = audit.last(home, "published", "unchanged")
    broken = night["broken"] if night else None
    if broken == []:
        yield f"invariants      I1 to I{len(invariants.WAYS)} hold"
    elif isinstance(broken, list):
        yield from (f"invariants      {words}" for words in broken)
    if night and "looked_at" in night:
        yield f"  of samples    {night['looked_at']}"
