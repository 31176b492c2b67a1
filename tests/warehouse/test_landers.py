"""Loads landed side by side, each lander a process of its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.bench import data
from warehouse import nightly
from warehouse.errors import BusyError, DamageError, TakebackError, tell, told
from warehouse.home import Home, writer
from warehouse.landing import landers, loads

ROOT = Path(__file__).parents[2]
RUN = """
import signal, sys
from pathlib import Path
from warehouse import nightly
from warehouse.landing import landers, loads
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background of a script it would be ignored
loads.LOAD_BYTES, landers.WORTH, landers.PROCESSES = 400_000, 0, 2
start = landers._start
def stopped(*arguments):  # so that the run cannot have ended before it is interrupted
    lander = start(*arguments)
    lander.send_signal(signal.SIGSTOP)
    return lander
landers._start = stopped
home = Path(sys.argv[2])
print(len(nightly.discover(Path(sys.argv[1]), home)), flush=True)
nightly.land_all(home, [path.stem for path in sorted((home / "work" / "loads").iterdir())])
"""


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch) -> Path:
    """Six files that make some loads."""
    monkeypatch.setattr(loads, "LOAD_BYTES", 400_000)
    monkeypatch.setattr(landers, "WORTH", 0)
    monkeypatch.setattr(landers, "PROCESSES", 2)
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in range(6):
        data.write(folder / f"{number}.835", "835", 200_000, 50 + number)
    return folder


def land(inbox: Path, home: Path) -> list[str]:
    ids = nightly.discover(inbox, home)
    nightly.land_all(home, ids)
    return ids


def lake(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in (home / "lake").rglob("*") if path.is_file()}


def delivered_again(inbox: Path, home: Path) -> Path:
    for number, path in enumerate(sorted((home / "raw").glob("??/*"))):
        (inbox / f"{number}.835").write_bytes(path.read_bytes())
    return inbox


def test_two_landers_make_the_lake_that_one_makes(inbox: Path, tmp_path: Path, monkeypatch) -> None:
    ids = land(inbox, tmp_path / "two")
    assert len(ids) > 2
    monkeypatch.setattr(landers, "PROCESSES", 1)
    assert land(delivered_again(inbox, tmp_path / "two"), tmp_path / "one") == ids
    assert lake(tmp_path / "one") == lake(tmp_path / "two")


def test_what_one_lander_fails_with_is_raised_and_nothing_of_it_is_in_the_lake(inbox: Path, tmp_path: Path) -> None:
    ids = nightly.discover(inbox, tmp_path / "home")
    place = Home(tmp_path / "home")
    with loads.planned(place, ids[-1]) as plan:
        raw = loads.raw_path(place, plan.members[0])
    raw.chmod(0o600)
    raw.write_bytes(b"rubbish")
    with pytest.raises(DamageError, match="is damaged"):
        nightly.land_all(tmp_path / "home", ids)
    assert ids[-1] not in {path.name for path in place.lake.iterdir()}


def test_a_lander_that_is_killed_fails_the_run_and_the_next_one_goes_on(
    inbox: Path, tmp_path: Path, monkeypatch
) -> None:
    ids = nightly.discover(inbox, tmp_path / "home")
    start = landers._start

    def killed(*arguments) -> subprocess.Popen[bytes]:
        lander = start(*arguments)
        lander.kill()
        lander.wait()
        return lander

    monkeypatch.setattr(landers, "_start", killed)
    with pytest.raises(TakebackError, match="ended before its time"):
        nightly.land_all(tmp_path / "home", ids)
    monkeypatch.setattr(landers, "_start", start)
    land(inbox, tmp_path / "home")
    assert sorted(path.name for path in (tmp_path / "home" / "lake").iterdir()) == sorted(ids)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_lander_and_no_lock(inbox: Path, tmp_path: Path, sign) -> None:
    command = [sys.executable, "-c", RUN, str(inbox), str(tmp_path / "home")]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    assert run.stdout
    run.stdout.readline()
    children = children_of(run.pid)
    try:
        os.killpg(run.pid, sign)
        os.killpg(run.pid, signal.SIGCONT)
        assert run.wait(timeout=30) != 0
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
    land(inbox, tmp_path / "home")


def test_nobody_begins_while_a_lander_of_a_killed_run_works(inbox: Path, tmp_path: Path) -> None:
    """It holds the lock that its run had, and lets go of it when it finds its input closed."""
    ids = nightly.discover(inbox, tmp_path / "home")
    with writer(tmp_path / "home") as place, landers._started(place, 1) as (lander,):
        landers._tell(lander, ids[0])
        landers._hear(lander)
        os.close(landers.lock_of(place))  # as the system does for a process that is killed
        os.open(os.devnull, os.O_RDONLY)  # takes the number of what was closed
        other = subprocess.run(
            [sys.executable, "-m", "warehouse.cli", "land", "--home", place.root, "--inbox", inbox],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        assert (other.returncode, "another run is at work" in other.stderr) == (3, True)


def test_memory_and_cores_say_how_many_landers_there_are(monkeypatch) -> None:
    monkeypatch.setattr(landers, "_free_memory", lambda: 3 * landers.MEMORY)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    assert landers._sensible() == 3
    monkeypatch.setattr(landers, "_free_memory", lambda: 0)
    assert landers._sensible() == 1
    monkeypatch.undo()
    assert landers._free_memory() > 0


def test_failures_are_the_same_when_they_have_been_told() -> None:
    for failure in (DamageError("raw"), TakebackError("x"), BusyError("busy"), OSError(28, "no space")):
        again = told(tell(failure))
        assert (type(again), str(again)) == (type(failure), str(failure))


def children_of(pid: int) -> list[int]:
    """Wait for the landers of a run."""
    for _ in range(2000):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        if len(found) == 2:
            return [int(child) for child in found]
        time.sleep(0.005)
    raise AssertionError("no landers")


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts threads as Linux does")
def test_whoever_lands_starts_no_threads_for_matrices() -> None:
    code = "import os, warehouse, numpy; print(len(os.listdir('/proc/self/task')))"
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1"]
