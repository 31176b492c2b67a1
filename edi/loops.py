"""Place every segment in its loop: which loop instance it belongs to, and in which claim, line and level it stands.

Strategy: only a few segments open loops. Those become symbols; the grammar's table turns a loop and a symbol into the
next loop. Where a symbol leads to the same loop from everywhere (CLP, SVC, CLM ...) nothing before it matters, so all
of these are placed at once and the few that depend on their predecessor follow in rounds. Everything else belongs to
the last opener before it, which is one running count. In: the segments of one grammar in an index. Out: `Placement`.
Never: a look at other values than the opener's qualifier.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from edi.grammar import CONTEXTS, NOT_AN_OPENER, Grammar
from edi.index import Elements, Index, Integers, packed

ROOT_STATE = 0
UNKNOWN = -2
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

    segment: rows in the index, ascending; number: int64, segment number in its transaction (ST = 1); loop: int64, place
    in `Grammar.loops`; opener: int64, place of the opener in `segment` (-1 where it lies in an earlier block);
    contexts: name -> int64 number of the enclosing segment, 0 where there is none.
    """

    grammar: Grammar
    segment: Integers
    number: Integers
    loop: Integers
    opener: Integers
    contexts: dict[str, Integers]


def place(index: Index, segment: Integers, number: Integers, grammar: Grammar, carry: Carry) -> Placement:
    """Place `segment`s, which begin with an ST or, where `carry` says so, inside a transaction."""
    symbol = _symbols(index, segment, grammar)
    candidates = np.flatnonzero(symbol >= 0)
    entry = grammar.loops.index(carry.loop)
    state = _states(symbol[candidates], grammar, entry)
    opens = state != NOT_AN_OPENER
    openers, loops = candidates[opens], state[opens]
    latest = np.searchsorted(openers, np.arange(len(segment)), side="right") - 1
    before = latest < 0
    inside = np.maximum(latest, 0)
    if not len(openers):
        openers, loops = np.zeros(1, np.int64), np.full(1, entry)
    contexts = _contexts(grammar, loops, number[openers], carry)
    return Placement(
        grammar,
        segment,
        number,
        np.where(before, entry, loops[inside]),
        np.where(before, -1, openers[inside]),
        {name: np.where(before, carry.contexts.get(name, 0), value[inside]) for name, value in contexts.items()},
    )


def carry_of(placement: Placement) -> Carry:
    """Return what is open behind the last segment placed."""
    contexts = {name: int(numbers[-1]) for name, numbers in placement.contexts.items()}
    return Carry(placement.grammar.loops[int(placement.loop[-1])], contexts)


def _symbols(index: Index, segment: Integers, grammar: Grammar) -> Integers:
    identifier = index.identifier[segment]
    symbol = np.full(len(segment), NOT_AN_OPENER, np.int64)
    start = len(grammar.symbols)  # one symbol more than the table has: ST, which leads to HEADER
    symbol[identifier == packed("ST")] = start
    for name, element in grammar.qualifiers.items():
        rows = np.flatnonzero(identifier == packed(name))
        if not element:
            symbol[rows] = grammar.symbols[name, ""]
            continue
        codes = _codes(index, segment[rows], element)
        for (opening, code), number in grammar.symbols.items():
            if opening == name:
                symbol[rows[codes == packed(code)]] = number
    return symbol


def _codes(index: Index, segment: Integers, element: int) -> npt.NDArray[np.uint64]:
    pieces = Elements(index, segment).pieces(element)
    if pieces is None:
        return np.zeros(len(segment), np.uint64)
    bits = (8 * np.minimum(pieces.end - pieces.start, 7)).astype(np.uint64)
    codes: npt.NDArray[np.uint64] = index.words[pieces.start] & ((np.uint64(1) << bits) - np.uint64(1))
    return codes ^ (((codes & LETTER_BITS) >> np.uint64(1)) & codes & LOWER_CASE_BITS)  # in capitals


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


def _contexts(grammar: Grammar, loops: Integers, number: Integers, carry: Carry) -> dict[str, Integers]:
    """Return by context the number of the enclosing segment at every opener."""
    place = np.arange(len(loops))
    context = np.array(grammar.context, dtype=object)[loops]
    rank = np.array([CONTEXTS.get(name, 99) for name in grammar.context])[loops]
    rank[loops == ROOT_STATE] = -1  # a new transaction leaves everything
    found = {}
    for name, depth in CONTEXTS.items():
        if name not in grammar.context:
            continue
        mine = context == name
        entered = np.maximum.accumulate(np.where(mine, place, -1))
        left = np.maximum.accumulate(np.where((rank <= depth) & ~mine, place, -1))
        value = np.where(entered > left, number[np.maximum(entered, 0)], 0)
        found[name] = np.where((entered < 0) & (left < 0), carry.contexts.get(name, 0), value)
    return found
