"""What is taken from the inbox, what is left there, and what is written down of it."""

import gzip
import os
import socket
import stat
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

import pytest

from warehouse import durable
from warehouse.errors import SettingError, TakebackError
from warehouse.landing import deliveries, inbox, intake, packed


def names(house) -> list[str]:
    return [entry.file_name for entry in deliveries.read(house.folders)[0]]


def test_a_file_is_under_raw_by_its_hash_and_gone_from_the_inbox(house) -> None:
    house.deliver("payer/june/a.835", b"PAY T1 100\n")
    house.night()
    assert [path.read_bytes() for path in house.raw] == [b"PAY T1 100\n"]
    assert names(house) == ["payer/june/a.835"]
    assert house.waiting() == []


HOSTILE = [
    "it's.835",
    'say "x".835',
    "[ab]*?.835",
    "two\nlines.835",
    "-rf",
    "..835",
    "$(reboot).835",
    "'; drop table delivery; --",
    "caf\udce9.835",
    "ünï.835",
    "a\\b.835",
    "x" * 250,
]


def test_a_file_may_have_any_name(house) -> None:
    for number, name in enumerate(HOSTILE):
        house.deliver(name, f"PAY T{number} 100\n".encode())
    house.night()
    taken = [name for name in HOSTILE if not name.startswith(".")]
    assert sorted(names(house)) == sorted(taken)
    shown = {name for (name,) in house.published("select file_name from delivery")}
    assert shown == {name.replace("\udce9", "\\xe9") for name in taken}
    assert house.waiting() == ["..835"]


def test_only_regular_files_are_taken(house, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"PAY T9 100\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.835").write_bytes(b"PAY T8 100\n")
    (house.inbox / "link.835").symlink_to(secret)
    (house.inbox / "folder").symlink_to(tmp_path / "elsewhere")
    os.link(secret, house.inbox / "second_name.835")
    os.mkfifo(house.inbox / "pipe.835")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(house.inbox / "socket.835"))
    devices = []
    with suppress(PermissionError):  # a device takes an administrator
        os.mknod(house.inbox / "device.835", stat.S_IFCHR | 0o600, os.makedev(1, 5))
        devices = ["device.835"]
    house.deliver(".part.835")
    house.deliver(".tmp/y.835")
    house.deliver("good.835")
    house.night()
    assert names(house) == ["good.835"]
    left = [".part.835", ".tmp/y.835", *devices, "folder", "link.835", "pipe.835", "second_name.835", "socket.835"]
    assert house.waiting() == left
    assert secret.read_bytes() == b"PAY T9 100\n"


SLOW_WRITER = """
import sys
with open(sys.argv[1], "wb", 0) as file:
    file.write(b"PAY T1 1")
    print(flush=True)
    sys.stdin.read()
    file.write(b"00\\n")
"""


def test_a_file_that_somebody_has_open_for_writing_is_left_for_the_next_run(house) -> None:
    path = house.inbox / "slow.835"
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            SLOW_WRITER,
            str(path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert writer.stdin is not None
    assert writer.stdout is not None
    writer.stdout.readline()
    house.deliver("done.835", b"PAY T2 100\n")
    house.night()
    assert names(house) == ["done.835"]
    assert house.waiting() == ["slow.835"]
    writer.communicate()
    house.night()
    assert house.published("select trace_number, payment_amount::varchar from remittance") == [
        ("T1", "1.00"),
        ("T2", "1.00"),
    ]


def test_a_file_that_grows_within_the_quiet_period_is_left(house, monkeypatch) -> None:
    path = house.deliver("grows.835", b"PAY T1 1")
    monkeypatch.setattr(inbox, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(time, "sleep", lambda seconds: path.write_bytes(b"PAY T1 100\n") if seconds > 0 else None)
    house.night()
    assert house.waiting() == ["grows.835"]


INTERCHANGE = b"ISA*00*0001~GS*HP~ST*835*1~SE*2*1~GE*1*1~IEA*1*000000007~"


@pytest.mark.parametrize("content", [INTERCHANGE, INTERCHANGE.replace(b"~", b"\r\n"), b"PAY T1 100\n", b"%PDF", b""])
def test_a_file_that_has_its_end_is_not_waited_for(house, monkeypatch, content: bytes) -> None:
    monkeypatch.setattr(inbox, "UNFINISHED_SECONDS", 600)
    house.deliver("whole.835", content)
    house.night()
    assert names(house) == ["whole.835"]


@pytest.mark.parametrize("cut", [1, 2, 17, 40])
def test_an_upload_that_reopens_its_file_is_left_until_its_last_iea_is_complete(house, monkeypatch, cut: int) -> None:
    """Nobody has the file open, and it has lain still for a moment; but it has no end, and then it goes on."""
    path = house.deliver("slow.835", INTERCHANGE[:-cut])
    monkeypatch.setattr(inbox, "UNFINISHED_SECONDS", 5)

    def next_part(_: float) -> None:
        with path.open("ab") as file:
            file.write(INTERCHANGE[-cut:])

    monkeypatch.setattr(time, "sleep", next_part)
    house.deliver("done.835", b"PAY T2 100\n")
    house.night()
    assert (names(house), house.waiting()) == (["done.835"], ["slow.835"])
    house.night()
    assert (names(house), house.waiting()) == (["done.835", "slow.835"], [])
    assert INTERCHANGE in [raw.read_bytes() for raw in house.raw]


def test_a_file_that_never_gets_its_end_is_waited_for_once_and_then_taken(house, monkeypatch) -> None:
    monkeypatch.setattr(inbox, "UNFINISHED_SECONDS", 0.3)
    house.deliver("torn.835", INTERCHANGE[:-1])
    house.deliver("torn too.835", INTERCHANGE[:40])
    began = time.monotonic()
    house.night()
    assert time.monotonic() - began >= 0.2
    assert sorted(names(house)) == ["torn too.835", "torn.835"]
    monkeypatch.setattr(inbox, "UNFINISHED_SECONDS", 600)
    old = house.deliver("torn long ago.835", INTERCHANGE[:50])
    os.utime(old, (0, 0))
    house.night()
    assert house.waiting() == [], "nobody is at work on a file that has lain there for long"


def test_a_file_replaced_while_it_was_read_keeps_its_new_content(house, monkeypatch) -> None:
    path = house.deliver("a.835", b"PAY T1 100\n")
    append = deliveries.append

    def replaced(*arguments) -> None:
        append(*arguments)
        fresh = house.deliver(".new", b"PAY T2 100\n")
        fresh.rename(path)

    monkeypatch.setattr(deliveries, "append", replaced)
    house.night()
    assert path.read_bytes() == b"PAY T2 100\n"


def test_the_same_bytes_under_another_name_are_a_duplicate_delivery_and_count_once(house) -> None:
    house.deliver("a.835")
    house.night()
    house.deliver("b.835")
    house.night()
    assert house.published("select file_name, status from delivery") == [("a.835", "landed"), ("b.835", "duplicate")]
    assert house.published("select count(*) from remittance") == [(1,)]


def test_the_same_file_delivered_once_more_is_a_second_delivery(house) -> None:
    for _ in range(2):
        house.deliver("a.835")
        house.night()
    assert house.published("select status, count(*) from delivery group by 1 order by 1") == [
        ("duplicate", 1),
        ("landed", 1),
    ]


def test_an_inbox_inside_the_home_is_refused(house) -> None:
    house.inbox = house.home / "raw"
    house.inbox.mkdir(parents=True)
    with pytest.raises(SettingError):
        house.night()


def test_many_small_files_are_taken_in_batches(house, monkeypatch) -> None:
    monkeypatch.setattr(intake, "BATCH_FILES", 7)
    for number in range(30):
        house.deliver(f"{number}.835", f"PAY T{number} 100\n".encode())
    house.night()
    assert house.published("select count(*) from remittance") == [(30,)]
    assert len(list(house.folders.lake.iterdir())) == 1


def test_a_packed_file_is_read_as_what_it_holds_and_both_are_kept(house) -> None:
    content = b"PAY T1 100\n" * 3
    house.deliver("plain.835", content)
    house.deliver("zipped.835.gz", gzip.compress(content, mtime=0))
    house.night()
    assert house.published("select file_name, status from delivery") == [
        ("plain.835", "landed"),
        ("zipped.835.gz", "duplicate"),
    ]
    kept = {path.read_bytes() for path in house.raw}
    assert kept == {content, gzip.compress(content, mtime=0)}


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b"PAY T1 100\n" * 100_000),
        gzip.compress(b"PAY T1 100\n")[:-9],
        b"\x1f\x8b\x08 and no more",
    ],
    ids=["bomb", "truncated", "not gzip"],
)
def test_a_packed_file_that_cannot_be_trusted_is_kept_as_it_is(house, monkeypatch, content: bytes) -> None:
    monkeypatch.setattr(packed, "MAXIMAL_GROWTH", 2)
    house.deliver("bad.gz", content)
    house.night()
    assert [path.read_bytes() for path in house.raw] == [content]
    assert house.published("select count(*) from remittance") == [(0,)]


def test_of_a_bomb_no_more_is_unpacked_than_it_takes_to_see_what_it_is(tmp_path: Path) -> None:
    bomb = inbox.spill(iter([gzip.compress(bytes(8 << 20)) * 60]), tmp_path / "bomb")
    sizes: list[int] = []
    with pytest.raises(gzip.BadGzipFile):
        sizes.extend(map(len, packed._blocks(bomb)))
    assert bomb.byte_count * packed.MAXIMAL_GROWTH > 80 << 20
    assert sum(sizes) < 40 << 20


def test_the_inbox_itself_may_be_a_link(house, tmp_path: Path) -> None:
    house.deliver("a.835")
    (tmp_path / "link").symlink_to(house.inbox)
    house.inbox = tmp_path / "link"
    house.night()
    assert names(house) == ["a.835"]


def test_what_a_step_raises_names_no_file_and_quotes_no_record(house, monkeypatch) -> None:
    def denied(paths) -> None:
        for path in paths:
            raise PermissionError(13, "Permission denied", str(path))

    house.deliver("SMITH.835")
    monkeypatch.setattr(durable, "remove", denied)
    with pytest.raises(PermissionError) as raised:
        house.night()
    assert "SMITH" not in "".join(traceback.format_exception(raised.value, chain=True))
    assert raised.value.__context__ is None
    monkeypatch.setattr(durable, "remove", lambda paths: [int("SMITH") for _ in paths])
    with pytest.raises(TakebackError, match=r"^ValueError at ") as failed:
        house.night()
    assert failed.value.__context__ is None
