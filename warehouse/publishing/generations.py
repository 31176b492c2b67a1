"""Generations: the published DuckDB files, each with a note of what is in it, and the link to the newest.

In: `published/`. Out: the note of the present generation, its verification, an older one brought back.
Never: a change to a published file; readers keep the one that they have opened, even after it was removed.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from warehouse import durable
from warehouse.home import Home
from warehouse.landing import loads
from warehouse.remote import copies

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
    return read_note(home, link_path(home).readlink().stem)


def intact(home: Home) -> Note | None:
    """Read the present note if the file still has the bytes that were published."""
    note = present(home)
    return note if note and is_sound(home, note) else None


def is_sound(home: Home, note: Note) -> bool:
    """Whether a generation's file has the bytes that were published."""
    path = folder(home) / f"{note.name}.duckdb"
    copies.bring(home.root, [path])
    return path.is_file() and loads.file_hash(path) == note.sha256


def next_name(home: Home, digest: str) -> str:
    """Name the next generation by its ordinal and the begin of its digest."""
    last = max((int(name[:6]) for name in names(home)), default=0)
    return f"{last + 1:06d}-{digest[:12]}"


def keep(home: Home, work: Path, note: Note) -> None:
    """Give a finished file its place and let the link point to it: the one moment in which readers see a change."""
    durable.settle(work, folder(home) / f"{note.name}.duckdb", durable.READ_ONLY)
    annotate(home, note)
    durable.point(link_path(home), f"generations/{note.name}.duckdb")


def restore(home: Home, older: Note, inputs: str) -> Note:
    """Let an older generation serve again, as the newest one, until there are other inputs than these."""
    note = replace(older, name=next_name(home, older.digest), inputs=held(inputs))
    durable.twin(folder(home) / f"{older.name}.duckdb", folder(home) / f"{note.name}.duckdb")
    annotate(home, note)
    durable.point(link_path(home), f"generations/{note.name}.duckdb")
    return note


def held(inputs: str) -> str:
    """Mark inputs for which somebody has chosen an older generation."""
    return f"held {inputs}"


def names(home: Home) -> list[str]:
    """Name all generations, the oldest first; what a crash has left of one is one too, so that it can be dropped."""
    return sorted({path.stem for path in folder(home).glob("[0-9]*")})


def older(home: Home, keep: int) -> list[str]:
    """Name all generations but the serving one and those just before it, `keep` together."""
    if not link_path(home).is_symlink():
        return []
    before = [name for name in names(home) if name < link_path(home).readlink().stem]
    return before[: max(0, len(before) - keep + 1)]


def read_note(home: Home, name: str) -> Note | None:
    """Read a generation's note; None where there is none or it cannot be read."""
    try:
        return Note(**json.loads((folder(home) / f"{name}.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def annotate(home: Home, note: Note) -> None:
    """Write a generation's note."""
    content = json.dumps(asdict(note), sort_keys=True, indent=1).encode()
    durable.write(folder(home) / f"{note.name}.json", content)


def drop_unfinished(home: Home) -> None:
    """Remove what a crash has left before its link was set: generations newer than the present one."""
    if link_path(home).is_symlink():
        newest = link_path(home).readlink().stem
        drop(home, [name for name in names(home) if name > newest])
    else:
        drop(home, names(home))


def drop(home: Home, unwanted: list[str]) -> None:
    """Remove generations by name, with their notes."""
    durable.remove(folder(home) / f"{name}{suffix}" for name in unwanted for suffix in (".duckdb", ".json"))
