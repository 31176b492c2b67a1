"""Working copies: the folders on a worker's own disk that stand for a home or an inbox on object storage.

In: an address (`s3://bucket/folder`). Out: a folder, and on it the contexts in which a step may work there.
Never: a copy that two processes use. Each claims one of its own, the first that nobody has, so that the warmest is used
again and again; a copy is a cache, and may be deleted whenever no process uses it. `TAKEBACK_COPIES` says where.

Nothing of this concerns a home on disk: its folder has no mark of an address, and all functions here do nothing.
"""

import fcntl
import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

from warehouse import durable
from warehouse.errors import BusyError, SettingError, describe
from warehouse.home import hold
from warehouse.remote import lease, pulling, pushing, store
from warehouse.remote.store import Store
from warehouse.remote.working import NOTES, Copy, opened

PLACE = Path(NOTES) / "address"
_claimed: dict[tuple[int, Path], tuple[Path, int]] = {}
_open: dict[Path, tuple[Copy, str]] = {}
_looked: dict[Path, float] = {}
_lock = threading.Lock()

log = logging.getLogger(__name__)


def folder_of(address: str) -> Path:
    """Claim the copy that stands for an address, for as long as this process lives."""
    known = store.normal(address)
    shelf = _shelf(known)
    with _lock:
        key = os.getpid(), shelf
        if key not in _claimed:
            _claimed[key] = _claim(shelf, known)
        return _claimed[key][0]


def inbox_of(address: str) -> Path:
    """Give the folder that stands for an inbox; nothing is ever kept in it."""
    known = store.normal(address)
    return _marked(_shelf(known) / "inbox", known)


def _shelf(address: str) -> Path:
    base = os.environ.get("TAKEBACK_COPIES") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "takeback")
    return Path(os.path.realpath(Path(base).expanduser())) / hashlib.sha256(address.encode()).hexdigest()[:16]


def _marked(root: Path, address: str) -> Path:
    """Make a folder that says what it stands for."""
    umask = os.umask(0o077)
    try:
        durable.make_folder(root / NOTES)
        if not (root / PLACE).is_file():
            durable.write(root / PLACE, address.encode())
    except OSError as error:
        raise SettingError(f"no copy can be kept in TAKEBACK_COPIES: {error.strerror}") from error
    finally:
        os.umask(umask)
    return root


def _claim(shelf: Path, address: str) -> tuple[Path, int]:
    for number in count(1):
        root = _marked(shelf / str(number), address)
        with suppress(BusyError):
            return root, hold(root / NOTES, fcntl.LOCK_EX)
    raise AssertionError("there is no last number")


def address_of(root: Path) -> str:
    """Name what a folder is a copy of; '' where it is a folder of its own."""
    try:
        return (root / PLACE).read_text(encoding="utf-8")
    except OSError:
        return ""


def overlap(one: Path, other: Path) -> bool:
    """Whether two folders stand for places on object storage that lie in each other."""
    places = [f"{address_of(folder)}/" for folder in (one, other)]
    return "/" not in places and (places[0].startswith(places[1]) or places[1].startswith(places[0]))


def store_of(root: Path) -> Store | None:
    """Open the store of which a folder is a copy; None where it is a folder of its own."""
    address = address_of(root)
    return _opened(address, os.getpid()) if address else None


@cache
def _opened(address: str, _process: int) -> Store:
    return store.opened(address)


@contextmanager
def at_work(root: Path, role: str) -> Iterator[None]:
    """Hold a role's claim on the home, with a copy that fits it; at the end, what was made is put there and counts.

    What a step has made before it failed counts as well: at any moment a home is such that a next run goes on from it.
    """
    source = store_of(root)
    if source is None:
        yield
        return
    with lease.held(source, role) as fence:
        copy = opened(root, source)
        pulling.pull(copy, role)
        _open[root] = copy, fence
        try:
            yield
            pushing.push(copy, fence)
        except Exception:
            _push_what_there_is(copy, fence)
            raise
        finally:
            del _open[root]
            pulling.drop_raw(copy)


def _push_what_there_is(copy: Copy, fence: str) -> None:
    try:
        pushing.push(copy, fence)
    except Exception as error:  # noqa: BLE001 - the failure that is on its way is the one to tell
        log.warning("what was done before the failure does not count: %s", describe(error))


def save(root: Path) -> None:
    """Make what was done so far count, before something is done that cannot be done again."""
    if root in _open:
        pushing.push(*_open[root])


def refresh(root: Path, role: str = "reader", old_enough: float = 0) -> None:
    """Make a copy fit the home, for somebody who reads; not again within some seconds."""
    source = store_of(root)
    with _lock:
        if source is None or root in _open or time.monotonic() - _looked.get(root, -1e9) < old_enough:
            return
        pulling.pull(opened(root, source), role)
        _looked[root] = time.monotonic()


def bring(root: Path, paths: Iterable[Path]) -> None:
    """Fetch files of a copy that are not there yet; one that the store lacks stays away."""
    source = store_of(root)
    wanting = [path for path in paths if not path.is_file()] if source else []
    if not source or not wanting:
        return
    copy = _open[root][0] if root in _open else opened(root, source)
    pulling.bring(copy, [str(path.relative_to(root)) for path in wanting])


def sizes(root: Path) -> dict[str, int] | None:
    """Size of each raw file that the store holds; None where a folder is no copy."""
    source = store_of(root)
    return {Path(one.key).name: one.size for one in source.list("raw/")} if source else None


def sweep(root: Path) -> int:
    """Delete what steps that died have left in the store; returns how many objects there were."""
    return pushing.sweep(_open[root][0]) if root in _open else 0


def examined(root: Path) -> Iterator[str]:
    """Read every object of the home again; yields a sentence for each, empty where it is what was put there."""
    source = store_of(root)
    if source:
        copy = opened(root, source)
        pulling.pull(copy, "verifier")
        yield from pulling.examined(copy)
