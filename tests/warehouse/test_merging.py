"""Small loads of many nights become few larger ones."""

import shutil

import pytest

from warehouse import nightly
from warehouse.landing import loads
from warehouse.proving import invariants

NIGHTS = 6


@pytest.fixture(autouse=True)
def few(monkeypatch) -> None:
    monkeypatch.setattr(loads, "SMALL_LOADS", NIGHTS)


def land(house, *numbers: int) -> None:
    for number in numbers:
        house.deliver(f"{number}.835", f"PAY T{number} 100\nrubbish {number}\n".encode())
        nightly.land_all(house.home, nightly.discover(house.inbox, house.home))


def held(house) -> dict[str, object]:
    manifests = loads.manifests(house.folders)
    return {
        "payments": sum(one.counts["payment"] for one in manifests),
        "quarantined": sum(one.counts["quarantined_spans"] for one in manifests),
        "cents": sum(int(one.dollars["landed"].replace(".", "")) for one in manifests),
        "files": sorted(file["sha256"] for one in manifests for file in one.files),
    }


def test_many_small_loads_are_merged_when_something_new_comes(house) -> None:
    land(house, *range(NIGHTS))
    assert len(loads.manifests(house.folders)) == NIGHTS
    assert nightly.discover(house.inbox, house.home) == []
    land(house, NIGHTS)
    assert len(loads.manifests(house.folders)) == 1
    assert held(house)["payments"] == held(house)["quarantined"] == NIGHTS + 1
    assert held(house)["cents"] == 100 * (NIGHTS + 1)
    assert house.night()
    assert len(list(house.folders.lake.iterdir())) == 1
    assert house.published("select count(*), count(distinct trace_number) from remittance") == [(NIGHTS + 1,) * 2]
    assert invariants.broken(house.folders) == []


def test_merged_or_not_the_published_tables_are_the_same(make_house, monkeypatch) -> None:
    merged, apart = make_house("merged"), make_house("apart")
    land(merged, *range(NIGHTS + 2))
    monkeypatch.setattr(loads, "SMALL_LOADS", 1000)
    land(apart, *range(NIGHTS + 2))
    assert len(loads.manifests(merged.folders)) < len(loads.manifests(apart.folders))
    assert held(merged) == held(apart)
    assert nightly.rebuild(merged.home) == nightly.rebuild(apart.home)


def test_a_run_that_dies_between_merging_and_removing_counts_nothing_twice(house) -> None:
    land(house, *range(NIGHTS + 1))
    assert len(list(house.folders.lake.iterdir())) == NIGHTS + 1  # they are removed with the night
    assert held(house)["payments"] == NIGHTS + 1
    (merged,) = loads.manifests(house.folders)
    (house.folders.lake / merged.load_id / "payment.parquet").unlink()
    land(house, NIGHTS + 1)  # the small ones are still there, and count again
    assert held(house)["payments"] == NIGHTS + 2
    assert len(set(held(house)["files"])) == len(held(house)["files"])


def test_a_merged_load_that_is_lost_later_is_read_again_from_raw(house) -> None:
    land(house, *range(NIGHTS + 1))
    house.night()
    (merged,) = loads.manifests(house.folders)
    before = held(house)
    shutil.rmtree(house.folders.lake / merged.load_id)
    house.night()
    assert held(house) == before


def test_large_loads_are_left_alone(house, monkeypatch) -> None:
    monkeypatch.setattr(loads, "LOAD_BYTES", 20)
    land(house, *range(NIGHTS + 2))
    assert len(loads.manifests(house.folders)) == NIGHTS + 2
