"""What can be said of a statement without running it, and how a text is put into one.

In: SQL and texts. Out: its head comment, the tables that it reads, literals.
Never: a parser of our own. DuckDB tells what it has understood (`json_serialize_sql`).
"""

import json
import re
from collections.abc import Iterator
from typing import Any

import duckdb


def head_of(sql: str) -> dict[str, str]:
    """Names and texts of a file's first comment block."""
    head: dict[str, str] = {}
    name = ""
    for line in sql.splitlines():
        text = line.removeprefix("--").strip()
        if not line.startswith("--") or not text:
            break
        if found := re.match(r"([a-z_][a-z0-9_]*): +(.*)", text):
            name, text = found.groups()
            head[name] = text
        elif name:
            head[name] += " " + text
    return head


def tables_read(sql: str, connection: duckdb.DuckDBPyConnection) -> tuple[set[str], set[str]]:
    """Tables named with and without a schema in one select statement; names of its CTEs are left out.

    Raises ValueError with DuckDB's words where the text is not one select statement.
    """
    row = connection.execute("select json_serialize_sql($1)", [sql]).fetchall()[0]
    tree = json.loads(row[0])
    if tree["error"]:
        raise ValueError(tree["error_message"])
    if len(tree["statements"]) != 1:
        raise ValueError(f"expected one statement, found {len(tree['statements'])}")
    nodes = list(_nodes(tree))
    defined = {entry["key"].lower() for node in nodes for entry in node.get("cte_map", {}).get("map", [])}
    bases = [node for node in nodes if node.get("type") == "BASE_TABLE"]
    qualified = {f"{node['schema_name']}.{node['table_name']}".lower() for node in bases if node["schema_name"]}
    bare = {node["table_name"].lower() for node in bases if not node["schema_name"]}
    return qualified, bare - defined


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def literal_glob(path: str) -> str:
    """Escape a path for DuckDB, which takes every path for a glob."""
    return re.sub(r"([*?\[])", r"[\1]", path)


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed statement."""
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)
