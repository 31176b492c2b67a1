"""Segments to tables: the rows of every layout table, for all transactions of one grammar in a block at once.

Strategy: each anchor of a table (CLP; each triplet of a CAS) makes rows; each column is a list of addresses, on the
anchor's own segment or on the first segment of another kind behind it in the same loop (N3 behind NM1). All tables'
addresses are read together; a table's columns are slices of what was read. A column that no segment of the block
fills costs nothing. In: a `Block`. Out: Arrow tables and the bad values. Never: a branch on a table or a segment;
those are rows of the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from edi import layout
from edi.anchored import Rows, in_file_order, positions, rows_of_anchor, satellites, strays
from edi.elements import Cells
from edi.reading import Bad, Reading

if TYPE_CHECKING:
    from edi.block import Block
    from edi.index import Pieces, Places

NO_ROWS: Places = np.zeros(0, np.int64)
HL_CONTEXTS = ("billing", "subscriber", "patient")


@dataclass(frozen=True)
class Origin:
    """The columns of a table that stand on segments of one kind: an anchor's, or another one's behind it."""

    segment: str
    anchor: layout.Anchor | None
    columns: tuple[int, ...]
    sources: tuple[layout.Source, ...]

    def addresses(self, shift: int) -> list[tuple[int, int]]:
        """Return element and component of each column."""
        return [(source.element + shift * source.repeats, source.component) for source in self.sources]


@dataclass(frozen=True)
class Plan:
    """A table to be: the segments and element positions of its rows, and where each column's values will begin."""

    table: layout.Table
    segment: Places
    element_position: Pieces | None
    starts: list[int | None]


def shred(block: Block, transaction_set: str) -> tuple[dict[str, pa.Table], list[Bad]]:
    """Return all non-empty tables that a transaction set has, and what could not be read."""
    reading = Reading(block.index)
    plans = [plan for table in _tables(transaction_set) if (plan := _plan(block, table, reading))]
    reading.read()
    return (_assembled(block, plans, reading) if plans else {}), reading.bad


def _plan(block: Block, table: layout.Table, reading: Reading) -> Plan | None:
    """Find the rows of a table, and ask for the values of its columns."""
    parts = [rows for anchor in table.anchors for rows in rows_of_anchor(block, anchor, reading.bad)]
    if not parts:
        for segment_id in table.strays:
            strays(block, NO_ROWS, segment_id, table, reading.bad)
        return None
    segment, parts = in_file_order(parts)
    found: dict[int, list[tuple[Places | None, Cells]]] = {}
    for origin in _origins(table.name):
        for rows in _standing(block, table, origin, segment, parts, reading.bad):
            cells = rows.elements.cells(origin.addresses(rows.shift))
            for number, mine in zip(origin.columns, cells, strict=True):
                if mine:
                    found.setdefault(number, []).append((rows.place, mine))
    starts: list[int | None] = [None] * len(table.columns)
    for number in sorted(found):
        starts[number] = reading.ask(table.columns[number], _merged(block, len(segment), found[number]))
    for number in _last_days(table.name):  # they are read with the first days before them
        starts[number] = starts[number - 1]
    return Plan(table, segment, positions(len(segment), parts) if table.repeats else None, starts)


def _standing(
    block: Block, table: layout.Table, origin: Origin, segment: Places, parts: list[Rows], bad: list[Bad]
) -> list[Rows]:
    """Return the rows that have a segment of an origin: their own, or one behind it."""
    if origin.anchor:
        return [part for part in parts if part.anchor is origin.anchor]
    if origin.segment in table.strays:
        return strays(block, segment, origin.segment, table, bad)
    return satellites(block, segment, origin.segment)


def _merged(block: Block, length: int, found: list[tuple[Places | None, Cells]]) -> Cells:
    """Put together what the sources of a column gave: each row has at most one."""
    if found[0][0] is None:
        return found[0][1]
    first = np.full(length, block.index.nowhere, np.int32)
    last = first if all(cells.last is cells.first for _, cells in found) else first.copy()
    for place, cells in found:
        first[place] = cells.first
        if last is not first:
            last[place] = cells.last
    return Cells(first, last)


def _assembled(block: Block, plans: list[Plan], reading: Reading) -> dict[str, pa.Table]:
    """Cut the tables out of what was read."""
    common = _common(block, np.concatenate([plan.segment for plan in plans]))
    found, first = {}, 0
    for plan in plans:
        length = len(plan.segment)
        arrays = [common[name].slice(first, length) for name in plan.table.places]
        if plan.element_position is not None:
            arrays.insert(layout.ELEMENT_POSITION, pa.array(plan.element_position))
        empty = {kind: nulls(length, kind) for kind in plan.table.types}
        arrays += [
            empty[column.type] if start is None else reading.values(column.type).slice(start, length)
            for column, start in zip(plan.table.columns, plan.starts, strict=True)
        ]
        found[plan.table.name] = pa.Table.from_arrays(arrays, schema=plan.table.schema)
        first += length
    return found


def _common(block: Block, segment: Places) -> dict[str, pa.Array]:
    """Return what every row says of its place."""
    index, placement = block.index, block.placement
    opening = placement.opening.take(segment)
    keys = [transaction.transaction_key for transaction in block.transactions]
    found = {
        "transaction_key": _named(block.owner.take(segment), keys),
        "segment_number": pa.array(block.number.take(segment)),
        "byte_start": pa.array(index.byte_start.take(segment)),
        "byte_end": pa.array(index.byte_end.take(segment)),
        "loop": _named(placement.loop.take(opening), list(placement.grammar.loops)),
    }
    contexts = dict(placement.contexts)
    levels = [contexts[name] for name in HL_CONTEXTS if name in contexts]
    if levels:
        contexts["hl"] = np.max(levels, axis=0)  # the innermost level stands last
    zeros = np.zeros(len(segment), np.int32)
    for name in ("claim", "line", "other", "hl", *HL_CONTEXTS):
        found[f"{name}_segment"] = pa.array(contexts[name].take(opening) if name in contexts else zeros)
    return found


def _named(codes: np.ndarray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(names, pa.string()))


_NULLS: dict[str, pa.Array] = {}


def nulls(length: int, kind: str) -> pa.Array:
    """Return nulls of a layout type; one array serves all columns that nothing fills."""
    known = _NULLS.get(kind)
    if known is None or len(known) < length:
        known = _NULLS[kind] = pa.nulls(2 * length, layout.TYPES[kind])
    return known.slice(0, length)


@cache
def _last_days(table_name: str) -> list[int]:
    [table] = [table for table in layout.tables() if table.name == table_name]
    return [number for number, column in enumerate(table.columns) if column.type == "date_to"]


@cache
def _tables(transaction_set: str) -> tuple[layout.Table, ...]:
    return tuple(table for table in layout.tables() if transaction_set in table.transaction_sets)


@cache
def _origins(table_name: str) -> list[Origin]:
    """Return what the columns of a table stand on."""
    [table] = [table for table in layout.tables() if table.name == table_name]
    found: dict[tuple[str, layout.Anchor | None], list[tuple[int, layout.Source]]] = {}
    for number, column in enumerate(table.columns):
        for source in column.sources if column.type != "date_to" else ():
            found.setdefault((source.segment, _owner(table, source)), []).append((number, source))
    return [Origin(*place, *zip(*columns, strict=True)) for place, columns in found.items()]


def _owner(table: layout.Table, source: layout.Source) -> layout.Anchor | None:
    """Return the anchor whose rows a source fills, None where it stands on another segment of the loop.

    Where one segment has several groups (MIA05, and MIA20 to MIA23) it is the nearest one that starts before.
    """
    mine = [
        a for a in table.anchors if a.segment == source.segment and (a.first <= source.element or not source.repeats)
    ]
    return max(mine, key=lambda anchor: anchor.first) if mine else None
