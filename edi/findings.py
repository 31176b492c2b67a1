"""What a judge may find, as rows: a place, a code of the acknowledgements, a severity and a sentence of our own.

Strategy: `grammar/findings.csv` turns each of pyx12's codes into one of ours; pyx12's own sentences quote values and
are never read. In: pyx12's codes and map nodes. Out: `Finding`s. Never: a value of an element.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import pyarrow as pa

from edi import grammar
from edi.data import rows
from edi.grammar.maps import loop_of

ERROR, WARNING, NOTE, NOT_EVALUABLE = "error", "warning", "note", "not_evaluable"

CONFORMANCE = pa.schema(
    [
        ("transaction_key", pa.string()),
        ("segment_number", pa.int32()),
        ("loop", pa.string()),
        ("segment_id", pa.string()),
        ("element_position", pa.int32()),
        ("code", pa.string()),
        ("severity", pa.string()),
        ("message", pa.string()),
    ]
)


class Finding(NamedTuple):
    """One bad place of a transaction; `segment_number` counts from ST = 1, 0 is the whole transaction.

    code: IK304-n, IK403-n, IK502-n as in a 999; or a word of ours for what is no defect of the transaction.
    """

    segment_number: int
    loop: str
    segment_id: str
    element_position: int
    code: str
    severity: str
    message: str


def finding(found_by: str, pyx12_code: str, number: int = 0, place: Any = None, **more: Any) -> Finding:
    """Return a finding by its row of `findings.csv`.

    place: the map's segment, loop or element; more: what is known better than by row and place (`segment_id`,
    `element_position`, `named`: words that stand before the sentence).
    """
    row = _table()[found_by, pyx12_code]
    segment = _segment(place)
    named = more.get("named", getattr(place, "name", None) or "")
    return Finding(
        number,
        loop_of(segment) if segment is not None else "",
        more.get("segment_id", _segment_id(segment)),
        more.get("element_position") or int(row["element_position"]),
        row["code"],
        row["severity"],
        f"{named}: {row['sentence']}" if named else row["sentence"],
    )


def _segment(place: Any) -> Any:
    while place is not None and not (place.is_segment() or place.is_loop()):
        place = place.parent
    return place


def _segment_id(segment: Any) -> str:
    first = segment.get_first_seg() if segment is not None and segment.is_loop() else segment
    return str(first.id) if first is not None else ""


@cache
def _table() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["found_by"], row["pyx12"]): row for row in rows(grammar.__name__, "findings.csv")}
