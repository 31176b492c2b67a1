"""A home: the folders of one installation, the settings that name it, and the lock that lets one writer in.

In: `TAKEBACK_HOME`, `TAKEBACK_INBOX` or the command line. Out: paths, and a context in which it is safe to write. A
home on object storage is a path too, that of this process's working copy (`warehouse.remote`).
Never: a lock file with a process number (it would outlive a crash). `flock` on the folder itself ends with the process
that holds it and leaves nothing behind.
"""

import errno
import fcntl
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse import durable
from warehouse.errors import BusyError, SettingError

FOLDERS = ("raw", "lake", "quarantine", "published", "published/generations", "audit", "keys", "work")
_held: dict[tuple[int, int, Path], int] = {}
"""How often this process and thread has entered a home: a run calls functions that each ask for the lock."""
_locks: dict[tuple[int, int, Path], int] = {}
"""The descriptor that is the lock, while it is held."""


UNFIT = {errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EEXIST, errno.EROFS, errno.ENOENT}
"""What making the folders fails with where a home cannot be there; a full disk is another matter."""


@dataclass(frozen=True)
class Home:
    """Folders under one root, see the contract; `work/` is the only one whose content may vanish at any time."""

    root: Path

    @property
    def raw(self) -> Path:
        """Every delivered byte, one file for each content, named by its SHA-256, and the log of deliveries."""
        return self.root / "raw"

    @property
    def deliveries(self) -> Path:
        """The log of deliveries; it lies beside the bytes, since file names may name patients."""
        return self.raw / "deliveries.jsonl"

    @property
    def lake(self) -> Path:
        """Parquet, one folder for each load, with its manifest."""
        return self.root / "lake"

    @property
    def quarantine(self) -> Path:
        """Exact bytes that could not be read, each with its reason."""
        return self.root / "quarantine"

    @property
    def published(self) -> Path:
        """The generations and the link to the newest one."""
        return self.root / "published"

    @property
    def audit(self) -> Path:
        """The log of runs."""
        return self.root / "audit"

    @property
    def keys(self) -> Path:
        """The key of the pseudonyms; whoever has it and the raw data can undo them."""
        return self.root / "keys"

    @property
    def work(self) -> Path:
        """Plans, half-made files and the build database."""
        return self.root / "work"

    @property
    def build_database(self) -> Path:
        """The DuckDB file that the transforms fill."""
        return self.work / "build.duckdb"

    @property
    def parts(self) -> Path:
        """What groups of payee enterprises made apart, on the way into the build database."""
        return self.work / "parts"


def setting(name: str, given: str | None, environment: Mapping[str, str] = os.environ) -> Path:
    """Path from the command line, else from the environment; SettingError where neither names one.

    An address such as s3://bucket/folder becomes the folder on this disk that stands for it.
    """
    text = given or environment.get(name)
    if not text:
        raise SettingError(f"no folder given: use --{name.removeprefix('TAKEBACK_').lower()} or set {name}")
    if "://" in text:
        from warehouse.remote import copies

        return copies.inbox_of(text) if name == "TAKEBACK_INBOX" else copies.folder_of(text)
    return Path(text).expanduser().absolute()


def number(name: str, default: float, environment: Mapping[str, str] = os.environ) -> float:
    """Read a number of 0 or more from the environment; SettingError where it is none."""
    text = environment.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise SettingError(f"{name}: expected a number of 0 or more")
    return value


@contextmanager
def writer(root: Path, shared: bool = False) -> Iterator[Home]:
    """Hold the home's lock: one writer, or several that only land different loads (`shared`).

    Raises BusyError at once where another process holds it. Re-entrant within a thread. While it is held, new files
    belong to the owner alone.
    """
    from warehouse.remote import copies

    home = Home(Path(os.path.realpath(root)))
    key = _entrance(home)
    is_outermost = not _held.get(key)
    if is_outermost:
        _locks[key] = _lock(home, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
    _held[key] = _held.get(key, 0) + 1
    umask = os.umask(0o077)
    try:
        with copies.at_work(home.root, "lander" if shared else "writer") if is_outermost else nullcontext():
            yield home
    finally:
        os.umask(umask)
        _held[key] -= 1
        if not _held[key]:
            os.close(_locks.pop(key))


def reader(root: Path, role: str = "reader") -> Home:
    """Give a home to read from; nothing is locked. A working copy is made to fit its store first."""
    from warehouse.remote import copies

    copies.refresh(root.absolute(), role)
    return Home(root.absolute())


def lock_of(home: Home) -> int:
    """Return the descriptor of the lock that we hold; whoever inherits it holds the lock with us."""
    return _locks[_entrance(home)]


def _entrance(home: Home) -> tuple[int, int, Path]:
    return os.getpid(), threading.get_ident(), home.root


def _lock(home: Home, kind: int) -> int:
    umask = os.umask(0o077)
    try:
        if kind == fcntl.LOCK_EX:
            _make(home)
        return hold(home.root, kind)
    except OSError as error:
        if error.errno not in UNFIT:
            raise
        raise SettingError(f"the home cannot be written to: {error.strerror}") from error
    finally:
        os.umask(umask)


def _make(home: Home) -> None:
    durable.make_folder(home.root)
    with suppress(PermissionError):  # where we may not look at the folder above, its owner has made our root
        durable.sync_folder(home.root.parent)
    durable.make_folders(home.root / name for name in FOLDERS)


def hold(path: Path, kind: int = fcntl.LOCK_EX) -> int:
    """Lock a file or folder without waiting; the descriptor is the lock, closing it lets go."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise BusyError("another run is at work on this home") from None
    return descriptor
