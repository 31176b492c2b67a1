"""The whole chain in memory: X12 or rows of a lake in, every model's table out.

In: delivered files by name, or rows for tables of the lake. Out: a DuckDB connection with the tables of all stages, and
the checks asked. Never: a home, a published file. One thread unless a test asks for more: tables are so small that
sharing them out costs a quarter more; `test_order` shows that the number changes no row.
"""

from __future__ import annotations

import hashlib
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from edi import reader
from warehouse.building import codes, models
from warehouse.building.lake import DELIVERY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from warehouse.building.models import Model

Rows = list[dict[str, Any]]


@cache
def loaded() -> tuple[Model, ...]:
    """All models, read once for all tests."""
    return tuple(models.load())


@cache
def empty_lake() -> str:
    """Statements that make the lake's tables without rows; a test fills few of them."""
    with duckdb.connect() as connection:
        connection.execute("create schema lake")
        for name, schema in {**reader.schemas(), "delivery": DELIVERY}.items():
            connection.register("rows", schema.empty_table())
            connection.execute(f'create table lake."{name}" as from rows')
            connection.unregister("rows")
        tables = rows(connection, "select sql from duckdb_tables() order by table_oid")
    return "create schema lake;" + "".join(sql for (sql,) in tables)


def of_files(
    files: Mapping[str, bytes], threads: int = 1, rules: Mapping[str, pa.Table] = MappingProxyType({})
) -> duckdb.DuckDBPyConnection:
    """Build all tables from delivered files and what a user has put in place of our rules."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    contents = {hashes[name]: content for name, content in files.items()}
    found: dict[str, list[pa.Table]] = {}
    for tables in reader.read(reader.Source(sha256, content) for sha256, content in contents.items()):
        for name, table in tables.items():
            found.setdefault(name, []).append(table)
    delivered = [
        {"file_name": name, "sha256": hashes[name], "byte_count": len(content), "run_id": "run"}
        for name, content in files.items()
    ]
    lake = {name: pa.concat_tables(parts) for name, parts in found.items()}
    return of_lake({**lake, "delivery": pa.Table.from_pylist(delivered, DELIVERY)}, threads, rules)


def of_rows(**rows: Rows) -> duckdb.DuckDBPyConnection:
    """Build all tables from rows made by hand; a column left out is null, a table left out is empty."""
    schemas = {**reader.schemas(), "delivery": DELIVERY}
    return of_lake({name: pa.Table.from_pylist(some, schemas[name]) for name, some in rows.items()})


def of_lake(
    lake: Mapping[str, pa.Table], threads: int = 1, rules: Mapping[str, pa.Table] = MappingProxyType({})
) -> duckdb.DuckDBPyConnection:
    """Build all tables from tables of the lake."""
    connection = duckdb.connect(config={"threads": threads})
    connection.execute(empty_lake())
    for name, table in lake.items():
        connection.register("rows", table)
        connection.execute(f'create or replace table lake."{name}" as from rows')
        connection.unregister("rows")
    codes.prepare(connection, instead=rules)
    for stage in models.STAGES:
        models.run(connection, list(loaded()), stage)
    return connection


def failed_checks(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Names of the checks of severity `fail` that returned rows."""
    asked = [model for model in loaded() if model.stage == "checks" and model.head["severity"] == "fail"]
    return [model.name for model in asked if rows(connection, f"from {model.table} limit 1")]


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Sequence[tuple[Any, ...]]:
    """All rows of a query."""
    return connection.execute(sql).fetchall()
