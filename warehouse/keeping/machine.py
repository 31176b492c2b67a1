"""What the doctor looks at on this machine: Python, packages, limits, disk, file system.

In: the environment and a folder. Out: a line for each thing that was looked at. Never: a look into a home.
"""

import re
import resource
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from warehouse import database, space
from warehouse.errors import TakebackError

GOOD, WARN, WRONG = "good", "warning", "wrong"
SHARED = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"}
"""File systems on which flock or fsync may mean less than on a disk of this machine."""


@dataclass(frozen=True)
class Line:
    """What was looked at, how it is, and in words what was seen and what to do."""

    what: str
    state: str
    words: str


def python() -> Iterator[Line]:
    """Look whether Python is new enough."""
    found = ".".join(map(str, sys.version_info[:3]))
    state = GOOD if sys.version_info >= (3, 11) else WRONG
    yield Line("python", state, found if state == GOOD else f"{found}: 3.11 or later is needed")


def packages() -> Iterator[Line]:
    """Compare what is installed with what our own package asks for."""
    try:
        wanted = metadata.requires("takeback") or []
    except metadata.PackageNotFoundError:
        yield Line("packages", WARN, "takeback itself is not installed: run make, or pip install it")
        return
    for requirement in (one for one in wanted if "extra ==" not in one):
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


def limits() -> Iterator[Line]:
    """Look at what this process may use, and at the clock."""
    try:
        words = ", ".join(f"{name} {value}" for name, value in database.limits().items()) or "DuckDB's own"
        yield Line("limits", GOOD, words)
    except TakebackError as error:
        yield Line("limits", WRONG, str(error))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    yield Line("open files", GOOD if files >= 1024 else WARN, f"{files:,} allowed")
    year = datetime.now(UTC).year
    yield Line("clock", GOOD if year >= 2026 else WRONG, f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")


def room(folder: Path) -> Iterator[Line]:
    """Look whether the disk has room, and what kind of file system it is."""
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


def above(folder: Path) -> Path:
    """Name the nearest folder above that is there."""
    return next(parent for parent in folder.parents if parent.is_dir())


def _file_system(folder: Path) -> str:
    """Name the kind of file system that a folder lies on; the longest mount point that holds it."""
    mounts = Path("/proc/mounts")
    if not mounts.is_file():
        return "unknown"
    points = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    holding = [(len(point), kind) for point, kind in points if folder.resolve().is_relative_to(point)]
    return max(holding, default=(0, "unknown"))[1]
