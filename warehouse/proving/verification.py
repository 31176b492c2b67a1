"""Verification: whether the stored bytes are those that were stored.

In: a home. Out: how many files of each kind were read, and a sentence for each that is damaged, missing or strange.
Never: a repair (the next run does that), or a write.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from warehouse import progress
from warehouse.errors import DamageError
from warehouse.home import Home
from warehouse.landing import deliveries, loads
from warehouse.proving import soundness
from warehouse.publishing import generations
from warehouse.remote import copies


@dataclass
class Findings:
    """Files read by kind, and what is wrong with some."""

    counts: dict[str, int] = field(default_factory=dict)
    damage: list[str] = field(default_factory=list)


def verify(home: Home) -> Findings:
    """Read and hash every file of raw, lake, quarantine and published."""
    found = Findings()
    soundness.forget()
    for kind, check in {
        **({"store": lambda home: copies.examined(home.root)} if copies.address_of(home.root) else {}),
        "raw": damaged_raw,
        "lake": _damaged_lake,
        "quarantine": _damaged_quarantine,
        "published": _damaged_generations,
    }.items():
        results = list(check(home))
        found.counts[kind] = len(results)
        found.damage += [f"{kind}: {words}" for words in results if words]
    return found


def damaged_raw(home: Home) -> Iterator[str]:
    """Yield a sentence for each raw file, empty where it is sound; delivered contents that are missing included."""
    expected = {digest for entry in deliveries.read(home)[0] for digest in (entry.sha256, entry.packed_sha256)}
    loads.bring(home, expected)
    kept = {path.name: path for path in _files(home.raw, "??/*")}
    for name, path in progress.each(kept.items(), "raw files"):
        yield "" if loads.file_hash(path) == name else f"{name[:12]} has other bytes: restore it, or deliver it again"
    yield from (f"{digest[:12]} is missing: restore it, or deliver it again" for digest in sorted(expected - set(kept)))


def _damaged_lake(home: Home) -> Iterator[str]:
    for folder in progress.each(sorted(home.lake.iterdir()), "loads"):
        try:
            manifest = loads.read_manifest(folder / "manifest.json")
        except DamageError as error:
            yield str(error)
            continue
        bad = soundness.damaged_tables(home, manifest)
        for table in manifest.tables:
            yield f"{table} of load {folder.name[:12]} is damaged; the next run lands it again" if table in bad else ""


def _damaged_quarantine(home: Home) -> Iterator[str]:
    for path in progress.each(_files(home.quarantine, "*"), "quarantined spans"):
        if path.suffix == ".json":
            continue
        sha256, start, end = path.name.split("-")
        raw = loads.raw_file(home, sha256)
        if not raw.is_file():
            yield f"{path.name[:12]}: its raw file is missing"
            continue
        with raw.open("rb") as file:
            file.seek(int(start))
            same = file.read(int(end) - int(start)) == path.read_bytes()
        yield "" if same else f"{path.name[:12]} is not the bytes of its raw file"


def _damaged_generations(home: Home) -> Iterator[str]:
    for path in progress.each(_files(generations.folder(home), "*.duckdb"), "generations"):
        try:
            expected = json.loads(path.with_suffix(".json").read_bytes())["sha256"]
        except (OSError, ValueError, KeyError, TypeError):
            yield f"the note of generation {path.stem} is damaged"
            continue
        yield "" if loads.file_hash(path) == expected else f"generation {path.stem} has other bytes"


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file() and not path.name.startswith("."))
