"""Landing: the raw files of one load become Parquet, and their unreadable parts quarantine.

In: a planned load. Out: `lake/<load>/` with a Parquet file per table and the manifest; `quarantine/` with exact bytes.
Never: a load that is half there. Parquet, then the manifest are made in the work folder and moved as one folder; a
writer that dies leaves a valid but shorter Parquet file, which nobody will ever name.
Memory is bounded by what the reader yields at a time, not by the size of a load.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from edi import reader
from warehouse import durable
from warehouse.errors import DamageError
from warehouse.home import Home
from warehouse.landing import loads, merging, parquet, quarantine
from warehouse.landing.loads import Manifest, Plan
from warehouse.landing.window import Window
from warehouse.proving import independent

SMALL_FILE = 1 << 20

log = logging.getLogger(__name__)


def land(home: Home, load_id: str, plan: Plan) -> Manifest:
    """Read the load's raw files into the lake; where it has been landed before, its manifest as it is."""
    final = home.lake / load_id
    if not final.is_dir():
        work = home.work / f"load-{load_id}"
        durable.clear_folder(work)
        durable.make_folder(work)
        manifest = _read_into(home, work, load_id, plan)
        durable.write(work / "manifest.json", json.dumps(asdict(manifest), sort_keys=True, indent=1).encode())
        durable.settle_folder(work, final)
    return loads.read_manifest(final / "manifest.json")


def _read_into(home: Home, work: Path, load_id: str, plan: Plan) -> Manifest:
    merged = [loads.read_manifest(home.lake / name / "manifest.json") for name in plan.merged]
    known = frozenset[str]().union(*(manifest.contents for manifest in merged))
    tally, comparison = Tally(), independent.Comparison()
    fresh = _watched(home, [name for name in plan.members if name not in known], tally, comparison)
    rows = parquet.write_tables(work, chain(merging.rows(home, merged), fresh))
    files = [{"sha256": sha256, "byte_count": loads.raw_path(home, sha256).stat().st_size} for sha256 in plan.members]
    landed = Manifest(
        load_id,
        loads.reader_version(),
        files,
        entries(work, rows),
        dict(tally.counts),
        tally.dollars,
        comparison.finish(),
    )
    return merging.summed(landed, merged)


def entries(work: Path, rows: dict[str, int]) -> dict[str, dict[str, Any]]:
    """Describe finished Parquet files as manifests do: rows, size and SHA-256 of each table."""
    return {
        table: {
            "rows": rows[table],
            "byte_count": (work / f"{table}.parquet").stat().st_size,
            "sha256": loads.file_hash(work / f"{table}.parquet"),
        }
        for table in sorted(rows)
    }


def _watched(
    home: Home, members: list[str], tally: "Tally", comparison: independent.Comparison
) -> Iterator[dict[str, pa.Table]]:
    """Pass on the reader's chunks, count them twice and set their quarantined spans aside."""
    for chunk in reader.read(comparison.watched(sources(home, members))):
        tally.add(chunk)
        comparison.add(chunk)
        if "span" in chunk:
            tally.counts["quarantined_spans"] += quarantine.set_aside(home, chunk["span"])
        yield chunk


def sources(home: Home, members: list[str]) -> Iterator[reader.Source]:
    """Read raw files by their SHA-256, which is compared; raises DamageError."""
    loads.bring(home, members)
    for sha256 in members:
        path = loads.raw_path(home, sha256)
        try:
            content = path.read_bytes() if path.stat().st_size < SMALL_FILE else Window(path)
            found = hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else loads.file_hash(path)
        except FileNotFoundError:
            raise DamageError(f"raw file {sha256[:12]} is missing: deliver it again, or restore it") from None
        if found != sha256:
            raise DamageError(f"raw file {sha256[:12]} is damaged: deliver it again, or restore it from a backup")
        yield reader.Source(sha256, content)


class Tally:
    """Counts and dollar totals of a load: what was delivered is what landed plus what was set aside."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.cents: Counter[str] = Counter()

    def add(self, chunk: dict[str, pa.Table]) -> None:
        """Count a chunk's rows, and the payments of its transactions by status."""
        for table, content in chunk.items():
            self.counts[table] += content.num_rows
        if "transaction" in chunk:
            for row in chunk["transaction"].select(["status", "payment_amount"]).to_pylist():
                self.cents[row["status"]] += int((row["payment_amount"] or 0) * 100)

    @property
    def dollars(self) -> dict[str, str]:
        """Payment amounts (BPR02) by status, to the cent."""
        totals = {status: Decimal(self.cents[status]).scaleb(-2) for status in ("landed", "quarantined")}
        return {"delivered": str(sum(totals.values())), **{status: str(total) for status, total in totals.items()}}
