"""The races of `make bench`: who runs on which file, in turns, and what one is to the other.

Strategy: in every round each contender runs once, so that a busy machine disturbs all alike; what counts is the median
of a contender's rates, and the median of the ratios within a round. In: files that `Field` has made. Out: rates and
ratios. Never: a best of several runs.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from tests.bench import data
from tests.bench.processes import module, ours, peer, run

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
SMALL_FILE, TINY_FILE = 23_000, 10_000  # bytes
SLICES = {"pyx12_segments": 2 * MEGABYTE, "pyx12_context": 200_000}  # slow peers get less


@dataclass
class Field:
    """The files of one bench in a folder; names are what they hold."""

    root: Path
    size: int
    held: dict[str, data.Held] = field(default_factory=dict)
    homes: int = 0

    def __post_init__(self) -> None:
        sizes = dict.fromkeys(("835", "837P", "837I"), self.size)
        for kind, size in sizes.items():
            self.held[kind] = data.write(self.root / kind, kind, size)
        self.held["one"] = data.write(self.root / "one", "835", self.size, claims=0)
        self.held["half"] = data.write(self.root / "half", "835", self.size // 2)
        for name, size in {**SLICES, "tiny": TINY_FILE}.items():
            claims = 10 if name == "tiny" else data.CLAIMS
            self.held[name] = data.write(self.root / name, "835", size, claims)
        (self.root / "small").mkdir()
        self.held["small"] = data.write_small(self.root / "small", "835", self.size, SMALL_FILE)

    def fresh(self, prefix: str = "home") -> Path:
        """Return a folder that nobody has used."""
        self.homes += 1
        path = self.root / f"{prefix}{self.homes}"
        path.mkdir()
        return path

    def speed(self, name: str, seconds: float, times: int = 1) -> float:
        """Return MB per second."""
        return self.held[name].byte_count * times / MEGABYTE / seconds

    def landing(self, name: str) -> list[str]:
        """Return the command that lands a file, or all files of a folder, into a new home, where they are raw files."""
        home = self.fresh()
        path = self.root / name
        for member in sorted(path.iterdir()) if path.is_dir() else [path]:
            with member.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            (home / "raw" / sha256[:2]).mkdir(parents=True, exist_ok=True)
            os.link(member, home / "raw" / sha256[:2] / sha256)
        return ours("parquet", home)

    def clear(self) -> None:
        """Drop the homes of a round."""
        for path in self.root.glob("home*"):
            shutil.rmtree(path)


Contender = Callable[[], dict[str, float]]


def contenders(files: Field) -> list[Contender]:
    """Return all contenders; each runs once and returns its rates in MB/s (`tiny`: seconds) by name."""
    path = files.root
    return [
        *(inside(files, kind, kind, ours("tables", path / kind)) for kind in ("835", "837P", "837I", "one")),
        inside(files, "small", "small", ours("folder", path / "small")),
        inside(files, "numpy", "835", peer("numpy_delimiters", path / "835")),
        inside(files, "oxedi", "835", peer("oxedi_tables", path / "835")),
        *(inside(files, name, name, peer(name, path / name)) for name in SLICES),
        whole(files, "parquet", "835", lambda: files.landing("835")),
        whole(files, "small parquet", "small", lambda: files.landing("small")),
        whole(files, "oxedi parquet", "835", lambda: peer("oxedi_parquet", path / "835", files.fresh())),
        lambda: two_processes(files),
        lambda: start_and_land(files),
    ]


def inside(files: Field, name: str, file: str, command: list[str]) -> Contender:
    """Measure what a contender does with bytes it has: imports and reading the file are left out."""
    return lambda: {name: files.speed(file, run(command).told["seconds"])}


def whole(files: Field, name: str, file: str, command: Callable[[], list[str]]) -> Contender:
    """Measure a process from its start to its end, in seconds of the processor and by the clock."""

    def once() -> dict[str, float]:
        done = run(command())
        return {name: files.speed(file, done.cpu), f"{name} by the clock": files.speed(file, done.wall)}

    return once


def two_processes(files: Field) -> dict[str, float]:
    """Land half the bytes in each of two processes: by the clock, and as two idle cores would if each had its own."""
    done = run(files.landing("half"), files.landing("half"))
    each = files.speed("half", done.cpu / 2, times=2)
    return {"two": each, "two by the clock": files.speed("half", done.wall, times=2)}


def start_and_land(files: Field) -> dict[str, float]:
    """Land a small file with the command line; say what that takes beyond an interpreter that does nothing.

    The file is an hour old: landing waits for what might still be written, and that is no speed.
    """
    inbox = files.fresh("home-inbox")
    delivered = shutil.copy(files.root / "tiny", inbox)
    hour_ago = time.time() - 3600
    os.utime(delivered, (hour_ago, hour_ago))
    landing = module("warehouse.cli", "land", "--quiet", "--home", files.fresh(), "--inbox", inbox)
    start, tiny = run(peer("nothing")), run(landing)
    return {
        "tiny": tiny.cpu - start.cpu,
        "tiny by the clock": tiny.wall - start.wall,
    }


def race(files: Field, rounds: int) -> list[dict[str, float]]:
    """Let all run in turns; return what each round found."""
    found = []
    for _ in range(rounds):
        together: dict[str, float] = {}
        for contender in contenders(files):
            together |= contender()
        found.append(together)
        files.clear()
    return found


def typical(rounds: list[dict[str, float]], name: str) -> float:
    """Return the median of one contender."""
    return median(found[name] for found in rounds)


def ratio(rounds: list[dict[str, float]], name: str, other: str) -> float:
    """Return the median of the ratios within a round."""
    return median(found[name] / found[other] for found in rounds)
