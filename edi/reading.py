"""Read the values of many columns of many tables in one go, type by type.

Strategy: whoever makes a table asks for the values at a place; when all have asked, all places are addressed together
and each type is read once, as one long array, of which every column is a slice. A block then costs a few long
operations instead of many short ones. In: `Place`s and columns of the layout. Out: Arrow arrays, and the cells that are
bad. Never: which table a cell is of.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from edi import dates, decimals, values
from edi.elements import Cells, Place, cells_of

if TYPE_CHECKING:
    import pyarrow as pa

    from edi.index import Index, Pieces, Places
    from edi.layout import Column

# what is read together though its types differ: codes are text, and both days of a period are found at once
READ_AS = {"code": "text", "date_from": "period", "date_to": "period"}


@dataclass(frozen=True)
class Bad:
    """Cells that are not what the layout asks for: segments in the index, elements, a code, and what was expected."""

    segment: Places
    element: Places
    code: str
    expected: str
    is_essential: bool = False


class Asked(NamedTuple):
    """A column and its place; where its values begin will be noted in `starts` at `number`."""

    column: Column
    place: Place
    starts: list[int | None]
    number: int


class Reading:
    """What is to be read of one block, and then what was."""

    def __init__(self, index: Index) -> None:
        """Begin with nothing."""
        self.index = index
        self.bad: list[Bad] = []
        self._asked: dict[str, list[Asked]] = {}
        self._read: dict[str, pa.Array] = {}

    def ask(self, asked: Asked) -> None:
        """Ask for the values of a column."""
        self._asked.setdefault(READ_AS.get(asked.column.type, asked.column.type), []).append(asked)

    def values(self, kind: str) -> pa.Array:
        """Return all values of a layout type."""
        return self._read[kind]

    def read(self) -> None:
        """Read all that was asked for."""
        cells = cells_of([asked.place for columns in self._asked.values() for asked in columns], self.index.nowhere)
        first = 0
        for reader, columns in self._asked.items():
            *starts, length = accumulate((len(asked.place.base) for asked in columns), initial=0)
            for asked, start in zip(columns, starts, strict=True):
                asked.starts[asked.number] = start
            mine = cells.rows(slice(first, first + length))
            first += length
            bad = self._read_as(reader, mine)
            for asked, start in zip(columns, starts, strict=True) if len(bad) else ():
                rows = bad[(bad >= start) & (bad < start + len(asked.place.base))]
                self.bad += [self._unreadable(asked.column, mine.first[rows])] if len(rows) else []

    def _read_as(self, reader: str, cells: Cells) -> Places:
        """Read cells; return those that cannot be read."""
        if reader == "text":
            self._read["text"] = self._read["code"] = values.text(self.index, cells)
            return values.NONE
        spans = values.Spans(self.index, cells)
        if reader == "period":
            self._read["date_from"], self._read["date_to"], bad = dates.period(spans)
        elif reader == "date":
            self._read["date"], bad = dates.date(spans)
        else:
            self._read[reader], bad = decimals.number(spans, reader)
        return bad

    def _unreadable(self, column: Column, piece: Pieces) -> Bad:
        expected = column.type.removesuffix("_from")
        article = "an" if expected[0] in "ai" else "a"
        return Bad(*self.index.place_of(piece), "unreadable_value", f"{article} {expected}", column.essential)
