"""The second published file: the money without the patients, for people who need the one and not the other.

In: the present generation, `deidentified.csv` (what becomes of each column) and the home's key. Out:
`published/takeback_deidentified.duckdb`, a link as the other one. Dates are years, numbers that identify are keyed
pseudonyms (24 hex digits; equal numbers stay equal, so tables can still be joined), names are gone.

A pseudonym is the beginning of SHA-256 over key and number, the inner half of an HMAC. The outer half keeps whoever
sees a whole hash from extending its number; here less than half of a hash is seen, and it would double the cost.

Never: a column that the table does not classify, or a key anywhere but in `keys/`. Rows are sorted by what is in the
new file, so that not even their order tells.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

import csv
import hashlib
import secrets
from functools import cache
from pathlib import Path

import duckdb

from warehouse import database, durable
from warehouse.home import Home
from warehouse.landing import loads
from warehouse.publishing import generations
from warehouse.sql import quoted

TREATMENTS = Path(__file__).with_suffix(".csv")
STORAGE_VERSION = "v1.4.0"
KEY_BYTES = 64
SHOWN = 24
"""Hex digits of a pseudonym."""


def link_path(home: Home) -> Path:
    """Give the path that readers open."""
    return home.published / "takeback_deidentified.duckdb"


@cache
def treatments() -> dict[tuple[str, str], str]:
    """Read what becomes of a column (keep, pseudonym, year or drop) by table and column; table `*` is any."""
    with TREATMENTS.open(encoding="utf-8", newline="") as file:
        return {(row["table"], row["column"]): row["treatment"] for row in csv.DictReader(file)}


def treatment(table: str, column: str) -> str:
    """Tell what becomes of a column; one that nobody has classified is dropped."""
    known = treatments()
    return known.get((table, column)) or known.get(("*", column)) or "drop"


def refresh(home: Home) -> None:
    """Make the file anew where it does not belong to the present generation; it can be made at any time."""
    note = generations.present(home)
    if note is None:
        return
    key = _key(home)
    rules = loads.content_hash({"rules": TREATMENTS.read_bytes(), "code": Path(__file__).read_bytes(), "key": key})
    name = f"{note.name}-{rules[:8]}"
    final = home.published / "deidentified" / f"{name}.duckdb"
    if _is_whole(final) and link_path(home).is_symlink() and link_path(home).readlink().name == final.name:
        return
    work = home.work / "deidentified.duckdb"
    durable.remove([work, work.with_suffix(".duckdb.wal")])
    _copy(home, work, key)
    durable.make_folders([final.parent])
    durable.write(final.with_suffix(".sha256"), loads.file_hash(work).encode())
    durable.settle(work, final, durable.READ_ONLY)
    durable.point(link_path(home), f"deidentified/{final.name}")
    durable.remove(path for path in final.parent.iterdir() if path.stem != name)


def _is_whole(path: Path) -> bool:
    expected = path.with_suffix(".sha256")
    return path.is_file() and expected.is_file() and expected.read_text() == loads.file_hash(path)


def _key(home: Home) -> bytes:
    """Read the key of the pseudonyms; made once, for this home alone."""
    path = home.keys / "pseudonyms"
    if not path.is_file():
        durable.write(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def _copy(home: Home, work: Path, key: bytes) -> None:
    source = generations.link_path(home).resolve()
    with database.copying(home) as connection:
        # As text, and one block of SHA-256 long: texts that repeat in a column are then hashed once each.
        connection.execute("set variable key = $1", [hashlib.sha256(key).hexdigest()])
        database.attach(connection, source, "published")
        connection.execute(f"attach {quoted(str(work))} as safe (storage_version {quoted(STORAGE_VERSION)})")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'published' order by 1"
        ).fetchall():
            _copy_table(connection, table)
        connection.execute("checkpoint safe")
        connection.execute("detach safe")


def _copy_table(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    columns = connection.execute(
        "select column_name, comment from duckdb_columns() where database_name = 'published' and table_name = $1 "
        "order by column_index",
        [table],
    ).fetchall()
    kept = {name: comment for name, comment in columns if treatment(table, name) != "drop"}
    if not kept:
        return
    names = {name: _new_name(name, treatment(table, name)) for name in kept}
    values = ", ".join(f'{_value(name, treatment(table, name))} as "{names[name]}"' for name in kept)
    with database.at_once(connection):
        connection.execute(
            f'create table safe.main."{table}" as select {values} from published.main."{table}" order by all'
        )
        for name, comment in kept.items():
            words = comment if treatment(table, name) == "keep" else f"{treatment(table, name)} of: {comment}"
            connection.execute(f'comment on column safe.main."{table}"."{names[name]}" is {quoted(words or "")}')


def _new_name(column: str, what: str) -> str:
    if what != "year":
        return column
    return column.replace("date", "year") if "date" in column else f"{column}_year"


def _value(column: str, what: str) -> str:
    if what == "year":
        return f'year("{column}")::integer'
    if what == "pseudonym":
        return f"left(sha256(getvariable('key') || \"{column}\"::varchar), {SHOWN})"
    return f'"{column}"'
