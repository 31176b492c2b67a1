"""Segments to tables: the rows of every layout table, for all transactions of one grammar in a block at once.

Strategy: a table's anchors (CLP; each triplet of a CAS) make its rows; each column is addressed by arithmetic on the
anchor's segment or on the first segment of another kind behind it in the same loop (N3 behind NM1), and read in one
go. In: `Index`, `Placement`, and which transaction each segment belongs to. Out: Arrow tables and the bad values.
Never: a branch on a table or a segment; those are rows of the layout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from edi import layout
from edi.index import Index, Integers, Mask, Pieces, packed
from edi.values import reader

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


@dataclass(frozen=True)
class Bad:
    """Values that are not what their column's type asks for: places in `Placement.segment`, element, and that type."""

    at: Integers
    element: Integers
    expected: str


@dataclass(frozen=True)
class Rows:
    """The rows of one table: `at` places of the anchors, `group` which anchor, `shift` elements moved by the repeat."""

    at: Integers
    group: Integers
    shift: Integers
    first: Integers


def shred(block: Block, transaction_set: str) -> tuple[dict[str, pa.Table], list[Bad]]:
    """Return all non-empty tables that a transaction set has, and what could not be read."""
    found: dict[str, pa.Table] = {}
    bad: list[Bad] = []
    for table in layout.tables():
        if transaction_set not in table.transaction_sets:
            continue
        rows = _rows(block, table)
        if len(rows.at):
            found[table.name] = _table(block, table, rows, bad)
    return found, bad


def essential(index: Index, segment: Integers, transaction_set: str) -> Iterator[Integers]:
    """Yield the rows of `segment` whose money cannot be read though the transaction stands on it (BPR02, CLP04 ...)."""
    for table in layout.tables():
        for column in table.columns:
            if not column.essential or transaction_set not in table.transaction_sets:
                continue
            for source in column.sources:
                of_id = segment[index.identifier[segment] == packed(source.segment)]
                times, step = next((a.times, a.step) for a in table.anchors if a.segment == source.segment)
                for turn in range(times):
                    pieces = index.pieces(of_id, source.element + turn * step, source.component)
                    bad = reader(column.type)(index, pieces)[1] if pieces else None
                    if bad is not None:
                        yield of_id[bad]


def _rows(block: Block, table: layout.Table) -> Rows:
    identifier = block.index.identifier[block.placement.segment]
    parts = []
    for group, anchor in enumerate(table.anchors):
        at = np.flatnonzero(identifier == packed(anchor.segment))
        turn = np.zeros(len(at), np.int64)
        if anchor.groups:
            segment = block.placement.segment[at]
            elements = block.index.last[segment] - block.index.first[segment]
            times = np.clip((elements - anchor.first) // anchor.step + 1, 0, anchor.times)
            at = np.repeat(at, times)
            turn = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        parts.append((at, np.full(len(at), group), turn * anchor.step, anchor.first + turn * anchor.step))
    rows = Rows(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    if table.repeats and len(rows.at):
        filled = np.zeros(len(rows.at), bool)
        for column in table.columns:
            pieces = _pieces(block, table, column, rows)[0] if any(s.repeats for s in column.sources) else None
            if pieces:
                filled |= pieces.present
        if not filled.all():
            rows = _select(rows, np.flatnonzero(filled))
    if len(table.anchors) > 1:
        rows = _select(rows, np.lexsort((rows.first, rows.at)))
    return rows


def _select(rows: Rows, chosen: Integers) -> Rows:
    return Rows(rows.at[chosen], rows.group[chosen], rows.shift[chosen], rows.first[chosen])


def _table(block: Block, table: layout.Table, rows: Rows, bad: list[Bad]) -> pa.Table:
    schema = layout.schema(table)
    arrays = _place(block, table, rows)
    for column in table.columns:
        pieces, at, element = _pieces(block, table, column, rows)
        if pieces is None:
            arrays.append(pa.nulls(len(rows.at), layout.TYPES[column.type]))
            continue
        array, wrong = reader(column.type)(block.index, pieces)
        arrays.append(array)
        if wrong is not None and wrong.any() and column.type != "date_to":  # date_from has said so already
            bad.append(Bad(at[wrong], np.broadcast_to(element, len(at))[wrong], column.type.removesuffix("_from")))
    return pa.Table.from_arrays(arrays, schema=schema)


def _place(block: Block, table: layout.Table, rows: Rows) -> list[pa.Array]:
    placement, segment = block.placement, block.placement.segment[rows.at]
    arrays: list[pa.Array] = [
        _named(block.owner[rows.at], block.keys),
        pa.array(placement.number[rows.at].astype(np.int32)),
        pa.array(block.index.byte_start[segment]),
        pa.array(block.index.byte_end[segment]),
    ]
    if table.repeats:
        arrays.append(pa.array(rows.first.astype(np.int32)))
    for name in table.context:
        if name == "loop":
            arrays.append(_named(placement.loop[rows.at], list(placement.grammar.loops)))
        else:
            arrays.append(pa.array(_context(placement, name)[rows.at].astype(np.int32)))
    return arrays


def _context(placement: Placement, name: str) -> Integers:
    if name == "hl":  # the innermost hierarchical level, which stands last
        levels: Integers = np.max([_context(placement, level) for level in HL_CONTEXTS], axis=0)
        return levels
    return placement.contexts.get(name, np.zeros(len(placement.segment), np.int64))


def _named(codes: Integers, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), pa.array(names, pa.string()))


def _pieces(
    block: Block, table: layout.Table, column: layout.Column, rows: Rows
) -> tuple[Pieces | None, Integers, Integers | int]:
    """Address a column: its pieces, None if no row has any, and from which placed segment and element each comes."""
    source = column.sources[0]
    if len(column.sources) == len(table.anchors) == 1 and source.segment == table.anchors[0].segment:
        element = source.element + rows.shift if source.repeats else source.element
        return block.index.pieces(block.placement.segment[rows.at], element, source.component), rows.at, element
    at, element, component = (np.full(len(rows.at), fill) for fill in (-1, 1, 0))
    for source in column.sources:
        owner = _owner(table, source)
        if owner is None:
            mine = np.flatnonzero(at < 0)
            found = _satellites(block, rows.at[mine], source.segment)
            mine, found = mine[found >= 0], found[found >= 0]
        else:
            mine = np.flatnonzero(rows.group == owner)
            found = rows.at[mine]
        at[mine], component[mine] = found, source.component
        element[mine] = source.element + (rows.shift[mine] if source.repeats else 0)
    if not (at >= 0).any():
        return None, at, element
    segment = np.where(at >= 0, block.placement.segment[at], -1)
    if column.component is not None:
        return block.index.pieces(segment, element, column.component), at, element
    parts = {c: block.index.pieces(np.where(component == c, segment, -1), element, c) for c in np.unique(component)}
    return _merged([(component == c, pieces) for c, pieces in parts.items() if pieces]), at, element


def _merged(parts: list[tuple[Mask, Pieces]]) -> Pieces | None:
    """Put together pieces that were addressed apart; each row is taken from the part whose mask names it."""
    if not parts:
        return None
    merged = parts[0][1]
    for mask, pieces in parts[1:]:
        pairs = (
            (getattr(pieces, name), getattr(merged, name)) for name in ("first", "last", "start", "end", "present")
        )
        merged = Pieces(*(np.where(mask, mine, other) for mine, other in pairs))
    return merged


def _owner(table: layout.Table, source: layout.Source) -> int | None:
    """Return the anchor whose rows a source fills, None where it stands on another segment of the loop.

    Where one segment has several groups (MIA05, and MIA20 to MIA23) it is the nearest one that starts before.
    """
    matching = [
        (anchor.first, number)
        for number, anchor in enumerate(table.anchors)
        if anchor.segment == source.segment and (anchor.first <= source.element or not source.repeats)
    ]
    return max(matching)[1] if matching else None


def _satellites(block: Block, at: Integers, segment_id: str) -> Integers:
    """Return, per anchor, the first segment of an id behind it in the same loop instance, before the next anchor."""
    placement = block.placement
    places = np.flatnonzero(block.index.identifier[placement.segment] == packed(segment_id))
    found = np.full(len(at), -1)
    if not places.size or not len(at):
        return found
    anchor = np.searchsorted(at, places, side="right") - 1
    near = (anchor >= 0) & (placement.opener[at[np.maximum(anchor, 0)]] == placement.opener[places])
    near &= block.owner[at[np.maximum(anchor, 0)]] == block.owner[places]
    anchor, places = anchor[near], places[near]
    earliest = np.append(True, anchor[1:] != anchor[:-1])[: len(anchor)]
    found[anchor[earliest]] = places[earliest]
    return found
