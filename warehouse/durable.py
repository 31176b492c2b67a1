"""Every durable write of the product, and nothing else.

In: bytes, or finished files in a work folder. Out: files that are either wholly there after a power cut, or not at all.
The way is always the same: write beside, fsync the file, rename, fsync the folder. A folder is settled like a file.
Never: a decision about what to write. Nothing outside this module opens a file for writing, renames, links or removes.
Parquet and DuckDB write their own files into the work folder, where nothing has to survive; `settle` brings them home.

What a killed process has left may be seen by the next one and still be lost by a power cut after that. So nobody builds
on something found: what must be durable before a next step is synced again by whoever takes that step.

One process writes under a home at a time (`warehouse.home`), so temporary names need not be random: a leftover of a
crash is replaced by the next run, and dot-files are nobody's data. All calls go through `os`, one by one, and through
`sync_filesystem`, so that a test can let the k-th of them fail.
"""
# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH108, PTH211 - pathlib would hide the calls

import ctypes
import fcntl
import os
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER_MODE = 0o700
FILE_MODE = 0o600
READ_ONLY = 0o440
"""A published file: its group may read it, nobody may write to it."""
KEPT = 0o400
"""A raw byte is never changed again."""
MANY = 8
"""From so many files on, one sync of the whole file system is cheaper than one for each (measured: of 18 files 8 times,
of hundreds 50 times)."""


def make_folders(folders: Iterable[Path]) -> None:
    """Make folders and let all of their names survive, also of those that were there already."""
    wanted = list(folders)
    for folder in wanted:
        make_folder(folder.parent)
        if not folder.is_dir():
            os.mkdir(folder, FOLDER_MODE)
    for parent in sorted({folder.parent for folder in wanted}):
        sync_folder(parent)


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
    """Settle many files: all of their bytes are durable before the first is renamed."""
    for work, _ in moves:
        os.chmod(work, mode)
    sync_all([work for work, _ in moves])
    for work, final in moves:
        os.rename(work, final)
    sync_all(sorted({final.parent for _, final in moves}))


def sync_all(paths: list[Path]) -> None:
    """Make files or folders of one file system durable, many of them by one call."""
    if len(paths) >= MANY and sync_filesystem(paths[0]):
        return
    for path in paths:
        _sync(path, os.O_RDONLY)


def sync_filesystem(path: Path) -> bool:
    """Sync the file system that holds a path; False where the system cannot, or hides that it failed (Linux < 5.8)."""
    release = [int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit()]
    if os.uname().sysname != "Linux" or release < [5, 8]:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if ctypes.CDLL(None, use_errno=True).syncfs(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return True
    finally:
        os.close(descriptor)


def settle_folder(work: Path, final: Path) -> None:
    """Give a finished work folder of files its final name: after a crash all of its files are there or none."""
    files = sorted(work.iterdir())
    for file in files:
        os.chmod(file, KEPT)
    sync_all([*files, work])
    os.rename(work, final)
    sync_folder(final.parent)


def settle_tree(work: Path, final: Path) -> None:
    """Give a finished work folder with folders in it its final name: after a crash all of it is there or none."""
    paths = sorted(work.rglob("*"))
    for path in paths:
        os.chmod(path, FOLDER_MODE if path.is_dir() else FILE_MODE)
    sync_all([*paths, work])
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


def twin(file: Path, name: Path) -> None:
    """Give a finished file a second name (a hard link), durably."""
    if os.path.lexists(name):
        os.unlink(name)
    os.link(file, name)
    sync_folder(name.parent)


def nameless_copy(path: Path) -> int:
    """Copy a file beside itself without giving the copy a name; it is gone once its descriptor is closed."""
    copy = os.open(path.parent, os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC, FILE_MODE)
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                _write_all(copy, block)
    except BaseException:
        os.close(copy)
        raise
    return copy


def append(path: Path, lines: bytes | Callable[[bytes], bytes]) -> None:
    """Append whole lines to a log and fsync it; a line torn by an earlier crash never counted and is cut off.

    `lines` may be made from the log's last line (empty where it has none) while nobody else can append.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, FILE_MODE)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        end = _end_of_last_line(descriptor)
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        _write_all(descriptor, lines(_last_line(descriptor, end)) if callable(lines) else lines)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def confirm(path: Path) -> None:
    """Make what can be read in a log durable, before anything is done because of it."""
    if path.is_file():
        _sync(path, os.O_RDONLY)
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
        for inner, folders, files in os.walk(folder, topdown=False):
            for name in files:
                os.unlink(os.path.join(inner, name))  # noqa: PTH118 - millions of names, no objects
            for name in folders:
                path = os.path.join(inner, name)  # noqa: PTH118
                (os.unlink if os.path.islink(path) else os.rmdir)(path)  # noqa: PTH114
        os.rmdir(folder)
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


def _end_of_last_line(descriptor: int, end: int | None = None, step: int = 1 << 16) -> int:
    """Byte after the last newline of an open file, or of its part before `end`; 0 where it has none."""
    end = os.lseek(descriptor, 0, os.SEEK_END) if end is None else end
    while end:
        start = max(0, end - step)
        cut = os.pread(descriptor, end - start, start).rfind(b"\n")
        if cut >= 0:
            return start + cut + 1
        end = start
    return 0


def _last_line(descriptor: int, end: int) -> bytes:
    start = _end_of_last_line(descriptor, end=max(end - 1, 0))
    return os.pread(descriptor, end - start, start)
