"""Soundness: whether the lake's Parquet files are still the bytes that were landed.

In: manifests. Out: the tables whose files are missing or have other bytes; and loads dropped that hold such a table.
Never: DuckDB (it reads most flipped bits without a word, and it is slow to load), or trust in what another run has
looked at.

A run looks at the lake when it begins, so that a damaged load can be landed again, and when its tables are used. What
it has hashed itself it does not hash twice: the file has to be the same, in size and times too.
"""

import logging
import time
from pathlib import Path

from warehouse import durable
from warehouse.errors import DamageError
from warehouse.home import Home
from warehouse.landing import loads

SETTLED = 2_000_000_000
"""Nanoseconds until a file's time would show another change; a younger one is always hashed."""
_hashed: dict[Path, tuple[tuple[int, ...], str]] = {}

log = logging.getLogger(__name__)


def drop_damaged(home: Home) -> int:
    """Drop loads that are not what was landed; their raw files are landed again. Returns how many there were."""
    forget()
    damaged = [folder for folder in sorted(home.lake.iterdir()) if not _is_sound(home, folder)]
    for folder in damaged:
        log.warning("load %s is damaged and will be landed again from raw files", folder.name[:12])
        durable.clear_folder(folder)
    return len(damaged)


def forget() -> None:
    """Forget what was hashed, so that every byte is read again."""
    _hashed.clear()


def damaged_tables(home: Home, manifest: loads.Manifest) -> list[str]:
    """Name the tables of a load whose files are missing or have other bytes."""
    folder = home.lake / manifest.load_id
    return [table for table, entry in manifest.tables.items() if _hash(folder / f"{table}.parquet") != entry["sha256"]]


def _is_sound(home: Home, folder: Path) -> bool:
    try:
        manifest = loads.read_manifest(folder / "manifest.json")
    except DamageError:
        return False
    return not damaged_tables(home, manifest)


def _hash(path: Path) -> str:
    """Hash a file once in a run; '' where there is none."""
    if not path.is_file():
        return ""
    status = path.stat()
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
    known, digest = _hashed.get(path, ((), ""))
    if known != identity:
        digest = loads.file_hash(path)
        if time.time_ns() - status.st_ctime_ns > SETTLED:
            _hashed[path] = (identity, digest)
    return digest
