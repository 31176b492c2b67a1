"""However many share a night, each table has the rows that one process gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import pytest

from warehouse import nightly
from warehouse.building import models
from warehouse.publishing import inputs, release
from warehouse.sharing import groups, parts, rounds, steps

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sharing.conftest import Night


@dataclass(frozen=True)
class Parts:
    """What groups of one enterprise each made, `part_0_1` of the first group in the first round, beside `alone`."""

    connection: duckdb.DuckDBPyConnection
    count: int
    digests: dict[str, str]


LAID = rounds.rounds(models.load())
APART = {model.table: number for number, each in enumerate(LAID) for model in each.apart}


def shared(home: Path, most: int) -> list[str]:
    """Build the tables in so many groups; return their names."""
    names = steps.share(home, most)
    for number in range(1, rounds.COUNT + 1):
        for name in reversed(names):
            steps.apart(home, name, number)
        assert steps.together(home, number)[0] == names
    return names


@pytest.fixture(scope="module")
def one_by_one(night: Night) -> Iterator[Parts]:
    """Make the parts of groups of one enterprise each, with one thread; attach them, and what one process made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAKEBACK_THREADS", "1")
        names = shared(night.home, 1000)
    with duckdb.connect(str(night.folders.build_database), read_only=True) as connection:
        made_from = inputs.built_from(connection)
        digests = release.digests(connection)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{night.alone}' as alone (read_only)")
        for at, name in enumerate(names):
            for number in range(1, rounds.COUNT + 1):
                path = parts.path_of(night.folders, made_from, groups.named(name), number)
                connection.execute(f"attach '{path}' as part_{at}_{number} (read_only)")
        yield Parts(connection, len(names), digests)


@pytest.mark.parametrize("table", sorted(APART))
def test_each_model_made_for_one_enterprise_at_a_time_has_the_rows_of_the_whole(one_by_one: Parts, table: str) -> None:
    united = " union all ".join(f"from part_{at}_{APART[table]}.{table}" for at in range(one_by_one.count))
    odd = "select count(*) from ((from {0}) except all (from {1}))"
    whole = f"(from alone.{table})"
    assert one_by_one.connection.execute(odd.format(whole, f"({united})")).fetchall() == [(0,)]
    assert one_by_one.connection.execute(odd.format(f"({united})", whole)).fetchall() == [(0,)]


def test_as_many_groups_as_enterprises_make_the_same_published_rows(one_by_one: Parts, night: Night) -> None:
    assert one_by_one.count > 3
    assert one_by_one.digests == night.digests
    assert nightly.check(night.home)


def test_what_a_person_has_put_together_is_one_enterprise(night: Night) -> None:
    found = night.rows("""
        select enterprise_number, list_distinct(list((right(payee_tin, 2)::int - 1) // 4)).list_sort() as enterprises
        from staging.remittance
        join takebacks.relation using (relation_number)
        where payee_tin is not null
        group by all""")
    assert [enterprises for _, enterprises in found if len(enterprises) > 1] == [[2, 3]]
    assert len(found) > 3


@pytest.mark.parametrize(("most", "threads"), [(1, "2"), (2, "1"), (2, "4"), (3, "2")])
def test_any_number_of_groups_and_threads_makes_the_same_published_rows(
    night: Night, most: int, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_THREADS", threads)
    shared(night.home, most)
    with duckdb.connect(str(night.folders.build_database)) as connection:
        assert release.digests(connection) == night.digests
    assert nightly.check(night.home)
