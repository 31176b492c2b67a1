"""A reader of one-line files, in place of the real one.

A file holds lines `PAY <trace> <cents>`; any other line is set aside. So a test of the warehouse says what it does with
bytes and tables, knows nothing of X12, and can tell from the bytes alone what has to come out (`truth`).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

WORDS = {b"PAY"}
MONEY = pa.decimal128(18, 2)
SCHEMAS = {
    "transaction": pa.schema(
        [
            ("transaction_id", pa.string()),
            ("sha256", pa.string()),
            ("byte_start", pa.int64()),
            ("status", pa.string()),
            ("payment_amount", MONEY),
        ]
    ),
    "span": pa.schema(
        [
            ("sha256", pa.string()),
            ("byte_start", pa.int64()),
            ("byte_end", pa.int64()),
            ("kind", pa.string()),
            ("reason_code", pa.string()),
            ("reason", pa.string()),
        ]
    ),
    "payment": pa.schema([("transaction_id", pa.string()), ("trace_number", pa.string()), ("amount", MONEY)]),
}


@dataclass(frozen=True)
class Source:
    """One delivered file, as the real reader's."""

    sha256: str
    content: Any


def read(sources: Iterable[Source]) -> Iterator[dict[str, pa.Table]]:
    for source in sources:
        yield {name: table for name, table in _tables(source).items() if table.num_rows}


def _tables(source: Source) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    start = 0
    for line in bytes(source.content).splitlines(keepends=True) or [b""]:
        span = {"sha256": source.sha256, "byte_start": start, "byte_end": start + len(line)}
        start += len(line)
        word, *rest = line.split()[:3] or [b""]
        if word not in WORDS:
            rows["span"].append({**span, "kind": "quarantined", "reason_code": "not_x12", "reason": "no payment"})
            continue
        transaction = {
            "transaction_id": hashlib.sha256(line).hexdigest()[:32],
            "amount": Decimal(rest[1].decode()) / 100,
        }
        rows["span"].append({**span, "kind": "transaction"})
        rows["payment"].append({**transaction, "trace_number": rest[0].decode()})
        rows["transaction"].append({**span, **transaction, "status": "landed", "payment_amount": transaction["amount"]})
    return {name: pa.Table.from_pylist(rows[name], schema) for name, schema in SCHEMAS.items()}


def schemas() -> dict[str, pa.Schema]:
    return SCHEMAS


def truth(content: bytes) -> tuple[list[tuple[str, int]], list[bytes]]:
    """Tell from the bytes alone which payments (trace number, cents) they hold, and which lines are set aside."""
    lines = content.splitlines(keepends=True) or [b""]
    payments = [line.split() for line in lines if line.startswith(b"PAY ")]
    return (
        sorted((trace.decode(), int(cents)) for _, trace, cents in payments),
        sorted(line for line in lines if not line.startswith(b"PAY ")),
    )
