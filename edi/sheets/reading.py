"""Read a file that is no X12 as a sheet: rows that can be read become a table, the others spans with a reason.

Strategy: the first record that is not blank says whether it is a sheet at all; then each record stands for itself. A
bad row never stops or changes its neighbours. In: a `File` without interchanges. Out: Arrow tables as the X12 reader
gives them (the sheet's table, `span`, `problem`), None where it is no sheet. Never: a cell's text outside the sheet's
own table.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from edi.problems import PROBLEM, Problem, table_of
from edi.records import SPAN
from edi.sheets import Column, Sheet, of_header, words_of
from edi.sheets.cells import Unreadable, Value, value
from edi.sheets.records import Record, records
from edi.transaction import unlisted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from edi.transaction import File

BEGINNING = 16 << 10
"""Bytes in which the header row has to stand, remarks before it included."""
SIZE_LIMIT = 32 << 20
"""Bytes of a sheet; a larger one is set aside, and may be delivered in parts."""
BAD_ROWS = 1000
"""From so many bad rows on, the rest of a sheet is set aside as one piece."""


class Bad(NamedTuple):
    """What is wrong with a row; column 0 is the row as a whole."""

    record: Record
    column: int
    message: str


def read(file: File) -> dict[str, pa.Table] | None:
    """Read a sheet; None where the file is none and looks like none."""
    beginning = bytes(file.content[:BEGINNING])
    header = next((record for record in records(beginning) if not record.is_blank), None)
    sheet, wrong = of_header(header.cells if header else ())
    if sheet is None:
        return _aside(file, wrong) if wrong else None
    if len(file.content) > SIZE_LIMIT:
        return _aside(file, f"expected at most {SIZE_LIMIT >> 20} MB in a sheet of {sheet.name}")
    every = list(records(bytes(file.content)))
    first = next(at for at, record in enumerate(every) if not record.is_blank)
    return _tables(file, sheet, every[: first + 1], every[first + 1 :])


def _aside(file: File, reason: str) -> dict[str, pa.Table]:
    span = (file.sha256, 0, len(file.content), "quarantined", None, "sheet_not_readable", reason, None)
    return {"span": table_of([span], SPAN)}


def _tables(file: File, sheet: Sheet, before: list[Record], body: list[Record]) -> dict[str, pa.Table]:
    columns = {column.name: column for column in sheet.columns}
    header = [columns.get(word) for word in words_of(before[-1].cells)]
    good: list[tuple[object, ...]] = []
    bad: dict[int, Bad] = {}
    for record in body:
        if record.is_blank:
            continue
        if len(bad) >= BAD_ROWS:
            bad[record.line_number] = Bad(
                record, 0, f"{BAD_ROWS:,} rows before it cannot be read; the rest is set aside"
            )
            continue
        cells = _row(record, header, sheet)
        if isinstance(cells, Bad):
            bad[record.line_number] = cells
        else:
            place = (file.sha256, record.line_number, record.byte_start, record.byte_end)
            good.append((*place, *(cells.get(column.name) for column in sheet.columns)))
    spans = list(_spans(file, [*before, *body], bad))
    tables = {sheet.table: table_of(good, sheet.schema), "span": table_of(spans, SPAN)}
    if bad:
        tables["problem"] = table_of(_problems(file, sheet, list(bad.values())), PROBLEM)
    return {name: table for name, table in tables.items() if table.num_rows}


def _row(record: Record, header: list[Column | None], sheet: Sheet) -> dict[str, Value] | Bad:
    """Read a row's cells by column, or say what is wrong with the first that is not as it should be."""
    if record.problem:
        return Bad(record, 0, record.problem)
    if any(cell.strip() for cell in record.cells[len(header) :]):
        return Bad(record, 0, f"expected {len(header)} cells, found {len(record.cells)}")
    found: dict[str, Value] = {}
    for at, (column, cell) in enumerate(zip(header, record.cells, strict=False), start=1):
        if column is None:
            continue
        try:
            found[column.name] = value(cell, column)
        except Unreadable as reason:
            return Bad(record, at, f"column {at} ({column.name}): {reason}")
    return _needed(record, header, sheet, found) or found


def _needed(record: Record, header: list[Column | None], sheet: Sheet, found: dict[str, Value]) -> Bad | None:
    for at, column in enumerate(header, start=1):
        if column and column.needed == "yes" and found.get(column.name) is None:
            return Bad(record, at, f"column {at} ({column.name}): expected a value, found nothing")
    one = [column.name for column in sheet.columns if column.needed == "one"]
    if one and all(found.get(name) is None for name in one):
        return Bad(record, 0, f"expected one of {', '.join(one)}, found none")
    return None


def _spans(file: File, every: list[Record], bad: dict[int, Bad]) -> Iterator[tuple[object, ...]]:
    """Name all bytes: rows that landed with what stands between them, and rows set aside; neighbours together."""
    for is_bad, run in groupby(every, lambda record: record.line_number in bad):
        part = list(run)
        place = (file.sha256, part[0].byte_start, part[-1].byte_end)
        if is_bad:
            first = bad[part[0].line_number]
            more = f" ({len(part)} rows)" if len(part) > 1 else ""
            reason = f"line {first.record.line_number}, {first.message}{more}"
            yield (*place, "quarantined", None, "row_not_readable", reason, None)
        else:
            yield (*place, "sheet", None, None, None, None)


def _problems(file: File, sheet: Sheet, bad: list[Bad]) -> list[Problem]:
    limit = file.limits.problems
    listed = [
        Problem(
            file.sha256, None, one.record.line_number, one.record.byte_start, one.record.byte_end, None, sheet.name,
            one.column, "row_not_readable", f"line {one.record.line_number}, {one.message}",
        )
        for one in bad[:limit]
    ]  # fmt: skip
    if len(bad) > limit:
        listed.append(unlisted(file.sha256, None, bad[limit].record.byte_start, len(bad) - limit))
    return listed
