"""Publishing: the checked tables of the build database become a new generation, unless nothing has changed.

In: schema `marts` of the build database, its checks passed. Out: a read-only DuckDB file, its note, and the link to it.
The tables of the history (`warehouse.building.history`) are made and published with them and are no part of the digest.
Never: a change to a file that somebody may read, or a generation whose checks have not passed.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import duckdb

from warehouse import database, durable
from warehouse.building import checks, history, models
from warehouse.building.models import Model
from warehouse.home import Home
from warehouse.landing import loads
from warehouse.publishing import generations, inputs
from warehouse.publishing.digest import digest_of, table_digest
from warehouse.publishing.generations import Note
from warehouse.sql import head_of, quoted

# The first format that refuses a stale write-ahead log beside a replaced file; every DuckDB from 1.4 on opens it.
STORAGE_VERSION = "v1.4.0"


def publish(home: Home, loaded: list[Model], accepted: bool = False) -> str:
    """Publish the marts; returns the new generation's digest, or '' where the present one has it already.

    Raises RestatementError where closed months would change by more than the limit and that is not `accepted`.
    """
    generations.drop_unfinished(home)
    with database.building(home) as connection:
        found = checks.results(connection)
        checks.refuse_failed(found)
        tables = _tables(connection)
        digest = digest_of({table: entry["digest"] for table, entry in tables.items()})
        built_from = inputs.built_from(connection)
        note = Note("", digest, "", built_from, tables, [asdict(result) for result in found])
        if _is_present(home, note):
            return ""
        told = history.prepare(connection, home)
        history.refuse(connection, home, accepted)
        work = home.work / "generation.duckdb"
        durable.remove([work, work.with_suffix(".duckdb.wal")])
        marts = {model.name: model for model in loaded if model.stage == "marts"}
        copy(connection, str(work), {**told, **marts}, macros())
    name = generations.next_name(home, digest)
    generations.keep(home, work, replace(note, name=name, sha256=loads.file_hash(work)))
    return digest


def built_digest(home: Home) -> str:
    """Digest of what is in the build database."""
    with database.building(home) as connection:
        return digest_of(digests(connection))


def digests(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Digest of each mart, by name."""
    return {table: entry["digest"] for table, entry in _tables(connection).items()}


def _is_present(home: Home, note: Note) -> bool:
    """Whether the present generation has this content; if so, its note learns what else has led to it."""
    there = generations.intact(home)
    if there is not None and there.inputs == generations.held(note.inputs):
        return True
    if there is None or there.digest != note.digest:
        return False
    updated = replace(note, name=there.name, sha256=there.sha256)
    if updated != there:
        generations.annotate(home, updated)
    return True


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    """Row count and digest of each mart, by name."""
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
    ).fetchall()
    return {
        table: {
            "rows": connection.execute(f'select count(*) from marts."{table}"').fetchall()[0][0],
            "digest": table_digest(connection, "marts", table),
        }
        for (table,) in rows
    }


def macros() -> list[Path]:
    """List the files of the macros that analysts find in the published file, each after those that it uses."""
    paths = sorted((models.TRANSFORMS / "published").glob("*.sql"))
    return sorted(paths, key=lambda path: "as table" in path.read_text(encoding="utf-8"))


def copy(
    connection: duckdb.DuckDBPyConnection, path: str, marts: dict[str, Model], macros: Sequence[Path] = ()
) -> None:
    """Copy each mart, sorted, with its comments, into a new database file, make the macros in it, and close it."""
    connection.execute(f"attach {quoted(path)} as published (storage_version {quoted(STORAGE_VERSION)})")
    connection.execute(database.COMPRESSED)
    for name, model in sorted(marts.items()):
        _copy_table(connection, name, model)
    _add_macros(connection, macros)
    connection.execute("checkpoint published")
    connection.execute("detach published")


def _copy_table(connection: duckdb.DuckDBPyConnection, name: str, model: Model) -> None:
    columns = [row[0] for row in connection.execute(f"describe {model.table}").fetchall()]
    first = model.order or columns[:1]
    # All columns, so that even equal keys lie in one order.
    order = ", ".join(f'"{column}"' for column in [*first, *(column for column in columns if column not in first)])
    with database.at_once(connection):
        connection.execute(f'create table published.main."{name}" as select * from {model.table} order by {order}')
        connection.execute(f'comment on table published.main."{name}" is {quoted(model.head.get("grain", ""))}')
        for column, text in model.columns.items():
            connection.execute(f'comment on column published.main."{name}"."{column}" is {quoted(text)}')


def _add_macros(connection: duckdb.DuckDBPyConnection, macros: Sequence[Path]) -> None:
    """Make macros in the file; what they name is looked up by whoever calls them, in the file that they have opened."""
    here = connection.execute("select current_database(), current_schema()").fetchall()[0]
    connection.execute("use published.main")
    for path in macros:
        sql = path.read_text(encoding="utf-8")
        kind = "macro table" if "as table" in sql else "macro"
        connection.execute(sql)
        connection.execute(f"comment on {kind} {path.stem} is {quoted(head_of(sql)['says'])}")
    connection.execute(f'use "{here[0]}"."{here[1]}"')
