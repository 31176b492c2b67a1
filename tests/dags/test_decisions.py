"""What a person is asked about, and what becomes of an answer."""

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from edi import reader
from tests.dags.airflow_process import ROOT
from warehouse import nightly
from warehouse.answering import undecided

STORY = ROOT / "tests" / "stories" / "account_number_reused_by_every_visit"
AT = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish a story in which 25.00 may be for one of three claims."""
    folder = tmp_path_factory.mktemp("undecided")
    (folder / "inbox").mkdir()
    for path in STORY.glob("*.83*"):
        shutil.copy(path, folder / "inbox")
    nightly.night(folder / "inbox", folder / "home")
    return folder / "home"


def test_takebacks_with_candidates_are_asked_about_from_an_amount_on(home: Path) -> None:
    (row,) = undecided.above(home, Decimal(25))
    assert (row["amount"], len(row["candidates"])) == ("25.00", 3)
    assert undecided.above(home, Decimal("25.01")) == []
    assert undecided.above(home, Decimal(0), most=0) == []


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
