"""Conformance: what pyx12 thinks of the transactions, kept beside the lake as advice.

In: a home. Out: `conformance/<load>/` (Parquet and a manifest, written last) as read, the share that is judged, a lock.
Never: a wait for the money, or the money's wait. The home's lock is for those who make the published tables; a lock of
its own keeps two judges from one load. What lies here can be made again from raw files and lake.

Which transactions are judged follows from their content: a larger share holds those of a smaller one, and a copy is
judged where its original is.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse import durable
from warehouse.errors import SettingError
from warehouse.home import Home, hold
from warehouse.landing import loads
from warehouse.remote import copies

SHARE = "0.05"
"""pyx12 does a tenth to a fifth of a megabyte per second: of a load of 32 MB this share takes some ten seconds."""


@dataclass(frozen=True)
class Judged:
    """What was made of one load: by which judge, with which share; rows, size and hash of each table, and counts."""

    load_id: str
    judge: str
    share: float
    tables: dict[str, dict[str, Any]]
    counts: dict[str, int]


def share_of(given: str | float = "", environment: Mapping[str, str] = os.environ) -> float:
    """Share of transactions to judge, 0 to 1, as given, else as set; SettingError where it is no such number."""
    text = str(given) or environment.get("TAKEBACK_CONFORMANCE_SHARE") or SHARE
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise SettingError("the share of transactions to judge must be a number from 0 to 1")


def is_sampled(transaction_id: str, share: float) -> bool:
    """Whether a transaction is among those that a share takes: by a hash of its content hash, never by chance."""
    return int.from_bytes(hashlib.sha256(transaction_id.encode()).digest()[:8]) < share * 2**64


def folder(home: Home) -> Path:
    """Give the folder of all judged loads."""
    return home.root / "conformance"


def answers_folder(home: Home) -> Path:
    """Give the folder of all acknowledgements."""
    return home.root / "acknowledgements"


@contextmanager
def advising(root: Path, alone: bool = False) -> Iterator[Home]:
    """Hold the lock of conformance, with others that judge other loads, or alone; new files belong to the owner only.

    Raises SettingError where there is no home, BusyError at once where another process is at it.
    """
    home = Home(Path(os.path.realpath(root)))
    umask = os.umask(0o077)
    try:
        with copies.at_work(home.root, "chief adviser" if alone else "adviser"):
            if not home.lake.is_dir():
                raise SettingError("nothing has been landed in this home")
            for wanted in (folder(home), answers_folder(home)):
                with suppress(FileExistsError):  # another judge was quicker
                    durable.make_folder(wanted)
            with held(folder(home), fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
                yield home
    finally:
        os.umask(umask)


def present(home: Home, load_id: str) -> Judged | None:
    """Read what the present judge made of a load; None where there is nothing, or it is damaged."""
    try:
        found = Judged(**json.loads((folder(home) / load_id / "manifest.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
    is_ours = found.judge == judge_version()
    return found if is_ours and not damaged(folder(home) / load_id, found.tables) else None


def all_present(home: Home) -> list[Judged]:
    """Read what is known of the loads that were landed, by load id; those not judged are left out."""
    found = [present(home, manifest.load_id) for manifest in loads.manifests(home)]
    return [judged for judged in found if judged]


def wanting(home: Home, share: float) -> list[str]:
    """List the landed loads that have not been judged with such a share."""
    known = {judged.load_id: judged.share for judged in all_present(home)}
    return [manifest.load_id for manifest in loads.manifests(home) if known.get(manifest.load_id, -1) < share]


def damaged(place: Path, tables: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a folder lacks one of the tables of a manifest, or has another."""
    paths = {place / f"{table}.parquet": entry["sha256"] for table, entry in tables.items()}
    return any(not path.is_file() or loads.file_hash(path) != sha256 for path, sha256 in paths.items())


@cache
def judge_version() -> str:
    """Name the judge; our own side of it is part of a load's id."""
    return f"pyx12 {version('pyx12')}"


@contextmanager
def held(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold the lock of a file or folder; BusyError at once where another process does."""
    lock = hold(path, kind)
    try:
        yield
    finally:
        os.close(lock)
