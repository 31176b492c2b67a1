"""Small worlds for the crash lab: what a night has to do in each, and what must be true of it afterwards.

In: a folder. Out: an inbox and a home in it; complaints, which are empty sentences where all is well.
Never: a belief of the warehouse. What has to come out is computed from the bytes that were delivered (`toy.truth`).
`harmed` is asked after every fault: is something lost already? `wrong` is asked after the next undisturbed run.
"""

import gc
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.warehouse import toy
from warehouse import nightly
from warehouse.building import lake
from warehouse.home import Home, writer
from warehouse.keeping import audit
from warehouse.landing import deliveries, inbox, intake, landers, loads, one_load
from warehouse.proving import soundness
from warehouse.publishing import generations

TWICE = b"PAY T1 100\nPAY T2 250\nrubbish\n"
FIRST_NIGHT = {"old.835": b"PAY T0 700\n"}
FILES = {
    "monday/a.835": TWICE,
    "again.835": TWICE,
    "b.835.gz": gzip.compress(b"PAY T3 999\n", mtime=0),
    "empty": b"",
}


def stand_in() -> None:
    """Let the warehouse read one-line files, at once; make forks cheap."""
    one_load.reader = lake.reader = toy  # type: ignore[assignment]
    inbox.QUIET_SECONDS = 0.0
    landers.PROCESSES = 1
    loads.reader_version()
    pa.set_cpu_count(1)
    gc.collect()
    gc.freeze()
    assert audit
    assert intake  # both are loaded here, so that not every fork has to load them


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


class Landing:
    """Files are taken in and landed. `many` makes a batch large enough for one sync of everything."""

    def __init__(self, nights: list[dict[str, bytes]], many: int = 32) -> None:
        self.nights = nights
        self.many = many

    @property
    def files(self) -> dict[str, bytes]:
        return {name: content for night in self.nights for name, content in night.items()}

    def prepare(self, root: Path) -> None:
        (root / "inbox").mkdir(parents=True)
        for number, night in enumerate(self.nights):
            if number:
                self.act(root)
            for name, content in night.items():
                (root / "inbox" / name).parent.mkdir(exist_ok=True)
                (root / "inbox" / name).write_bytes(content)

    def act(self, root: Path) -> None:
        with writer(root / "home"):
            for load_id in nightly.discover(root / "inbox", root / "home"):
                nightly.land(root / "home", load_id)

    def harmed(self, root: Path) -> Iterator[str]:
        raw = {path.name: path.read_bytes() for path in root.glob("home/raw/??/*") if not path.name.startswith(".")}
        yield from (f"raw {name[:8]} has other bytes" for name, content in raw.items() if sha256(content) != name)
        for name, content in self.files.items():
            waiting = root / "inbox" / name
            if sha256(content) not in raw and not (waiting.is_file() and waiting.read_bytes() == content):
                yield f"{name} is lost"
        for folder in (root / "home/lake").glob("*"):
            tables = {"": {"sha256": ""}}
            with suppress(OSError, ValueError):  # a manifest may be lost, or be there without its bytes
                tables = json.loads((folder / "manifest.json").read_bytes())["tables"]
            for table, entry in tables.items():
                file = folder / f"{table}.parquet"
                if not file.is_file() or sha256(file.read_bytes()) != entry["sha256"]:
                    yield f"load {folder.name[:8]} is there and not whole"

    def wrong(self, root: Path) -> Iterator[str]:
        home = Home(root / "home")
        yield from (f"{path.name} is still in the inbox" for path in (root / "inbox").rglob("*") if path.is_file())
        logged = Counter((entry.file_name, entry.sha256) for entry in deliveries.read(home)[0])
        expected = {(name, sha256(unpacked(content))) for name, content in self.files.items()}
        if logged != Counter(expected):
            yield f"delivered {sorted(expected)}, logged {sorted(logged.elements())}"
        if deliveries.read(home)[1]:
            yield "deliveries are not marked as removed"
        contents = {sha256(version): version for file in self.files.values() for version in (file, unpacked(file))}
        if {path.name for path in root.glob("home/raw/??/*")} != set(contents):
            yield "raw holds other contents than were delivered"
        yield from self._lake(home, contents, {digest for _, digest in expected})

    def _lake(self, home: Home, contents: dict[str, bytes], expected: set[str]) -> Iterator[str]:
        manifests = loads.manifests(home)
        if sorted(file["sha256"] for manifest in manifests for file in manifest.files) != sorted(expected):
            yield "the lake holds other files than were delivered"
        if {path.name for path in home.lake.iterdir()} != {manifest.load_id for manifest in manifests}:
            yield "the lake holds what no manifest names"
        if any(soundness.damaged_tables(home, manifest) for manifest in manifests):
            yield "a Parquet file is not what its manifest says"
            return
        truths = [toy.truth(contents[digest]) for digest in expected]
        paths = [home.lake / manifest.load_id / "payment.parquet" for manifest in manifests]
        rows = [row for path in paths if path.is_file() for row in pq.ParquetFile(path).read().to_pylist()]
        payments = sorted((row["trace_number"], int(row["amount"] * 100)) for row in rows)
        if payments != sorted(payment for found, _ in truths for payment in found):
            yield f"payments are {payments}"
        kept = [path for path in home.quarantine.iterdir() if not path.name.startswith(".")]
        bytes_kept = sorted(path.read_bytes() for path in kept if path.suffix != ".json")
        if bytes_kept != sorted(line for _, lines in truths for line in lines) or len(kept) != 2 * len(bytes_kept):
            yield f"quarantine holds {bytes_kept}"


class Publishing:
    """A generation serves and the next one is published; what DuckDB would write is a file of text here."""

    CONTENTS = (b"first generation " * 9, b"second generation " * 9)

    def __init__(self, keep: int) -> None:
        self.keep = keep

    def prepare(self, root: Path) -> None:
        with writer(root / "home") as home:
            self._publish(home, self.CONTENTS[0])

    def act(self, root: Path) -> None:
        with writer(root / "home") as home:
            self._publish(home, self.CONTENTS[1])

    def _publish(self, home: Home, content: bytes) -> None:
        generations.drop_unfinished(home)
        digest = sha256(content)
        present = generations.intact(home)
        if present is None or present.digest != digest:
            work = home.work / "generation.duckdb"
            work.unlink(missing_ok=True)
            work.write_bytes(content)
            note = generations.Note(generations.next_name(home, digest), digest, digest, "", {}, [])
            generations.keep(home, work, note)
        generations.drop(home, generations.older(home, self.keep))

    def harmed(self, root: Path) -> Iterator[str]:
        link = root / "home/published/takeback.duckdb"
        if not link.is_symlink():
            yield "no generation serves"
        elif not link.is_file() or link.read_bytes() not in self.CONTENTS:
            yield "the serving generation is not whole"
        elif generations.present(Home(root / "home")) is None:
            yield "the serving generation has no note"

    def wrong(self, root: Path) -> Iterator[str]:
        link = root / "home/published/takeback.duckdb"
        if link.read_bytes() != self.CONTENTS[1]:
            yield "the next generation does not serve"
        names = sorted(path.name for path in (root / "home/published/generations").iterdir())
        names = [name for name in names if not name.startswith(".")]
        kept = [path.read_bytes() for path in sorted(link.parent.glob("generations/[0-9]*.duckdb"))]
        if kept != list(self.CONTENTS[-self.keep :]) or len(names) != 2 * self.keep:
            yield f"generations are {names}"
        for path in root.glob("home/published/generations/*.json"):
            if json.loads(path.read_bytes())["sha256"] != sha256(path.with_suffix(".duckdb").read_bytes()):
                yield "a note does not belong to its generation"


WORLDS = {
    "one_file": Landing([{"a.835": b"PAY T1 100\nrubbish\n"}]),
    "first_night": Landing([FILES]),
    "second_night": Landing([FIRST_NIGHT, FILES]),
    "large_batch": Landing([FIRST_NIGHT, FILES], many=2),
    "publishing": Publishing(keep=2),
    "publishing_alone": Publishing(keep=1),
}
