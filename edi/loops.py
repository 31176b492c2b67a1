"""Place every segment in its loop: which loop instance it belongs to, and in which claim, line and level it stands.

Strategy: only a few segments open loops. Those become symbols; the grammar's table turns a loop and a symbol into the
next loop. Where a symbol leads to the same loop from everywhere (CLP, SVC, CLM ...) nothing before it matters, so all
of these are placed at once and the few that depend on their predecessor follow in rounds. Everything else belongs to
the last opener before it; what is known of a loop is kept once for its opener. In: the segments of one grammar in an
index. Out: `Placement`. Never: a look at other values than the opener's qualifier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.grammar import CONTEXTS, NOT_AN_OPENER, OUTSIDE, Grammar
from edi.symbols import symbols

if TYPE_CHECKING:
    from edi.elements import Elements
    from edi.index import Index, Integers, Mask, Places

ROOT_STATE = 0
UNKNOWN = -2
ROUNDS = 16  # longer runs of dependent openers are walked one by one, so that no input costs its square


@dataclass(frozen=True)
class Carry:
    """What is open where a block ends inside a transaction: the loop and the enclosing segment numbers by context."""

    loop: str = "HEADER"
    contexts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Placement:
    """Where segments stand.

    opening: int32 per segment of the index, a place in the arrays that follow: its opener's; 0 where that lies in an
    earlier block. loop: int32 per opener, place in `Grammar.loops`; contexts: name -> int32 per opener, the number of
    the enclosing segment, 0 where there is none.
    """

    grammar: Grammar
    opening: npt.NDArray[np.int32]
    loop: npt.NDArray[np.int32]
    contexts: dict[str, npt.NDArray[np.int32]]

    def carry(self, segment: int) -> Carry:
        """Return what is open behind a segment."""
        opening = self.opening[segment]
        contexts = {name: int(numbers[opening]) for name, numbers in self.contexts.items()}
        return Carry(self.grammar.loops[self.loop[opening]], contexts)


def place(
    index: Index,
    segments: dict[str, tuple[Places, Elements]],
    number: npt.NDArray[np.int32],
    grammar: Grammar,
    carry: Carry,
) -> Placement:
    """Place the `segments` of transactions of one grammar, by their ids, among all of an index.

    number: of each segment in its transaction, ST = 1. The first may begin inside a transaction, as `carry` says.
    """
    openers, symbol = symbols(index, segments, grammar)
    entry = grammar.loops.index(carry.loop)
    state = _states(symbol, grammar, entry)
    opens = state != NOT_AN_OPENER
    openers, loops = openers[opens], state[opens]
    contexts = _contexts(grammar, loops, number[openers], carry)
    lengths = distances(openers, len(index))
    return Placement(
        grammar,
        np.arange(len(lengths), dtype=np.int32).repeat(lengths),
        np.append(entry, loops).astype(np.int32),
        {name: np.append(carry.contexts.get(name, 0), found).astype(np.int32) for name, found in contexts.items()},
    )


def distances(places: Places, length: int) -> Places:
    """Return how far it is from 0 to the first place, from each to the next, and from the last to `length`."""
    edges = np.empty(len(places) + 2, np.int64)
    edges[0], edges[-1] = 0, length
    edges[1:-1] = places
    return edges[1:] - edges[:-1]


@cache
def _steps(grammar: Grammar) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the grammar's table with a column for ST, and by symbol the loop that it leads to from everywhere."""
    step = np.concatenate([grammar.step, np.zeros((len(grammar.loops), 1), np.int16)], axis=1).astype(np.int64)
    constant = (step == step[0]).all(axis=0) & (step[0] >= 0)
    return step, np.where(constant, step[0], UNKNOWN)


@cache
def _turns(grammar: Grammar) -> tuple[npt.NDArray[np.int8], dict[str, Mask]]:
    """Return the rank of each loop's context, and by context which loops enter it."""
    rank = np.array([CONTEXTS.get(name, 99) for name in grammar.context], np.int8)
    rank[ROOT_STATE] = -1  # a new transaction leaves everything
    entered = [name for name in CONTEXTS if name in grammar.context and name != OUTSIDE]
    return rank, {name: np.array([context == name for context in grammar.context]) for name in entered}


def _states(symbol: npt.NDArray[np.int16], grammar: Grammar, entry: int) -> Integers:
    """Return the loop that each opener opens, or NOT_AN_OPENER where it opens none in its place."""
    step, constant = _steps(grammar)
    state = constant.take(symbol)
    after = state.copy()  # the loop that holds behind each candidate
    for _ in range(ROUNDS):
        open_rows = np.flatnonzero(after == UNKNOWN)
        if not open_rows.size:
            return state
        previous = np.where(open_rows > 0, after[open_rows - 1], entry)
        ready = previous != UNKNOWN
        rows, previous = open_rows[ready], previous[ready]
        state[rows] = step[previous, symbol[rows]]
        after[rows] = np.where(state[rows] >= 0, state[rows], previous)
    for row in np.flatnonzero(after == UNKNOWN):
        previous_loop = after[row - 1] if row else entry
        state[row] = step[previous_loop, symbol[row]]
        after[row] = state[row] if state[row] >= 0 else previous_loop
    return state


def _contexts(
    grammar: Grammar, loops: Integers, number: npt.NDArray[np.int32], carry: Carry
) -> dict[str, npt.NDArray[np.int32]]:
    """Return by context the number of the enclosing segment at every opener.

    Only openers of its own or of an outer rank enter or leave a context; it stays for all others behind them.
    """
    rank, entered = _turns(grammar)
    ranks = rank.take(loops)
    found = {}
    for name, enters in entered.items():
        turns = (ranks <= CONTEXTS[name]).nonzero()[0]
        numbers = number.take(turns) * enters.take(loops.take(turns))
        lengths = distances(turns, len(loops))
        found[name] = np.append(np.int32(carry.contexts.get(name, 0)), numbers).repeat(lengths)
    return found
