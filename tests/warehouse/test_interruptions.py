"""Signals, time-outs, second runs, zombies: nothing half made, no lock left behind, one works and the other says so."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections import Counter
from pathlib import Path

import pytest

from warehouse import cli, durable, nightly
from warehouse.home import writer
from warehouse.keeping import audit
from warehouse.landing import loads, parquet
from warehouse.publishing import generations

ROOT = Path(__file__).parents[2]
FIRST = {"a.835": b"PAY T1 100\nrubbish\n"}
SECOND = {f"{number}.835": f"PAY T{number} 100\nrubbish {number}\n".encode() for number in range(2, 6)}


class TimeOutError(BaseException):
    """What a scheduler raises in the middle of a task."""


def raising_at(monkeypatch, k: int) -> None:
    """Let the k-th durable operation of a night end in an exception that no handler of ours catches."""
    left = [k]

    class System:
        def __getattr__(self, name: str):
            call = getattr(os, name)
            if name not in {"mkdir", "write", "fsync", "rename", "unlink", "symlink", "chmod", "ftruncate"}:
                return call

            def counted(*arguments, **named):
                left[0] -= 1
                if left[0] == 0:
                    raise TimeOutError
                return call(*arguments, **named)

            return counted

    monkeypatch.setattr(durable, "os", System())


def half_made(house) -> list[str]:
    """Name what is there and not whole: loads without their files, manifests of other bytes, a broken generation."""
    found = []
    for folder in house.folders.lake.glob("*"):
        manifest = loads.read_manifest(folder / "manifest.json")
        for table, entry in manifest.tables.items():
            if loads.file_hash(folder / f"{table}.parquet") != entry["sha256"]:
                found.append(f"{folder.name} {table}")
    if house.link.is_symlink() and generations.intact(house.folders) is None:
        found.append("generation")
    return found


def test_a_time_out_at_any_operation_leaves_nothing_half_made_and_no_lock(make_house, monkeypatch) -> None:
    calm = make_house("calm")
    for name, content in FIRST.items():
        calm.deliver(name, content)
    digest = calm.night()
    for k in range(2, 100, 19):
        house = make_house(f"stopped-{k}")
        for name, content in FIRST.items():
            house.deliver(name, content)
        with monkeypatch.context() as patch:
            raising_at(patch, k)
            with pytest.raises(TimeOutError):
                house.night()
        assert half_made(house) == []
        with writer(house.home):
            pass
        house.night()
        note = generations.present(house.folders)
        assert note is not None
        assert note.digest == digest


def test_a_reader_that_is_stopped_at_any_row_leaves_a_shorter_file_and_no_manifest(house, monkeypatch) -> None:
    house.deliver("a.835", b"".join(b"PAY T%d 100\n" % number for number in range(50)))
    (load_id,) = nightly.discover(house.inbox, house.home)
    flush = parquet._flush

    def stopped(*arguments) -> None:
        flush(*arguments)
        raise TimeOutError

    with monkeypatch.context() as patch:
        patch.setattr(parquet, "_flush", stopped)
        with pytest.raises(TimeOutError):
            nightly.land(house.home, load_id)
    assert list(house.folders.lake.iterdir()) == []
    assert nightly.land(house.home, load_id)["payment"] == 50


NIGHT = textwrap.dedent("""
    import sys
    from pathlib import Path
    from tests.warehouse import toy
    from warehouse import nightly
    from warehouse.building import lake, models
    from warehouse.landing import one_load
    one_load.reader = lake.reader = toy
    root = Path(sys.argv[1])
    models.TRANSFORMS = root / "transforms"
    print(flush=True)
    from warehouse.errors import BusyError
    try:
        {step}
    except BusyError:
        sys.exit(3)
""")


def process(house, step: str = 'nightly.night(root / "inbox", root / "home")') -> "subprocess.Popen[bytes]":
    """Start a step in a process of its own; it has said a line when it is about to begin."""
    command = [sys.executable, "-c", NIGHT.format(step=step), str(house.home.parent)]
    environment = {**os.environ, "TAKEBACK_THREADS": "1", "TAKEBACK_LANDERS": "1"}
    started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert started.stdout is not None
    started.stdout.readline()
    return started


def test_a_night_that_is_terminated_at_any_moment_frees_its_lock_and_the_next_ends_well(make_house) -> None:
    calm = make_house("calm")
    for name, content in SECOND.items():
        calm.deliver(name, content)
    digest = calm.night()
    for number, seconds in enumerate((0.02, 0.08, 0.16, 0.3)):
        house = make_house(f"terminated-{number}")
        for name, content in SECOND.items():
            house.deliver(name, content)
        run = process(house)
        time.sleep(seconds)
        run.send_signal(signal.SIGTERM if number % 2 else signal.SIGKILL)
        run.wait()
        assert half_made(house) == []
        house.night()
        note = generations.present(house.folders)
        assert note is not None
        assert note.digest == digest


def test_of_many_runs_at_once_each_works_or_exits_with_3_and_everything_counts_once(house) -> None:
    for name, content in SECOND.items():
        house.deliver(name, content)
    runs = [process(house) for _ in range(4)]
    ends = Counter(run.wait() for run in runs)
    assert set(ends) <= {0, 3}
    assert ends[0] >= 1
    assert house.published("select count(*) from remittance") == [(4,)]
    assert house.published("select count(*) from delivery") == [(4,)]
    assert half_made(house) == []


def test_a_zombie_and_its_retry_on_one_load_land_it_once(house) -> None:
    for name, content in SECOND.items():
        house.deliver(name, content)
    (load_id,) = nightly.discover(house.inbox, house.home)
    tries = [process(house, f'nightly.land(root / "home", {load_id!r})') for _ in range(3)]
    ends = Counter(one.wait() for one in tries)
    assert set(ends) <= {0, 3}
    assert ends[0] >= 1
    assert len(list(house.folders.lake.iterdir())) == 1
    assert half_made(house) == []
    house.night()
    assert house.published("select count(*) from remittance") == [(4,)]


def test_a_zombie_and_its_retry_publish_one_generation(house) -> None:
    for name, content in SECOND.items():
        house.deliver(name, content)
    nightly.land(house.home, *nightly.discover(house.inbox, house.home))
    for stage in nightly.STAGES:
        nightly.build(house.home, stage)
    nightly.check(house.home)
    tries = [process(house, 'nightly.publish(root / "home")') for _ in range(3)]
    ends = Counter(one.wait() for one in tries)
    assert set(ends) <= {0, 3}
    assert ends[0] >= 1
    assert [name[:6] for name in generations.names(house.folders)] == ["000001"]
    assert nightly.publish(house.home) == "", "the retry of a task that had ended well"
    assert [entry["event"] for entry in audit.entries(house.folders)].count("published") == 1


READER = textwrap.dedent("""
    import sys, duckdb
    link, writes, seen = sys.argv[1], sys.argv[2] == "write", set()
    print(flush=True)
    from pathlib import Path
    sql = "select count(*), (select count(*) from delivery), sum(payment_amount)::varchar from remittance"
    while not Path(sys.argv[3]).exists():
        try:
            with duckdb.connect(link, read_only=not writes) as connection:
                seen.add(connection.execute(sql).fetchone())
        except duckdb.IOException as error:  # somebody else has it open for writing, or its file mode forbids writing
            if not any(word in str(error).lower() for word in ("lock", "permission")):
                raise
    print(sorted(seen))
""")


def test_readers_see_whole_generations_while_others_are_published(house, tmp_path: Path) -> None:
    house.deliver("0.835", b"PAY T0 100\n")
    house.night()
    done = tmp_path / "done"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(house.link), mode, str(done)], stdout=subprocess.PIPE, text=True
        )
        for mode in ("read", "read", "read")
    ]
    for reader in readers:
        assert reader.stdout is not None
        reader.stdout.readline()
    for number in range(1, 6):
        house.deliver(f"{number}.835", f"PAY T{number} 100\n".encode())
        house.night()
    done.touch()
    for reader in readers:
        out, _ = reader.communicate()
        assert reader.returncode == 0
        seen = eval(out)  # noqa: S307 - our own process
        assert seen
        assert all(row == (row[0], row[0], f"{row[0]}.00") for row in seen)


HOLDING = textwrap.dedent("""
    import sys, duckdb
    connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
    print(connection.execute("select count(*) from remittance").fetchone()[0], flush=True)
    sys.stdin.read()
    print(connection.execute("select count(*) from remittance").fetchone()[0], flush=True)
""")


@pytest.mark.parametrize("read_only", [True, False])
def test_a_night_publishes_while_somebody_has_the_published_file_open(house, read_only: bool) -> None:
    """Also for writing, as an administrator may; DuckDB locks the file then, and no reader of ours gets in."""
    house.deliver("0.835", b"PAY T0 100\n")
    house.night()
    command = [sys.executable, "-c", HOLDING, str(house.link), "read" if read_only else "write"]
    analyst = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert analyst.stdout is not None
    if analyst.stdout.readline() != b"1\n":
        analyst.kill()
        pytest.skip("a published file cannot be opened for writing by this user")
    try:
        before = generations.present(house.folders)
        assert house.night() == "", "nothing new, and the file is looked at all the same"
        house.deliver("1.835", b"PAY T1 100\n")
        assert house.night()
        assert cli.main(["verify", "--home", str(house.home), "--quiet"]) == 0
    finally:
        out, _ = analyst.communicate()
    assert out == b"1\n", "the analyst keeps a whole generation"
    assert before is not None
    assert generations.is_sound(house.folders, before), "and has changed nothing in it"
    assert house.published("select count(*) from remittance") == [(2,)]
