"""Quarantine: the exact bytes of each span that could not be read, and why.

In: span rows of the reader. Out: `quarantine/<sha256>-<start>-<end>` and the same name with `.json`.
Never: the only copy. The bytes stay in `raw/` too; these are for the eyes of whoever has to ask the sender.
"""

import json
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse import durable
from warehouse.home import Home
from warehouse.landing import loads
from warehouse.landing.loads import Manifest

KINDS = pa.array(["quarantined", "junk"])
BLOCK = 1 << 20


def set_aside(home: Home, spans: pa.Table) -> int:
    """Keep the bytes and the reason of each quarantined or junk span; returns how many there were."""
    bad = spans.filter(pc.is_in(spans["kind"], KINDS)).to_pylist()
    moves = []
    for number, span in enumerate(bad):
        name = name_of(span)
        reason = {key: value if isinstance(value, int) else str(value or "") for key, value in span.items()}
        work = home.work / f"span-{span['sha256'][:16]}-{number}"
        durable.spill(work, _bytes(home, span["sha256"], span["byte_start"], span["byte_end"]))
        durable.spill(work.with_suffix(".json"), [json.dumps(reason, sort_keys=True, indent=1).encode()])
        moves += [(work, home.quarantine / name), (work.with_suffix(".json"), home.quarantine / f"{name}.json")]
    durable.settle_all(moves, durable.KEPT)
    return len(bad)


def kept(home: Home) -> set[str]:
    """Name all spans that are kept in the folder."""
    return {path.name for path in home.quarantine.iterdir() if path.suffix != ".json" and path.name[0] != "."}


def names(home: Home, manifests: list[Manifest]) -> set[str]:
    """Name all spans that the lake's present loads have set aside."""
    found: set[str] = set()
    for manifest in manifests:
        if manifest.counts.get("quarantined_spans"):
            spans = pq.ParquetFile(home.lake / manifest.load_id / "span.parquet").read()
            found.update(name_of(span) for span in spans.filter(pc.is_in(spans["kind"], KINDS)).to_pylist())
    return found


def name_of(span: dict[str, Any]) -> str:
    """Name a span's file: its content and its place in it."""
    return f"{span['sha256']}-{span['byte_start']}-{span['byte_end']}"


def _bytes(home: Home, sha256: str, start: int, end: int) -> Iterator[bytes]:
    with loads.raw_file(home, sha256).open("rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(BLOCK, end - start))):
            start += len(block)
            yield block
