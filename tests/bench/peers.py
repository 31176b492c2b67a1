"""What others do with the same bytes; each in a process of its own: `python peers.py oxedi_tables FILE`.

In: a command, a file, perhaps a folder. Out: one line of JSON with seconds of the processor (imports and reading the
file left out) and what was found. Never: an import of ours, because oxedi's environment has none of it.
"""

import io
import json
import sys
import time
from pathlib import Path
from typing import Any

BLOCK = 1 << 20


def numpy_delimiters(file: str) -> dict[str, Any]:
    """Find both delimiters' positions, block by block: no reader that is built on numpy can be faster."""
    import numpy as np

    octets = np.frombuffer(Path(file).read_bytes(), np.uint8)
    started, found = time.process_time(), 0
    for start in range(0, len(octets), BLOCK):
        block = octets[start : start + BLOCK]
        found += np.flatnonzero((block == ord("~")) | (block == ord("*"))).size
    return {"seconds": time.process_time() - started, "found": found}


def _oxedi(content: bytes) -> dict[str, Any]:
    import oxedi  # type: ignore[import-not-found]
    import pyarrow as pa

    result = oxedi.parse(content)
    return {name: pa.table(result.tables[name]) for name in result.tables}


def oxedi_tables(file: str) -> dict[str, Any]:
    """Parse with oxedi into its five Arrow tables."""
    import oxedi  # noqa: F401 - imported before the clock starts
    import pyarrow as pa  # noqa: F401

    content = Path(file).read_bytes()
    started = time.process_time()
    tables = _oxedi(content)
    return {"seconds": time.process_time() - started, "rows": sum(table.num_rows for table in tables.values())}


def oxedi_parquet(file: str, folder: str) -> dict[str, Any]:
    """Parse with oxedi and let pyarrow write its tables, Zstandard as ours."""
    from pyarrow import parquet

    started = time.process_time()
    for name, table in _oxedi(Path(file).read_bytes()).items():
        parquet.write_table(table, Path(folder) / f"{name}.parquet", compression="zstd", compression_level=1)
    return {"seconds": time.process_time() - started}


def oxedi_sums(file: str) -> dict[str, Any]:
    """Count and add up what oxedi reads; money in cents."""
    from pyarrow import compute

    def cents(table: str, column: str) -> int:
        return int(compute.sum(tables[table][column]).as_py() * 100)

    tables = _oxedi(Path(file).read_bytes())
    return {
        "claims": tables["claims"].num_rows,
        "lines": tables["services"].num_rows,
        "adjustments": tables["adjustments"].num_rows,
        "provider_adjustments": tables["provider_adjustments"].num_rows,
        "paid": cents("claims", "payment_amount"),
        "adjusted": cents("adjustments", "amount"),
        "remitted": cents("payments", "total_payment_amount"),
        "taken": cents("provider_adjustments", "amount"),
    }


def pyx12_segments(file: str) -> dict[str, Any]:
    """Read with pyx12's segment reader, which checks envelopes and makes no tables."""
    from pyx12.x12file import X12Reader

    text = io.StringIO(Path(file).read_text())
    started = time.process_time()
    found = sum(1 for _ in X12Reader(text))
    return {"seconds": time.process_time() - started, "found": found}


def pyx12_context(file: str) -> dict[str, Any]:
    """Read with pyx12's context reader, which places every segment in its loop."""
    import pyx12.error_handler
    import pyx12.params
    import pyx12.x12context

    text = io.StringIO(Path(file).read_text())
    started = time.process_time()
    errors = pyx12.error_handler.errh_null()
    reader = pyx12.x12context.X12ContextReader(pyx12.params.params(), errors, text)
    found = sum(1 for _ in reader.iter_segments())
    return {"seconds": time.process_time() - started, "found": found}


def nothing() -> dict[str, Any]:
    """Start and end: what an interpreter costs."""
    return {}


CONTENDERS = (
    numpy_delimiters, oxedi_tables, oxedi_parquet, oxedi_sums, pyx12_segments, pyx12_context, nothing,
)  # fmt: skip

if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps({c.__name__: c for c in CONTENDERS}[command](*arguments)) + "\n")
