"""Cells of a sheet as values: text, exact amounts, dates as people and spreadsheets write them, moments, set words.

Strategy: one reader for each type, each with the words for what it expects. In: a cell's text. Out: a value, None where
the cell is empty; `Unreadable` says what was expected and how long what was found is. Never: a guess (a two-digit year,
a day before its month), a float, or the cell's text in a message.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from edi.sheets import Column

Value = str | date | datetime | Decimal | None

TEXT_LIMIT = 1000
DIGITS = 16  # before the point: the widest that 18 digits with cents can hold
AMOUNT = re.compile(r"\$?\s*(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?", re.ASCII)
ISO_DATE = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[T ]00:00(?::00)?)?", re.ASCII)
US_DATE = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})", re.ASCII)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
FIRST_YEAR, LAST_YEAR = 1980, 2099


class Unreadable(ValueError):  # noqa: N818 - a cell, not a failure
    """A cell that is not what its column expects; the message holds nothing of it."""


def value(text: str, column: Column) -> Value:
    """Read a cell; raises Unreadable."""
    text = text.strip()
    if not text:
        return None
    if column.choices:
        return _choice(text, column.choices)
    read, expected = READERS[column.type]
    found = read(text)
    if found is None:
        raise Unreadable(f"expected {expected}, found {len(text)} characters")
    return found


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text.lower() not in choices:
        raise Unreadable(f"expected {' or '.join(choices)}, found {len(text)} characters")
    return text.lower()


def _text(text: str) -> str | None:
    return None if len(text) > TEXT_LIMIT or CONTROL.search(text) else text


def _amount(text: str) -> Decimal | None:
    found = AMOUNT.fullmatch(text)
    if not found:
        return None
    whole = found[1].replace(",", "").lstrip("0")
    amount = Decimal(f"{whole or '0'}.{(found[2] or '').ljust(2, '0')}")
    return amount if amount > 0 and len(whole) <= DIGITS else None


def _date(text: str) -> date | None:
    found = ISO_DATE.fullmatch(text) or US_DATE.fullmatch(text)
    if not found:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _moment(text: str) -> datetime | None:
    """Read a moment; one without a zone is UTC, a date alone is its midnight."""
    day = _date(text)
    try:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime.fromisoformat(text)
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=None) if FIRST_YEAR <= moment.year <= LAST_YEAR else None


READERS: dict[str, tuple[Callable[[str], Value], str]] = {
    "text": (_text, f"at most {TEXT_LIMIT:,} printable characters"),
    "amount": (_amount, "an amount above 0 such as 1,204.50, without a sign"),
    "date": (_date, "a date such as 2026-03-31 or 03/31/2026"),
    "moment": (_moment, "a date or a moment such as 2026-03-31T14:05:00Z"),
}
