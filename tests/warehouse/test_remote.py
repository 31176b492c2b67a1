"""A home and an inbox on object storage: what is published there is what a home on disk publishes, whatever happens."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse import buckets
from tests.warehouse.buckets import Below, Killed, Memory
from warehouse import nightly
from warehouse.cli import main
from warehouse.errors import BusyError, DamageError, SettingError
from warehouse.home import Home, reader, setting, writer
from warehouse.keeping import audit, maintenance
from warehouse.proving import verification
from warehouse.publishing import generations
from warehouse.remote import copies, s3, store
from warehouse.remote import head as heads

FILES = {
    "a.txt": b"PAY T1 100\n",
    "deep/b.txt": b"PAY T2 200\nPAY T3 300\n",
    "again.txt": b"PAY T1 100\n",
    "bad.pdf": b"%PDF",
}


STEP = 4
"""Of the requests of a night, every so-manieth is one at which it is killed; 1 takes a minute."""


class Cloud:
    """A bucket with an inbox and a home, and workers that share nothing else."""

    def __init__(self, kind: str, disks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kind, self.disks, self.patch = kind, disks, monkeypatch
        self.home_address, self.inbox_address = f"{kind}://bucket/clinic/home", f"{kind}://bucket/clinic/inbox"

    @property
    def inbox(self) -> store.Store:
        return store.opened(self.inbox_address)

    @property
    def home(self) -> store.Store:
        return store.opened(self.home_address)

    def deliver(self, files: dict[str, bytes] = FILES) -> None:
        for name, content in files.items():
            self.inbox.write(name, content)

    def waiting(self) -> list[str]:
        return [one.key for one in self.inbox.list("")]

    def worker(self, name: str) -> tuple[Path, Path]:
        """Inbox and home as a worker with a disk of its own sees them."""
        self.patch.setenv("TAKEBACK_COPIES", str(self.disks / name))
        return setting("TAKEBACK_INBOX", self.inbox_address), setting("TAKEBACK_HOME", self.home_address)

    def night(self, name: str) -> str:
        return nightly.night(*self.worker(name))

    def rows(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        link = generations.link_path(reader(self.worker(name)[1]))
        with duckdb.connect(str(link.resolve()), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def bucket(house: Any, monkeypatch: pytest.MonkeyPatch) -> Memory:
    assert house.transforms, "the small models, in place of the real ones"
    made = Memory()
    monkeypatch.setitem(store.KINDS, "memory", lambda _name, prefix: Below(made, prefix))
    copies._opened.cache_clear()
    return made


@pytest.fixture
def cloud(bucket: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    assert not bucket.objects
    return Cloud("memory", tmp_path / "disks", monkeypatch)


@pytest.fixture(params=["memory", "s3"])
def either(
    request: pytest.FixtureRequest, cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cloud]:
    if request.param == "memory":
        yield cloud
        return
    with buckets.s3(monkeypatch):
        s3._client.cache_clear()
        s3._client(0).create_bucket(Bucket="bucket")
        yield Cloud("s3", tmp_path / "disks", monkeypatch)
    s3._client.cache_clear()


@pytest.fixture
def on_disk(house: Any) -> tuple[str, list[tuple[Any, ...]]]:
    """Say what a night on disk publishes from the same files: its digest, and its table of deliveries."""
    for name, content in FILES.items():
        house.deliver(name, content)
    digest = house.night()
    return digest, house.published("from delivery order by all")


def test_a_night_on_object_storage_publishes_what_a_night_on_disk_does(either: Cloud, on_disk: Any) -> None:
    either.deliver()
    assert either.night("one") == on_disk[0] != ""
    assert either.waiting() == []
    assert either.rows("two", "from delivery order by all") == on_disk[1]
    assert either.night("two") == ""


def test_steps_on_two_workers_without_a_shared_folder_publish_the_same(either: Cloud, on_disk: Any) -> None:
    either.deliver()
    (load_id,) = nightly.discover(*either.worker("one"))
    nightly.land(either.worker("two")[1], load_id)
    for number, stage in enumerate(nightly.STAGES):
        nightly.build(either.worker(("one", "two")[number % 2])[1], stage)
    shutil.rmtree(either.disks / "one", ignore_errors=True)
    nightly.check(either.worker("two")[1])
    assert nightly.publish(either.worker("three")[1]) == on_disk[0]
    assert audit.verify(reader(either.worker("four")[1]))[1] == []


@pytest.mark.parametrize(("moment", "first"), [("before", 1), ("after", 2)])
def test_a_night_killed_at_any_request_is_healed_by_the_next(
    cloud: Cloud, bucket: Memory, on_disk: Any, moment: str, first: int
) -> None:
    cloud.deliver()
    start = dict(bucket.objects)
    for number in range(first, 1000, STEP):
        bucket.objects = dict(start)
        bucket.kill_at(number, moment)
        try:
            cloud.night(f"killed {moment} {number}")
            ended = True
        except Killed:
            ended = False
        bucket.heal()
        again = f"killed {moment} {number}" if number % 2 else f"another {moment} {number}"
        cloud.night(again)
        assert maintenance.served(cloud.worker(again)[1]) == on_disk[0]
        assert cloud.rows(again, "select file_name, sha256, status from delivery order by all") == [
            (name, sha256, status) for name, sha256, _run, status in on_disk[1]
        ]
        assert cloud.waiting() == []
        assert audit.verify(Home(cloud.worker(again)[1]))[1] == []
        shutil.rmtree(cloud.disks / again)
        if ended:
            break
    assert number > 20


def test_of_two_writers_the_one_that_was_paused_past_its_lease_publishes_nothing(
    cloud: Cloud, bucket: Memory, on_disk: Any
) -> None:
    cloud.deliver()
    inbox, home = cloud.worker("paused")
    trees = []

    def paused() -> None:
        with writer(home):
            nightly.land_all(home, nightly.discover(inbox, home))
            bucket.clock += 10_000
            assert cloud.night("quick") == on_disk[0]
            trees.append(heads.read(cloud.home).tree)
            nightly.rebuild(home)

    with pytest.raises(BusyError, match="took over"):
        paused()
    assert heads.read(cloud.home).tree == trees[0]
    assert maintenance.served(cloud.worker("third")[1]) == on_disk[0]


def test_a_second_writer_is_refused_at_once_and_landers_work_side_by_side(cloud: Cloud) -> None:
    cloud.deliver()
    one, two = cloud.worker("one")[1], cloud.worker("two")[1]
    with writer(one), pytest.raises(BusyError), writer(two):
        pass
    with writer(one, shared=True) as here, writer(two, shared=True) as there:
        audit.note(here, "one")
        audit.note(there, "two")
        with pytest.raises(BusyError), writer(cloud.worker("three")[1]):
            pass
    home = reader(cloud.worker("three")[1])
    assert sorted(str(entry["event"]) for entry in audit.entries(home)) == ["one", "two"]
    assert audit.verify(home)[1] == []


def test_a_lease_is_renewed_while_its_holder_works(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    from warehouse.remote import lease

    monkeypatch.setattr(lease, "SECONDS", 0.3)
    with writer(cloud.worker("one")[1]):
        first = heads.read(cloud.home).writing
        for _ in range(100):
            if heads.read(cloud.home).writing != first:
                break
            lease.threading.Event().wait(0.05)
        assert heads.read(cloud.home).writing != first
    assert heads.read(cloud.home).claims == {}


def spoil(bucket: Memory, part: str, content: bytes | None = b"other") -> None:
    (key,) = [key for key in bucket.objects if part in key]
    bucket.objects[key] = bucket.objects[key][:-1] if content is None else content


def test_a_cut_object_is_said_by_name_and_nothing_is_published_from_it(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver()
    cloud.night("one")
    spoil(bucket, "audit/run.jsonl/", None)
    cloud.deliver({"new.txt": b"PAY T9 900\n"})
    with pytest.raises(DamageError, match=r"audit/run\.jsonl: the object has other bytes"):
        cloud.night("two")
    assert cloud.waiting() == ["new.txt"]


def test_a_damaged_object_of_the_lake_is_landed_again_from_raw(cloud: Cloud, bucket: Memory, on_disk: Any) -> None:
    cloud.deliver()
    cloud.night("one")
    spoil(bucket, "/payment.parquet/", None)
    assert verification.verify(reader(cloud.worker("two")[1])).damage != []
    cloud.night("three")
    assert verification.verify(reader(cloud.worker("four")[1])).damage == []
    assert maintenance.served(cloud.worker("four")[1]) == on_disk[0]


@pytest.mark.parametrize("content", [None, b"other", b""])
def test_a_cut_or_garbled_build_database_is_said_by_name(cloud: Cloud, bucket: Memory, content: bytes | None) -> None:
    cloud.deliver()
    (load_id,) = nightly.discover(*cloud.worker("one"))
    nightly.land(cloud.worker("one")[1], load_id)
    nightly.build(cloud.worker("one")[1], "lake")
    spoil(bucket, "/work/build.duckdb/", content)
    with pytest.raises(DamageError, match=r"work/build\.duckdb: the object has other bytes"):
        nightly.build(cloud.worker("two")[1], "codes")


def test_a_damaged_raw_object_is_found_and_never_read(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver({"a.txt": FILES["a.txt"]})
    (load_id,) = nightly.discover(*cloud.worker("one"))
    (key,) = [key for key in bucket.objects if re.fullmatch(r"clinic/home/raw/../[0-9a-f]{64}", key)]
    bucket.objects[key] = b"PAY T1 999\n"
    with pytest.raises(DamageError, match="is damaged"):
        nightly.land(cloud.worker("two")[1], load_id)
    assert any("other bytes" in words for words in verification.verify(reader(cloud.worker("two")[1])).damage)


def test_a_file_replaced_while_it_is_taken_in_is_taken_in_the_next_night(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver({"a.txt": b"PAY T1 100\n"})

    def replaced(name: str, key: str, moment: str) -> None:
        if name == "blocks" and key == "a.txt" and moment == "after":
            bucket.objects["clinic/inbox/a.txt"] = b"PAY T2 200\n"

    bucket.hook = replaced
    cloud.night("one")
    bucket.hook = lambda *_: None
    assert cloud.waiting() == ["a.txt"]
    assert cloud.rows("one", "select trace_number from remittance") == [("T1",)]
    cloud.night("two")
    assert cloud.waiting() == []
    assert cloud.rows("two", "select trace_number from remittance order by 1") == [("T1",), ("T2",)]


def test_a_file_replaced_on_real_conditions_is_kept(either: Cloud) -> None:
    either.deliver({"a.txt": b"PAY T1 100\n"})
    (listed,) = either.inbox.list("")
    either.deliver({"a.txt": b"PAY T2 200\n"})
    with pytest.raises(store.ChangedError):
        either.inbox.delete("a.txt", listed.version)
    with pytest.raises(store.ChangedError):
        list(either.inbox.blocks("a.txt", listed.version))
    assert either.waiting() == ["a.txt"]


def test_a_night_without_files_sends_nothing_but_its_line_of_the_run_log(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver()
    cloud.night("one")
    assert verification.verify(reader(cloud.worker("one")[1])).damage == []
    bucket.requests.clear()
    cloud.night("one")
    assert bucket.requests["send"] == 1
    assert bucket.requests.total() < 25


def test_what_steps_that_died_have_left_is_removed_once_it_is_old(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver()
    cloud.night("one")
    known = set(bucket.objects)
    left = {f"clinic/home/{name}/0a1b": b"left" for name in ("work/build.duckdb", "trees", "lake/x/payment.parquet")}
    bucket.objects |= left
    assert not any("died" in words for words in maintenance.retain(cloud.worker("one")[1], 7))
    assert left.keys() <= bucket.objects.keys()
    bucket.clock, bucket.changed = bucket.clock + 100_000, bucket.clock
    assert "3 objects of steps that died" in maintenance.retain(cloud.worker("one")[1], 7)
    assert not left.keys() & bucket.objects.keys()
    assert {key for key in known if "/raw/" in key} <= bucket.objects.keys()
    assert verification.verify(reader(cloud.worker("two")[1])).damage == []


def test_what_lies_beside_the_folders_of_a_home_is_not_swept_away(cloud: Cloud, bucket: Memory) -> None:
    cloud.deliver()
    cloud.night("one")
    names = ("notes.txt", "other/home.json", "other/lake/x/a.parquet/0a")
    beside = {f"clinic/home/{name}": b"theirs" for name in names}
    bucket.objects |= beside
    bucket.clock, bucket.changed = bucket.clock + 100_000, bucket.clock
    maintenance.retain(cloud.worker("one")[1], 7)
    assert beside.keys() <= bucket.objects.keys()


def test_the_doctor_looks_at_an_inbox_on_object_storage(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.deliver()
    cloud.worker("one")
    main(["doctor", "--home", cloud.home_address, "--inbox", cloud.inbox_address])
    assert "4 objects waiting in object storage" in " ".join(capsys.readouterr().out.split())


def test_the_command_line_takes_addresses(cloud: Cloud, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.deliver()
    cloud.worker("one")
    home = ["--home", cloud.home_address]
    assert main(["land", *home, "--inbox", cloud.inbox_address, "--quiet"]) == 0
    nightly.rebuild(cloud.worker("one")[1])
    assert main(["query", *home, "select count(*) from remittance", "--format", "csv"]) == 0
    assert main(["verify", *home]) == 0
    assert main(["audit", "verify", *home]) == 0
    assert main(["rebuild", *home]) == 0
    assert "the same as before" in capsys.readouterr().out


@pytest.mark.parametrize(
    "address", ["s3://key:secret@bucket/home", "s3://", "s3://bucket/../other", "gs://bucket/home", "s3://b/h?region=x"]
)
def test_an_address_with_credentials_or_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(SettingError) as refused:
        setting("TAKEBACK_HOME", address)
    assert "secret" not in str(refused.value)


def test_an_inbox_inside_the_home_is_refused(cloud: Cloud) -> None:
    cloud.inbox_address = f"{cloud.home_address}/inbox"
    with pytest.raises(SettingError, match="lie in each other"):
        cloud.night("one")


def test_a_store_that_ignores_conditions_is_refused(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Below.write
    monkeypatch.setattr(Below, "write", lambda self, key, content, _replaces=None: plain(self, key, content))
    with pytest.raises(SettingError, match="ignores If-None-Match"):
        cloud.night("one")
