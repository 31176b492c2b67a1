"""Explain: why a check was short, what became of a claim, what a takeback was for.

In: a number as it stands on a remittance (trace, account, payer claim control number) or one of our ids, and the
published tables. Out: what is on file under it, and the same as text for the person who asked. It names patients'
account numbers, so it goes to stdout only.
Never: a judgement of its own. Every amount, rule and explanation is read from the tables; the sums are shown.

A number is first looked for as it was typed, then without case, separators and leading zeros; where nothing has it, the
numbers most like it are named. Each question is a file of `stories/`.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from warehouse import database
from warehouse.answering import telling
from warehouse.errors import TakebackError
from warehouse.home import Home
from warehouse.publishing import generations

STORIES = Path(__file__).parent / "stories"
KEY = "create or replace temp macro key_of(value) as "
KEY += "nullif(ltrim(regexp_replace(upper(value), '[^A-Z0-9]', '', 'g'), '0'), '')"
SAME = ("one = other", "key_of(one) = key_of(other)")
"""When a number on file is the one that was asked for: as it was typed, or but for its writing."""
MOST_NEAR = 5
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
        found["nearest"] = _rows(connection, "nearest", number, MOST_NEAR)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, question: str, *values: Any) -> list[Row]:
    cursor = connection.execute((STORIES / f"{question}.sql").read_text(encoding="utf-8"), list(values))
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _checks(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, "checks", number):
        running = Decimal(0)
        steps = _rows(connection, "steps", row["remittance_id"])
        for step in steps:
            running += step["amount"]
            step["so_far"] = running
        apart = (row["payment_amount"] or Decimal(0)) - running
        yield {**row, "steps": steps, "apart": apart, "findings": _rows(connection, "findings", row["remittance_id"])}


def _adjustments(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, "adjustments", number):
        questions = ("matches", "suspense", "findings")
        yield row | {name: _rows(connection, name, row["provider_adjustment_id"]) for name in questions}


def _families(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    for row in _rows(connection, "families", number):
        questions = ("events", "overpayments", "findings")
        yield row | {name: _rows(connection, name, row["claim_family_id"]) for name in questions}


def _claims(connection: duckdb.DuckDBPyConnection, number: str) -> Iterator[Row]:
    yield from _rows(connection, "claims", number)


GATHERED = {"checks": _checks, "provider_adjustments": _adjustments, "claim_families": _families, "claims": _claims}
