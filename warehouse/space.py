"""Disk space: refused before the work begins, not found out in its middle.

In: the home and what waits in the inbox. Out: nothing, or a failure that says how much is needed and how much there is.
Never: a guarantee; somebody else may fill the disk a moment later, and then the run fails without harm.
"""

import errno
import os
import shutil
from pathlib import Path

from warehouse.errors import TakebackError
from warehouse.home import Home, number
from warehouse.landing import inbox

RESERVE = int(number("TAKEBACK_RESERVE_BYTES", 64 << 20))
GROWTH = 14
"""What a byte of the inbox may come to: raw, lake, two generations with their files without patients, and the build
database, which is not compressed (measured: 13.4, of which that is 9.9, where there is little in the files but claims).
"""


class SpaceError(TakebackError, OSError):
    """The disk is too full to begin (an error of the system's kind, since it may pass)."""


def refuse_full(home: Home, folder: Path | None = None) -> None:
    """Raise SpaceError where a night's work may not fit; `folder` is the inbox, else the last build is published."""
    if folder is not None:
        inside = inbox.waiting(Path(os.path.realpath(folder))) if folder.is_dir() else ()
        needed = GROWTH * sum(entry.identity[2] for entry in inside)
    else:
        needed = home.build_database.stat().st_size if home.build_database.is_file() else 0
    free = shutil.disk_usage(home.root).free
    if free < needed + RESERVE:
        words = f"the disk of the home is too full: {megabytes(needed + RESERVE)} needed, {megabytes(free)} free"
        raise SpaceError(errno.ENOSPC, words)


def megabytes(size: int) -> str:
    """Write a size in MB, rounded up."""
    return f"{-(-size // 1_000_000):,} MB"
