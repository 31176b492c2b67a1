"""Place every segment in its loop: which loop instance it belongs to, and in which claim, line and level it stands.

Strategy: only a few segments open loops. Those become symbols; the grammar's table turns a loop and a symbol into the
next loop. Where a symbol leads to the same loop from everywhere (CLP, SVC, CLM ...) nothing before it matters, so all
of these are placed at once and the few that depend on their predecessor follow in rounds. Everything else belongs to
the last opener before it; what is known of a loop is kept once for its opener. In: the segments of one grammar in an
index. Out: `Placement`. Never: a look at other values than the opener's qualifier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi import kinds
from edi.elements import Elements
from edi.grammar import CONTEXTS, NOT_AN_OPENER, OUTSIDE, Grammar
from edi.kinds import packed
from edi.values import LAST_BYTES, Spans

if TYPE_CHECKING:
    from edi.index import Index, Integers, Mask, Places

ROOT_STATE = 0
UNKNOWN = -2
START = "ST"
LETTER_BITS, LOWER_CASE_BITS = np.uint64(0x4040404040404040), np.uint64(0x2020202020202020)
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


def place(index: Index, inside: Mask, number: npt.NDArray[np.int32], grammar: Grammar, carry: Carry) -> Placement:
    """Place the segments of an index that are `inside` transactions of one grammar.

    number: of each segment in its transaction, ST = 1. The first may begin inside a transaction, as `carry` says.
    """
    openers = np.flatnonzero(kinds.members((START, *grammar.qualifiers)).take(index.kind) & inside)
    entry = grammar.loops.index(carry.loop)
    symbol = _symbols(index, openers, grammar)
    openers, symbol = openers[symbol >= 0], symbol[symbol >= 0]
    state = _states(symbol, grammar, entry)
    opens = state != NOT_AN_OPENER
    openers, loops = openers[opens], state[opens]
    contexts = _contexts(grammar, loops, number[openers], carry)
    lengths = np.diff(openers, prepend=0, append=len(index))
    return Placement(
        grammar,
        np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        np.append(entry, loops).astype(np.int32),
        {name: np.append(carry.contexts.get(name, 0), found).astype(np.int32) for name, found in contexts.items()},
    )


def _symbols(index: Index, openers: Places, grammar: Grammar) -> Integers:
    """Return of each segment that may open a loop its column in the grammar's table."""
    kind = index.kind.take(openers)
    symbol = np.full(len(openers), NOT_AN_OPENER, np.int64)
    start = len(grammar.symbols)  # one symbol more than the table has: ST, which leads to HEADER
    symbol[kind == kinds.NUMBERS[START]] = start
    for name, element in grammar.qualifiers.items():
        rows = np.flatnonzero(kind == kinds.NUMBERS[name])
        if not element or not rows.size:
            symbol[rows] = grammar.symbols.get((name, ""), NOT_AN_OPENER)
            continue
        codes = _codes(index, openers[rows], element)
        for (opening, code), number in grammar.symbols.items():
            if opening == name:
                symbol[rows[codes == packed(code)]] = number
    return symbol


def _codes(index: Index, segment: Places, element: int) -> npt.NDArray[np.uint64]:
    """Return an element's first bytes in capitals, packed."""
    first = index.first.take(segment)
    is_plain = not index.components.size or not index.is_composite.take(segment).any()
    [cells] = Elements(index, first, index.last.take(segment) - first, is_plain).cells([(element, 0)])
    if cells is None:
        return np.zeros(len(segment), np.uint64)
    spans = Spans(index, cells)
    codes: npt.NDArray[np.uint64] = index.words[spans.start] & ~LAST_BYTES.take(8 - np.minimum(spans.length, 7))
    codes ^= ((codes & LETTER_BITS) >> np.uint64(1)) & codes & LOWER_CASE_BITS
    return codes


def _states(symbol: Integers, grammar: Grammar, entry: int) -> Integers:
    """Return the loop that each opener opens, or NOT_AN_OPENER where it opens none in its place."""
    step = np.concatenate([grammar.step, np.zeros((len(grammar.loops), 1), np.int16)], axis=1).astype(np.int64)
    constant = (step == step[0]).all(axis=0) & (step[0] >= 0)
    state = np.where(constant, step[0], UNKNOWN)[symbol]
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
    rank = np.array([CONTEXTS.get(name, 99) for name in grammar.context])
    rank[ROOT_STATE] = -1  # a new transaction leaves everything
    ranks = rank[loops]
    found = {}
    for name, depth in CONTEXTS.items():
        if name not in grammar.context or name == OUTSIDE:
            continue
        enters = np.array([context == name for context in grammar.context])
        turns = np.flatnonzero(ranks <= depth)
        entered = np.where(enters[loops[turns]], number[turns], np.int32(0))
        lengths = np.diff(turns, prepend=0, append=len(loops))
        found[name] = np.append(np.int32(carry.contexts.get(name, 0)), entered).repeat(lengths)
    return found
