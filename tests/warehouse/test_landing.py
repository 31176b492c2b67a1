"""Loads, manifests and quarantine."""

import errno
import json

import pyarrow.parquet as pq
import pytest

from warehouse import nightly
from warehouse.errors import DamageError, TakebackError
from warehouse.landing import loads, one_load, parquet, window
from warehouse.landing.window import Window


def manifest(house):
    (found,) = loads.manifests(house.folders)
    return found


def test_a_manifest_lists_files_tables_counts_and_dollars(house) -> None:
    house.deliver("a.835", b"PAY T1 100\nPAY T2 250\nrubbish\n")
    house.night()
    found = manifest(house)
    assert found.dollars == {"delivered": "3.50", "landed": "3.50", "quarantined": "0.00"}
    assert found.counts == {"transaction": 2, "payment": 2, "span": 3, "quarantined_spans": 1}
    assert [file["byte_count"] for file in found.files] == [30]
    for table, entry in found.tables.items():
        path = house.folders.lake / found.load_id / f"{table}.parquet"
        assert entry == {
            "rows": pq.read_metadata(path).num_rows,
            "byte_count": path.stat().st_size,
            "sha256": loads.file_hash(path),
        }


def test_landing_a_load_twice_is_landing_it_once(house, monkeypatch) -> None:
    house.deliver("a.835")
    (load_id,) = nightly.discover(house.inbox, house.home)
    first = nightly.land(house.home, load_id)
    monkeypatch.setattr(one_load.reader, "read", None)
    assert nightly.land(house.home, load_id) == first
    assert nightly.discover(house.inbox, house.home) == []


def test_a_landed_load_may_be_landed_again_at_any_time(house) -> None:
    """A scheduler clears a task of a night long past: its plan is gone, its load is there."""
    house.deliver("a.835")
    (load_id,) = nightly.discover(house.inbox, house.home)
    first = nightly.land(house.home, load_id)
    house.deliver("b.835", b"PAY T2 100\n")
    nightly.discover(house.inbox, house.home)
    assert nightly.land(house.home, load_id) == first
    with pytest.raises(TakebackError, match="not the id of a load"):
        nightly.land(house.home, f"../lake/{load_id}")


def test_an_empty_file_alone_is_a_load(house) -> None:
    house.deliver("empty.835", b"")
    house.night()
    assert [len(found.files) for found in loads.manifests(house.folders)] == [1]


def test_a_load_that_was_planned_anew_is_refused(house) -> None:
    house.deliver("a.835")
    (old,) = nightly.discover(house.inbox, house.home)
    house.deliver("b.835", b"PAY T2 100\n")
    (new,) = nightly.discover(house.inbox, house.home)
    assert new != old
    with pytest.raises(TakebackError, match="not planned"):
        nightly.land(house.home, old)


def test_small_files_share_a_load_and_large_ones_do_not(house, monkeypatch) -> None:
    monkeypatch.setattr(loads, "LOAD_BYTES", 25)
    for number in range(6):
        house.deliver(f"{number}.835", f"PAY T{number} 100\n".encode())
    house.deliver("large.835", b"PAY T9 100\n" * 10)
    house.night()
    sizes = sorted(sum(file["byte_count"] for file in found.files) for found in loads.manifests(house.folders))
    assert sizes == [22, 22, 22, 110], "loads of one size end together; a large file is a load of its own"
    assert house.published("select count(*) from remittance") == [(7,)]


def test_a_raw_file_that_has_changed_is_refused_before_it_is_read(house) -> None:
    house.deliver("a.835")
    (load_id,) = nightly.discover(house.inbox, house.home)
    (raw,) = house.raw
    raw.chmod(0o600)
    raw.write_bytes(b"PAY T1 900\n")
    with pytest.raises(DamageError):
        nightly.land(house.home, load_id)
    house.deliver("again.835")
    house.night()
    assert house.published("select payment_amount::varchar from remittance") == [("1.00",)]


def test_a_reader_that_dies_leaves_no_load(house, monkeypatch) -> None:
    house.deliver("a.835", b"PAY T1 100\n")
    read = one_load.reader.read

    def dies(sources):
        yield from read(sources)
        raise OSError

    monkeypatch.setattr(one_load.reader, "read", dies)
    monkeypatch.setattr(parquet, "FLUSH_BYTES", 1)
    with pytest.raises(OSError):
        house.night()
    assert list(house.folders.lake.iterdir()) == []
    monkeypatch.setattr(one_load.reader, "read", read)
    assert house.night()


def test_a_table_that_cannot_be_written_leaves_no_load(house, monkeypatch) -> None:
    """It is written beside the reading, and what it fails with is the load's failure all the same."""
    house.deliver("a.835", b"PAY T1 100\n")
    house.deliver("b.835", b"PAY T2 100\n")

    def full(*_) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(parquet, "FLUSH_BYTES", 1)
    monkeypatch.setattr(parquet, "_flush", full)
    (load_id,) = nightly.discover(house.inbox, house.home)
    with pytest.raises(OSError, match="no space"):
        nightly.land(house.home, load_id)
    assert list(house.folders.lake.iterdir()) == []


def test_many_chunks_become_few_row_groups(house) -> None:
    for number in range(20):
        house.deliver(f"{number}.835", f"PAY T{number} 100\n".encode())
    house.night()
    path = house.folders.lake / manifest(house).load_id / "payment.parquet"
    assert pq.read_metadata(path).num_row_groups == 1


def test_quarantine_holds_the_exact_bytes_and_the_reason(house) -> None:
    house.deliver("a.835", b"PAY T1 100\nr\xffbbish\nPAY T2 250\n")
    house.deliver("empty.835", b"")
    house.night()
    kept = {path.name[64:]: path.read_bytes() for path in house.folders.quarantine.iterdir()}
    assert {name for name in kept if not name.endswith(".json")} == {"-11-19", "-0-0"}
    assert kept["-11-19"] == b"r\xffbbish\n"
    assert json.loads(kept["-11-19.json"])["reason_code"] == "not_x12"


def test_a_new_version_of_the_reader_reads_all_raw_files_again(house, monkeypatch) -> None:
    house.deliver("a.835")
    house.night()
    old = manifest(house).load_id
    monkeypatch.setattr(loads, "reader_version", lambda: "next")
    assert house.night() == ""
    assert manifest(house).load_id != old
    house.night()
    assert [path.name for path in house.folders.lake.iterdir()] == [manifest(house).load_id]


def test_a_large_file_is_read_through_a_window(house, monkeypatch) -> None:
    monkeypatch.setattr(one_load, "SMALL_FILE", 100)
    house.deliver("large.835", b"PAY T1 100\n" * 50)
    house.deliver("small.835", b"PAY T2 100\n")
    (load_id,) = nightly.discover(house.inbox, house.home)
    with loads.planned(house.folders, load_id) as plan:
        found = list(one_load.sources(house.folders, plan.members))
    assert {type(source.content) for source in found} == {bytes, Window}
    assert nightly.land(house.home, load_id)["payment"] == 51


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_a_window_answers_as_bytes_do(tmp_path, monkeypatch, size) -> None:
    monkeypatch.setattr(window, "WINDOW", size)
    content = b"ISA*00*ISA~ST*835~SE~ISA*00~"
    (tmp_path / "raw").write_bytes(content)
    seen = Window(tmp_path / "raw")
    assert len(seen) == len(content)
    for start, end in [(0, 3), (5, 5), (9, 4), (20, 999), (2, 28), (0, 1), (27, 28), (1, 20)]:
        assert seen[start:end] == content[start:end]
        for sought in (b"ISA", b"~", b"~SE~", b"nowhere"):
            assert seen.find(sought, start, end) == content.find(sought, start, end)
            assert seen.rfind(sought, start, end) == content.rfind(sought, start, end)
    assert bytes(seen) == content


def test_a_raw_file_that_becomes_shorter_is_damage(tmp_path) -> None:
    (tmp_path / "raw").write_bytes(b"ISA")
    seen = Window(tmp_path / "raw")
    (tmp_path / "raw").write_bytes(b"")
    with pytest.raises(DamageError):
        seen[0:3]
