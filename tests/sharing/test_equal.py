"""However many share a night, each table has the rows that one process gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from warehouse import nightly
from warehouse.building import models
from warehouse.publishing import inputs, release
from warehouse.sharing import groups, parts, rounds, steps

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sharing.conftest import Night

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


@pytest.mark.parametrize("table", sorted(APART))
def test_each_model_made_for_one_enterprise_at_a_time_has_the_rows_of_the_whole(
    night: Night, one_by_one: list[list[Path]], table: str
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{night.alone}' as alone (read_only)")
        for at, files in enumerate(one_by_one):
            connection.execute(f"attach '{files[APART[table] - 1]}' as part_{at} (read_only)")
        united = " union all ".join(f"from part_{at}.{table}" for at in range(len(one_by_one)))
        odd = "select count(*) from ((from {0}) except all (from {1}))"
        whole = f"(from alone.{table})"
        assert connection.execute(odd.format(whole, f"({united})")).fetchall() == [(0,)]
        assert connection.execute(odd.format(f"({united})", whole)).fetchall() == [(0,)]


@pytest.fixture(scope="module")
def one_by_one(night: Night) -> list[list[Path]]:
    """Make the parts of groups of one enterprise each; of each group those of all rounds."""
    names = shared(night.home, 1000)
    with duckdb.connect(str(night.folders.build_database), read_only=True) as connection:
        made_from = inputs.built_from(connection)
    return [
        [parts.path_of(night.folders, made_from, groups.named(name), number) for number in range(1, rounds.COUNT + 1)]
        for name in names
    ]


def test_what_a_person_has_put_together_is_one_enterprise(night: Night) -> None:
    found = night.rows("""
        select enterprise_number, list_distinct(list((right(payee_tin, 2)::int - 1) // 4)).list_sort() as enterprises
        from staging.remittance
        join takebacks.relation using (relation_number)
        where payee_tin is not null
        group by all""")
    assert [enterprises for _, enterprises in found if len(enterprises) > 1] == [[2, 3]]
    assert len(found) > 3


@pytest.mark.parametrize(("most", "threads"), [(1, "2"), (2, "1"), (2, "4"), (3, "2"), (1000, "1")])
def test_any_number_of_groups_and_threads_makes_the_same_published_rows(
    night: Night, most: int, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_THREADS", threads)
    with duckdb.connect(str(night.alone)) as connection:
        alone = release.digests(connection)
    shared(night.home, most)
    with duckdb.connect(str(night.folders.build_database)) as connection:
        assert release.digests(connection) == alone
    assert nightly.check(night.home)
