"""Every durable write of the product, and nothing else.

In: bytes, or finished files in a work folder. Out: files that are either wholly there after a power cut, or not at all.
The way is always the same: write beside, fsync the file, rename, fsync the folder. A folder is settled like a file.
Never: a decision about what to write. Nothing outside this module opens a file for writing, renames, links or removes.
Parquet and DuckDB write their own files into the work folder, where nothing has to survive; `settle` brings them home.

One process writes under a home at a time (`warehouse.home`), so temporary names need not be random: a leftover of a
crash is replaced by the next run, and dot-files are nobody's data. All calls go through `os`, one by one, so that a
test can let the k-th of them fail.
"""
# ruff: noqa: PTH101, PTH102, PTH104, PTH108, PTH211 - pathlib would hide the calls

import fcntl
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
READ_ONLY = 0o440
"""A published file: its group may read it, nobody may write to it."""
KEPT = 0o400
"""A raw byte is never changed again."""


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, for the owner alone; nothing happens where it is already there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    os.mkdir(folder, FOLDER_MODE)
    sync_folder(folder.parent)


def write(path: Path, content: bytes | memoryview, mode: int = FILE_MODE) -> None:
    """Write a small file as a whole; `path` then holds either its old content or all of the new."""
    beside = path.with_name(f".{path.name}.part")
    spill(beside, [content])
    settle(beside, path, mode)


def spill(path: Path, blocks: Iterable[bytes | memoryview]) -> None:
    """Write a work file block by block, not yet durable: `settle` has to follow."""
    if os.path.lexists(path):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        for block in blocks:
            _write_all(descriptor, block)
    finally:
        os.close(descriptor)


def settle(work: Path, final: Path, mode: int = FILE_MODE) -> None:
    """Give a finished work file its final name, durably."""
    settle_all([(work, final)], mode)


def settle_all(moves: list[tuple[Path, Path]], mode: int = FILE_MODE) -> None:
    """Settle many files and fsync each folder once: many small files must not cost as many folder syncs."""
    for work, _ in moves:
        os.chmod(work, mode)
        _sync(work, os.O_RDONLY)
    for work, final in moves:
        os.rename(work, final)
    for folder in sorted({final.parent for _, final in moves}):
        sync_folder(folder)


def settle_folder(work: Path, final: Path) -> None:
    """Give a finished work folder of files its final name: after a crash all of its files are there or none."""
    for file in sorted(work.iterdir()):
        os.chmod(file, KEPT)
        _sync(file, os.O_RDONLY)
    sync_folder(work)
    os.rename(work, final)
    sync_folder(final.parent)


def point(link: Path, target: str) -> None:
    """Let a symbolic link point to `target` (relative to the link's folder); readers see the old or the new one."""
    beside = link.with_name(f".{link.name}.part")
    if beside.is_symlink():
        os.unlink(beside)
    os.symlink(target, beside)
    os.rename(beside, link)
    sync_folder(link.parent)


def append(path: Path, lines: bytes) -> None:
    """Append whole lines to a log and fsync it; a line torn by an earlier crash never counted and is cut off."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        end = _end_of_last_line(descriptor)
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        _write_all(descriptor, lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def remove(paths: Iterable[Path]) -> None:
    """Remove files or links, then fsync each of their folders once; one that is gone already is no error."""
    folders = set()
    for path in paths:
        if os.path.lexists(path):
            os.unlink(path)
            folders.add(path.parent)
    for folder in sorted(folders):
        sync_folder(folder)


def clear_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; nothing happens where there is none."""
    if folder.is_dir():
        shutil.rmtree(folder)
        sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make names made or removed in a folder survive a power cut."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes | memoryview) -> None:
    rest = memoryview(content).cast("B")
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _end_of_last_line(descriptor: int, step: int = 1 << 16) -> int:
    """Byte after the last newline of an open file; 0 where it has none."""
    end = os.lseek(descriptor, 0, os.SEEK_END)
    while end:
        start = max(0, end - step)
        cut = os.pread(descriptor, end - start, start).rfind(b"\n")
        if cut >= 0:
            return start + cut + 1
        end = start
    return 0
