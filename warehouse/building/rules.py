"""Rules that users edit: due dates, calendars and limits, as CSV files in a folder of their own.

In: `TAKEBACK_RULES`, or `rules/` in the home: a file of the name of a shipped one (`rules.csv` says which may be
replaced, and what their columns hold) stands in its place. Out: tables of text, and a hash that is part of a
generation's inputs, so that an edit is published the next night.
Never: a file half read. One bad cell refuses the whole folder (SettingError, exit code 2) and says where it is; last
night's generation serves on.
"""

import csv
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyarrow as pa

from edi.sheets.records import Record, records
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.landing.loads import content_hash

COLUMNS = Path(__file__).with_suffix(".csv")
SHAPES = {"text": r".{1,200}", "whole number": r"\d{1,4}", "state": r"[A-Z]{2}"}
Columns = dict[str, tuple[str, bool]]
"""Type of each column, and whether every row needs it."""


@cache
def columns() -> dict[str, Columns]:
    """Read which files may be replaced, and the columns of each."""
    found: dict[str, Columns] = {}
    with COLUMNS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["file"], {})[row["column"]] = (row["type"], bool(row["needed"]))
    return found


def folder(home: Home) -> Path:
    """Give the folder in which a user's rules lie; it need not exist."""
    given = os.environ.get("TAKEBACK_RULES", "").strip()
    path = Path(given).expanduser().absolute() if given else home.root / "rules"
    if given and not path.is_dir():
        raise SettingError("TAKEBACK_RULES: expected a folder")
    return path


def digest(home: Home) -> bytes:
    """Hash the user's rules; nothing where there are none."""
    contents = {path.stem: path.read_bytes() for path in _files(folder(home))}
    return content_hash(contents).encode() if contents else b""


def tables(home: Home) -> dict[str, pa.Table]:
    """Read the user's rules, a table of text for each file; raises SettingError."""
    return read(folder(home))


def read(place: Path) -> dict[str, pa.Table]:
    """Read the rules of a folder, which need not exist; raises SettingError."""
    return {path.stem: _table(path) for path in _files(place)}


def _files(place: Path) -> list[Path]:
    files = sorted(path for path in place.glob("*.csv") if path.is_file()) if place.is_dir() else []
    if strangers := sum(path.stem not in columns() for path in files):
        raise SettingError(f"rules: {strangers} CSV of another name than {', '.join(sorted(columns()))}")
    return files


def _table(path: Path) -> pa.Table:
    known = columns()[path.stem]
    rows = [record for record in records(path.read_bytes()) if not record.is_blank]
    header = [cell.strip() for cell in rows[0].cells] if rows else []
    if sorted(header) != sorted(known):
        raise SettingError(f"rules/{path.name}: expected the columns {', '.join(known)}")
    values = [list(_values(path.name, record, header, known)) for record in rows[1:]]
    return pa.table({name: pa.array([row[at] for row in values], pa.string()) for at, name in enumerate(header)})


def _values(name: str, record: Record, header: list[str], known: Columns) -> Iterator[str | None]:
    place = f"rules/{name} line {record.line_number}"
    if record.problem or len(record.cells) > len(header):
        raise SettingError(f"{place}: {record.problem or f'expected {len(header)} cells, found {len(record.cells)}'}")
    cells = [*record.cells, *[""] * (len(header) - len(record.cells))]
    for column, cell in zip(header, cells, strict=True):
        kind, needed = known[column]
        text = cell.strip()
        shape = SHAPES.get(kind) or kind.replace(" ", "|")
        if (needed or text) and not re.fullmatch(shape, text):
            words = f"a {kind}" if kind in SHAPES else " or ".join(kind.split())
            raise SettingError(f"{place} column {column}: expected {words}, found {len(text)} characters")
        yield text or None
