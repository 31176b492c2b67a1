"""Merging: what several small loads hold, as rows and sums for a larger one.

In: manifests of landed loads. Out: the rows of their Parquet files, and one manifest's counts made of all of theirs.
Never: a raw file read again (one that was damaged since would stop every night), or a row of a file whose SHA-256 is
not the manifest's.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import DamageError
from warehouse.home import Home
from warehouse.landing.loads import Manifest
from warehouse.proving import soundness
from warehouse.remote import copies

ROWS = 1 << 16


def rows(home: Home, manifests: list[Manifest]) -> Iterator[dict[str, pa.Table]]:
    """Yield the rows of loads, a part of a table at a time; raises DamageError."""
    for manifest in manifests:
        copies.bring(home.root, (home.lake / manifest.load_id / f"{table}.parquet" for table in manifest.tables))
        if tables := soundness.damaged_tables(home, manifest):
            raise DamageError(f"load {manifest.load_id}: {', '.join(tables)} damaged; the next run lands it again")
        for table in manifest.tables:
            with pq.ParquetFile(home.lake / manifest.load_id / f"{table}.parquet") as file:
                for batch in file.iter_batches(ROWS):
                    yield {table: pa.Table.from_batches([batch])}


def summed(landed: Manifest, merged: list[Manifest]) -> Manifest:
    """Add the counts, dollars and differences of loads to those of what was read beside them."""
    every = [landed, *merged]
    counts, differences = Counter[str](), Counter[str]()
    for manifest in every:
        counts.update(manifest.counts)
        differences.update(manifest.differences)
    dollars = {name: str(sum(Decimal(manifest.dollars[name]) for manifest in every)) for name in landed.dollars}
    return replace(landed, counts=dict(counts), dollars=dollars, differences=dict(differences))
