"""Rows become segments, segments become bytes, and bytes become the same rows again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edi import layout
from edi.composer import segments
from edi.delimiters import Delimiters
from tests.edi.x12 import DAY, file_of, rows

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/.& ", min_size=1, max_size=18).map(str.strip).filter(bool)
CODES = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": WORDS,
    "code": CODES,
    "amount": st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2),
    "quantity": st.decimals(Decimal(-9999999), Decimal(9999999), places=3),
    "integer": st.integers(0, 10**9),
    "date": st.dates(date(1900, 1, 1), date(2100, 1, 1)),
}
# The table's rows are written at this place of a transaction; each has one anchor and no satellites there.
BODIES = {
    "claim_payment": "835",
    "service_payment": "835",
    "outpatient_adjudication": "835",
    "note": "837",
    "claim": "837",
}
BEFORE = {
    "service_payment": [("CLP", "A", "1", "1", "1")],
    "outpatient_adjudication": [("CLP", "A", "1", "1", "1")],
    "note": [("CLM", "A", "1")],
}
HEADERS = {"835": [("BPR", "I", "0", "C", "NON", *[None] * 11, DAY), ("TRN", "1", "T")], "837": []}
PLACES = {"transaction_key", "segment_number", "byte_start", "byte_end", "loop"}


def columns_of(name: str) -> list[layout.Column]:
    [table] = [table for table in layout.tables() if table.name == name]
    anchors = {anchor.segment for anchor in table.anchors}
    return [c for c in table.columns if c.type in VALUES and {source.segment for source in c.sources} <= anchors]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(sorted(BODIES)), st.sampled_from([Delimiters(), Delimiters(b"|", b">", b"!", b"\n")]))
def test_what_is_written_is_read(data: st.DataObject, name: str, delimiters: Delimiters) -> None:
    columns = columns_of(name)
    written = [
        {
            column.name: data.draw(VALUES[column.type] if at == 0 else st.none() | VALUES[column.type])
            for at, column in enumerate(columns)
        }
        for _ in range(data.draw(st.integers(1, 4)))
    ]
    body = [*HEADERS[BODIES[name]], *BEFORE.get(name, [])]
    for row in written:
        body += segments(name, **row)
    found = rows(file_of(body, set_code=BODIES[name], delimiters=delimiters))[name]
    assert [{key: row[key] for key in written[0]} for row in found[-len(written) :]] == written
