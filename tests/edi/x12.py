"""Small X12 files for the reader's tests, and the reader's tables as plain rows."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from edi.delimiters import Delimiters
from edi.reader import Source, read
from edi.writer import Segment, group, interchange, render, transaction

DAY = date(2026, 3, 9)
GUIDES = {"835": "005010X221A1", "837": "005010X222A1"}

Rows = list[dict[str, Any]]


def remittance(
    *claims: list[Segment], paid: str = "100", trace: str = "T1", plb: tuple[Segment, ...] = ()
) -> list[Segment]:
    """Return the body of an 835, ST and SE left out."""
    body: list[Segment] = [
        ("BPR", "I", Decimal(paid), "C", "CHK", None, None, None, None, None, None, None, None, None, None, None, DAY),
        ("TRN", "1", trace, "1999999999"),
        ("N1", "PR", "EXAMPLE HEALTH PLAN", "XV", "PLAN1"),
        ("N1", "PE", "EXAMPLE CLINIC", "XX", "1999999984"),
        ("LX", 1),
    ]
    return body + [segment for claim in claims for segment in claim] + list(plb)


def claim_payment(account: str = "A1", paid: str = "100") -> list[Segment]:
    """Return one CLP with a patient, a line and two triplets of adjustments."""
    return [
        ("CLP", account, "1", Decimal(150), Decimal(paid), Decimal(10), "12", f"ICN{account}"),
        ("CAS", "CO", "45", Decimal(30), None, "253", Decimal("-0.5"), Decimal(2)),
        ("NM1", "QC", "1", "ROE", "PAT", None, None, None, "MI", "M1"),
        ("DTM", "232", DAY),
        ("SVC", ("HC", "99213", "25"), Decimal(150), Decimal(paid), None, Decimal(1)),
        ("DTM", "472", DAY),
        ("CAS", "PR", "1", Decimal(10)),
        ("REF", "6R", "L1"),
        ("LQ", "HE", "N130"),
    ]


def file_of(*bodies: list[Segment], set_code: str = "835", guide: str = "", **how: Any) -> bytes:
    """Return an interchange with one group that holds these transactions."""
    control = how.pop("control_number", 1)
    guide = guide or GUIDES[set_code]
    made = [
        transaction(body, set_code=set_code, guide=guide, control_number=f"{n:04}")
        for n, body in enumerate(bodies, start=control)
    ]
    envelope = {"on": DAY, "sender": "SENDER", "receiver": "RECEIVER", "control_number": control}
    delimiters = how.pop("delimiters", Delimiters())
    return render(interchange([group(made, guide=guide, **envelope)], **envelope), delimiters, **how)


def tables(*contents: bytes, **how: Any) -> dict[str, pa.Table]:
    """Read files and return each table whole."""
    found: dict[str, list[pa.Table]] = {}
    sources = [Source(hashlib.sha256(content).hexdigest(), content) for content in contents]
    for block in read(sources, **how):
        for name, table in block.items():
            found.setdefault(name, []).append(table)
    return {name: pa.concat_tables(parts) for name, parts in found.items()}


def rows(*contents: bytes, without: tuple[str, ...] = (), **how: Any) -> dict[str, Rows]:
    """Read files and return each table as rows, less some columns."""
    return {
        name: [{key: value for key, value in row.items() if key not in without} for row in table.to_pylist()]
        for name, table in tables(*contents, **how).items()
    }


def spans_of(content: bytes) -> Rows:
    """Return the spans of one file."""
    return rows(content)["span"]
