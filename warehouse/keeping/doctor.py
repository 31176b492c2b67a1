"""The doctor: whether this machine, this set-up and this home are fit for tonight.

In: the environment and a home. Out: a line for each thing that was looked at: good, a warning, or wrong and what to do.
Never: a repair, a lock that is kept, a value of a record or a name of a delivered file.
"""

import fcntl
import os
import re
import resource
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path

from warehouse import database, space
from warehouse.errors import BusyError, TakebackError
from warehouse.home import FOLDERS, Home, hold
from warehouse.keeping import audit
from warehouse.landing import loads
from warehouse.publishing import generations
from warehouse.text import several

GOOD, WARN, WRONG = "good", "warning", "wrong"
STALE = timedelta(hours=36)
SHARED = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"}
"""File systems on which flock or fsync may mean less than on a disk of this machine."""


@dataclass(frozen=True)
class Line:
    """What was looked at, how it is, and in words what was seen and what to do."""

    what: str
    state: str
    words: str


def examine(home: Path, inbox: Path | None) -> list[Line]:
    """Look at everything; nothing is changed."""
    place = Home(home)
    lines = [*_python(), *_packages(), *_limits(), *_inbox(inbox, place)]
    if not home.is_dir():
        return [*lines, *_room(_above(home)), Line("home", WARN, "is not there yet; the first run makes it")]
    return [*lines, *_room(home), *(line for look in LOOKS for line in look(place))]


def _python() -> Iterator[Line]:
    found = ".".join(map(str, sys.version_info[:3]))
    state = GOOD if sys.version_info >= (3, 11) else WRONG
    yield Line("python", state, found if state == GOOD else f"{found}: 3.11 or later is needed")


def _packages() -> Iterator[Line]:
    """Compare what is installed with what our own package asks for."""
    try:
        wanted = metadata.requires("takeback") or []
    except metadata.PackageNotFoundError:
        yield Line("packages", WARN, "takeback itself is not installed: run make, or pip install it")
        return
    for requirement in wanted:
        name, asked = re.split(r"(?=[<>=!~ ;])", requirement, maxsplit=1)[0], requirement
        asked = asked.removeprefix(name)
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Line(name, WRONG, f"is missing, {asked} is needed")
            continue
        state = GOOD if all(_holds(found, part) for part in asked.split(",") if part) else WRONG
        yield Line(name, state, found if state == GOOD else f"{found} is installed, {asked} is needed")


def _holds(found: str, condition: str) -> bool:
    """Whether a version meets `>=a`, `<b` or `==c`; by its numbers."""
    sign = re.sub(r"[^<>=!~]", "", condition)
    have, want = ([int(part) for part in re.findall(r"\d+", version)] for version in (found, condition))
    return {">=": have >= want, "<": have < want, "==": have[: len(want)] == want}.get(sign, True)


def _limits() -> Iterator[Line]:
    try:
        limits = database.limits()
        words = ", ".join(f"{name} {value}" for name, value in limits.items()) or "DuckDB's own"
        yield Line("limits", GOOD, words)
    except TakebackError as error:
        yield Line("limits", WRONG, str(error))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield Line("open files", GOOD if files >= 1024 else WARN, f"{files:,} allowed")
    year = datetime.now(UTC).year
    yield Line("clock", GOOD if year >= 2026 else WRONG, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def _inbox(inbox: Path | None, home: Home) -> Iterator[Line]:
    if inbox is None:
        yield Line("inbox", WARN, "none is set: use --inbox or TAKEBACK_INBOX")
    elif not inbox.is_dir():
        yield Line("inbox", WRONG, "is not there")
    elif not os.access(inbox, os.R_OK | os.W_OK | os.X_OK):
        yield Line("inbox", WRONG, "cannot be read and emptied by this user")
    elif home.root in {inbox, *inbox.parents} or inbox in home.root.parents:
        yield Line("inbox", WRONG, "inbox and home lie in each other")
    else:
        yield Line("inbox", GOOD, f"{several(sum(path.is_file() for path in inbox.rglob('*')), 'file')} waiting")


def _room(folder: Path) -> Iterator[Line]:
    usage = shutil.disk_usage(folder)
    needed = space.RESERVE + _size(folder / "published")
    state = WRONG if usage.free < space.RESERVE else WARN if usage.free < needed else GOOD
    more = "" if state == GOOD else f"; {space.megabytes(needed)} are wanted for one more generation"
    yield Line("disk", state, f"{space.megabytes(usage.free)} free of {space.megabytes(usage.total)}{more}")
    kind = _file_system(folder)
    words = "locks and syncs may not mean what they say there" if kind in SHARED else "on this machine"
    yield Line("file system", WARN if kind in SHARED else GOOD, f"{kind}: {words}")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.duckdb"))


def _above(folder: Path) -> Path:
    return next(parent for parent in folder.parents if parent.is_dir())


def _file_system(folder: Path) -> str:
    """Name the kind of file system that a folder lies on; the longest mount point that holds it."""
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return "unknown"
    points = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    holding = [(len(point), kind) for point, kind in points if folder.resolve().is_relative_to(point)]
    return max(holding, default=(0, "unknown"))[1]


def _modes(home: Home) -> Iterator[Line]:
    there = [home.root / name for name in FOLDERS if (home.root / name).is_dir()]
    open_to_others = [path for path in (home.root, *there) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    foreign = [path for path in (home.root, *there) if path.stat().st_uid != os.geteuid()]
    if open_to_others:
        words = f"{several(len(open_to_others), 'folder')} can be entered by others: chmod -R go= on the home"
        yield Line("modes", WRONG, words)
    elif foreign:
        yield Line("modes", WARN, f"{several(len(foreign), 'folder')} belong to another user")
    else:
        yield Line("modes", GOOD, "the home is its owner's alone")
    writable = os.access(home.work if home.work.is_dir() else home.root, os.W_OK | os.X_OK)
    yield Line("writing", GOOD if writable else WRONG, f"this user {'can' if writable else 'cannot'} write there")


def _lock(home: Home) -> Iterator[Line]:
    try:
        os.close(hold(home.root, fcntl.LOCK_EX))
        yield Line("lock", GOOD, "nobody is at work; a lock ends with its process, so none can be stale")
    except BusyError:
        yield Line("lock", WARN, "a run is at work on this home just now")
        return
    except OSError as error:
        yield Line("lock", WRONG, f"the home cannot be locked: {error.strerror}")
    left = sum(path.is_file() for path in home.work.glob("*"))
    if left:
        yield Line(
            "leftovers", WARN, f"{several(left, 'thing')} of a run that did not end lie in work/; the next clears them"
        )


def _served(home: Home) -> Iterator[Line]:
    note = generations.present(home)
    if note is None:
        yield Line("published", WARN, "nothing yet")
        return
    sound = generations.is_sound(home, note)
    words = f"generation {note.name}" if sound else f"generation {note.name} has other bytes: takeback publish"
    yield Line("published", GOOD if sound else WRONG, words)
    pages = home.published / "report"
    fits = pages.is_symlink() and pages.readlink().name.startswith(note.name)
    yield Line(
        "pages", GOOD if fits else WARN, "of this generation" if fits else "not of this generation: takeback report"
    )
    reader = {manifest.reader for manifest in loads.all_manifests(home)}
    if reader - {loads.reader_version()}:
        yield Line("reader", WARN, "has changed since files were read: the next run reads all raw files again")


def _log(home: Home) -> Iterator[Line]:
    broken = audit.verify(home)[1]
    yield Line("run log", WRONG if broken else GOOD, broken[0] if broken else "whole")
    night = audit.last(home, "published", "unchanged")
    if broken or night is None:
        return
    ago = datetime.now(UTC) - datetime.fromisoformat(str(night["at"]))
    if ago < timedelta(0):
        yield Line("last night", WRONG, "lies in the future: this machine's clock was set back")
    else:
        hours = int(ago.total_seconds() // 3600)
        yield Line("last night", GOOD if ago < STALE else WARN, f"ended {several(hours, 'hour')} ago")
    broken_ones = night.get("broken")
    if isinstance(broken_ones, list) and broken_ones:
        yield Line("invariants", WRONG, f"{several(len(broken_ones), 'invariant')} broken: takeback summary")
    else:
        yield Line("invariants", GOOD, "held last night")


LOOKS: tuple[Callable[[Home], Iterator[Line]], ...] = (_modes, _lock, _served, _log)
