"""A working copy: what of a home is kept in the store's list of files, and what a copy's folder holds of it.

In: a folder. Out: its files and links as entries of such a list, and a note of those that are the store's.
Never: a raw file in the list. Their names say what they hold; the log of deliveries names them, and they are fetched
where they are read.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse import durable
from warehouse.remote.head import Entry, Tree
from warehouse.remote.store import Store

NOTES = ".copy"
TRAVELS = ("work/loads/", "work/build.duckdb", "work/parts/")
"""What one step leaves in the work folder for the next, which may be done by another worker."""
SCRATCH = (".wal", ".spill", ".part", "/making.duckdb")
ELSEWHERE = "rules"
"""A user edits these files; they come to the workers with the DAGs (TAKEBACK_RULES)."""

Held = dict[str, list[Any]]
"""Path -> what it holds, and size, time and inode that its file had then: as long as it has these it is not hashed."""


@dataclass
class Copy:
    """A folder, its store, the list of files that it was last made to fit, what it holds of it, raw files that came."""

    root: Path
    store: Store
    tree: Tree = field(default_factory=dict)
    held: Held = field(default_factory=dict)
    raw: set[str] = field(default_factory=set)

    def note(self) -> None:
        """Keep what is held for the next process."""
        durable.write(self.root / NOTES / "held.json", json.dumps(self.held).encode())


def opened(root: Path, store: Store) -> Copy:
    """Look at a copy as the process before has left it."""
    copy = Copy(root, store)
    with suppress(OSError, ValueError):
        copy.held = json.loads((root / NOTES / "held.json").read_bytes())
    return copy


def files(root: Path) -> Held:
    """Find all that belongs into the list of files, each with an empty content, size, time and inode."""
    return {path: ["", *identity(root / path)] for path in _paths(root)}


def _paths(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]  # noqa: PTH114, PTH118
        folders[:] = [name for name in folders if name[0] != "." and inside != "raw"]
        if inside == ".":
            folders[:] = [name for name in folders if name != ELSEWHERE]
        for name in [*names, *links]:
            path = os.path.normpath(os.path.join(inside, name))  # noqa: PTH118
            if name[0] != "." and (not path.startswith("work/") or _travels(path)):
                yield path


def _travels(path: str) -> bool:
    return path.startswith(TRAVELS) and not path.endswith(SCRATCH)


def identity(path: Path) -> list[int]:
    """Size, time and inode of a file or link."""
    status = path.lstat()
    return [status.st_size, status.st_mtime_ns, status.st_ino]


def entry(path: Path) -> Entry:
    """Describe a file or link for the list of files."""
    if path.is_symlink():
        return {"link": str(path.readlink())}
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    status = path.stat()
    return {"sha256": sha256, "size": status.st_size, "mode": status.st_mode & 0o777}


def content(one: Entry) -> str:
    """Name what an entry holds: a SHA-256, or where a link points to."""
    return str(one.get("link") or one["sha256"])
