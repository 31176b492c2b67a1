"""Which element becomes which column: the two layout tables, parsed once.

Strategy: in come `tables.csv` (a table, the segments that make its rows, the context its rows carry) and
`columns.csv` (a column, the elements it may come from, its type), out go `Table` values and Arrow schemas. Reader and
writer both work from these, so a new column is a new row here. Never: code for one table.

A source is written as the guide writes it: `CLP04`, `SVC01-2` (component), `CAS02*` (shifts with the repeated group).
An anchor is `CLP`, or `CAS@02+3x6`: groups start at element 02, lie 3 apart, at most 6 of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property

import pyarrow as pa

from edi.data import rows

ANCHOR = re.compile(r"(?P<segment>\w+?)(?:@(?P<first>\d+)(?:\+(?P<step>\d+)x(?P<times>\d+))?)?")
SOURCE = re.compile(r"(?P<segment>\w{2,3})(?P<element>\d\d)(?:-(?P<component>\d))?(?P<repeats>\*?)")

TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "amount": pa.decimal64(18, 2),
    "quantity": pa.decimal64(18, 4),
    "integer": pa.int64(),
    "date": pa.date32(),
    "date_from": pa.date32(),
    "date_to": pa.date32(),
}

NAMED = pa.dictionary(pa.int32(), pa.string())  # few values, many rows
PLACES = {"transaction_key": NAMED, "loop": NAMED, "byte_start": pa.int64(), "byte_end": pa.int64()}


@dataclass(frozen=True)
class Anchor:
    """A segment that makes rows: `times` groups of elements from `first` on, `step` apart.

    `groups` is False where the whole segment is the row.
    """

    segment: str
    first: int
    step: int
    times: int
    groups: bool

    @property
    def behind(self) -> int:
        """The element behind the last group."""
        return self.first + self.step * self.times


@dataclass(frozen=True)
class Source:
    """Where a column stands: segment, element (1-based), component (0: the whole element), `repeats` with the group."""

    segment: str
    element: int
    component: int
    repeats: bool


@dataclass(frozen=True)
class Column:
    """A column of a table; `essential` money decides whether the transaction can be trusted."""

    name: str
    type: str
    sources: tuple[Source, ...]
    essential: bool

    @property
    def component(self) -> int | None:
        """The component that all sources share (0: the whole element), None where they differ."""
        components = {source.component for source in self.sources}
        return components.pop() if len(components) == 1 else None


@dataclass(frozen=True)
class Table:
    """A table of the lake: what makes a row of it, the context that each row carries, its columns in order.

    strays: segments that can be of no other row than the last one of its context, even where another loop lies between.
    is_quoted: whether people are shown the very bytes of a row; of others the number of the segment says enough.
    """

    name: str
    transaction_sets: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    context: tuple[str, ...]
    columns: tuple[Column, ...]
    strays: tuple[str, ...]
    is_quoted: bool

    @cached_property
    def repeats(self) -> bool:
        """Whether one segment may make several rows."""
        return any(anchor.groups for anchor in self.anchors)

    @cached_property
    def types(self) -> frozenset[str]:
        """The types of its columns."""
        return frozenset(column.type for column in self.columns)

    @cached_property
    def places(self) -> tuple[str, ...]:
        """What every row says of its place: its segment's, and those of the segments that enclose it."""
        position, octets = ("element_position",) * self.repeats, ("byte_start", "byte_end") * self.is_quoted
        loop = ("loop",) * ("loop" in self.context)
        return ("transaction_key", "segment_number", *position, *octets, *loop, *self.enclosing)

    @cached_property
    def enclosing(self) -> tuple[str, ...]:
        """The segments that enclose a row's own, as columns."""
        return tuple(f"{name}_segment" for name in self.context if name != "loop")

    @cached_property
    def schema(self) -> pa.Schema:
        """The Arrow schema: a row's place in the file, its context, its columns."""
        place = [pa.field(name, PLACES.get(name, pa.int32()), nullable=False) for name in self.places]
        return pa.schema([*place, *(pa.field(column.name, TYPES[column.type]) for column in self.columns)])


@cache
def tables() -> tuple[Table, ...]:
    """Return every table of the layout, in the order of `tables.csv`."""
    return tuple(
        Table(
            row["table"],
            tuple(row["transaction_sets"].split()),
            tuple(_anchor(text) for text in row["anchors"].split()),
            tuple(row["context"].split()),
            tuple(_column(column) for column in rows(__name__, "columns.csv") if column["table"] == row["table"]),
            tuple(row["strays"].split()),
            row["quoted"] == "yes",
        )
        for row in rows(__name__, "tables.csv")
    )


@cache
def last_element(segment_id: str) -> int:
    """Return the last element of a segment that any table looks at."""
    anchors = [anchor for table in tables() for anchor in table.anchors if anchor.segment == segment_id]
    sources = [s for table in tables() for column in table.columns for s in column.sources if s.segment == segment_id]
    return max([anchor.behind - 1 for anchor in anchors] + [source.element for source in sources])


@cache
def segment_ids(transaction_set: str = "") -> frozenset[str]:
    """Return the ids of all segments that any table looks at, or any table of one transaction set."""
    asked = [table for table in tables() if not transaction_set or transaction_set in table.transaction_sets]
    anchors = {anchor.segment for table in asked for anchor in table.anchors}
    return frozenset(anchors | {s.segment for table in asked for column in table.columns for s in column.sources})


def _anchor(text: str) -> Anchor:
    found = ANCHOR.fullmatch(text)
    if not found:
        raise ValueError(f"tables.csv: expected an anchor like CLP or CAS@02+3x6, found {text}")
    first, step, times = (int(found[name] or 1) for name in ("first", "step", "times"))
    return Anchor(found["segment"], first, step, times, found["first"] is not None)


def _column(row: dict[str, str]) -> Column:
    return Column(row["column"], row["type"], tuple(_source(s) for s in row["sources"].split()), bool(row["money"]))


def _source(text: str) -> Source:
    found = SOURCE.fullmatch(text)
    if not found:
        raise ValueError(f"columns.csv: expected a source like CLP04 or SVC01-2, found {text}")
    return Source(found["segment"], int(found["element"]), int(found["component"] or 0), bool(found["repeats"]))
