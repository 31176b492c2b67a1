"""One file read again: what the lake holds of it is what its bytes say, alone, and with one transaction spoilt.

In: the raw bytes and the lake's rows of one delivered file, another one each night. Out: how many of its tables differ.
Reading it by itself, outside its load, shows a part of I5 (read twice is read once) and of I6 (whatever it was landed
with); reading it with one transaction made unreadable shows a part of I10 (its neighbours' rows stay as they are).
Never: a large file, so that it costs a night a second at most; nothing is written.
"""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from edi.reader import Source
from warehouse.home import Home
from warehouse.landing import loads, one_load
from warehouse.landing.loads import Manifest

MOST_BYTES = 1 << 20
MOST_OF_ITS_LOAD = 64 << 20
SPOILT = b"XX"
Tables = dict[str, pa.Table]


def choice(manifests: list[Manifest], turn: int) -> tuple[Manifest, str] | None:
    """Choose the file whose turn it is among those that are small; None where there is none."""
    small = [
        (manifest, str(file["sha256"]))
        for manifest in manifests
        if sum(table["byte_count"] for table in manifest.tables.values()) <= MOST_OF_ITS_LOAD
        for file in manifest.files
        if file["byte_count"] <= MOST_BYTES
    ]
    return small[turn % len(small)] if small else None


def differences(home: Home, manifest: Manifest, sha256: str) -> dict[str, int]:
    """Count the tables whose rows differ: `again` when the file is read alone, `beside` when a neighbour is spoilt."""
    content = loads.raw_file(home, sha256).read_bytes()
    stored = _of_transactions(_stored(home, manifest), sha256)
    alone = _of_transactions(_read(content, sha256), sha256)
    found = {"again": _unequal(stored, alone), "beside": 0}
    transactions = alone["transaction"].filter(pc.equal(alone["transaction"]["status"], "landed")).to_pylist()
    if len(transactions) > 1:
        spoilt = transactions[-1]  # those before it keep their places, which their keys are made of
        start = spoilt["byte_start"]
        torn = _of_transactions(_read(content[:start] + SPOILT + content[start + len(SPOILT) :], sha256), sha256)
        found["beside"] = _unequal(_without(alone, spoilt), _without(torn, spoilt))
    return found


def _read(content: bytes, sha256: str) -> Tables:
    chunks: dict[str, list[pa.Table]] = {}
    for chunk in one_load.reader.read(iter([Source(sha256, content)])):  # type: ignore[attr-defined]
        for table, rows in chunk.items():
            chunks.setdefault(table, []).append(rows)
    return {table: pa.concat_tables(parts) for table, parts in chunks.items()}


def _stored(home: Home, manifest: Manifest) -> Tables:
    folder = home.lake / manifest.load_id
    return {table: pq.ParquetFile(folder / f"{table}.parquet").read() for table in manifest.tables}


def _of_transactions(tables: Tables, sha256: str) -> Tables:
    """Keep the rows of one file's transactions; spans and problems of a file as a whole are left to other checks."""
    kept = {"transaction": _empty_or(tables, sha256)}
    for key in ("transaction_key", "transaction_id"):
        if key in kept["transaction"].column_names:
            known = kept["transaction"][key]
            others = {table: rows for table, rows in tables.items() if key in rows.column_names and table not in kept}
            kept |= {table: rows.filter(pc.is_in(rows[key], known)) for table, rows in others.items()}
    return kept


def _empty_or(tables: Tables, sha256: str) -> pa.Table:
    schemas = one_load.reader.schemas()  # type: ignore[attr-defined]
    rows = tables["transaction"] if "transaction" in tables else schemas["transaction"].empty_table()
    return rows.filter(pc.equal(rows["sha256"], sha256))


def _without(tables: Tables, spoilt: dict[str, Any]) -> Tables:
    """Leave out one transaction's rows."""
    kept = {}
    for table, rows in tables.items():
        key = next(key for key in ("transaction_key", "transaction_id") if key in rows.column_names)
        kept[table] = rows.filter(pc.not_equal(rows[key], spoilt[key]))
    return kept


def _unequal(one: Tables, other: Tables) -> int:
    return sum(_sorted(one.get(table)) != _sorted(other.get(table)) for table in one.keys() | other.keys())


def _sorted(rows: Any) -> list[str]:
    return sorted(map(repr, rows.to_pylist())) if rows is not None else []
