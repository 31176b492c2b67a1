"""Sheets: what an 835 does not say, as CSV files of four kinds: notices, refunds, disputes, decisions.

Strategy: `columns.csv` says which columns a sheet has, of what type, and what they mean. A file is a sheet by its
header row, never by its name; a header of ours with a column too many or too few is told so, since a column that is
silently left out costs money. In: a header's cells. Out: `Sheet` values, Arrow schemas, or words about what is wrong
with a header. Never: a file's own words in those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from edi.data import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "moment": pa.timestamp("us"),
    "amount": pa.decimal128(18, 2),
}
PLACE = [
    ("sha256", pa.string()),
    ("line_number", pa.int32()),
    ("byte_start", pa.int64()),
    ("byte_end", pa.int64()),
]


@dataclass(frozen=True)
class Column:
    """A column: its type (a type of `TYPES`, or the words that it may hold), and whether each row needs it.

    needed: 'yes', 'one' (one of the columns so marked), or ''.
    """

    name: str
    type: str
    needed: str
    meaning: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The words that it may hold; none where any text, date or amount may stand."""
        return () if self.type in TYPES else tuple(self.type.split())


@dataclass(frozen=True)
class Sheet:
    """A kind of sheet, the table of the lake that its rows go to, and its columns in order."""

    name: str
    table: str
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """Arrow schema: the row's place in the file, and its columns."""
        return pa.schema([*PLACE, *((column.name, TYPES.get(column.type, pa.string())) for column in self.columns)])


@cache
def sheets() -> tuple[Sheet, ...]:
    """Return every kind of sheet, in the order of `columns.csv`."""
    found: dict[tuple[str, str], list[Column]] = {}
    for row in rows(__name__, "columns.csv"):
        column = Column(row["column"], row["type"], row["needed"], row["meaning"])
        found.setdefault((row["sheet"], row["table"]), []).append(column)
    return tuple(Sheet(name, table, tuple(columns)) for (name, table), columns in found.items())


def words_of(header: Sequence[str]) -> list[str]:
    """Return a header's cells as column names are written: lower case, underscores."""
    return ["_".join(cell.strip().lower().replace("-", " ").split()) for cell in header]


def of_header(header: Sequence[str]) -> tuple[Sheet | None, str]:
    """Return the sheet that has this header, or what is wrong with it; neither where it is nothing of ours."""
    words = words_of(header)
    near = max(sheets(), key=lambda sheet: (len(_known(sheet, words)), -len(_missing(sheet, words))))
    wrong = list(_wrong(near, words))
    if not wrong:
        return near, ""
    if len(_known(near, words)) >= max(3, (len(words) + 1) // 2):
        return None, f"looks like a sheet of {near.name}, but {'; '.join(wrong)}"
    return None, ""


def _known(sheet: Sheet, words: list[str]) -> set[str]:
    return {column.name for column in sheet.columns} & set(words)


def _missing(sheet: Sheet, words: list[str]) -> list[str]:
    return [column.name for column in sheet.columns if column.needed == "yes" and column.name not in words]


def _wrong(sheet: Sheet, words: list[str]) -> list[str]:
    strangers = [at for at, word in enumerate(words, start=1) if word and word not in _known(sheet, words)]
    doubles = [at for at, word in enumerate(words, start=1) if word and word in words[: at - 1]]
    one = [column.name for column in sheet.columns if column.needed == "one"]
    return [
        *(f"column {name} is missing" for name in _missing(sheet, words)),
        *([f"one of the columns {', '.join(one)} is needed"] if one and not set(one) & set(words) else []),
        *(f"column {at} is none of its columns" for at in strangers),
        *(f"column {at} stands there twice" for at in doubles),
    ]
