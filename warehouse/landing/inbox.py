"""The inbox: a folder that others write into, looked at with suspicion.

In: a folder with subfolders, or one that stands for a place on object storage (`warehouse.remote.inbox`).
Out: its regular files, or objects, and copies of those that are complete.
Never: anything but regular files of one name (a link, hard or symbolic, a FIFO or a device stays where it is), a
dot-file, a name used as a path of ours. A file is copied through one descriptor, opened below that of its own folder.

When is a file complete? It is left for the next run while a process holds it open for writing (a lease tells, on local
disks), and while its size or time changes within the quiet period. Only a file younger than the quiet period is waited
for, once for all. One second is enough for copies on one machine; a slow upload that reopens its file needs a longer
`TAKEBACK_QUIET_SECONDS`, or, better, a rename into the inbox.

An X12 file without a whole IEA at its end is most likely on its way. It is waited for until it has lain still for
`TAKEBACK_UNFINISHED_SECONDS`, once for all of them: where it grows meanwhile it is left for the next run, where it does
not it was torn before it came, is taken, and what is missing is set aside. So nothing waits for ever.
"""

import fcntl
import hashlib
import logging
import os
import stat
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from edi import ending
from warehouse import durable
from warehouse.home import number
from warehouse.remote import inbox as objects

QUIET_SECONDS = number("TAKEBACK_QUIET_SECONDS", 1)
UNFINISHED_SECONDS = number("TAKEBACK_UNFINISHED_SECONDS", 5)
STEP_SECONDS = 0.2
BLOCK = 1 << 20
SIDE_BY_SIDE = 12

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A regular file in the inbox: device, inode, size, names and time are those of when it was first seen."""

    folder: str
    name: str
    identity: tuple[int, ...]
    remote: "objects.Delivered | None" = None

    @property
    def path(self) -> Path:
        """Its whole path, for its name and its removal only."""
        return Path(self.folder, self.name)

    @property
    def is_unchanged(self) -> bool:
        """Whether the name still means the file that was seen; a newer file under it waits for the next run."""
        try:
            return _identity(self.path.lstat()) == self.identity
        except OSError:
            return False


@dataclass(frozen=True)
class Content:
    """Bytes in the work folder, not yet durable."""

    work: Path
    sha256: str
    byte_count: int


def waiting(inbox: Path) -> Iterator[Waiting]:
    """Find the regular files below the inbox in the order of their names; dot-files and dot-folders are left alone."""
    for remote in objects.delivered(inbox):
        yield Waiting(str(inbox), remote.key, (0, 0, remote.size, 1, 0), remote)
    for folder, subfolders, names, descriptor in os.fwalk(inbox, onerror=_warn, follow_symlinks=False):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        others = 0
        for name in sorted(name for name in names if not name.startswith(".")):
            try:
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 1:
                yield Waiting(folder, name, _identity(status))
            else:
                others += 1
        if others:
            log.warning("%d entries of the inbox are no regular files of one name and stay there", others)


def _warn(error: OSError) -> None:
    log.warning("a folder of the inbox cannot be read: %s", error.strerror)


def be_quiet(entries: list[Waiting]) -> None:
    """Wait until the youngest file is as old as the quiet period, at most for that period."""
    youngest = max((entry.identity[-1] for entry in entries), default=0) / 1e9
    rest = QUIET_SECONDS - (time.time() - youngest)
    if entries and rest > 0:
        time.sleep(min(rest, QUIET_SECONDS))


def be_patient(entries: list[Waiting]) -> None:
    """Wait for files that lack their end until the youngest has lain still long enough, or all have changed."""
    end = time.monotonic() + UNFINISHED_SECONDS
    while any(_is_young(entry) and entry.is_unchanged for entry in entries) and time.monotonic() < end:
        time.sleep(STEP_SECONDS)


def is_unfinished(entry: Waiting) -> bool:
    """Whether a file has changed a moment ago and is X12 without its end; False where `copy` will leave it anyway."""
    descriptor = _open(entry) if _is_young(entry) else None
    if descriptor is None:
        return False
    try:
        start = max(0, entry.identity[2] - ending.ENDS)
        ends = os.pread(descriptor, ending.ENDS, 0), os.pread(descriptor, ending.ENDS, start)
        return ending.lacks_its_end(*ends) and not _is_being_written(descriptor)
    finally:
        os.close(descriptor)


def copy(entry: Waiting, work: Path) -> Content | None:
    """Copy one file's bytes; None where it is not what it was, is still being written, or cannot be opened."""
    if entry.remote:
        content = spill(entry.remote.blocks(), work)
        return content if content.byte_count == entry.remote.size else None
    descriptor = _open(entry)
    if descriptor is None:
        return None
    try:
        return _copy_open(entry, descriptor, work)
    finally:
        os.close(descriptor)


def remove(entries: Iterable[Waiting]) -> None:
    """Remove files that were taken in; a newer one of the same name waits for the next run."""
    there = list(entries)
    durable.remove(entry.path for entry in there if not entry.remote and entry.is_unchanged)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        list(threads.map(lambda entry: entry.remote and entry.remote.remove(), there))


def _open(entry: Waiting) -> int | None:
    """Open a file for reading, through no link but those above its own folder; None where that is not possible."""
    try:
        folder = os.open(entry.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return os.open(entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    finally:
        os.close(folder)


def _is_young(entry: Waiting) -> bool:
    return time.time() - entry.identity[-1] / 1e9 < UNFINISHED_SECONDS


def spill(blocks: Iterator[bytes], work: Path) -> Content:
    """Write blocks into a work file, hashing them on the way."""
    digest = hashlib.sha256()
    size = 0

    def hashed() -> Iterator[bytes]:
        nonlocal size
        for block in blocks:
            digest.update(block)
            size += len(block)
            yield block

    durable.spill(work, hashed())
    return Content(work, digest.hexdigest(), size)


def _copy_open(entry: Waiting, descriptor: int, work: Path) -> Content | None:
    if _identity(os.fstat(descriptor)) != entry.identity or _is_being_written(descriptor):
        return None
    content = spill(iter(lambda: os.read(descriptor, BLOCK), b""), work)
    same = _identity(os.fstat(descriptor)) == entry.identity and content.byte_count == entry.identity[2]
    return content if same else None


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_nlink, status.st_mtime_ns


def _is_being_written(descriptor: int) -> bool:
    """Ask for a read lease, refused while any process has the file open for writing; False where there are none."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
