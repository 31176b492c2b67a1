"""Rules that a user edits replace those shipped, are checked cell by cell, and make a new generation."""

import pytest

from warehouse import cli
from warehouse.building import rules
from warehouse.building.models import TRANSFORMS
from warehouse.errors import SettingError

LIMIT = "state,limit_count,limit_unit,not_limited,source\n"
MART = """-- grain: one row per limit
-- state: where
-- limit_count: how many
select state, limit_count from codes.recoupment_limits
"""


@pytest.fixture
def limited(house):
    house.model("codes/recoupment_limits.csv", f"{LIMIT}AL,12,months,,read\n")
    house.model("marts/limit_of.sql", MART)
    house.deliver("one.835")
    assert house.night()
    return house


def write(house, text: str, name: str = "recoupment_limits.csv") -> None:
    folder = house.home / "rules"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_a_file_of_the_users_replaces_the_one_shipped_and_is_published_the_next_night(limited) -> None:
    assert limited.published("from limit_of") == [("AL", "12")]
    write(limited, f"# ours\n{LIMIT}\nNY,24,months,,our counsel\nAL,18,months\n")
    assert limited.night()
    assert limited.published("from limit_of order by 1") == [("AL", "18"), ("NY", "24")]
    assert limited.night() == ""


def test_a_folder_that_a_setting_names_is_taken_in_place_of_that_in_the_home(limited, tmp_path, monkeypatch) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "recoupment_limits.csv").write_text(f"{LIMIT}TX,180,days,,\n")
    monkeypatch.setenv("TAKEBACK_RULES", str(tmp_path / "ours"))
    assert limited.night()
    assert limited.published("from limit_of") == [("TX", "180")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{LIMIT}AL,a year,months,,\n", "line 2 column limit_count: expected a whole number, found 6 characters"),
        (f"{LIMIT}AL,12,weeks,,\n", "line 2 column limit_unit: expected months or days, found 5 characters"),
        (f"{LIMIT}Alabama,12,months,,\n", "line 2 column state: expected a state, found 7 characters"),
        (f"{LIMIT},12,months,,\n", "line 2 column state: expected a state, found 0 characters"),
        (f"{LIMIT}AL,12,months,,,x\n", "line 2: expected 5 cells, found 6"),
        (f'{LIMIT}"AL,12,months,,\n', "line 2: expected a comma or an end of line behind a closing quote"),
        ("state,limit_count\n", ": expected the columns state, limit_count, limit_unit, not_limited, source"),
        ("", ": expected the columns state, limit_count, limit_unit, not_limited, source"),
    ],
)
def test_a_bad_cell_refuses_the_run_and_the_last_generation_serves(limited, capsys, text: str, reason: str) -> None:
    write(limited, text)
    assert cli.main(["run", "--quiet", "--inbox", str(limited.inbox), "--home", str(limited.home)]) == 2
    assert reason in capsys.readouterr().err
    assert limited.published("from limit_of") == [("AL", "12")]


def test_a_file_of_a_name_that_nobody_reads_is_no_silent_rule(limited) -> None:
    write(limited, LIMIT, "recoupment_limit.csv")
    with pytest.raises(SettingError, match="1 CSV of another name than payer_rules, recoupment_calendar"):
        rules.tables(limited.folders)


def test_a_setting_that_names_no_folder_is_refused(limited, monkeypatch) -> None:
    monkeypatch.setenv("TAKEBACK_RULES", "/nowhere")
    with pytest.raises(SettingError, match="expected a folder"):
        rules.folder(limited.folders)


def test_the_rules_that_are_shipped_would_pass_as_a_users(house, monkeypatch, tmp_path) -> None:
    for name in rules.columns():
        (tmp_path / f"{name}.csv").write_bytes((TRANSFORMS / "codes" / f"{name}.csv").read_bytes())
    monkeypatch.setenv("TAKEBACK_RULES", str(tmp_path))
    assert set(rules.tables(house.folders)) == set(rules.columns())
