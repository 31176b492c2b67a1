"""Read the cells of many columns of many tables in one go, type by type.

Strategy: whoever makes a table asks for cells and is told which slice of what will be read is its own; when all have
asked, each type is read once, as one long array. A block then costs a few long operations instead of many short ones.
In: `Cells` and layout types. Out: Arrow arrays, and the cells that are bad. Never: which table a cell is of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from edi import dates, values
from edi.elements import Cells

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


@dataclass
class Asked:
    """The cells of one reader, in the order of asking; `starts` says where each column's begin."""

    cells: list[Cells] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    length: int = 0


class Reading:
    """What is to be read of one block, and then what was."""

    def __init__(self, index: Index) -> None:
        """Begin with nothing."""
        self.index = index
        self.bad: list[Bad] = []
        self._asked: dict[str, Asked] = {}
        self._read: dict[str, pa.Array] = {}

    def ask(self, column: Column, cells: Cells) -> int:
        """Ask for the values of a column; return where they will begin in `values(column.type)`."""
        reader = READ_AS.get(column.type, column.type)
        asked = self._asked.get(reader) or self._asked.setdefault(reader, Asked())
        start = asked.length
        asked.cells.append(cells)
        asked.columns.append(column)
        asked.starts.append(start)
        asked.length += len(cells.first)
        return start

    def values(self, kind: str) -> pa.Array:
        """Return all values of a layout type."""
        return self._read[kind]

    def read(self) -> None:
        """Read all that was asked for."""
        for reader, asked in self._asked.items():
            cells = _joined(asked.cells)
            if reader == "text":
                self._read["text"] = self._read["code"] = values.text(self.index, cells)
                continue
            spans = values.Spans(self.index, cells)
            if reader == "period":
                self._read["date_from"], self._read["date_to"], bad = dates.period(spans)
            elif reader == "date":
                self._read["date"], bad = dates.date(spans)
            else:
                self._read[reader], bad = values.number(spans, reader)
            if bad.size:
                self._note(asked, cells.first[bad], bad)

    def _note(self, asked: Asked, piece: Pieces, bad: Places) -> None:
        segment, element = self.index.place_of(piece)
        of_column = np.searchsorted(asked.starts, bad, side="right") - 1
        for number in np.unique(of_column).tolist():
            mine, column = of_column == number, asked.columns[number]
            expected = column.type.removesuffix("_from")
            article = "an" if expected[0] in "ai" else "a"
            self.bad.append(
                Bad(segment[mine], element[mine], "unreadable_value", f"{article} {expected}", column.essential)
            )


def _joined(cells: list[Cells]) -> Cells:
    first = np.concatenate([part.first for part in cells])
    if all(part.last is part.first for part in cells):
        return Cells(first, first)
    return Cells(first, np.concatenate([part.last for part in cells]))
