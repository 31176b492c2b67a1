"""One writer at a time, and nothing of a home for others to read."""

import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from warehouse import cli
from warehouse.errors import BusyError, SettingError
from warehouse.home import setting, writer

HOLD = textwrap.dedent("""
    import sys
    from pathlib import Path
    from warehouse.home import writer
    with writer(Path(sys.argv[1])):
        print(flush=True)
        sys.stdin.read()
""")


def holder(home: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_of_two_runs_one_works_and_the_other_exits_with_3(house, capsys) -> None:
    process = holder(house.home)
    house.deliver("a.835")
    try:
        assert cli.main(["run", "--inbox", str(house.inbox), "--home", str(house.home)]) == 3
    finally:
        process.communicate()
    assert "another run is at work" in capsys.readouterr().err
    assert house.waiting() == ["a.835"]


def test_a_run_that_was_killed_does_not_lock_its_home(house) -> None:
    process = holder(house.home)
    process.kill()
    process.communicate()
    assert house.night()


def test_a_run_may_enter_its_own_home_again(house) -> None:
    with writer(house.home), writer(house.home), writer(house.home, shared=True):
        pass
    with writer(house.home):
        pass


def test_loads_may_be_landed_side_by_side_but_not_while_a_run_is_at_work(house) -> None:
    process = holder(house.home)
    try:
        with pytest.raises(BusyError), writer(house.home, shared=True):
            pass
    finally:
        process.communicate()


def test_everything_under_a_home_is_the_owners_alone_and_published_files_cannot_be_written_to(house) -> None:
    os.umask(0o022)
    house.deliver("a.835", b"PAY T1 100\nrubbish\n")
    house.night()
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in house.home.rglob("*") if not path.is_symlink()}
    assert [path for path, mode in modes.items() if mode & 0o007] == []
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert stat.S_IMODE(house.link.resolve().stat().st_mode) == 0o440


def test_a_run_leaves_the_umask_as_it_was(house) -> None:
    before = os.umask(0o027)
    try:
        house.night()
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)


def test_a_setting_comes_from_the_command_line_before_the_environment() -> None:
    assert setting("TAKEBACK_HOME", "/a", {"TAKEBACK_HOME": "/b"}) == Path("/a")
    assert setting("TAKEBACK_HOME", None, {"TAKEBACK_HOME": "/b"}) == Path("/b")
    with pytest.raises(SettingError, match="--home"):
        setting("TAKEBACK_HOME", None, {})


def test_a_home_in_brackets_is_no_glob(house, tmp_path: Path) -> None:
    house.home = tmp_path / "it's [1]*"
    house.deliver("a.835")
    assert house.night()
    assert house.published("select count(*) from remittance") == [(1,)]


def test_a_home_where_none_can_be_is_refused() -> None:
    with pytest.raises(SettingError, match="the home cannot be written to"), writer(Path("/proc/home")):
        pass


@pytest.mark.parametrize(
    "name",
    [
        "TAKEBACK_QUIET_SECONDS",
        "TAKEBACK_LOAD_BYTES",
        "TAKEBACK_PROCESSES",
        "TAKEBACK_RESERVE_BYTES",
        "TAKEBACK_THREADS",
        "TAKEBACK_MEMORY",
        "TAKEBACK_RESTATEMENT_LIMIT",
    ],
)
def test_a_setting_that_makes_no_sense_ends_with_2_and_is_named(house, name) -> None:
    house.deliver("a.835")
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.cli", "run", "--inbox", house.inbox, "--home", house.home],
        env={**os.environ, name: "abc"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"{name}: expected" in done.stderr
