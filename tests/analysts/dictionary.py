"""The data dictionary and the picture of the keys, made from the published file and from nothing else.

In: a connection to a published file. Out: two Markdown pages. Never: a meaning that is not a comment in the file.

A table's key is its first column, where that is named after it. A column of the same name elsewhere points to it, and
so does one that ends with it (`reverses_claim_payment_id` points to `claim_payment`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

TABLES = "select table_name, coalesce(comment, '') from duckdb_tables() where not internal order by 1"
COLUMNS = """
    select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns() where not internal
    order by table_name, column_index
"""
MACROS = """
    select function_name, parameters, coalesce(comment, '') from duckdb_functions()
    where not internal and function_type like '%macro' and database_name = current_database() order by 1
"""
HEAD = """\
# Data dictionary

Made from the comments in the published file (`pytest tests/analysts --rewrite`); a test keeps it true.
[How the tables hang together](entities.md).

"""
PICTURE_HEAD = """\
# How the tables hang together

Made from the names of the keys (`pytest tests/analysts --rewrite`). A line ends at the table whose key it is.
`claim_family_id` is the thread through all of it: one claim at one payer with all its versions; `overpayment` has one
row for each that was ever taken back.

"""


def dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """Write what each table, column and macro means."""
    columns = connection.execute(COLUMNS).fetchall()
    targets = keys(connection)
    parts = [HEAD]
    for table, meaning in connection.execute(TABLES).fetchall():
        parts.append(f"## {table}\n\n{_sentence(meaning)}\n\n| column | type | meaning |\n|---|---|---|\n")
        for of, column, kind, words in columns:
            if of == table:
                target = pointed_at(column, table, targets)
                link = f" → [{target}](#{target})" if target else ""
                parts.append(f"| `{column}` | {kind} | {_cell(words)}{link} |\n")
        parts.append("\n")
    parts.append("## Macros\n\n| macro | what it gives |\n|---|---|\n")
    for name, parameters, words in connection.execute(MACROS).fetchall():
        parts.append(f"| `{name}({', '.join(parameters)})` | {_cell(words)} |\n")
    return "".join(parts)


def picture(connection: duckdb.DuckDBPyConnection) -> str:
    """Draw tables, their keys and where those point, as a Mermaid diagram."""
    return f"{PICTURE_HEAD}```mermaid\nerDiagram\n" + "".join(f"    {line}\n" for line in _drawn(connection)) + "```\n"


def keys(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give the table of each key."""
    rows = connection.execute(COLUMNS).fetchall()
    return {"claim_family_id": "overpayment"} | {column: of for of, column, *_ in rows if column == f"{of}_id"}


def pointed_at(column: str, table: str, targets: dict[str, str]) -> str:
    """Name the table whose key a column holds; '' where it is no key, or its own table's."""
    fitting = [key for key in targets if re.fullmatch(rf"([a-z]+_)?{key}", column)]
    target = targets[max(fitting, key=len)] if fitting else ""
    is_own = (target == table and column == f"{table}_id") or (target, column) == (table, "claim_family_id")
    return "" if is_own else target


def _drawn(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    targets = keys(connection)
    rows = connection.execute(COLUMNS).fetchall()
    for table in dict.fromkeys(table for table, *_ in rows):
        named = [(column, kind) for of, column, kind, _ in rows if of == table and column.endswith("_id")]
        mine = [
            (column, kind) for column, kind in named if column == f"{table}_id" or pointed_at(column, table, targets)
        ]
        if mine:
            inside = " ".join(
                f"{kind} {column} {'PK' if column == f'{table}_id' else 'FK'};" for column, kind in mine
            ).rstrip(";")
            yield f"{table} {{"
            yield from (f"    {line.strip()}" for line in inside.split(";"))
            yield "}"
    for table, column, *_ in rows:
        if target := pointed_at(column, table, targets):
            yield f'{table} }}o--o| {target} : "{column}"'


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
