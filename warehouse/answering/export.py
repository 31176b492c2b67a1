"""Exports: one published table as CSV, Parquet or an Excel workbook, for programs that open neither DuckDB nor SQL.

In: a table's name, a format, a path or standard output. Out: the table's rows in their published order.
Never: a cell that a spreadsheet would run. Text that begins like a formula gets an apostrophe in front, in CSV, where a
program guesses types, and in a workbook, which somebody may save as CSV; numbers and dates stay as they are. A Parquet
file has types and is left exact.
"""
# ruff: noqa: S608 - the table's name is one of the published ones

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from warehouse import database, durable
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.publishing import generations
from warehouse.sql import quoted

FORMULA = tuple("=+-@\t\r\n＝＋－＠")
ROWS = 10_000
FORMATS = ("csv", "parquet", "xlsx")


def export(home: Home, table: str, kind: str, path: Path | None, out: BinaryIO) -> None:
    """Write a published table into a file of the owner's alone, or as CSV to a stream; raises SettingError."""
    if generations.present(home) is None:
        raise SettingError("nothing has been published yet")
    if kind != "csv" and path is None:
        raise SettingError(f"{kind} goes into a file: use --output")
    if path is not None and (not path.parent.is_dir() or path.is_dir()):
        raise SettingError("--output names no file in a folder that is there")
    _known(home, table)
    if path is None:
        out.writelines(_csv(home, table))
        return
    beside = path.with_name(f".{path.name}.part")
    try:
        durable.spill(beside, _csv(home, table) if kind == "csv" else [])
        if kind != "csv":
            WRITERS[kind](home, table, beside)
        durable.settle(beside, path)
    except BaseException:
        durable.remove([beside])
        raise


def safe(cell: Any) -> Any:
    """Let a text that a spreadsheet would take for a formula begin with an apostrophe."""
    if isinstance(cell, list):
        cell = " ".join(str(item) for item in cell)
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell


def _known(home: Home, table: str) -> None:
    with database.reading(generations.link_path(home).resolve()) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
    if table not in names:
        raise SettingError(f"there is no such table; there are: {', '.join(names)}")


def _csv(home: Home, table: str) -> Iterator[bytes]:
    with database.reading(generations.link_path(home).resolve()) as connection:
        result = connection.execute(f'select * from main."{table}"')
        yield _lines([[column[0] for column in result.description]])
        yield from (_lines([row]) for row in _rows(result))


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[list[Any]]:
    while rows := result.fetchmany(ROWS):
        yield from ([safe(cell) for cell in row] for row in rows)


def _lines(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _parquet(home: Home, table: str, work: Path) -> None:
    with database.copying(home) as connection:
        database.attach(connection, generations.link_path(home).resolve(), "published")
        connection.execute(f'copy published.main."{table}" to {quoted(str(work))} (format parquet)')


def _xlsx(home: Home, table: str, work: Path) -> None:
    from warehouse.answering import sheet

    spilled = home.work / f"export-{os.getpid()}"
    durable.clear_folder(spilled)
    durable.make_folder(spilled)
    try:
        with database.reading(generations.link_path(home).resolve()) as connection:
            sheet.refuse_too_many(connection.execute(f'select count(*) from main."{table}"').fetchall()[0][0])
            result = connection.execute(f'select * from main."{table}"')
            columns = [(str(column[0]), str(column[1])) for column in result.description]
            sheet.write(work, columns, _rows(result), spilled)
    finally:
        durable.clear_folder(spilled)


WRITERS = {"parquet": _parquet, "xlsx": _xlsx}
