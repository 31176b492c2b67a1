"""The inbox: delivered files become raw bytes under the home, and only then leave the inbox.

In: a folder that others write into, with subfolders. Out: raw files by SHA-256, lines in the log of deliveries.
Never: anything but regular files (a link, a FIFO or a device stays where it is), a dot-file, a name used as a path of
ours, a file that somebody is still writing. Names are only ever opened below the descriptor of their own folder.

Order of a batch: bytes durable, deliveries logged, inbox files removed, removal marked. Wherever it stops, the next run
finds either a file not yet logged (it is taken in again, same bytes, same raw file) or a logged one (only removed).

When is a file complete? It is left for the next run while a process holds it open for writing (a lease tells, on local
disks), and while its size or time changes within the quiet period. Only a file younger than the quiet period is waited
for, once for all. One second is enough for copies on one machine; a slow upload that reopens its file needs a longer
`TAKEBACK_QUIET_SECONDS`, or, better, a rename into the inbox.
"""

import fcntl
import hashlib
import logging
import os
import stat
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse import deliveries, durable, loads
from warehouse.deliveries import Delivery
from warehouse.errors import SettingError
from warehouse.home import Home

QUIET_SECONDS = float(os.environ.get("TAKEBACK_QUIET_SECONDS", "1"))
BLOCK = 1 << 20
BATCH_BYTES = 64 << 20
BATCH_FILES = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A regular file in the inbox, as it was when it was first seen."""

    folder: str
    name: str
    identity: tuple[int, ...]

    @property
    def path(self) -> Path:
        """Its whole path, for removal only."""
        return Path(self.folder, self.name)


@dataclass(frozen=True)
class Copy:
    """The bytes of one inbox file in the work folder, not yet durable."""

    source: Waiting
    work: Path
    sha256: str
    byte_count: int


def take_in(inbox: Path, home: Home, run_id: str) -> int:
    """Take every complete file of the inbox into the home; returns how many were delivered."""
    _refuse_nesting(inbox, home)
    unfinished = Counter((entry.file_name, entry.sha256) for entry in deliveries.read(home)[1])
    waiting = list(_waiting(inbox))
    _be_quiet(waiting, QUIET_SECONDS)
    count = 0
    for batch in _batches(waiting, home):
        count += _keep(inbox, home, run_id, batch, unfinished)
    if waiting or unfinished:
        deliveries.mark_removed(home, count)
    return count


def _refuse_nesting(inbox: Path, home: Home) -> None:
    if not inbox.is_dir():
        raise SettingError("the inbox is not a folder")
    real = Path(os.path.realpath(inbox))
    if real.is_relative_to(home.root) or home.root.is_relative_to(real):
        raise SettingError("the inbox and the home must not lie in each other")


def _identity(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _waiting(inbox: Path) -> Iterator[Waiting]:
    """Regular files below the inbox in the order of their names; dot-files and dot-folders are left alone."""
    for folder, subfolders, names, descriptor in os.fwalk(inbox, follow_symlinks=False):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        others = 0
        for name in sorted(name for name in names if not name.startswith(".")):
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                yield Waiting(folder, name, _identity(status))
            else:
                others += 1
        if others:
            log.warning("%d entries of the inbox are no regular files and stay there", others)


def _be_quiet(waiting: list[Waiting], quiet_seconds: float) -> None:
    youngest = max((entry.identity[3] for entry in waiting), default=0) / 1e9
    rest = quiet_seconds - (time.time() - youngest)
    if waiting and rest > 0:
        time.sleep(min(rest, quiet_seconds))


def _batches(waiting: list[Waiting], home: Home) -> Iterator[list[Copy]]:
    """Copy complete files, gathered so that syncs and log lines are shared."""
    work = home.work / "inbox"
    durable.clear_folder(work)
    durable.make_folder(work)
    batch: list[Copy] = []
    left = 0
    for number, entry in enumerate(waiting):
        copy = _copy(entry, work / str(number))
        if copy is None:
            left += 1
            continue
        batch.append(copy)
        if len(batch) >= BATCH_FILES or sum(entry.byte_count for entry in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch
    if left:
        log.warning("%d files of the inbox are still being written or cannot be read; left for the next run", left)


def _copy(entry: Waiting, work: Path) -> Copy | None:
    """Copy one file's bytes, None where it is not what it was, still being written, or not to be opened."""
    try:
        folder = os.open(entry.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        descriptor = os.open(entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return None
    finally:
        os.close(folder)
    try:
        return _copy_open(entry, descriptor, work)
    finally:
        os.close(descriptor)


def _copy_open(entry: Waiting, descriptor: int, work: Path) -> Copy | None:
    if _identity(os.fstat(descriptor)) != entry.identity or _is_being_written(descriptor):
        return None
    digest = hashlib.sha256()
    size = 0

    def blocks() -> Iterator[bytes]:
        nonlocal size
        while block := os.read(descriptor, BLOCK):
            digest.update(block)
            size += len(block)
            yield block

    durable.spill(work, blocks())
    if _identity(os.fstat(descriptor)) != entry.identity or size != entry.identity[2]:
        return None
    return Copy(entry, work, digest.hexdigest(), size)


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


def _keep(inbox: Path, home: Home, run_id: str, batch: list[Copy], unfinished: Counter[tuple[str, str]]) -> int:
    """Settle a batch, log it, empty the inbox of it; returns how many of it were not logged before."""
    for sha256 in sorted({copy.sha256 for copy in batch}):
        durable.make_folder(loads.raw_path(home, sha256).parent)
    durable.settle_all([(copy.work, loads.raw_path(home, copy.sha256)) for copy in batch], durable.KEPT)
    fresh = []
    for copy in batch:
        name = os.path.relpath(copy.source.path, inbox)
        if unfinished[name, copy.sha256]:
            unfinished[name, copy.sha256] -= 1
        else:
            fresh.append(Delivery(name, copy.sha256, copy.byte_count, run_id))
    deliveries.append(home, fresh)
    durable.remove(copy.source.path for copy in batch if _is_same(copy.source))
    return len(fresh)


def _is_same(entry: Waiting) -> bool:
    """Whether the name still means the file that was read; a newer file under it waits for the next run."""
    try:
        return _identity(entry.path.lstat()) == entry.identity
    except OSError:
        return False
