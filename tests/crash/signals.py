"""Whole nights that are killed at their k-th call to the system, also where DuckDB and Arrow write their own files.

In: a folder, and how many places to try. Out: counts and complaints, as JSON. The calls are counted below all libraries
(`signals.c`, compiled here and loaded before libc), so a night may end in the middle of a page of DuckDB, in its
checkpoint or in a Parquet footer. After each fault a whole generation must serve; after the next run everything must be
as if nothing had happened.
Never: a fork of a process in which DuckDB has run; its threads would be lost. This process only forks.

    LD_PRELOAD=signals.so python -m tests.crash.signals FOLDER PLACES
"""

import ctypes
import json
import os
import shutil
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tests.crash.lab import forked
from tests.crash.worlds import stand_in
from tests.warehouse.conftest import House
from warehouse import nightly
from warehouse.building import models
from warehouse.home import writer
from warehouse.landing import deliveries
from warehouse.proving import verification
from warehouse.publishing import generations

WAYS = {"kill": 0, "disk_full": 1, "io_error": 2}
NIGHTS = (
    {"a.835": b"PAY T1 100\nrubbish\n"},
    {"b.835": b"PAY T1 100\nPAY T2 250\n", "again.835": b"PAY T1 100\nrubbish\n", "empty": b""},
)


def house_in(root: Path) -> House:
    """Return the house in a folder; its transforms are the ones in force."""
    house = House.__new__(House)
    house.inbox, house.home, house.transforms = root / "inbox", root / "home", root / "transforms"
    models.TRANSFORMS = house.transforms
    return house


def prepare(root: Path) -> None:
    """Make a house that has had one night; the next night's files wait."""
    root.mkdir()
    house = House(root)
    models.TRANSFORMS = house.transforms
    for number, night in enumerate(NIGHTS):
        for name, content in night.items():
            house.deliver(name, content)
        if number == 0:
            house.night()


def end_of(root: Path) -> dict[str, Any]:
    """Tell all that must not depend on what went wrong on the way."""
    house = house_in(root)
    with writer(house.home) as place:
        note = generations.intact(place)
        kept = [path for path in (*place.raw.glob("??/*"), *place.quarantine.iterdir()) if path.name[0] != "."]
        return {
            "digest": note.digest if note else "",
            "kept": sorted(path.name for path in kept),
            "lake": sorted(path.name for path in place.lake.rglob("*")),
            "delivered": sorted([entry.file_name, entry.sha256] for entry in deliveries.read(place)[0]),
            "waiting": house.waiting(),
            "damage": verification.verify(place).damage,
            "build": place.build_database.exists(),
        }


def night(root: Path, k: int, way: int, end: Path | None = None) -> None:
    """Do a night whose k-th call goes wrong (0: none), and write down how it ended."""
    lab = ctypes.CDLL(None)
    house = house_in(root)
    lab.lab_arm(ctypes.c_long(k), ctypes.c_long(way))
    nightly.night(house.inbox, house.home)
    count = lab.lab_count()
    lab.lab_arm(ctypes.c_long(-1), ctypes.c_long(0))
    if end:
        end.write_text(json.dumps({"calls": count, **end_of(root)}))


def served(root: Path) -> str:
    """Complain where no whole generation serves; one of the two nights' is as good as the other."""
    return "" if generations.intact(house_in(root).folders) else "no whole generation serves"


def trial(root: Path, k: int, way: str, calm: dict[str, Any]) -> str:
    """Try one fault and one recovery; returns what is wrong."""
    ended = forked(lambda: night(root, k, WAYS[way]))
    if way == "kill" and ended != -9:
        return f"the night ended with {ended}"
    if harm := served(root):
        return harm
    said = root.with_name("said")
    if forked(lambda: night(root, 0, 0, said)):
        return "the next run fails"
    found = {**json.loads(said.read_text()), "calls": calm["calls"]}
    return "; ".join(f"{name}: {found[name]}" for name in calm if found[name] != calm[name])


def main() -> int:
    """Try places spread evenly over a night, in each way."""
    folder, places = Path(sys.argv[1]), int(sys.argv[2])
    stand_in()
    assert forked(lambda: prepare(folder / "template")) == 0
    shutil.copytree(folder / "template", folder / "calm", symlinks=True)
    assert forked(lambda: night(folder / "calm", 0, 0, folder / "calm.json")) == 0
    calm = json.loads((folder / "calm.json").read_text())
    tried: Counter[str] = Counter()
    bad = []
    for way in WAYS:
        count = places if way == "kill" else max(1, places // 4)
        for number in range(min(count, calm["calls"])):
            k = 1 + number * calm["calls"] // min(count, calm["calls"])
            root = folder / f"{way}-{k}"
            shutil.copytree(folder / "template", root, symlinks=True)
            complaint = trial(root, k, way, calm)
            tried[way] += 1
            if complaint:
                bad.append([way, k, complaint])
            shutil.rmtree(root)
    json.dump({"calls": calm["calls"], "tried": tried, "bad": bad}, sys.stdout)
    return int(bool(bad))


if __name__ == "__main__":
    os.environ["TAKEBACK_THREADS"] = "1"
    sys.exit(main())
