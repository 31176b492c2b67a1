"""Which segment opens which loop: the guides' structure as a table of states.

Strategy: in come rows (loop, parent, opening segment and qualifier; compiled from pyx12's maps, our own for dental
5010), out goes, for every guide, a table `step[loop, symbol]`: the loop that a segment opens when it stands in a
given loop. The walk that pyx12 does for every segment (children first, then later siblings, then the parent's) is
done once here, for every loop and symbol there is; reading is then one look-up. Never: code for one guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from edi.data import rows

ROOT = "HEADER"
NOT_AN_OPENER = -1
# From the outermost context to the innermost; entering one leaves those of the same or a deeper rank.
OUTSIDE = "outside"  # of every claim; no row asks for it
CONTEXTS = {OUTSIDE: 0, "billing": 1, "subscriber": 2, "patient": 3, "claim": 4, "line": 5, "other": 5}


@dataclass(frozen=True)
class Guide:
    """An implementation guide: its grammar and claim kind, or the reason why it is set aside."""

    transaction_set_code: str
    grammar: str
    claim_kind: str
    set_aside: str


@dataclass(frozen=True)
class Opening:
    """One way to open a loop: below `parent`, at `position` among its siblings; any code if `codes` is empty."""

    loop: str
    parent: str
    position: int
    segment: str
    codes: frozenset[str]


@dataclass(frozen=True, eq=False)
class Grammar:
    """The loops of one guide.

    loops: names, HEADER first; context: of each loop, '' where it is none.
    qualifiers: opening segment id -> the element that qualifies it (0: none does).
    symbols: (segment id, code) -> column of `step`; the code is '' where nothing qualifies.
    step: int16 [loop, symbol] -> the loop opened there, or NOT_AN_OPENER.
    """

    loops: tuple[str, ...]
    context: tuple[str, ...]
    qualifiers: dict[str, int]
    symbols: dict[tuple[str, str], int]
    step: npt.NDArray[np.int16]


@lru_cache(maxsize=256)
def guide(identifier: str) -> Guide | None:
    """Find a guide by the version identifier of ST03 or GS08, such as 005010X221A1; None if we know none such."""
    number = re.search(r"X\d{3}", identifier.upper())
    return _guides().get(number.group()) if number else None


@cache
def opening_ids() -> frozenset[str]:
    """Return the ids of all segments that open a loop in any guide."""
    return frozenset(row["segment"] for file in ("loops.csv", "loops_837d.csv") for row in rows(__name__, file))


@cache
def grammar(name: str) -> Grammar:
    """Return the grammar of that name (column `grammar` of guides.csv)."""
    openings, qualifiers = _openings(name)
    loops = (ROOT, *dict.fromkeys(opening.loop for opening in openings))
    known = {row["loop"]: row for row in rows(__name__, "contexts.csv")}
    anywhere = {loop for loop in loops if loop in known and known[loop]["opens_anywhere"]}
    symbols: dict[tuple[str, str], int] = {}
    for opening in openings:
        for code in sorted(opening.codes) or [""]:
            symbols.setdefault((opening.segment, code), len(symbols))
    step = np.full((len(loops), len(symbols)), NOT_AN_OPENER, np.int16)
    for (segment, code), symbol in symbols.items():
        matching = [o for o in openings if o.segment == segment and (not o.codes or code in o.codes)]
        for state, loop in enumerate(loops):
            opened = _opened(loop, matching, openings, anywhere)
            step[state, symbol] = loops.index(opened) if opened else NOT_AN_OPENER
    context = tuple(known[loop]["context"] if loop in known else "" for loop in loops)
    return Grammar(loops, context, qualifiers, symbols, step)


def _opened(loop: str, matching: list[Opening], openings: list[Opening], anywhere: set[str]) -> str | None:
    reach: list[tuple[str, int]] = [(loop, 0)]
    for node, earliest in reach:  # grows while it is walked: the loop itself, then outwards
        for opening in matching:
            if opening.parent == node and opening.position >= earliest:
                return opening.loop
        reach += [(o.parent, o.position) for o in openings if o.loop == node and (o.parent, o.position) not in reach]
    # Real files repeat a party out of order (N1*PR, N1*PE, N1*PR) and leave out levels above a claim.
    beside = {(o.parent, o.segment) for o in openings if o.loop == loop}
    late = [o.loop for o in matching if (o.parent, o.segment) in beside]
    return next(iter(late + [o.loop for o in matching if o.loop in anywhere]), None)


def _openings(name: str) -> tuple[list[Opening], dict[str, int]]:
    found = [row for file in ("loops.csv", "loops_837d.csv") for row in rows(__name__, file) if row["grammar"] == name]
    openings = [
        Opening(row["loop"], row["parent"], int(row["position"]), row["segment"], frozenset(row["codes"].split()))
        for row in found
    ]
    return openings, {row["segment"]: int(row["element"] or 0) for row in found}


@cache
def _guides() -> dict[str, Guide]:
    return {
        row["guide"]: Guide(row["transaction_set_code"], row["grammar"], row["claim_kind"], row["set_aside"])
        for row in rows(__name__, "guides.csv")
    }
