"""An inbox on object storage: what lies below a prefix is delivered, and taken in like files of a folder.

In: the folder that stands for the inbox. Out: its objects, as files that wait; their bytes; their removal.
Never: an object removed that is not the one whose bytes were taken: removal insists on the version that was read, and
a newer one under the same name waits for the next run. A name is never a path of ours: an object goes into a numbered
file of the work folder.

An object is there as a whole or not at all, so nothing is waited for: what lacks its end was torn before it came.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.remote import copies
from warehouse.remote.store import ChangedError, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivered:
    """An object of the inbox, in the version that was listed."""

    store: Store
    key: str
    size: int
    version: str

    def blocks(self) -> Iterator[bytes]:
        """Read it; ends early, with less than its size, where it is not that version any more."""
        try:
            yield from self.store.blocks(self.key, self.version)
        except (ChangedError, FileNotFoundError):
            return

    def remove(self) -> None:
        """Remove it, unless it was replaced."""
        try:
            self.store.delete(self.key, self.version)
        except ChangedError:
            log.warning("an object of the inbox was replaced while it was taken in; the new one waits for the next run")


def delivered(folder: Path) -> Iterator[Delivered]:
    """List what waits; as in a folder, nothing whose name or folder begins with a dot, and no mark of a folder."""
    if store := copies.store_of(folder):
        for one in store.list(""):
            if one.key and not one.key.endswith("/") and not any(part[:1] == "." for part in one.key.split("/")):
                yield Delivered(store, one.key, one.size, one.version)
