"""The model runner: a folder under `transforms/` is a stage, a file in it is a table.

In: SQL files of one select each, with a head comment that says what a row and each column is. Out: tables with comments
in the build database, made in the order that the SQL itself gives (DuckDB's own parser names the tables it reads).
Never: a template, a configuration file, or SQL changed on its way. Errors name the file and never quote a row.

Conventions of a file `transforms/<stage>/<table>.sql`: its first comment block holds `-- grain: one row per ...`,
`-- column: meaning` for its columns, `-- order: a, b` for the order of published rows and `-- scope: whole` where its
rows depend on several payee enterprises (`warehouse.sharing`); a line without a name continues the one above; an empty
`--` line ends the block, and free words may follow. `-- stored: no` makes a view of it: what is read once, or is a
choice of another table's columns, need not be written first.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.errors import ModelError, is_of_planning, is_of_the_system
from warehouse.sql import head_of, quoted, tables_read

TRANSFORMS = Path(__file__).resolve().parents[2] / "transforms"
STAGES = ("staging", "takebacks", "matching", "ledger", "findings", "marts", "checks")
GIVEN = ("lake", "codes")
HISTORY = ("history",)
"""Told at the moment of publishing, from the marts and from what was published before (`past`)."""
HEAD_NAMES = ("grain", "order", "scope", "stored")
CHECK_NAMES = (*HEAD_NAMES, "severity", "says")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Model:
    """One file: its stage (schema) and table name, its statement, its head by name, and the tables that it reads."""

    path: Path
    stage: str
    name: str
    sql: str
    head: dict[str, str]
    reads: frozenset[str]

    @property
    def table(self) -> str:
        """Name with schema, as other files refer to it."""
        return f"{self.stage}.{self.name}"

    @property
    def place(self) -> str:
        """The file as messages name it."""
        return f"{self.path.parent.name}/{self.path.name}"

    @property
    def columns(self) -> dict[str, str]:
        """Meaning of each commented column."""
        reserved = CHECK_NAMES if self.stage == "checks" else HEAD_NAMES
        return {name: text for name, text in self.head.items() if name not in reserved}

    @property
    def kind(self) -> str:
        """What DuckDB makes of it: a table, or a view that is worked out by whoever reads it."""
        return "view" if self.head.get("stored") == "no" else "table"

    @property
    def order(self) -> list[str]:
        """Columns that fix the order of published rows; empty where the head leaves it to the first column."""
        return [name.strip() for name in self.head.get("order", "").split(",") if name.strip()]


def load(folder: Path | None = None, stages: tuple[str, ...] = STAGES, given: tuple[str, ...] = GIVEN) -> list[Model]:
    """Read all models of a transforms folder (ours), in an order in which they can be run, stage after stage."""
    paths = [path for stage in stages for path in sorted(((folder or TRANSFORMS) / stage).glob("*.sql"))]
    return list(_loaded(tuple((path, path.read_text(encoding="utf-8")) for path in paths), stages, given))


@cache
def _loaded(files: tuple[tuple[Path, str], ...], stages: tuple[str, ...], given: tuple[str, ...]) -> tuple[Model, ...]:
    """Parse files, once for the same texts: each step of a night needs all models."""
    connection = database.parsing()
    return tuple(_in_order([_model(path, sql, connection) for path, sql in files], stages, given))


def run(connection: duckdb.DuckDBPyConnection, models: list[Model], stage: str) -> dict[str, int]:
    """Make a stage's schema anew with all of its tables and views; returns the tables' row counts.

    Later stages are dropped: what they hold was made from older tables.
    """
    for late in STAGES[STAGES.index(stage) :] if stage in STAGES else [stage]:
        connection.execute(f"drop schema if exists {late} cascade")
    connection.execute(f"create schema {stage}")
    made = [model for model in models if model.stage == stage]
    counts = {model.table: create(connection, model) for model in made}
    return {model.table: counts[model.table] for model in made if model.kind == "table"}


def _model(path: Path, sql: str, connection: duckdb.DuckDBPyConnection) -> Model:
    try:
        qualified, bare = tables_read(sql, connection)
    except ValueError as error:
        raise ModelError(f"{path.parent.name}/{path.name}: {error}") from None
    if bare:
        raise ModelError(f"{path.parent.name}/{path.name}: table without a schema: {', '.join(sorted(bare))}")
    return Model(path, path.parent.name, path.stem, sql, head_of(sql), frozenset(qualified))


def _in_order(models: list[Model], stages: tuple[str, ...], given: tuple[str, ...]) -> Iterator[Model]:
    known = {model.table: model for model in models}
    for model in models:
        for table in sorted(model.reads):
            if table.split(".")[0] not in given:
                _refuse_bad_reference(model, table, known, stages)
    for stage in stages:
        graph = {model.table: sorted(model.reads & known.keys()) for model in models if model.stage == stage}
        try:
            order = list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise ModelError(f"models that read each other: {' -> '.join(error.args[1])}") from None
        yield from (known[table] for table in order if table in graph)


def _refuse_bad_reference(model: Model, table: str, known: dict[str, Model], stages: tuple[str, ...]) -> None:
    if table not in known:
        raise ModelError(f"{model.place}: reads {table}, which no file makes")
    if stages.index(table.split(".")[0]) > stages.index(model.stage):
        raise ModelError(f"{model.place}: reads {table} of a later stage")


def create(connection: duckdb.DuckDBPyConnection, model: Model) -> int:
    """Make one model's table or view with its comments; returns a table's row count and 0 for a view."""
    start = time.monotonic()
    try:
        with database.at_once(connection):
            made = connection.execute(f"create {model.kind} {model.table} as {model.sql}").fetchall()
            _comment(connection, model)
    except duckdb.Error as error:
        if is_of_the_system(error):
            raise  # a full disk is no fault of the file, and may pass
        words = str(error) if is_of_planning(error) else type(error).__name__
        raise ModelError(f"{model.place}: {words}") from None
    if model.kind == "view":
        return 0
    rows: int = made[0][0]  # DuckDB says how many rows it has written
    log.info("%s: %d rows in %.2f s", model.table, rows, time.monotonic() - start)
    return rows


def _comment(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
    if model.columns:
        present = [column[0] for column in connection.execute(f"from {model.table} limit 0").description or []]
        if strangers := [name for name in model.columns if name not in present]:
            raise ModelError(f"{model.place}: the head explains columns that are not there: {', '.join(strangers)}")
    said = [f"comment on {model.kind} {model.table} is {quoted(model.head.get('grain', ''))}"]
    said += [f'comment on column {model.table}."{name}" is {quoted(text)}' for name, text in model.columns.items()]
    connection.execute(";".join(said))  # together, since each call has a cost of its own
