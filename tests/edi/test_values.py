"""Amounts and dates are read exactly, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from edi import dates, decimals
from edi.canonical import Slice
from edi.elements import Addresses, Elements, cells_of
from edi.indexing import Piece, build
from edi.values import Spans

if TYPE_CHECKING:
    from edi.index import Index

TEXTS = st.text("0123456789.-+ eE,", max_size=22)


def index_of(texts: list[str]) -> Index:
    body = b"".join(b"AMT\x1dI\x1d" + text.encode() + b"\x1c" for text in texts)
    return build([Piece(Slice(body, 0), 0)])


def amounts_of(index: Index) -> Spans:
    elements = Elements(index, index.first, index.last, most=2, least=2, is_plain=True)
    [(_, place)] = elements.places(Addresses(((2, 0),)))
    return Spans(index, cells_of([place], index.nowhere))


def expected(text: str, places: int) -> Decimal | None:
    stripped = text.strip()
    if not stripped or "e" in stripped.lower():
        return None
    try:
        value = Decimal(stripped)
    except InvalidOperation:
        return None
    fits = value == round(value, places) and abs(value) < Decimal(10) ** (18 - places)
    return value if fits else None


@given(st.lists(TEXTS, min_size=1, max_size=30))
@example(["1", "12", "123.4", "1234567", "12345678", "1234567.8", "123456.78", "1234567.89", "-12345.67", "12.345"] * 9)
@example(
    [
        "--5",
        "+5",
        "+-5",
        "+",
        " 5",
        "5 ",
        ".5",
        "5.",
        ".",
        "-",
        "",
        "-0",
        "1.005",
        "1.100",
        "9" * 17,
        "9" * 16 + ".99",
        "1e3",
    ]
)
def test_an_amount_is_what_decimal_says_or_nothing(texts: list[str]) -> None:
    index = index_of(texts)
    for kind, places in (("amount", 2), ("quantity", 4)):
        array, bad = decimals.number(amounts_of(index), kind)
        assert array.to_pylist() == [expected(text, places) for text in texts]
        assert bad.tolist() == [
            row for row, text in enumerate(texts) if text.strip() and expected(text, places) is None
        ]


@given(st.lists(st.dates(date(1, 1, 1)) | st.integers(0, 99999999), min_size=1, max_size=30))
def test_a_date_is_a_day_of_the_calendar_or_nothing(days: list[date | int]) -> None:
    texts = [f"{day:%Y%m%d}".rjust(8, "0") if isinstance(day, date) else f"{day:08}" for day in days]
    index = index_of(texts)
    array, bad = dates.date(amounts_of(index))
    known = [_day(text) for text in texts]
    assert array.to_pylist() == known
    assert bad.tolist() == [row for row, day in enumerate(known) if day is None]


def test_a_period_has_a_first_and_a_last_day_and_a_time_is_neither() -> None:
    index = index_of(["20260301-20260331", "20260302", "202603021530", "1530", "20260301-20260299"])
    first, last, bad = dates.period(amounts_of(index))
    assert first.to_pylist() == [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 2), None, date(2026, 3, 1)]
    assert last.to_pylist() == [date(2026, 3, 31), date(2026, 3, 2), date(2026, 3, 2), None, None]
    assert not bad.size


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
