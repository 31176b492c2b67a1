"""What a person is asked about, and what becomes of an answer."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from edi import reader
from tests.conftest import Nights
from warehouse import undecided

AT = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)


def test_takebacks_with_candidates_are_asked_about_the_biggest_first(nights: Nights) -> None:
    home = nights.folder / "home"
    found = undecided.above(home, Decimal(0))
    assert found, "the sample has one"
    assert all(row["candidates"] for row in found)
    sizes = [abs(Decimal(row["amount"].replace(",", ""))) for row in found]
    assert sizes == sorted(sizes, reverse=True)
    assert undecided.above(home, max(sizes) + 1) == []
    assert undecided.above(home, Decimal(0), most=1) == found[:1]


def test_nothing_is_asked_before_anything_was_published(tmp_path: Path) -> None:
    assert undecided.above(tmp_path, Decimal(0)) == []


@pytest.mark.parametrize(("claim", "action"), [("family-1", "match"), ("", "dismiss")])
def test_an_answer_is_a_sheet_that_the_next_night_reads(tmp_path: Path, claim: str, action: str) -> None:
    sheet = undecided.deliver(tmp_path, "adjustment-1", claim, "Jo, billing", AT)
    assert undecided.deliver(tmp_path, "adjustment-1", claim, "Jo, billing", AT) == sheet, "answered once"
    (row,) = decisions(sheet)
    assert row["provider_adjustment_id"] == "adjustment-1"
    assert (row["action"], row["claim"] or "", row["decided_by"]) == (action, claim, "Jo, billing")
    assert row["decided_at"] == AT.replace(tzinfo=None)


def decisions(sheet: Path) -> list[dict[str, Any]]:
    """Read a sheet as a night does; return its decisions."""
    source = reader.Source("0" * 64, sheet.read_bytes())
    return [row for tables in reader.read([source]) if "decision" in tables for row in tables["decision"].to_pylist()]
