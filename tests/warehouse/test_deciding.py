"""A person decides about a row: the next night and every rebuild apply it; templates are sheets."""

import shutil

import pytest

from tests.stories import story
from warehouse import cli, nightly
from warehouse.home import Home
from warehouse.keeping import audit

STORY = story.HERE / "letter_that_contradicts_itself_proves_nothing"


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """Return the place of an inbox and a home after a night; nobody changes it."""
    place = tmp_path_factory.mktemp("deciding")
    (place / "inbox").mkdir()
    for name, content in story.files(STORY).items():
        (place / "inbox" / name).write_bytes(content)
    nightly.night(place / "inbox", place / "home")
    return place


@pytest.fixture
def home(first_night, tmp_path):
    return shutil.copytree(first_night, tmp_path / "place", symlinks=True) / "home"


def takeback(home, *arguments: str) -> int:
    return cli.main([*arguments, "--home", str(home), "--quiet"])


def night(home) -> str:
    return nightly.night(home.parent / "inbox", home)


def published(home, sql: str):
    import duckdb

    with duckdb.connect(str((home / "published" / "takeback.duckdb").resolve()), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_match_of_a_person_is_published_the_next_night_and_by_a_rebuild_from_raw(home, capsys) -> None:
    ((adjustment,),) = published(home, "select provider_adjustment_id from suspense")
    claims = [row[0] for row in published(home, "select unnest(candidates) from suspense")]
    shares = [
        part
        for claim, amount in zip(claims, ("45", "45.00"), strict=True)
        for part in ("--claim", claim, "--amount", amount)
    ]
    assert takeback(home, "decide", "match", adjustment, *shares, "--reason", "call of today", "--by", "pat") == 0
    assert "the next run applies it" in capsys.readouterr().out
    assert published(home, "select count(*) from suspense") == [(1,)]
    assert night(home)
    assert published(home, "select rule, amount::varchar from takeback_match") == [("person", "45.00")] * 2
    assert published(home, "select count(*) from suspense") == [(0,)]
    assert published(home, "select distinct outcome, decided_by, reason from decision") == [
        ("applied", "pat", "call of today")
    ]
    assert takeback(home, "rebuild") == 0
    assert "the same as before" in capsys.readouterr().out
    assert takeback(home, "verify") == 0
    assert "call of today" not in "".join(map(str, audit.entries(Home(home))))


def test_a_dismissal_empties_the_queue_and_a_later_unlink_fills_it_again(home) -> None:
    ((adjustment,),) = published(home, "select provider_adjustment_id from suspense")
    assert takeback(home, "decide", "dismiss", adjustment, "--reason", "small", "--at", "2026-04-01") == 0
    assert night(home)
    assert published(home, "select count(*) from suspense") == [(0,)]
    assert published(home, "select sum(amount)::varchar from ledger_entry where account = 'dismissed'") == [("90.00",)]
    assert takeback(home, "decide", "unlink", adjustment, "--reason", "no", "--at", "2026-04-02T08:00:00Z") == 0
    assert night(home)
    assert published(home, "select count(*) from suspense") == [(1,)]
    assert published(home, "select outcome from decision order by decided_at") == [("superseded",), ("applied",)]


def test_a_decision_about_nothing_is_refused_and_nothing_is_written(home) -> None:
    ((adjustment,),) = published(home, "select provider_adjustment_id from suspense")
    assert takeback(home, "decide", "dismiss", "no such row", "--reason", "x") == 2
    assert takeback(home, "decide", "match", adjustment, "--reason", "x") == 2
    assert takeback(home, "decide", "match", adjustment, "--claim", "no such claim", "--reason", "x") == 2
    assert takeback(home, "decide", "dismiss", adjustment, "--reason", "x", "--at", "yesterday") == 2
    assert takeback(home, "decide", "dismiss", adjustment, "--reason", " ") == 2
    assert night(home) == ""


def test_each_template_lands_as_an_empty_sheet(home, capsys) -> None:
    sheets = ("notices", "refunds", "disputes", "decisions")
    for number, sheet in enumerate(sheets):
        assert cli.main(["template", sheet]) == 0
        (home.parent / "inbox" / f"filled {number}.csv").write_text(capsys.readouterr().out)
    night(home)
    landed = "select file_name, status from delivery where file_name like 'filled%' order by all"
    assert published(home, landed) == [(f"filled {number}.csv", "landed") for number in range(len(sheets))]
    rows = {sheet: published(home, f"select count(*) from {sheet.removesuffix('s')}")[0][0] for sheet in sheets}  # noqa: S608
    assert rows == {"notices": 3, "refunds": 0, "disputes": 0, "decisions": 0}, "the notices of the story alone"
