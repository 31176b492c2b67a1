"""What the pages are made from: the published tables in one shape, whatever file they come from.

In: a published file (with patients or without) and, for the segments that are quoted, the lake. Out: a work database
with a view for each table of `shape.csv`, so that every query of the pages finds every column that it names.
Never: a change to a published file. A table or column that a file does not have is empty here: a de-identified file has
years for dates and no references, and an older generation may lack a table.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import duckdb
import pyarrow as pa

from edi import reader
from warehouse import database, durable
from warehouse.building import codes, lake
from warehouse.home import Home
from warehouse.landing import loads

HERE = Path(__file__).parent
QUERIES = HERE / "queries"
LAKE = ("transaction", "claim_payment", "provider_adjustment", "claim")
SLICE = 100_000
"""Claim payments that are told at a time."""
SIZE = "select count(*) from claim_payment semi join shown_remittance using (remittance_id)"
CENTS = "create macro cents(amount) as cast(amount * 100 as bigint)"


@contextmanager
def opened(home: Home, published: Path, months: int, quotes: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a work database over a published file; `quotes`: whether segments of raw files may be shown."""
    work = home.work / "report.duckdb"
    _clear(work)
    with database.building(home, work) as connection:
        database.attach(connection, published.resolve(), "published")
        codes.make_macros(connection)
        connection.execute(CENTS)
        connection.execute("set variable months = $1", [months])
        _shape(connection)
        _show_lake(connection, home, quotes)
        yield connection
    _clear(work)


def fill(connection: duckdb.DuckDBPyConnection, shelf: str, is_sliced: bool) -> None:
    """Make the entries of a shelf (key, value), a slice of the remittances or claim families at a time."""
    connection.execute(f"create table {shelf}_entry (key varchar, value varchar)")
    count = connection.execute(SIZE).fetchall()[0][0] if is_sliced else 0
    slices = 1 + count // SLICE
    for number in range(slices):
        connection.execute(f"set variable slices = {slices}")
        connection.execute(f"set variable slice = {number}")
        run(connection, shelf)


def run(connection: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyConnection:
    """Run one query of the pages."""
    return connection.execute((QUERIES / f"{name}.sql").read_text(encoding="utf-8"))


def _clear(work: Path) -> None:
    durable.remove([work, work.with_suffix(".duckdb.wal")])
    durable.clear_folder(work.with_suffix(".spill"))


def _shape(connection: duckdb.DuckDBPyConnection) -> None:
    there = set(
        connection.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'published'"
        ).fetchall()
    )
    tables = {table for table, _ in there}
    with (HERE / "shape.csv").open(encoding="utf-8", newline="") as file:
        for table, rows in groupby(csv.DictReader(file), key=lambda row: row["table"]):
            columns = ", ".join(_column(table, row["column"], row["type"], there) for row in rows)
            source = f'from published.main."{table}"' if table in tables else "where false"
            connection.execute(f'create view "{table}" as select {columns} {source}')


def _column(table: str, column: str, kind: str, there: set[tuple[str, str]]) -> str:
    """Select a column as it is, as the first day of the year that stands for it, or as nothing."""
    year = column.replace("date", "year") if "date" in column else f"{column}_year"
    if (table, column) in there:
        return f'cast("{column}" as {kind}) as "{column}"'
    if kind == "date" and (table, year) in there:
        return f'make_date("{year}", 1, 1) as "{column}"'
    return f'cast(null as {kind}) as "{column}"'


def _show_lake(connection: duckdb.DuckDBPyConnection, home: Home, quotes: bool) -> None:
    manifests = loads.all_manifests(home) if quotes else []
    connection.execute("create schema lake")
    for table in LAKE:
        paths = [home.lake / load.load_id / f"{table}.parquet" for load in manifests if table in load.tables]
        lake.show(connection, home, table, _plain(reader.schemas()[table]), paths)


def _plain(schema: pa.Schema) -> pa.Schema:
    """Give dictionaries up: an empty table of them has no values that DuckDB could take."""
    return pa.schema(
        [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in schema]
    )
