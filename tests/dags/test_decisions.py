"""What a person is asked about, and what becomes of an answer."""

import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.dags.airflow_process import ROOT, python
from warehouse import nightly
from warehouse.answering import undecided

STORY = ROOT / "tests" / "stories" / "account_number_reused_by_every_visit"


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


ANSWER = """
import json, sys
from datetime import datetime, UTC
from pathlib import Path
from dags.takeback_decisions import NONE, DecideTakeback
from warehouse.commands import deciding
home, adjustment, chosen = sys.argv[1:]
asked = DecideTakeback(task_id="decide", provider_adjustment_id=adjustment, subject="", options=[chosen or NONE, "x"])
at = datetime(2026, 3, 31, 14, 5, tzinfo=UTC)
answer = {"responded_by_user": {"id": "7", "name": "Jo, billing"}, "responded_at": at}
print(deciding.take_in(Path(home), [asked.decision(chosen or NONE, answer)]))
"""


@pytest.mark.parametrize("number", [0, None])
def test_an_answer_goes_the_way_of_takeback_decide(home: Path, tmp_path: Path, number: int | None) -> None:
    place = shutil.copytree(home.parent, tmp_path / "answered", symlinks=True)
    (row,) = undecided.above(place / "home", Decimal(25))
    chosen = "" if number is None else row["candidates"][number]
    ended = python(tmp_path, "-c", ANSWER, str(place / "home"), row["provider_adjustment_id"], chosen)
    assert ended.returncode == 0, ended.stderr
    nightly.night(place / "inbox", place / "home")
    assert undecided.above(place / "home", Decimal(25)) == []
    with duckdb.connect(
        str((place / "home" / "published" / "takeback.duckdb").resolve()), read_only=True
    ) as connection:
        (decided,) = connection.execute("select action, claim_family_id, decided_by, outcome from decision").fetchall()
    assert decided == ("match" if chosen else "dismiss", chosen or None, "Jo, billing", "applied")
