"""What the reader does with the bench's files; each in a process of its own: `python -m tests.bench.ours tables FILE`.

In: a command, a file or folder, perhaps a home. Out: one line of JSON with seconds of the processor (imports and
reading the file left out), the peak of memory in MB and what was found. Never: anything kept from one block to the
next, since bounded memory is one of the goals; nor an import for all, since a whole process pays for it.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from edi.reader import Source

COUNTED = {  # what is counted: its table, and the name of the sum with its column
    "claims": ("claim_payment", "paid", "paid_amount"),
    "lines": ("service_payment", "", ""),
    "adjustments": ("adjustment", "adjusted", "amount"),
    "provider_adjustments": ("provider_adjustment", "taken", "amount"),
    "remittances": ("remittance", "remitted", "payment_amount"),
}


def tables(*files: str) -> dict[str, float]:
    """Read files, together, into all tables."""
    from edi.reader import read

    sources = list(_sources(files))
    started, rows = time.process_time(), 0
    for chunk in read(sources):
        rows += sum(table.num_rows for table in chunk.values())
    return {"seconds": time.process_time() - started, "rows": rows}


def folder(name: str) -> dict[str, float]:
    """Read all files of a folder together."""
    return tables(*(str(path) for path in sorted(Path(name).iterdir())))


def parquet(home: str) -> dict[str, float]:
    """Land the raw files of a home together as the nightly run does, to Parquet, manifest and all."""
    from warehouse.home import writer
    from warehouse.landing import loads, one_load

    with writer(Path(home)) as place:
        members = sorted(path.name for path in place.raw.glob("??/*"))
        manifest = one_load.land(place, "bench", loads.Plan(members, []))
    return {"rows": sum(table["rows"] for table in manifest.tables.values())}


def sums(file: str) -> dict[str, float]:
    """Count and add up what we read; money in cents."""
    from edi.reader import read

    found: Counter[str] = Counter()
    for chunk in read(_sources([file])):
        found["problems"] += chunk["problem"].num_rows if "problem" in chunk else 0
        for what, (table, total, column) in COUNTED.items():
            if table in chunk:
                found[what] += chunk[table].num_rows
                found[total] += _cents(chunk[table], column) if total else 0
    return dict(found)


def _cents(table: pa.Table, column: str) -> int:
    import pyarrow.compute as pc

    return sum(pc.sum(chunk.view("int64")).as_py() or 0 for chunk in table[column].chunks)


def _sources(files: tuple[str, ...] | list[str]) -> Iterator[Source]:
    from edi.reader import Source

    for file in files:
        content = Path(file).read_bytes()
        yield Source(hashlib.sha256(content).hexdigest(), content)


def peak() -> float:
    """Return the most memory this process has had, in MB; what it inherited from its parent is not its own."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    told = {c.__name__: c for c in (tables, folder, parquet, sums)}[command](*arguments)
    sys.stdout.write(json.dumps({**told, "peak": peak()}) + "\n")
