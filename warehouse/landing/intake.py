"""Intake: what lies in the inbox becomes raw bytes and a line in the log of deliveries, and only then is removed.

In: the inbox. Out: `raw/`, with the log of deliveries.
Never: a file removed whose bytes and line are not durable, or counted again because a run died before it was removed.

Order of a batch: bytes durable, deliveries logged, inbox files removed, removal marked. Wherever it stops, the next run
finds either a file not yet logged (it is taken in again, same bytes, same raw file) or a logged one (only removed).
"""

import logging
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse import durable
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.landing import deliveries, inbox, loads, packed
from warehouse.landing.deliveries import Delivery
from warehouse.landing.inbox import Content, Waiting
from warehouse.remote import copies

BATCH_BYTES = 64 << 20
BATCH_FILES = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """A complete file of the inbox: as it was delivered and, where it was packed, what is in it."""

    source: Waiting
    delivered: Content
    unpacked: Content | None

    @property
    def contents(self) -> list[Content]:
        """All that has to be kept."""
        return [self.delivered, self.unpacked] if self.unpacked else [self.delivered]


def take_in(folder: Path, home: Home, run_id: str) -> int:
    """Take every complete file of the inbox into the home; returns how many were delivered."""
    folder = Path(os.path.realpath(folder))
    _refuse_nesting(folder, home)
    unfinished = _confirmed(folder, home)
    waiting = list(inbox.waiting(folder))
    inbox.be_quiet(waiting)
    count = sum(_keep(folder, home, run_id, batch, unfinished) for batch in _batches(waiting, home))
    if waiting or unfinished:
        deliveries.mark_removed(home, count)
    return count


def _confirmed(folder: Path, home: Home) -> Counter[tuple[str, str]]:
    """Count deliveries whose files may not have been removed, after syncing what the run before may not have synced.

    Files are removed because of lines, and a mark is written because files are gone: neither may come back later.
    """
    durable.confirm(home.deliveries)
    unfinished = deliveries.read(home)[1]
    for parent in sorted({(folder / entry.file_name).parent for entry in unfinished}):
        if parent.is_dir():
            durable.sync_folder(parent)
    return Counter((entry.file_name, entry.sha256) for entry in unfinished)


def _refuse_nesting(folder: Path, home: Home) -> None:
    if not folder.is_dir():
        raise SettingError("the inbox is not a folder")
    if copies.overlap(folder, home.root) or folder.is_relative_to(home.root) or home.root.is_relative_to(folder):
        raise SettingError("the inbox and the home must not lie in each other")


def _batches(waiting: list[Waiting], home: Home) -> Iterator[list[Taken]]:
    """Copy complete files, gathered so that syncs and log lines are shared."""
    work = home.work / "inbox"
    durable.clear_folder(work)
    durable.make_folder(work)
    batch: list[Taken] = []
    left = size = 0
    for number, entry in enumerate(_finished_first(waiting)):
        delivered = inbox.copy(entry, work / str(number))
        if delivered is None:
            left += 1
            continue
        batch.append(Taken(entry, delivered, packed.unpack(delivered, work / f"{number}.unpacked")))
        size += sum(content.byte_count for content in batch[-1].contents)
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
    if left:
        log.warning("%d files of the inbox are still being written or cannot be read; left for the next run", left)


def _finished_first(waiting: list[Waiting]) -> Iterator[Waiting]:
    """Pass on complete files, then those that lack their end, once they have had time to get it."""
    unfinished = []
    for entry in waiting:
        if inbox.is_unfinished(entry):
            unfinished.append(entry)
        else:
            yield entry
    inbox.be_patient(unfinished)
    yield from unfinished


def _keep(folder: Path, home: Home, run_id: str, batch: list[Taken], unfinished: Counter[tuple[str, str]]) -> int:
    """Settle a batch, log it, empty the inbox of it; returns how many of it were not logged before."""
    moves = [(content.work, loads.raw_path(home, content.sha256)) for taken in batch for content in taken.contents]
    for parent in sorted({final.parent for _, final in moves}):
        durable.make_folder(parent)  # their names are synced with the log, which lies beside them
    durable.settle_all(moves, durable.KEPT)
    fresh = []
    for taken in batch:
        content = taken.contents[-1]
        name = os.path.relpath(taken.source.path, folder)
        if unfinished[name, content.sha256]:
            unfinished[name, content.sha256] -= 1
        else:
            fresh.append(Delivery(name, content.sha256, content.byte_count, run_id, taken.delivered.sha256))
    deliveries.append(home, fresh)
    copies.save(home.root)
    inbox.remove(taken.source for taken in batch)
    return len(fresh)
