"""The two kinds of wrong: bytes that are no X12 at all, and a bad place inside X12.

Strategy: a `Problem` is a row with a place, never the value found there, which may be a patient's. `X12Error` is for
callers that hand the reader or the writer something that cannot be X12; reading delivered bytes never raises it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence


class X12Error(ValueError):
    """Not X12 at all."""


class Problem(NamedTuple):
    """One bad place; `element_position` is 0 where the whole segment is meant, offsets are those of the file."""

    sha256: str
    transaction_key: str | None
    segment_number: int
    byte_start: int
    byte_end: int
    loop: str | None
    segment_id: str
    element_position: int
    code: str
    message: str


PROBLEM = pa.schema(
    [
        ("sha256", pa.string()),
        ("transaction_key", pa.string()),
        ("segment_number", pa.int32()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("loop", pa.string()),
        ("segment_id", pa.string()),
        ("element_position", pa.int32()),
        ("code", pa.string()),
        ("message", pa.string()),
    ]
)


def table_of(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.Table:
    """Turn rows, in the schema's order, into an Arrow table."""
    # all columns in one go: an array of its own for each costs more than the few rows that it has
    return pa.Table.from_struct_array(pa.array(rows, pa.struct(schema)))
