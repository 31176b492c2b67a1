"""What is tried again: failures of the system, which may pass; never what is wrong with the bytes or with our files.

A scheduler tells by the kind of the error: OSError is tried again (`dags/takeback_nightly.py`), anything else is not.
"""

import errno
import gzip
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from warehouse import durable, space
from warehouse.errors import BusyError, CheckFailed, ModelError, TakebackError, without_values


@contextmanager
def a_disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size: a full disk as far as writers can tell."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1][1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before[1])
        signal.signal(signal.SIGXFSZ, before[0])


def test_a_disk_that_fills_while_tables_are_built_is_tried_again_and_then_ends_well(house) -> None:
    house.model(
        "marts/large.sql",
        "-- grain: one row per number\nselect range as number, md5(range::varchar) as word from range(200000)",
    )
    house.deliver("a.835")
    with pytest.raises(OSError, match="Input/output error") as raised, a_disk_of(400_000):
        house.night()
    assert not isinstance(raised.value, TakebackError)
    assert raised.value.__context__ is None
    assert house.night()


@pytest.mark.parametrize("kind", [duckdb.IOException, duckdb.TransactionException, duckdb.FatalException])
def test_an_engine_that_could_not_read_or_write_is_an_error_of_the_system_without_its_words(kind) -> None:
    @without_values
    def step() -> None:
        raise kind("SMITH")

    with pytest.raises(OSError, match=f"{kind.__name__} at ") as raised:
        step()
    assert raised.value.errno == errno.EIO
    assert "SMITH" not in str(raised.value)


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 / x as y from lake.payment",
        "select 'SMITH'::date as x from lake.payment",
        "select error('SMITH') as x",
    ],
)
def test_a_model_that_fails_on_a_row_is_not_tried_again(house, sql: str) -> None:
    house.model("marts/wrong.sql", f"-- grain: one row per payment\n{sql}")
    house.deliver("a.835")
    with pytest.raises(ModelError) as raised:
        house.night()
    assert not isinstance(raised.value, OSError)
    assert "SMITH" not in str(raised.value)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 999,
        b"PAY T1 1",
        gzip.compress(b"PAY T1 100\n")[:-3],
        b"\x1f\x8b\x08",
        b"%PDF",
        "ISA".encode("utf-16"),
    ],
)
def test_bad_input_fails_nothing(house, content: bytes) -> None:
    house.deliver("bad.835", content)
    house.night()
    assert house.waiting() == []


def test_which_errors_of_ours_may_pass() -> None:
    assert issubclass(BusyError, OSError)
    assert issubclass(space.SpaceError, OSError)
    assert not issubclass(CheckFailed, OSError)


@pytest.mark.parametrize("name", ["settle_folder", "settle_all", "append", "write"])
def test_an_io_error_of_any_writer_stays_one(house, monkeypatch, name: str) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error", "SMITH")

    house.deliver("a.835")
    monkeypatch.setattr(durable, name, fails)
    with pytest.raises(OSError, match="Input/output error") as raised:
        house.night()
    assert "SMITH" not in str(raised.value)
    assert str(raised.value).count("OSError") == 1, "said once, however many steps it has passed"
