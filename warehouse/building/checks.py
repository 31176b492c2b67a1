"""Checks: queries that return the rows that are wrong.

In: `transforms/checks/*.sql` with `-- severity: fail|warn` and `-- says: sentence`. Out: their rows in schema `checks`
of the build database, for whoever looks into a failure, and one table of results.
Never: a row's values in a message. A failing check stops the publishing, the last generation goes on serving.
"""
# ruff: noqa: S608 - the names in these statements are those of our own files

from dataclasses import dataclass

import duckdb

from warehouse.building import models
from warehouse.building.models import Model
from warehouse.errors import CheckFailed, ModelError

RESULTS = "checks._results"


@dataclass(frozen=True)
class Result:
    """One check: its name, `fail` or `warn`, what it says when rows are wrong, and how many are."""

    name: str
    severity: str
    says: str
    row_count: int


def run(connection: duckdb.DuckDBPyConnection, loaded: list[Model]) -> list[Result]:
    """Ask all checks and keep their results; raises CheckFailed where one of severity `fail` returned rows."""
    asked = [model for model in loaded if model.stage == "checks"]
    for model in asked:
        if model.head.get("severity") not in {"fail", "warn"} or not model.head.get("says"):
            raise ModelError(f"{model.place}: a check needs '-- severity: fail|warn' and '-- says: sentence'")
    counts = models.run(connection, loaded, "checks")
    found = [Result(model.name, model.head["severity"], model.head["says"], counts[model.table]) for model in asked]
    connection.execute(f"create table {RESULTS} (name varchar, severity varchar, says varchar, row_count bigint)")
    for result in found:
        row = [result.name, result.severity, result.says, result.row_count]
        connection.execute(f"insert into {RESULTS} values ($1, $2, $3, $4)", row)
    refuse_failed(found)
    return found


def results(connection: duckdb.DuckDBPyConnection) -> list[Result]:
    """Read the results of the last check; raises CheckFailed where the present tables have not been checked."""
    schema, table = RESULTS.split(".")
    known = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
    if not connection.execute(known, [schema, table]).fetchall():
        raise CheckFailed("the tables have not been checked, so nothing is published")
    return [Result(*row) for row in connection.execute(f"select * from {RESULTS} order by name").fetchall()]


def refuse_failed(found: list[Result]) -> None:
    """Raise CheckFailed naming each failed check and its number of rows."""
    if failed := [result for result in found if result.severity == "fail" and result.row_count]:
        lines = [f"{result.name}: {result.says} ({result.row_count} rows)" for result in failed]
        raise CheckFailed("; ".join(lines))
