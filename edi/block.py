"""The segments of one grammar in a block, and whose they are.

Strategy: the segments are sorted by their id once, a byte each; then the rows of every kind are a slice. In: an index
and the transactions of one grammar in it. Out: `Block`. Never: a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.elements import Elements
from edi.kinds import NUMBERS
from edi.loops import Placement, place

if TYPE_CHECKING:
    from edi.grammar import Grammar
    from edi.index import Index, Mask, Pieces, Places
    from edi.transaction import Transaction

NOBODY = -1


@dataclass(frozen=True)
class Block:
    """Segments of an index; `owner`: a place in `transactions` or NOBODY, `number`: in its transaction (ST = 1)."""

    index: Index
    transactions: list[Transaction]
    owner: npt.NDArray[np.int32]
    number: npt.NDArray[np.int32]
    placement: Placement

    @cached_property
    def _sorted(self) -> tuple[Places, list[int], Pieces, Pieces, Mask]:
        """All segments in the order of their kinds: rows, where each kind ends, first pieces, counts, is composite."""
        kind = self.index.kind * (self.owner != NOBODY)
        order = kind.argsort(kind="stable")
        ends = np.cumsum(np.bincount(kind, minlength=len(NUMBERS))).tolist()
        first = self.index.first.take(order)
        composite = self.index.is_composite.take(order) if self.index.components.size else np.zeros(0, bool)
        return order, ends, first, self.index.last.take(order) - first, composite

    @cached_property
    def _known(self) -> dict[str, tuple[Places, Elements]]:
        return {}

    def of(self, segment_id: str) -> tuple[Places, Elements] | None:
        """Return all segments of an id, rows of the index, and their elements; None if there is none."""
        order, ends, first, count, composite = self._sorted
        number = NUMBERS[segment_id]
        mine = slice(ends[number - 1], ends[number])
        if mine.start == mine.stop:
            return None
        if segment_id not in self._known:
            elements = Elements(self.index, first[mine], count[mine], not composite[mine].any())
            self._known[segment_id] = order[mine], elements
        return self._known[segment_id]


def block_of(index: Index, transactions: list[Transaction], grammar: Grammar) -> Block:
    """Gather the segments of some transactions, in file order, which follow one grammar."""
    edges = np.array([(t.first, t.last + 1) for t in transactions]).ravel()
    lengths = np.diff(edges, prepend=0, append=len(index))
    owners = np.full(len(lengths), NOBODY, np.int32)
    owners[1::2] = np.arange(len(transactions))
    before = np.zeros(len(lengths), np.int64)
    before[1::2] = [t.first - t.carried_segments - 1 for t in transactions]
    owner = np.repeat(owners, lengths)
    number = (np.arange(len(index)) - np.repeat(before, lengths)).astype(np.int32)
    placement = place(index, owner != NOBODY, number, grammar, transactions[0].carry)
    return Block(index, transactions, owner, number, placement)
