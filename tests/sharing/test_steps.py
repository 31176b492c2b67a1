"""The steps that several workers take: each may be done again, fail or come too late, and none may disturb another."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.sharing.conftest import deliver
from warehouse import nightly
from warehouse.errors import BusyError, SettingError
from warehouse.home import Home, hold
from warehouse.keeping import maintenance
from warehouse.sharing import groups, rounds, steps

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Land what two enterprises get of two payers."""
    folder = tmp_path_factory.mktemp("steps")
    deliver(folder / "inbox", 2, 2)
    for load in nightly.discover(folder / "inbox", folder / "home"):
        nightly.land(folder / "home", load)
    return folder / "home"


def tables(home: Path) -> set[str]:
    with duckdb.connect(str(Home(home).build_database), read_only=True) as connection:
        found = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    return {table for (table,) in found}


def made(home: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in Home(home).parts.glob("*/part.duckdb")}


def test_groups_have_about_as_many_rows_and_every_enterprise_is_in_one(home: Path) -> None:
    assert steps.share(home, 2) == ["1 of 2", "2 of 2"]
    with duckdb.connect(str(Home(home).build_database), read_only=True) as connection:
        rows = connection.execute("""
            select member.group_number, count(*)
            from staging.claim_payment
            join takebacks.relation using (relation_number)
            join sharing.member as member using (enterprise_number)
            group by all order by all""").fetchall()
        twice = connection.execute("""
            select enterprise_number from sharing.member group by all having count(*) > 1""").fetchall()
    assert [number for number, _ in rows] == [1, 2]
    assert min(count for _, count in rows) * 2 > max(count for _, count in rows)
    assert twice == []


def test_there_are_no_more_groups_than_enterprises(home: Path) -> None:
    assert 2 <= len(steps.share(home, 1000)) <= 8


def test_a_part_that_is_there_is_left_as_it_is(home: Path) -> None:
    steps.share(home, 2)
    assert steps.apart(home, "1 of 2", 1)["takebacks.claim_payment"] > 0
    before = made(home)
    assert steps.apart(home, "1 of 2", 1) == {}
    steps.share(home, 2)
    assert steps.apart(home, "1 of 2", 1) == {}
    assert made(home) == before


def test_what_a_killed_worker_left_of_a_part_is_made_anew(home: Path) -> None:
    steps.share(home, 2)
    nightly.build(home, "lake")  # parts go with the build database
    assert made(home) == {}
    steps.share(home, 2)
    steps.apart(home, "2 of 2", 1)
    (part,) = made(home)
    left = Home(home).parts / os.path.basename(os.path.dirname(part)) / "making.duckdb"  # noqa: PTH119, PTH120
    os.rename(part, left)  # noqa: PTH104
    left.write_bytes(left.read_bytes()[:5000])
    assert steps.apart(home, "2 of 2", 1)["takebacks.claim_payment"] > 0
    assert list(made(home)) == [part]
    assert not left.exists()


def test_a_part_is_made_by_one_worker_at_a_time(home: Path) -> None:
    nightly.build(home, "lake")
    steps.share(home, 2)
    steps.apart(home, "1 of 2", 1)
    (part,) = Home(home).parts.glob("*/part.duckdb")
    part.unlink()
    claim = hold(part.parent)
    with pytest.raises(BusyError):
        steps.apart(home, "1 of 2", 1)
    os.close(claim)


def test_a_part_leaves_the_build_database_alone_that_other_workers_read(home: Path) -> None:
    steps.share(home, 2)
    before = Home(home).build_database.read_bytes()
    steps.apart(home, "2 of 2", 1)
    assert Home(home).build_database.read_bytes() == before


@pytest.mark.parametrize("count", [1, 2])
def test_a_step_whose_build_database_is_gone_makes_what_it_needs(home: Path, count: int) -> None:
    steps.share(home, count)
    nightly.build(home, "lake")  # as after a published night: what follows is gone
    steps.apart(home, f"1 of {count}", 2)
    names, rows = steps.together(home, rounds.COUNT, count)
    assert len(names) == count
    assert rows["marts.overpayment"] > 0
    assert "sharing.state" not in tables(home)


def test_a_step_may_be_done_again_after_later_ones(home: Path) -> None:
    for count in (1, 2):
        names = steps.share(home, count)
        for number in range(1, rounds.COUNT + 1):
            for name in names:
                steps.apart(home, name, number)
            first = steps.together(home, number)
            assert steps.together(home, number, count)[1] == first[1]
        assert steps.together(home, 1, count)[0] == names
        assert "takebacks.named_claim" in tables(home)
        assert "marts.overpayment" not in tables(home), "what later rounds made of older tables is gone"


def test_one_process_goes_on_where_workers_have_left_off(home: Path) -> None:
    nightly.rebuild(home)
    alone = maintenance.served(home)
    for upto in (0, 2):
        names = steps.share(home, 2)
        for number in range(1, upto + 1):
            for name in names:
                steps.apart(home, name, number)
            steps.together(home, number)
        nightly.check(home)
        assert nightly.publish(home) == ""
        assert maintenance.served(home) == alone != ""
        assert not Home(home).parts.exists()


@pytest.mark.parametrize("name", ["", "3 of 2", "0 of 2", "1/2", "1 of 2; drop table x"])
def test_a_group_that_is_none_is_refused(home: Path, name: str) -> None:
    with pytest.raises(SettingError):
        steps.apart(home, name, 1)


def test_the_setting_is_a_number_of_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAKEBACK_FANOUT", raising=False)
    assert groups.wanted() == 1
    monkeypatch.setenv("TAKEBACK_FANOUT", "4")
    assert (groups.wanted(), groups.wanted(2), groups.wanted("3")) == (4, 2, 3)
    monkeypatch.setenv("TAKEBACK_FANOUT", "many")
    with pytest.raises(SettingError, match="TAKEBACK_FANOUT"):
        groups.wanted()
