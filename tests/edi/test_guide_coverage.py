"""Nothing that a guide knows is dropped: every element is a column, or a reviewed list says why it is none."""

from __future__ import annotations

import csv
import re
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edi import layout
from edi.grammar.from_pyx12 import MAPS
from edi.records import ENVELOPE_ELEMENTS, SCHEMAS
from tests.edi.guide import Element, elements, snake
from tests.edi.x12 import file_of, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.writer import Segment

HERE = Path(__file__).parent
GUIDES = sorted(MAPS)  # of 5010: 835, 837P and 837I; and their 4010 forebears, with 837D
PRESENT_GUIDES = ["835", "837I", "837P"]
ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")
MOST_NOT_TAKEN = 10  # places of 5010, envelopes left out: a longer list is no longer a reviewed one


def reviewed(file_name: str) -> list[dict[str, str]]:
    """Return the rows of a list that a person has read."""
    return list(csv.DictReader((HERE / file_name).read_text("utf-8").splitlines()))


@cache
def sources() -> dict[tuple[str, int, int], list[tuple[layout.Table, layout.Column, bool]]]:
    """Return by segment, element and component the columns that read it, and whether they stand on the row's anchor."""
    found: dict[tuple[str, int, int], list[tuple[layout.Table, layout.Column, bool]]] = {}
    for table in layout.tables():
        for column in table.columns:
            for source in column.sources:
                anchors = [anchor for anchor in table.anchors if anchor.segment == source.segment]
                shifts = [0]
                if source.repeats:
                    nearest = max((a for a in anchors if a.first <= source.element), key=lambda a: a.first)
                    shifts = [turn * nearest.step for turn in range(nearest.times)]
                for shift in shifts:
                    place = (source.segment, source.element + shift, source.component)
                    found.setdefault(place, []).append((table, column, bool(anchors)))
    return found


def columns(element: Element) -> Iterator[tuple[str, str]]:
    """Yield table and column of all that read an element wherever its loop has it.

    A column that stands behind its row's anchor (N3 behind NM1) takes the first such segment only.
    """
    for component in {element.component, 0}:
        for table, column, anchored in sources().get((element.segment, element.element, component), []):
            if element.transaction_set in table.transaction_sets and (
                anchored or (element.most == 1 and follows(element, {anchor.segment for anchor in table.anchors}))
            ):
                yield table.name, column.name


def follows(element: Element, anchors: set[str]) -> bool:
    """Tell whether one of the anchors stands before the element in its loop."""
    return any(
        other.loop == element.loop and other.segment in anchors and other.position < element.position
        for other in elements(element.grammar)
    )


def in_the_envelope(element: Element) -> bool:
    """Tell whether one of the tables that no layout describes has the element."""
    return element.place in ENVELOPE_ELEMENTS


@pytest.mark.parametrize("guide", GUIDES)
def test_every_element_of_the_guide_is_a_column_or_on_the_list_of_those_that_are_not(guide: str) -> None:
    listed = {row["place"] for row in reviewed("elements_not_taken.csv") if guide in row["guides"].split()}
    missing = {e.place for e in elements(guide) if not in_the_envelope(e) and not any(columns(e))}
    assert missing == listed


def test_the_list_of_elements_that_are_not_taken_is_short_and_says_why_for_each() -> None:
    rows = reviewed("elements_not_taken.csv")
    assert all(row["why"] for row in rows)
    assert [row["place"] for row in rows] == list(dict.fromkeys(row["place"] for row in rows))
    present = [
        row["place"]
        for row in rows
        if not row["place"].startswith(ENVELOPE) and set(row["guides"].split()) & set(PRESENT_GUIDES)
    ]
    assert len(present) <= MOST_NOT_TAKEN


def test_an_element_that_is_called_constant_has_one_code_in_every_guide() -> None:
    for row in reviewed("elements_not_taken.csv"):
        if row["why"].startswith("constant"):
            codes = {e.codes for guide in PRESENT_GUIDES for e in elements(guide) if e.place == row["place"]}
            assert all(len(one) == 1 for one in codes), row["place"]


def agrees(column: str, element: Element) -> bool:
    """Tell whether a column's words are words of the element's name, in its order.

    The guide repeats the party or the claim in every name (Billing Provider City Name); a column need not, and may
    number what the guide repeats (procedure_modifier_2).
    """
    words = re.sub(r"_\d$", "", column).split("_")
    for name in (snake(element.name), snake(element.dictionary_name)):
        left = iter(name.split("_"))
        if all(word in left for word in words):
            return True
    return False


def test_columns_are_called_what_the_guide_calls_the_element() -> None:
    otherwise = {(row["table"], row["column"]): row for row in reviewed("columns_named_otherwise.csv")}
    assert all(row["why"] for row in otherwise.values())
    named: dict[tuple[str, str], bool] = {}
    for guide in GUIDES:
        for element in elements(guide):
            for place in columns(element):
                named[place] = named.get(place, False) or agrees(place[1], element)
    assert {place for place, well in named.items() if not well} == set(otherwise)


def whole(guide: str) -> tuple[list[Segment], dict[int, set[str]]]:
    """Return a transaction in which every element of a guide has a value, and the values of its own by segment number.

    Codes are the first that the guide allows; everything else is a value that occurs once.
    """
    serial = count(1)
    body: list[Segment] = []
    values: dict[int, set[str]] = {}
    place: tuple[Any, ...] = ()
    for element in elements(guide):
        if element.segment in ENVELOPE:
            continue
        if (element.loop, element.position) != place:
            place = (element.loop, element.position)
            body.append([element.segment])
            values[len(body) + 1] = set()
        segment = body[-1]
        segment += [None] * (element.element + 1 - len(segment))  # type: ignore[operator]
        value, shown = value_of(element, next(serial))
        if element.component:
            before = segment[element.element] or ()
            value = (*before, *[None] * (element.component - 1 - len(before)), value)  # type: ignore[arg-type, misc]
        segment[element.element] = value  # type: ignore[index]
        if shown:
            values[len(body) + 1].add(shown)
    return body, values


def value_of(element: Element, serial: int) -> tuple[str, str]:
    """Return a value and how a table shows it; codes are not unique, so nothing is said of them."""
    if element.codes:
        return element.codes[0], ""
    if element.kind == "DT" or element.data_element == "1251":
        day = f"{1900 + serial // 336:04}{serial // 28 % 12 + 1:02}{serial % 28 + 1:02}"
        return day, f"{day[:4]}-{day[4:6]}-{day[6:]}"
    if element.kind[0] in "NR":
        return str(1000 + serial), str(1000 + serial)
    return f"V{serial}", f"V{serial}"


@pytest.mark.parametrize("guide", PRESENT_GUIDES)
def test_each_value_of_a_transaction_that_has_everything_arrives_in_a_row(guide: str) -> None:
    body, values = whole(guide)
    identifier = {"835": "005010X221A1", "837P": "005010X222A1", "837I": "005010X223A2"}[guide]
    found = tables(file_of(body, set_code=guide[:3], guide=identifier))
    assert found["transaction"]["status"].to_pylist() == ["landed"]
    assert "problem" not in found
    arrived = {
        re.sub(r"\.0+$", "", str(value))
        for name, table in found.items()
        for column in table.columns
        for value in column.to_pylist()
        if value is not None and name not in SCHEMAS
    }
    lost = {number: sorted(mine - arrived) for number, mine in values.items() if mine - arrived}
    assert lost == {}
