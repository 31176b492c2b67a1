"""Segments to tables: the rows of every layout table, for all transactions of one grammar in a block at once.

Strategy: each anchor of a table (CLP; each triplet of a CAS) makes rows, each column is addressed by arithmetic on
the anchor's own segment, or on the first segment of another kind behind it in the same loop (N3 behind NM1), and read
in one go. In: `Index`, `Placement`, and which transaction each segment belongs to. Out: Arrow tables and the bad
values. Never: a branch on a table or a segment; those are rows of the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from edi import layout
from edi.index import Elements, Index, Integers, Pieces, packed
from edi.values import integers, reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.loops import Placement

HL_CONTEXTS = ("billing", "subscriber", "patient")


@dataclass(frozen=True)
class Block:
    """The segments of one grammar, and whose they are: `owner` is, per placed segment, a place in `keys`."""

    index: Index
    placement: Placement
    owner: Integers
    keys: list[str]

    @cached_property
    def identifier(self) -> npt.NDArray[np.uint32]:
        """The packed segment id of each placed segment."""
        return self.index.identifier[self.placement.segment]

    @cached_property
    def columns(self) -> dict[str, npt.NDArray[np.int32]]:
        """What any row may say of its place, per placed segment."""
        placement = self.placement
        nowhere = np.zeros(len(placement.segment), np.int32)
        found = {name: numbers.astype(np.int32) for name, numbers in placement.contexts.items()}
        levels = [found.get(name, nowhere) for name in HL_CONTEXTS]
        found["hl"] = np.max(levels, axis=0)  # the innermost level stands last
        found |= {"loop": placement.loop.astype(np.int32), "number": placement.number.astype(np.int32)}
        found |= {"owner": self.owner.astype(np.int32), "nowhere": nowhere}
        return found

    def of_id(self, segment_id: str) -> Integers:
        """Return the places of all segments of an id."""
        return np.flatnonzero(self.identifier == packed(segment_id))


@dataclass(frozen=True)
class Bad:
    """Values that are not what their column's type asks for: places in `Placement.segment`, element, and that type."""

    at: Integers
    element: Integers
    expected: str


@dataclass(frozen=True)
class Rows:
    """The rows that one anchor makes: `at` their places; `shift` by how many elements a repeated group lies further."""

    table: layout.Table
    anchor: layout.Anchor
    at: Integers
    shift: Integers | None


@dataclass(frozen=True)
class View:
    """The segments that some columns of a table come from: `row` says whose they are, None where every row has one."""

    at: Integers
    elements: Elements
    row: Integers | None


def shred(block: Block, transaction_set: str) -> tuple[dict[str, pa.Table], list[Bad]]:
    """Return all non-empty tables that a transaction set has, and what could not be read."""
    found: dict[str, pa.Table] = {}
    bad: list[Bad] = []
    for table in layout.tables():
        if transaction_set not in table.transaction_sets:
            continue
        groups = [_rows(block, table, anchor) for anchor in table.anchors]
        groups = [rows for rows in groups if len(rows.at)]
        parts = [_table(block, rows, bad) for rows in groups]
        if len(parts) > 1:  # back to the order of the file
            order = np.lexsort((np.repeat(np.arange(len(parts)), [len(p) for p in parts]), _places(groups)))
            parts = [pa.concat_tables(parts).take(pa.array(order))]
        if parts:
            found[table.name] = parts[0]
    return found, bad


def essential(index: Index, segment: Integers, transaction_set: str) -> Iterator[Integers]:
    """Yield the rows of `segment` whose money cannot be read though the transaction stands on it (BPR02, CLP04 ...)."""
    for table in layout.tables():
        for column in table.columns:
            if not column.essential or transaction_set not in table.transaction_sets:
                continue
            [source], [anchor] = column.sources, table.anchors
            of_id = segment[index.identifier[segment] == packed(source.segment)]
            elements = Elements(index, of_id)
            for turn in range(anchor.times):
                pieces = elements.pieces(source.element + turn * anchor.step, source.component)
                bad = reader(column.type)(pieces)[1] if pieces else None
                if bad is not None:
                    yield of_id[bad]


def _places(groups: list[Rows]) -> Integers:
    return np.concatenate([rows.at for rows in groups])


def _rows(block: Block, table: layout.Table, anchor: layout.Anchor) -> Rows:
    at = block.of_id(anchor.segment)
    if not anchor.groups or not len(at):
        return Rows(table, anchor, at, None)
    elements = Elements(block.index, block.placement.segment[at])
    times = np.clip((elements.count - anchor.first) // anchor.step + 1, 0, anchor.times)
    owner = np.repeat(np.arange(len(at)), times)
    at = at[owner]
    turn = np.arange(len(at)) - (np.cumsum(times) - times)[owner]
    rows = Rows(table, anchor, at, turn * anchor.step)
    filled = _filled(block, rows)
    return rows if filled.all() else Rows(table, anchor, at[filled], turn[filled] * anchor.step)


def _filled(block: Block, rows: Rows) -> npt.NDArray[np.bool_]:
    """Say which groups hold any value."""
    elements = Elements(block.index, block.placement.segment[rows.at])
    filled = np.zeros(len(rows.at), bool)
    for column in rows.table.columns:
        for source in column.sources:
            if source.repeats and _owner(rows.table, source) == rows.anchor and not filled.all():
                pieces = elements.pieces(source.element, source.component, rows.shift)
                if pieces:
                    filled |= pieces.present
    return filled


def _table(block: Block, rows: Rows, bad: list[Bad]) -> pa.Table:
    arrays = _place(block, rows)
    anchor = View(rows.at, Elements(block.index, block.placement.segment[rows.at]), None)
    views = {rows.anchor.segment: anchor}
    for column in rows.table.columns:
        parts = []
        for source in column.sources:
            owner = _owner(rows.table, source)
            if owner is None and source.segment not in views:
                views[source.segment] = _satellites(block, rows.at, source.segment)
            if owner is None or owner == rows.anchor:
                parts.append(_values(rows, views[source.segment], source, column, bad))
        arrays.append(_column(parts, len(rows.at), column))
    return pa.Table.from_arrays(arrays, schema=layout.schema(rows.table))


Part = tuple[pa.Array, Integers | None]


def _values(rows: Rows, view: View, source: layout.Source, column: layout.Column, bad: list[Bad]) -> Part | None:
    """Read a column from one source: the values and their rows, None where no segment has the element."""
    shift = rows.shift if source.repeats else None
    pieces: Pieces | None = view.elements.pieces(source.element, source.component, shift)
    if pieces is None:
        return None
    array, wrong = reader(column.type)(pieces)
    if wrong is not None and wrong.any() and column.type != "date_to":  # date_from has said so already
        element = source.element + (np.zeros(len(view.at), np.int64) if shift is None else shift)
        bad.append(Bad(view.at[wrong], element[wrong], column.type.removesuffix("_from")))
    return array, view.row


def _column(parts: list[Part | None], length: int, column: layout.Column) -> pa.Array:
    """Put together what the sources gave: each row has at most one."""
    given = [part for part in parts if part is not None]
    if not given:
        return pa.nulls(length, layout.TYPES[column.type])
    array, row = given[0]
    if row is None:
        return array
    place = np.full(length, -1)
    start = 0
    for values, mine in given:
        place[mine] = np.arange(start, start + len(values))
        start += len(values)
    return pa.concat_arrays([values for values, _ in given]).take(integers(place, place >= 0))


def _place(block: Block, rows: Rows) -> list[pa.Array]:
    segment, columns = block.placement.segment[rows.at], block.columns
    arrays: list[pa.Array] = [
        _named(columns["owner"][rows.at], block.keys),
        pa.array(columns["number"][rows.at]),
        pa.array(block.index.byte_start[segment]),
        pa.array(block.index.byte_end[segment]),
    ]
    if rows.table.repeats:
        shift = np.zeros(len(rows.at), np.int64) if rows.shift is None else rows.shift
        arrays.append(pa.array((shift + rows.anchor.first).astype(np.int32)))
    for name in rows.table.context:
        values = columns.get(name, columns["nowhere"])[rows.at]
        arrays.append(_named(values, list(block.placement.grammar.loops)) if name == "loop" else pa.array(values))
    return arrays


def _named(codes: npt.NDArray[np.int32], names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


def _owner(table: layout.Table, source: layout.Source) -> layout.Anchor | None:
    """Return the anchor whose rows a source fills, None where it stands on another segment of the loop.

    Where one segment has several groups (MIA05, and MIA20 to MIA23) it is the nearest one that starts before.
    """
    mine = [
        a for a in table.anchors if a.segment == source.segment and (a.first <= source.element or not source.repeats)
    ]
    return max(mine, key=lambda anchor: anchor.first) if mine else None


def _satellites(block: Block, at: Integers, segment_id: str) -> View:
    """Find, per anchor, the first segment of an id behind it in the same loop instance, before the next anchor."""
    opener = block.placement.opener
    places = block.of_id(segment_id)
    anchor = np.searchsorted(at, places, side="right") - 1
    behind = at[np.maximum(anchor, 0)]
    near = (anchor >= 0) & (opener[behind] == opener[places]) & (block.owner[behind] == block.owner[places])
    anchor, places = anchor[near], places[near]
    earliest = np.append(True, anchor[1:] != anchor[:-1])[: len(anchor)]
    anchor, places = anchor[earliest], places[earliest]
    return View(places, Elements(block.index, block.placement.segment[places]), anchor)
