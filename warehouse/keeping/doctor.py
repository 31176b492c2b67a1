"""The doctor: whether this machine, this set-up and this home are fit for tonight.

In: the environment and a home. Out: a line for each thing that was looked at: good, a warning, or wrong and what to do.
Never: a repair, a lock that is kept, a value of a record or a name of a delivered file.
"""

import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from warehouse.errors import BusyError
from warehouse.home import FOLDERS, Home, hold
from warehouse.keeping import audit, machine
from warehouse.keeping.machine import GOOD, WARN, WRONG, Line
from warehouse.landing import loads
from warehouse.landing.inbox import waiting
from warehouse.publishing import generations
from warehouse.remote import copies
from warehouse.text import several

STALE = timedelta(hours=36)


def examine(home: Path, inbox: Path | None) -> list[Line]:
    """Look at everything; nothing is changed."""
    place = Home(home)
    lines = [*machine.python(), *machine.packages(), *machine.limits(), *_inbox(inbox, place)]
    if not home.is_dir():
        return [
            *lines,
            *machine.room(machine.above(home)),
            Line("home", WARN, "is not there yet; the first run makes it"),
        ]
    return [*lines, *machine.room(home), *(line for look in LOOKS for line in look(place))]


def _inbox(inbox: Path | None, home: Home) -> Iterator[Line]:
    if inbox is None:
        yield Line("inbox", WARN, "none is set: use --inbox or TAKEBACK_INBOX")
    elif copies.address_of(inbox):
        yield Line("inbox", GOOD, f"{several(sum(1 for _ in waiting(inbox)), 'object')} waiting in object storage")
    elif not inbox.is_dir():
        yield Line("inbox", WRONG, "is not there")
    elif not os.access(inbox, os.R_OK | os.W_OK | os.X_OK):
        yield Line("inbox", WRONG, "cannot be read and emptied by this user")
    elif home.root in {inbox, *inbox.parents} or inbox in home.root.parents:
        yield Line("inbox", WRONG, "inbox and home lie in each other")
    else:
        yield Line("inbox", GOOD, f"{several(sum(path.is_file() for path in inbox.rglob('*')), 'file')} waiting")


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
