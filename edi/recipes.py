"""How the rows of a table are read: what the layout says, as arrays of addresses that serve every block.

Strategy: columns stand on an anchor's own segment or on one of another kind behind it; those of one such origin are
addressed together. In: the layout. Out: a `Recipe` per table. Never: a block.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from edi import layout
from edi.elements import Addresses


@dataclass(frozen=True)
class Origin:
    """The columns of a table that stand on segments of one kind: an anchor's, or another one's behind it.

    columns: their numbers in the table; addresses: theirs, for each group of the anchor.
    """

    segment: str
    anchor: layout.Anchor | None
    columns: tuple[int, ...]
    addresses: tuple[Addresses, ...]


@dataclass(frozen=True)
class Recipe:
    """How a table is read; read_with: each column's own number, but a last day is read with the first before it."""

    table: layout.Table
    origins: list[Origin]
    read_with: list[int]


@cache
def recipes(transaction_set: str) -> list[Recipe]:
    """Return how the tables of a transaction set are read, in the layout's order."""
    return [_recipe(table) for table in layout.tables() if transaction_set in table.transaction_sets]


def _recipe(table: layout.Table) -> Recipe:
    read_with = [number - (column.type == "date_to") for number, column in enumerate(table.columns)]
    found: dict[tuple[str, layout.Anchor | None], list[tuple[int, layout.Source]]] = {}
    for number, column in enumerate(table.columns):
        for source in column.sources if read_with[number] == number else ():
            found.setdefault((source.segment, _owner(table, source)), []).append((number, source))
    origins = [
        Origin(segment, anchor, tuple(number for number, _ in columns), _addresses(anchor, [s for _, s in columns]))
        for (segment, anchor), columns in found.items()
    ]
    return Recipe(table, origins, read_with)


def _addresses(anchor: layout.Anchor | None, sources: list[layout.Source]) -> tuple[Addresses, ...]:
    shifts = range(0, anchor.step * anchor.times, anchor.step) if anchor else (0,)
    return tuple(Addresses(tuple((s.element + shift * s.repeats, s.component) for s in sources)) for shift in shifts)


def _owner(table: layout.Table, source: layout.Source) -> layout.Anchor | None:
    """Return the anchor whose rows a source fills, None where it stands on another segment of the loop.

    Where one segment has several groups (MIA05, and MIA20 to MIA23) it is the nearest one that starts before.
    """
    mine = [
        a for a in table.anchors if a.segment == source.segment and (a.first <= source.element or not source.repeats)
    ]
    return max(mine, key=lambda anchor: anchor.first) if mine else None
