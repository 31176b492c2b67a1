"""Which segments may open a loop, as symbols: columns of the grammar's table.

Strategy: a segment's id decides, or its id and the code of one element; codes of up to seven letters are compared as
integers, all at once. In: the segments of one grammar by their ids. Out: a symbol per opener. Never: which loop it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.elements import Addresses, Elements, cells_of
from edi.grammar import NOT_AN_OPENER, Grammar
from edi.kinds import packed
from edi.values import Spans
from edi.words import LAST_BYTES

if TYPE_CHECKING:
    from edi.index import Index, Places

START = "ST"
CODE_LENGTH = 7
LETTER_BITS, LOWER_CASE_BITS = np.uint64(0x4040404040404040), np.uint64(0x2020202020202020)


@dataclass(frozen=True)
class Openings:
    """What segments of one id open: by the code of an element, in the order of the codes; by their id if it is 0."""

    element: Addresses | None
    codes: npt.NDArray[np.uint64]
    symbols: npt.NDArray[np.int16]


def symbols(
    index: Index, segments: dict[str, tuple[Places, Elements]], grammar: Grammar
) -> tuple[Places, npt.NDArray[np.int16]]:
    """Return the segments that may open a loop, in file order, and their symbols.

    One symbol more than the grammar's table has is that of ST, which leads to HEADER.
    """
    symbol = np.full(len(index), NOT_AN_OPENER, np.int16)
    for name, openings in _openings(grammar).items():
        if name in segments:
            rows, elements = segments[name]
            element = openings.element
            symbol[rows] = _coded(openings, _codes(index, elements, element)) if element else openings.symbols[0]
    openers = (symbol >= 0).nonzero()[0]
    return openers, symbol[openers]


def _coded(openings: Openings, codes: npt.NDArray[np.uint64]) -> npt.NDArray[np.int16]:
    place = np.minimum(openings.codes.searchsorted(codes), len(openings.codes) - 1)
    return np.where(openings.codes.take(place) == codes, openings.symbols.take(place), np.int16(NOT_AN_OPENER))


def _codes(index: Index, elements: Elements, element: Addresses) -> npt.NDArray[np.uint64]:
    """Return an element's first bytes in capitals, packed."""
    places = elements.places(element)
    if not places:
        return np.zeros(len(elements.first), np.uint64)
    spans = Spans(index, cells_of([place for _, place in places], index.nowhere))
    codes: npt.NDArray[np.uint64] = index.words[spans.start]
    codes &= ~LAST_BYTES.take(8 - np.minimum(spans.length, CODE_LENGTH))
    codes ^= ((codes & LETTER_BITS) >> np.uint64(1)) & codes & LOWER_CASE_BITS
    return codes


@cache
def _openings(grammar: Grammar) -> dict[str, Openings]:
    found = {START: Openings(None, np.zeros(1, np.uint64), np.array([len(grammar.symbols)], np.int16))}
    for name, element in grammar.qualifiers.items():
        known = sorted((packed(code), symbol) for (segment, code), symbol in grammar.symbols.items() if segment == name)
        codes, columns = zip(*known, strict=True)
        address = Addresses(((element, 0),)) if element else None
        found[name] = Openings(address, np.array(codes, np.uint64), np.array(columns, np.int16))
    return found
