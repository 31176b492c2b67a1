"""Queries: SQL on the published tables for the person at the keyboard, with no way out of the file.

In: the published file and statements. Out: rows as a table, CSV or JSON. Never: a write, another file, the network or
an extension: the connection is read-only, may not reach outside and may not change its own settings.
"""

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import duckdb

from warehouse import database
from warehouse.answering.export import safe
from warehouse.text import several, table

MOST_ROWS = 200
"""What a table on the terminal shows; CSV and JSON have all rows."""
BATCH = 10_000
HELP = """\
Ask in SQL, with a ; at the end. The tables are read-only, nothing else can be reached.
  .tables        tables, views and macros
  .columns NAME  a table's columns and what they mean
  .quit          leave (or Ctrl-D)"""
TABLES = """
    select table_name as name, coalesce(comment, '') as meaning from duckdb_tables() where not internal
    union all
    select function_name || '(' || array_to_string(parameters, ', ') || ')', coalesce(comment, 'macro')
    from duckdb_functions() where not internal and database_name = current_database() and function_type like '%macro'
    order by 1
"""
COLUMNS = """
    select column_name as name, data_type as type, coalesce(comment, '') as meaning
    from duckdb_columns() where not internal and table_name = $1 order by column_index
"""

Names = list[str]
Rows = Iterator[list[tuple[Any, ...]]]


def ask(path: Path, sql: str, form: str, out: TextIO) -> None:
    """Run statements and write the last one's rows; raises duckdb.Error where one is wrong."""
    with database.reading(path) as connection:
        _answer(connection.execute(sql), form, out)


def prompt(path: Path, form: str, out: TextIO) -> None:
    """Ask for statements until there are no more; errors are told and forgotten."""
    with suppress(ImportError):
        import readline  # noqa: F401 - importing it gives input() a history and keys to edit with
    out.write(f"takeback query: {path.name}, read-only. .help says what there is.\n")
    with database.reading(path) as connection:
        for statement in _statements(out):
            try:
                if statement.startswith("."):
                    _command(connection, statement, out)
                else:
                    _answer(connection.execute(statement), form, out)
            except duckdb.Error as error:
                out.write(f"{error}\n")
            except KeyboardInterrupt:
                out.write("\n")


def _statements(out: TextIO) -> Iterator[str]:
    """Read statements, which end with a ; at the end of a line; commands begin with a dot and end with their line."""
    lines: list[str] = []
    while True:
        try:
            line = input("   > " if lines else "sql> ")
        except EOFError:
            out.write("\n")
            return
        except KeyboardInterrupt:
            lines = []
            out.write("\n")
            continue
        if not lines and line.strip() in {".quit", ".exit"}:
            return
        lines.append(line)
        text = "\n".join(lines).strip()
        if not text or text.startswith(".") or text.endswith(";"):
            lines = []
            if text:
                yield text


def _command(connection: duckdb.DuckDBPyConnection, line: str, out: TextIO) -> None:
    name, _, rest = line.partition(" ")
    if name == ".tables":
        _answer(connection.execute(TABLES), "table", out)
    elif name == ".columns":
        _answer(connection.execute(COLUMNS, [rest.strip()]), "table", out)
    else:
        out.write(f"{HELP}\n")


def _answer(result: duckdb.DuckDBPyConnection, form: str, out: TextIO) -> None:
    names = [column[0] for column in result.description or []]
    FORMS[form](names, iter(lambda: result.fetchmany(BATCH), []), out)


def _as_table(names: Names, rows: Rows, out: TextIO) -> None:
    found = [row for batch in rows for row in batch]
    cells = [["-" if value is None else str(value).replace("\n", " ") for value in row] for row in found[:MOST_ROWS]]
    numbers = [
        all(isinstance(row[at], int | float) or _is_amount(row[at]) for row in found) for at in range(len(names))
    ]
    if names:
        lines = table([names, *cells], "".join(">" if found and right else "<" for right in numbers), indent="")
        out.write("\n".join(lines) + "\n")
    rest = f", the first {MOST_ROWS} shown" if len(found) > MOST_ROWS else ""
    out.write(f"({several(len(found), 'row')}{rest})\n")


def _is_amount(value: Any) -> bool:
    return value is None or type(value).__name__ == "Decimal"


def _as_csv(names: Names, rows: Rows, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for batch in rows:
        writer.writerows([safe(value) for value in row] for row in batch)


def _as_json(names: Names, rows: Rows, out: TextIO) -> None:
    found = [dict(zip(names, row, strict=True)) for batch in rows for row in batch]
    out.write(json.dumps(found, indent=1, default=str) + "\n")


FORMS: dict[str, Callable[[Names, Rows, TextIO], None]] = {"table": _as_table, "csv": _as_csv, "json": _as_json}
