"""Generations: whole, checked, read-only, and new only where something has changed."""

import json
import shutil

import duckdb
import pytest

from warehouse import database, nightly
from warehouse.building.models import Model
from warehouse.errors import CheckFailed
from warehouse.home import Home
from warehouse.publishing import generations, release

NIGHTS = [(f"{number}.835", f"PAY T{number} {number}00\n".encode()) for number in range(1, 5)]


def test_a_second_run_changes_nothing_and_says_so(house) -> None:
    house.deliver("a.835")
    assert house.night()
    before = house.state()
    assert house.night() == ""
    assert house.state() == before


def test_a_forced_rebuild_of_the_same_content_publishes_nothing(house) -> None:
    house.deliver("a.835")
    house.night()
    for stage in nightly.STAGES:
        nightly.build(house.home, stage)
    nightly.check(house.home)
    assert nightly.publish(house.home) == ""


def test_any_order_and_batching_of_arrival_gives_the_same_digest(make_house) -> None:
    together, backwards = make_house("together"), make_house("backwards")
    for name, content in NIGHTS:
        together.deliver(name, content)
    digest = together.night()
    for name, content in reversed(NIGHTS):
        backwards.deliver(name, content)
        last = backwards.night()
    assert last == digest


def test_any_number_of_threads_gives_the_same_digest(make_house, monkeypatch) -> None:
    digests = set()
    for threads in ("1", "4"):
        monkeypatch.setenv("TAKEBACK_THREADS", threads)
        house = make_house(threads)
        for name, content in NIGHTS:
            house.deliver(name, content)
        digests.add(house.night())
    assert len(digests) == 1


def test_a_reader_keeps_its_generation_while_the_next_is_published(house) -> None:
    house.deliver(*NIGHTS[0])
    house.night()
    with duckdb.connect(str(house.link), read_only=True) as reader:
        assert reader.execute("select count(*) from remittance").fetchall() == [(1,)]
        house.deliver(*NIGHTS[1])
        house.night()
        assert reader.execute("select count(*) from remittance").fetchall() == [(1,)]
    assert house.published("select count(*) from remittance") == [(2,)]


def test_a_failing_check_keeps_the_last_generation(house) -> None:
    house.deliver(*NIGHTS[0])
    house.night()
    before = house.link.readlink()
    house.deliver("bad.835", b"PAY T9 -100\n")
    with pytest.raises(CheckFailed, match=r"no_negative_payment: a payment is below zero \(1 rows\)"):
        house.night()
    assert house.link.readlink() == before
    with pytest.raises(CheckFailed):
        nightly.publish(house.home)


def test_a_warning_is_published_and_noted(house) -> None:
    house.model(
        "checks/no_negative_payment.sql",
        "-- severity: warn\n-- says: below zero\nfrom marts.remittance where payment_amount < 0",
    )
    house.deliver("bad.835", b"PAY T9 -100\n")
    assert house.night()
    note = generations.present(house.folders)
    assert note is not None
    assert note.checks == [{"name": "no_negative_payment", "severity": "warn", "says": "below zero", "row_count": 1}]


def test_tables_that_were_not_checked_are_not_published(house) -> None:
    house.deliver(*NIGHTS[0])
    nightly.land(house.home, *nightly.discover(house.inbox, house.home))
    for stage in nightly.STAGES:
        nightly.build(house.home, stage)
    with pytest.raises(CheckFailed, match="not been checked"):
        nightly.publish(house.home)


def test_seven_generations_are_kept(house) -> None:
    for number in range(9):
        house.deliver(f"{number}.835", f"PAY T{number} 100\n".encode())
        house.night()
    kept = sorted(path.name[:6] for path in generations.folder(house.folders).glob("*.duckdb"))
    assert kept == [f"{number:06d}" for number in range(3, 10)]
    assert len(list(generations.folder(house.folders).iterdir())) == 14


def test_a_published_file_carries_comments_fixed_order_and_the_oldest_format_that_is_safe(house) -> None:
    for name, content in reversed(NIGHTS):
        house.deliver(name, content)
    house.night()
    assert [row[0] for row in house.published("select trace_number from remittance")] == ["T1", "T2", "T3", "T4"]
    assert house.published("select comment from duckdb_tables() where table_name = 'remittance'") == [
        ("one row per payment",)
    ]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{house.link.resolve()}' as published (read_only)")
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'published'").fetchall()
    assert tags[0][0]["storage_version"].startswith(release.STORAGE_VERSION)


def compressions(path, table: str) -> set[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        told = "select distinct compression from pragma_storage_info($1) where segment_type = 'VARCHAR'"
        return {compression for (compression,) in connection.execute(told, [table]).fetchall()}


def test_a_build_is_not_compressed_and_what_is_published_from_it_is(tmp_path) -> None:
    build, published = tmp_path / "build.duckdb", tmp_path / "published.duckdb"
    with database.building(Home(tmp_path), build) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.claim as select 'claim ' || range // 9 as claim_id from range(50000)")
    with database.building(Home(tmp_path), build) as connection:
        claim = Model(tmp_path / "marts" / "claim.sql", "marts", "claim", "", {}, frozenset())
        release.copy(connection, str(published), {"claim": claim})
    assert compressions(build, "marts.claim") == {"Uncompressed"}
    assert "Uncompressed" not in compressions(published, "claim")
    assert published.stat().st_size < build.stat().st_size


@pytest.mark.parametrize("lost", ["published", "lake", "work"])
def test_what_is_lost_is_made_again_from_the_rest(house, lost: str) -> None:
    for name, content in NIGHTS:
        house.deliver(name, content)
    house.night()
    tables = house.published("from remittance")
    note = generations.present(house.folders)
    shutil.rmtree(house.home / lost)
    house.night()
    again = generations.present(house.folders)
    assert note is not None
    assert again is not None
    assert (again.digest, house.published("from remittance")) == (note.digest, tables)


def flip_bit(path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def test_a_flipped_bit_in_the_published_file_is_noticed_and_mended(house) -> None:
    house.deliver(*NIGHTS[0])
    house.night()
    flip_bit(house.link.resolve())
    assert house.night()
    assert generations.intact(house.folders)


def test_a_flipped_bit_in_the_lake_is_noticed_and_landed_again(house) -> None:
    house.deliver(*NIGHTS[0])
    house.night()
    before = house.state()
    for path in sorted(house.folders.lake.rglob("*")):
        if path.is_file():
            flip_bit(path)
            house.night()
            assert house.state() == before


def test_the_note_says_how_many_rows_each_table_has(house) -> None:
    house.deliver(*NIGHTS[0])
    house.night()
    note = json.loads((generations.folder(house.folders) / house.link.readlink().with_suffix(".json").name).read_text())
    assert {name: table["rows"] for name, table in note["tables"].items()} == {"delivery": 1, "remittance": 1}
