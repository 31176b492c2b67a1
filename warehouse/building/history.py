"""What the past is told of at the moment of publishing: what was known since when, and what closed months change by.

In: the marts of the build database, the generation that serves, the run log, `transforms/history`. Out: the tables
`known_since`, `monthly_total` and `restatement` of the next generation, and a refusal where a limit says so.
Never: a part of a generation's digest. These tables depend on when files came and on what was reported before; the
digest is of what the files say, so that any order of arrival gives the same one.

A month is closed once a later one has been reported. `TAKEBACK_RESTATEMENT_LIMIT` is how many dollars closed months may
change by, all of them together, each month and payer by what has changed most in it; without it there is no limit.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.building import models
from warehouse.building.models import Model
from warehouse.errors import SettingError, TakebackError
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.publishing import generations
from warehouse.text import money, several
from warehouse.text import table as columns

PAST = {
    "monthly_total": {"month": "date", "payer_id": "varchar", "measure": "varchar", "amount": "decimal(18, 2)"},
    "restatement": {
        "reported_generation": "varchar",
        "run_id": "varchar",
        "month": "date",
        "payer_id": "varchar",
        "measure": "varchar",
        "before_amount": "decimal(18, 2)",
        "after_amount": "decimal(18, 2)",
        "difference_amount": "decimal(18, 2)",
        "cause": "varchar",
        "file_count": "bigint",
        "because_of": "varchar[]",
    },
    "delivery": {"sha256": "varchar"},
}
"""What is taken over from the generation that serves; a table or column that an older one lacks is empty."""
GIVEN = ("lake", "marts", "past")
RESTATED = """
    with changed as (
        select month, payer_id, max(abs(difference_amount)) as amount from {table}
        where starts_with(reported_generation, $1) group by all
    )
    select count(distinct month), count(distinct payer_id), coalesce(sum(amount), 0) from changed
"""
CHANGES = """
    select strftime(month, '%Y-%m'), payer_id, measure, before_amount, after_amount, difference_amount, cause
    from {table} where starts_with(reported_generation, $1) order by all
"""

log = logging.getLogger(__name__)


class RestatementError(TakebackError):
    """Closed months would change by more than the limit, and nobody has accepted that."""


@dataclass(frozen=True)
class Restated:
    """By how many dollars a generation changes how many closed months of how many payers."""

    months: int
    payers: int
    dollars: Decimal

    def __str__(self) -> str:
        """Say it in words."""
        whose = several(self.payers, "payer")
        return f"{several(self.months, 'closed month')} of {whose} changed by {money(self.dollars)}"


def prepare(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[str, Model]:
    """Make the tables of the history in the build database; returns their models by name."""
    loaded = models.load(stages=models.HISTORY, given=GIVEN)
    note = generations.intact(home)
    connection.execute("drop schema if exists past cascade")
    connection.execute("create schema past")
    if note:
        database.attach(connection, generations.link_path(home).resolve(), "reported")
    for name, fields in PAST.items():
        _take_over(connection, name, fields)
    if note:
        connection.execute("detach reported")
    connection.execute("create table past.generation as select unnest($1) as name", [[note.name] if note else []])
    days = dict(audit.begun(home))
    connection.execute(
        "create table past.run as select unnest($1::varchar[]) as run_id, unnest($2::date[]) as began_on",
        [list(days), list(days.values())],
    )
    for stage in models.HISTORY:
        models.run(connection, loaded, stage)
    return {model.name: model for model in loaded}


def refuse(connection: duckdb.DuckDBPyConnection, home: Home, accepted: bool) -> None:
    """Say by how much closed months would change; raises RestatementError where that is beyond the limit."""
    reported = [name for (name,) in connection.execute("select name from past.generation").fetchall()]
    if not reported or not _has(connection, "history", "restatement"):
        return
    found = restated(connection, "history.restatement", reported[0])
    most = limit()
    if found.months:
        log.warning("%s", found)
        audit.note(home, "restated", months=found.months, payers=found.payers, dollars=str(found.dollars))
    if most is not None and found.dollars > most and not accepted:
        raise RestatementError(
            f"{found}, more than the limit of {money(most)} (TAKEBACK_RESTATEMENT_LIMIT): nothing was published. "
            "`takeback restatement` shows what would change and why, `takeback publish --accept-restatement` accepts it"
        )


def restated(connection: duckdb.DuckDBPyConnection, table: str, reported: str) -> Restated:
    """Add up by how much the generation after `reported` changes what that one had reported."""
    return Restated(*connection.execute(RESTATED.format(table=table), [reported]).fetchall()[0])


def lines(home: Home) -> Iterator[str]:
    """List the changes of closed months: those that wait to be accepted, else those of the serving generation."""
    note = generations.present(home)
    if note is None:
        yield "nothing has been published yet"
        return
    whose = "they wait to be accepted"
    rows = _rows(home.build_database, "history.restatement", note.name) if home.build_database.is_file() else []
    if not rows:
        whose = f"published with generation {note.name}"
        rows = _rows(generations.link_path(home).resolve(), "main.restatement", before(note))
    if not rows:
        yield "no closed month was changed"
        return
    yield f"{several(len(rows), 'change')} of closed months, {whose}"
    yield from columns([["month", "payer", "measure", "before", "after", "difference", "cause"], *rows], "<<<>>><")


def said(connection: duckdb.DuckDBPyConnection, note: generations.Note) -> Iterator[str]:
    """Say in a line of the summary by how much a published generation has changed closed months, if it has."""
    if _has(connection, "main", "restatement"):
        found = restated(connection, "main.restatement", before(note))
        if found.months:
            yield f"restated        {found}"


def before(note: generations.Note) -> str:
    """Give the beginning of the name of the generation before one: its ordinal."""
    return f"{int(note.name[:6]) - 1:06d}"


def limit() -> Decimal | None:
    """Read how many dollars of closed months may change; None where there is no limit."""
    text = os.environ.get("TAKEBACK_RESTATEMENT_LIMIT", "").strip()
    try:
        value = Decimal(text) if text else None
    except InvalidOperation:
        value = Decimal(-1)
    if value is not None and not (value.is_finite() and value >= 0):
        raise SettingError("TAKEBACK_RESTATEMENT_LIMIT: expected an amount of 0 or more")
    return value


def _take_over(connection: duckdb.DuckDBPyConnection, name: str, fields: dict[str, str]) -> None:
    present = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'reported' and table_name = $1", [name]
    ).fetchall()
    if fields.keys() <= {column for (column,) in present}:
        connection.execute(f'create table past."{name}" as select {", ".join(fields)} from reported.main."{name}"')
    else:
        types = ", ".join(f"{column} {kind}" for column, kind in fields.items())
        connection.execute(f'create table past."{name}" ({types})')


def _rows(path: Path, name: str, reported: str) -> list[list[str]]:
    with database.reading(path) as connection:
        if not _has(connection, *name.split(".")):
            return []
        found = connection.execute(CHANGES.format(table=name), [reported]).fetchall()
    return [[month, payer or "-", measure, *map(money, sums), cause] for month, payer, measure, *sums, cause in found]


def _has(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    known = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
    return bool(connection.execute(known, [schema, table]).fetchall())
