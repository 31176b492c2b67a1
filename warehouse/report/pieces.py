"""Pieces: what a page may need, cut so that it loads little of it.

A *shelf* is a list of entries sorted by key and cut into pieces of about 256 KB. Its *root* names the first key of each
piece, so a page finds the piece of any key, or of all keys that begin alike, with one look; this is a search tree that
needs no server. A browser that opened a page from the disk may not fetch files, but it may run scripts: a piece is a
script that calls `takeback.piece(shelf, number, text)`, where the text is JSON, packed (gzip) to a sixth and in base64.
In: a table of keys and JSON values. Out: files of a work folder. Never: a row at a time, or HTML: the values are
text, and the pages show them as text.
"""
# ruff: noqa: S608 - the names in these statements are our own

import base64
import gzip
import json
from pathlib import Path

import duckdb

from warehouse import durable

BYTES = 1 << 18
AT_A_TIME = 64
CUT = """
    create table {shelf}_piece as
    select key, value, cast((sum(strlen(value) + strlen(key) + 8) over in_order - 1) // $1 as integer) as piece
    from {shelf}_entry
    window in_order as (order by key, value)
    order by piece, key, value
"""
NUMBERED = """
    create table {shelf}_root as
    select piece, row_number() over (order by piece) - 1 as number, min(key) as first_key
    from {shelf}_piece group by piece
"""
TEXT = """
    select number, string_agg('[' || to_json(key) || ',' || value || ']', ',\n' order by key, value)
    from {shelf}_piece join {shelf}_root using (piece)
    where piece between $1 and $2 group by number order by number
"""


def write_shelf(connection: duckdb.DuckDBPyConnection, shelf: str, folder: Path) -> int:
    """Cut the table `<shelf>_entry` (key, value) into files of a folder; returns how many there are."""
    connection.execute(CUT.format(shelf=shelf), [BYTES])
    connection.execute(NUMBERED.format(shelf=shelf))
    roots = connection.execute(f"select piece, first_key from {shelf}_root order by piece").fetchall()
    for start in range(0, len(roots), AT_A_TIME):
        some = [piece for piece, _ in roots[start : start + AT_A_TIME]]
        for number, entries in connection.execute(TEXT.format(shelf=shelf), [some[0], some[-1]]).fetchall():
            _script(folder / f"{shelf}-{number}.js", "piece", shelf, number, _packed(f"[{entries}]"))
    _script(folder / f"{shelf}.js", "root", shelf, json.dumps([key for _, key in roots]))
    return len(roots)


def write_list(connection: duckdb.DuckDBPyConnection, name: str, sql: str, folder: Path, rows: int = 1000) -> int:
    """Write the rows of a query as pieces of so many rows each; returns how many rows there are."""
    result = connection.execute(f"select to_json(row_of) from ({sql}) as row_of")
    count = number = 0
    while page := result.fetchmany(rows):
        entries = ",\n".join(row for (row,) in page)
        _script(folder / f"{name}-{number}.js", "rows", name, number, f"[{entries}]")
        count, number = count + len(page), number + 1
    _script(folder / f"{name}.js", "root", name, json.dumps({"rows": count, "pieces": number}))
    return count


def _packed(text: str) -> str:
    return json.dumps(base64.b64encode(gzip.compress(text.encode(), compresslevel=5, mtime=0)).decode())


def _script(path: Path, call: str, name: str, *arguments: str | int) -> None:
    words = f"takeback.{call}({json.dumps(name)},{','.join(map(str, arguments))});\n"
    durable.spill(path, [words.encode()])
