"""Segments to tables: the rows of every layout table, for all transactions of one grammar in a block at once.

Strategy: each anchor of a table (CLP; each triplet of a CAS) makes rows; each column is a list of addresses, on the
anchor's own segment or on the first segment of another kind behind it in the same loop (N3 behind NM1). All tables'
addresses are read together; a table's columns are slices of what was read. A column that no segment of the block
fills costs nothing. In: a `Block`. Out: Arrow tables and the bad values. Never: a branch on a table or a segment;
those are rows of the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from edi import layout
from edi.anchored import Rows, in_file_order, positions, rows_of_anchor, satellites, strays
from edi.elements import Place
from edi.reading import Asked, Bad, Reading
from edi.recipes import Origin, Recipe, recipes
from edi.values import numbers_of

if TYPE_CHECKING:
    from edi.block import Block
    from edi.index import Pieces, Places

NO_ROWS: Places = np.zeros(0, np.int64)
HL_CONTEXTS = ("billing", "subscriber", "patient")
SPARSE = 8  # a column that fewer than one in so many rows has is read for these only, and spread over all


@dataclass(frozen=True)
class Plan:
    """A table to be: the segments and element positions of its rows, and where each column's values will begin.

    spread: of columns that few rows have, for each row the number of its value, or null.
    """

    recipe: Recipe
    segment: Places
    element_position: Pieces | None
    starts: list[int | None]
    spread: dict[int, pa.Array]

    def column(self, number: int, values: pa.Array) -> pa.Array:
        """Cut a column out of all values that were read of its type."""
        start = self.starts[number]
        if number not in self.spread:
            return values.slice(start, len(self.segment))
        return pc.take(values.slice(start), self.spread[number], boundscheck=False)


def shred(block: Block, transaction_set: str) -> tuple[dict[str, pa.Table], list[Bad]]:
    """Return all non-empty tables that a transaction set has, and what could not be read."""
    reading = Reading(block.index)
    plans = [plan for recipe in recipes(transaction_set) if (plan := _plan(block, recipe, reading))]
    reading.read()
    return (_assembled(block, plans, reading) if plans else {}), reading.bad


def _plan(block: Block, recipe: Recipe, reading: Reading) -> Plan | None:
    """Find the rows of a table, and ask for the values of its columns."""
    table = recipe.table
    parts = [rows for anchor in table.anchors for rows in rows_of_anchor(block, anchor, reading.bad)]
    if not parts:
        for segment_id in table.strays:
            strays(block, NO_ROWS, segment_id, table, reading.bad)
        return None
    segment, parts = in_file_order(parts)
    found: dict[int, list[tuple[Places | None, Place]]] = {}
    for origin in recipe.origins:
        for standing in _standing(block, table, origin, segment, parts, reading.bad):
            for number, place in standing.elements.places(origin.addresses[standing.group]):
                found.setdefault(origin.columns[number], []).append((standing.rows, place))
    element_position = positions(len(segment), parts) if table.repeats else None
    plan = Plan(recipe, segment, element_position, [None] * len(table.columns), {})
    spread: dict[int, pa.Array] = {}
    for number, sources in found.items():
        rows, place = sources[0]
        if rows is not None and len(sources) == 1 and SPARSE * len(rows) < len(segment):
            plan.spread[number] = spread.get(id(rows)) or spread.setdefault(id(rows), _spread(rows, len(segment)))
        elif rows is not None or len(sources) > 1:
            place = _merged(sources, len(segment), block.index.nowhere)
        reading.ask(Asked(table.columns[number], place, plan.starts, number))
    return plan


def _standing(
    block: Block, table: layout.Table, origin: Origin, segment: Places, parts: list[Rows], bad: list[Bad]
) -> list[Rows]:
    """Return the rows that have a segment of an origin: their own, or one behind it."""
    if origin.anchor:
        return [part for part in parts if part.anchor is origin.anchor]
    if origin.segment in table.strays:
        return strays(block, segment, origin.segment, table, bad)
    return satellites(block, segment, origin.segment)


def _spread(rows: Places, length: int) -> pa.Array:
    """Return for each row of a table the number of its value among those of some rows, null where it has none."""
    number = np.full(length, -1, np.int32)
    number[rows] = np.arange(len(rows))
    return pa.array(number, mask=number < 0)


def _merged(sources: list[tuple[Places | None, Place]], length: int, nowhere: int) -> Place:
    """Put together what several origins give a column: each row has a value of at most one of them."""
    first = np.full(length, nowhere, np.int32)
    last = first if all(place.end is None for _, place in sources) else first.copy()
    for rows, place in sources:
        cells, where = place.cells(nowhere), slice(None) if rows is None else rows
        first[where] = cells.first
        if last is not first:
            last[where] = cells.last
    return Place(first, 0, None, None if last is first else last)


def _assembled(block: Block, plans: list[Plan], reading: Reading) -> dict[str, pa.Table]:
    """Cut the tables out of what was read."""
    common = _common(block, np.concatenate([plan.segment for plan in plans]))
    found, first = {}, 0
    for plan in plans:
        table, length = plan.recipe.table, len(plan.segment)
        own = _own(block, plan)
        arrays = [own[name] if name in own else common[name].slice(first, length) for name in table.places]
        empty = {kind: nulls(length, kind) for kind in table.types}
        arrays += [
            empty[column.type] if plan.starts[number] is None else plan.column(number, reading.values(column.type))
            for number, column in zip(plan.recipe.read_with, table.columns, strict=True)
        ]
        found[table.name] = pa.Table.from_arrays(arrays, schema=table.schema)
        first += length
    return found


def _own(block: Block, plan: Plan) -> dict[str, pa.Array]:
    """Return what the rows of some tables alone say of their place."""
    found = {}
    if plan.element_position is not None:
        found["element_position"] = numbers_of(plan.element_position)
    if plan.recipe.table.is_quoted:
        found["byte_start"] = numbers_of(block.index.byte_start.take(plan.segment))
        found["byte_end"] = numbers_of(block.index.byte_end.take(plan.segment))
    return found


def _common(block: Block, segment: Places) -> dict[str, pa.Array]:
    """Return what the rows of all tables say of their place."""
    placement = block.placement
    opening = placement.opening.take(segment)
    keys = [transaction.transaction_key for transaction in block.transactions]
    found = {
        "transaction_key": _named(block.owner.take(segment), keys),
        "segment_number": numbers_of(block.number.take(segment)),
        "loop": _named(placement.loop.take(opening), list(placement.grammar.loops)),
    }
    contexts = dict(placement.contexts)
    levels = [contexts[name] for name in HL_CONTEXTS if name in contexts]
    if levels:
        contexts["hl"] = np.max(levels, axis=0)  # the innermost level stands last
    nothing = numbers_of(np.zeros(len(segment), np.int32))
    for name in ("claim", "line", "other", "hl", *HL_CONTEXTS):
        found[f"{name}_segment"] = numbers_of(contexts[name].take(opening)) if name in contexts else nothing
    return found


def _named(codes: np.ndarray, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers_of(codes), pa.array(names, pa.string()))


_NULLS: dict[str, pa.Array] = {}


def nulls(length: int, kind: str) -> pa.Array:
    """Return nulls of a layout type; one array serves all columns that nothing fills."""
    known = _NULLS.get(kind)
    if known is None or len(known) < length:
        known = _NULLS[kind] = pa.nulls(2 * length, layout.TYPES[kind])
    return known.slice(0, length)
