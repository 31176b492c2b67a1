"""The segments of one grammar in a block, and whose they are.

Strategy: the segments are sorted by their id once, a byte each; then the rows of every kind are a slice. In: an index
and the transactions of one grammar in it. Out: `Block`. Never: a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.elements import Elements
from edi.kinds import NAMES
from edi.loops import Placement, distances, place

if TYPE_CHECKING:
    from edi.grammar import Grammar
    from edi.index import Index, Mask, Places
    from edi.transaction import Transaction

NOBODY = -1


@dataclass(frozen=True)
class Block:
    """Segments of an index; `owner`: a place in `transactions` or NOBODY, `number`: in its transaction (ST = 1).

    segments: those of transactions, by their ids.
    """

    index: Index
    transactions: list[Transaction]
    owner: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    segments: dict[str, tuple[Places, Elements]]
    placement: Placement


def by_id(index: Index, inside: Mask) -> dict[str, tuple[Places, Elements]]:
    """Return the segments that are `inside` by their ids: rows of the index, and their elements."""
    kind = index.kind * inside
    order = kind.argsort(kind="stable")
    counts = np.bincount(kind)
    present = counts.nonzero()[0]
    ends = counts[present].cumsum()
    first, last = index.first.take(order), index.last.take(order)
    starts = np.append(0, ends[:-1])
    most, least = (of.reduceat(last - first, starts) for of in (np.maximum, np.minimum))
    rows = (array.tolist() for array in (present, starts, ends, most, least, ~index.is_composite[present]))
    return {
        NAMES[number]: (order[start:end], Elements(index, first[start:end], last[start:end], *shape))
        for number, start, end, *shape in zip(*rows, strict=True)
    }


def block_of(index: Index, transactions: list[Transaction], grammar: Grammar) -> Block:
    """Gather the segments of some transactions, in file order, which follow one grammar."""
    edges = np.array([(t.first, t.last + 1) for t in transactions]).ravel()
    lengths = distances(edges, len(index))
    owners = np.full(len(lengths), NOBODY, np.int32)
    owners[1::2] = np.arange(len(transactions))
    before = np.zeros(len(lengths), np.int32)
    before[1::2] = [t.first - t.carried_segments - 1 for t in transactions]
    owner = owners.repeat(lengths)
    number = np.arange(len(index), dtype=np.int32) - before.repeat(lengths)
    segments = by_id(index, owner != NOBODY)
    return Block(
        index, transactions, owner, number, segments, place(index, segments, number, grammar, transactions[0].carry)
    )
