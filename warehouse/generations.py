"""Generations: the published DuckDB files, each with a note of what is in it, and the link to the newest.

In: `published/`. Out: the note of the present generation, its verification, and the removal of old ones.
Never: a change to a published file; readers keep the one that they have opened, even after it was removed.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from warehouse import durable, loads
from warehouse.home import Home

KEPT_GENERATIONS = 7


@dataclass(frozen=True)
class Note:
    """What a generation holds: digest, row counts and digest by table, its file's SHA-256, inputs and check results."""

    name: str
    digest: str
    sha256: str
    inputs: str
    tables: dict[str, dict[str, Any]]
    checks: list[dict[str, Any]]


def link_path(home: Home) -> Path:
    """Give the path that readers open."""
    return home.published / "takeback.duckdb"


def folder(home: Home) -> Path:
    """Give the folder of all generations."""
    return home.published / "generations"


def present(home: Home) -> Note | None:
    """Read the note of the generation that the link names; None where there is none or it cannot be read."""
    if not link_path(home).is_symlink():
        return None
    path = folder(home) / link_path(home).readlink().with_suffix(".json").name
    try:
        return Note(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def intact(home: Home) -> Note | None:
    """Read the present note if the file still has the bytes that were published."""
    note = present(home)
    path = link_path(home).resolve()
    return note if note and path.is_file() and loads.file_hash(path) == note.sha256 else None


def next_name(home: Home, digest: str) -> str:
    """Name the next generation by its ordinal and the begin of its digest."""
    last = max((int(path.name[:6]) for path in folder(home).glob("[0-9]*.duckdb")), default=0)
    return f"{last + 1:06d}-{digest[:12]}"


def keep(home: Home, work: Path, note: Note) -> None:
    """Give a finished file its place and let the link point to it: the one moment in which readers see a change."""
    durable.settle(work, folder(home) / f"{note.name}.duckdb", durable.READ_ONLY)
    annotate(home, note)
    durable.point(link_path(home), f"generations/{note.name}.duckdb")
    _drop(sorted(folder(home).glob("[0-9]*.duckdb"))[:-KEPT_GENERATIONS])


def annotate(home: Home, note: Note) -> None:
    """Write a generation's note."""
    content = json.dumps(asdict(note), sort_keys=True, indent=1).encode()
    durable.write(folder(home) / f"{note.name}.json", content)


def drop_unfinished(home: Home) -> None:
    """Remove what a crash has left before its link was set: generations newer than the present one."""
    if link_path(home).is_symlink():
        newest = link_path(home).readlink().name
        _drop([path for path in folder(home).glob("[0-9]*.duckdb") if path.name > newest])
    else:
        _drop(sorted(folder(home).glob("[0-9]*.duckdb")))


def _drop(paths: list[Path]) -> None:
    durable.remove([*paths, *(path.with_suffix(".json") for path in paths)])
