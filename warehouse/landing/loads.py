"""Loads: which raw files are read together, and the manifests of those that have been.

In: the log of deliveries and the manifests in the lake. Out: plans of loads not yet landed, and verified manifests.
Never: a file list taken from a folder. What a manifest does not name does not exist.

Small deliveries are gathered until a load holds about 32 MB, so that a hundred thousand tiny files cost what their
bytes cost. A load is named by its content (reader and files), so landing it twice is landing it once. The reader's own
code is part of the name: where the reader has changed, raw files count as not landed and the lake is made anew of them.

Small nights leave small loads. They are merged into larger ones, by writing a load that holds all that they hold; from
the moment it is there they no longer count, and are removed at leisure. Wherever that stops, each content counts once.
"""

import hashlib
import heapq
import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from warehouse import durable
from warehouse.errors import DamageError, TakebackError
from warehouse.home import Home, hold, number
from warehouse.landing import deliveries
from warehouse.remote import copies

LOAD_BYTES = int(number("TAKEBACK_LOAD_BYTES", 32 << 20))
SMALL_LOADS = 16
"""So many loads of less than half of LOAD_BYTES are merged when something new comes: each table is a file in each."""
READER = Path(__file__).resolve().parents[2] / "edi"


@dataclass(frozen=True)
class Manifest:
    """What one load holds: its files, and size, rows and SHA-256 of each Parquet file; money in text to the cent.

    `differences` says in how many landed transactions an independent count of something is not the reader's.
    """

    load_id: str
    reader: str
    files: list[dict[str, Any]]
    tables: dict[str, dict[str, Any]]
    counts: dict[str, int]
    dollars: dict[str, str]
    differences: dict[str, int]

    @cached_property
    def contents(self) -> frozenset[str]:
        """The SHA-256 of each of its files."""
        return frozenset(file["sha256"] for file in self.files)

    @cached_property
    def byte_count(self) -> int:
        """The size of its files."""
        return sum(file["byte_count"] for file in self.files)


@dataclass(frozen=True)
class Plan:
    """What a load is to hold: all of its contents, and those loads that are merged into it as they are."""

    members: list[str]
    merged: list[str]


def raw_path(home: Home, sha256: str) -> Path:
    """Where a content lies under `raw/`."""
    return home.raw.joinpath(sha256[:2], sha256)


def raw_file(home: Home, sha256: str) -> Path:
    """Where a content can be read: under `raw/`, to where a working copy fetches it first."""
    bring(home, [sha256])
    return raw_path(home, sha256)


def bring(home: Home, contents: Iterable[str]) -> None:
    """Let contents be there to be read, where they lie in an object store; what is missing stays so."""
    copies.bring(home.root, (raw_path(home, sha256) for sha256 in contents))


@cache
def reader_version(folder: Path = READER) -> str:
    """Hash of the reader's code and layout."""
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".csv"})
    return content_hash({str(path.relative_to(folder)): path.read_bytes() for path in files})


def content_hash(parts: dict[str, bytes]) -> str:
    """Hash of named contents, 32 hex digits, in the order given."""
    digest = hashlib.sha256()
    for name, content in parts.items():
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:32]


def file_hash(path: Path) -> str:
    """SHA-256 of a file, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifests(home: Home, reader: str | None = None) -> list[Manifest]:
    """Manifests of the present reader by load id, merged loads left out; DamageError where one cannot be read."""
    wanted = reader or reader_version()
    found = [manifest for manifest in all_manifests(home) if manifest.reader == wanted]
    return [manifest for manifest in found if not _is_merged(manifest, found)]


def _is_merged(manifest: Manifest, others: list[Manifest]) -> bool:
    """Whether another load holds all that this one holds, and more."""
    mine = manifest.contents
    return any(mine < other.contents for other in others if len(other.files) > len(manifest.files))


def plan(home: Home) -> list[str]:
    """Gather raw files not yet landed into loads and note each load's files; returns the loads' ids.

    Plans and half-made loads of a run that died are dropped: their files are in the new ones.
    """
    for folder in [*home.work.glob("load-*"), _plans(home)]:
        durable.clear_folder(folder)
    durable.make_folder(_plans(home))
    ids = []
    for wanted in _wanted(home):
        load_id = content_hash({reader_version(): b"", **dict.fromkeys(wanted.members, b"")})
        durable.write(plan_path(home, load_id), json.dumps(asdict(wanted)).encode())
        ids.append(load_id)
    return ids


def _wanted(home: Home) -> Iterator[Plan]:
    """Gather what is new and, where there are many small loads, these with it; nothing where nothing is new."""
    new = pending(home)
    small = [manifest for manifest in manifests(home) if manifest.byte_count < LOAD_BYTES // 2]
    merged = {manifest.load_id: manifest for manifest in small if new and len(small) >= SMALL_LOADS}
    sizes = new | {load_id: manifest.byte_count for load_id, manifest in merged.items()}
    for group in _gather(sizes, LOAD_BYTES):
        old = sorted(merged.keys() & set(group))
        members = sorted({*(new.keys() & set(group)), *(name for key in old for name in merged[key].contents)})
        if len(group) > len(old) or len(old) > 1:
            yield Plan(members, old)


def plan_path(home: Home, load_id: str) -> Path:
    """Name the file that lists the contents of a planned load."""
    if not load_id.isalnum():
        raise TakebackError("not the id of a load")
    return _plans(home) / f"{load_id}.json"


@contextmanager
def planned(home: Home, load_id: str) -> Iterator[Plan]:
    """Claim a planned load and say what it is to hold.

    Raises TakebackError where `discover` has not planned it (or has planned anew), BusyError where it is being landed.
    """
    path = plan_path(home, load_id)
    if not path.is_file():
        raise TakebackError(f"load {load_id} is not planned: run discover again")
    claim = hold(path)
    try:
        yield read_plan(path)
    finally:
        os.close(claim)


def read_plan(path: Path) -> Plan:
    """Read what a planned load is to hold."""
    return Plan(**json.loads(path.read_bytes()))


def stale(home: Home) -> list[str]:
    """Name the loads that nobody reads: of an older reader, or merged into others, all of whose files are in these."""
    live = manifests(home)
    names, contents = {manifest.load_id for manifest in live}, set[str]().union(*(one.contents for one in live))
    return [one.load_id for one in all_manifests(home) if one.load_id not in names and one.contents <= contents]


def _plans(home: Home) -> Path:
    return home.work / "loads"


def all_manifests(home: Home) -> list[Manifest]:
    """Manifests of every reader, the present and older ones."""
    paths = sorted(folder / "manifest.json" for folder in home.lake.iterdir())
    return [read_manifest(path) for path in paths]


def read_manifest(path: Path) -> Manifest:
    """One load's manifest; DamageError where it cannot be read."""
    try:
        return Manifest(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        raise DamageError(f"the manifest of load {path.parent.name} is damaged") from None


def pending(home: Home) -> dict[str, int]:
    """Contents delivered and not yet landed, by SHA-256, with their sizes."""
    landed = {file["sha256"] for manifest in manifests(home) for file in manifest.files}
    delivered = {entry.sha256: entry.byte_count for entry in deliveries.read(home)[0]}
    return {sha256: delivered[sha256] for sha256 in sorted(delivered.keys() - landed)}


def refuse_unlisted(home: Home) -> None:
    """Raise DamageError where a content has landed that no delivery names: the log of deliveries has been lost."""
    landed = frozenset[str]().union(*(manifest.contents for manifest in all_manifests(home)))
    if unlisted := len(landed - {entry.sha256 for entry in deliveries.read(home)[0]}):
        words = f"the log of deliveries lacks {unlisted:,} contents that have landed"
        raise DamageError(f"{words}: restore raw/{home.deliveries.name}, or deliver those files again")


def _gather(sizes: dict[str, int], load_bytes: int) -> list[list[str]]:
    """Share small contents out over as few loads as hold them, each into the emptiest, a large one into its own.

    So loads that are landed side by side are of one size and end together.
    """
    large = [[sha256] for sha256, size in sizes.items() if size >= load_bytes]
    small = [sha256 for sha256, size in sizes.items() if size < load_bytes]
    if not small:
        return large
    count = max(1, math.ceil(sum(sizes[sha256] for sha256 in small) / load_bytes))
    groups: list[list[str]] = [[] for _ in range(count)]
    filled = [(0, number) for number in range(count)]
    for sha256 in sorted(small, key=lambda content: (-sizes[content], content)):
        size, number = filled[0]
        groups[number].append(sha256)
        heapq.heapreplace(filled, (size + sizes[sha256], number))
    return large + [sorted(members) for members in groups]
