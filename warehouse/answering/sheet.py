"""One table as an Excel workbook, for people who live in spreadsheets.

In: the names and types of columns, and rows. Out: a workbook of one sheet in a work file, written row by row.
Never: a formula or a link, a number that is not the one of the table, rows or text left out. Excel keeps numbers as
doubles of 15 digits: what has more is written as text. A sheet has 1,048,576 rows and a cell 32,767 characters; what
does not fit is refused with a word on what does.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from warehouse.errors import SettingError

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
EXACT_DIGITS = 15
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
FORMATS = {"DECIMAL(18,2)": "#,##0.00"}
"""Type of a column -> how Excel shows its numbers."""
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook says when it was made; the same table gives the same bytes


def write(path: Path, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]], beside: Path) -> None:
    """Write rows under a line of names; `beside` is a folder for what does not fit into memory."""
    with xlsxwriter.Workbook(str(path), {**OPTIONS, "tmpdir": str(beside)}) as book:
        book.set_properties({"created": MADE})
        sheet = book.add_worksheet("table")
        sheet.freeze_panes(1, 0)
        formats = [book.add_format({"num_format": FORMATS[kind]}) if kind in FORMATS else None for _, kind in columns]
        sheet.write_row(0, 0, [name for name, _ in columns], book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                _write(sheet, number, place, cell, formats[place])


def refuse_too_many(count: int) -> None:
    """Raise SettingError where rows and the line of names do not fit into a sheet."""
    if count >= MOST_ROWS:
        raise SettingError(
            f"the table has {count:,} rows, and a sheet holds {MOST_ROWS - 1:,} under its head: use --format csv or "
            "parquet"
        )


def _write(sheet: Worksheet, row: int, column: int, cell: Any, style: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, Decimal | int) and _is_exact(cell):
        sheet.write_number(row, column, cell, style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif len(text := str(cell)) <= MOST_CHARACTERS:
        sheet.write_string(row, column, text)
    else:
        raise SettingError(f"a text of {len(text):,} characters does not fit into a cell: use --format csv or parquet")


def _is_exact(number: Decimal | int) -> bool:
    """Whether a double has all of a number's digits."""
    return len(Decimal(number).normalize().as_tuple().digits) <= EXACT_DIGITS
