"""Addresses of values: which pieces hold an element, or a component of it, for many segments at once.

Strategy: where no segment of a kind has components, the pieces of its elements follow each other, and all addresses of
a kind are one addition. Otherwise the end of each element is looked up from the element before. In: segments of one
kind. Out: `Cells`. Never: what a value is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from edi.index import Index, Mask, Pieces, Places


class Cells(NamedTuple):
    """The first and the last piece of a value, for many rows; the index's `nowhere` where there is none.

    They are one array where every value is one piece.
    """

    first: Pieces
    last: Pieces

    def rows(self, which: slice) -> Cells:
        """Return some of them."""
        first = self.first[which]
        return Cells(first, first if self.last is self.first else self.last[which])


class Place(NamedTuple):
    """Where the values of one column stand: `step` pieces behind each of `base`.

    limit: the last piece that may be, None where none is behind it; end: the last piece of each, where any has several.
    """

    base: Pieces
    step: int
    limit: Pieces | None = None
    end: Pieces | None = None

    def write(self, first: Pieces, nowhere: int) -> Pieces:
        """Write the first piece of each value to an array of the same length, and return it."""
        np.add(self.base, np.int32(self.step), out=first)
        if self.limit is not None:
            np.copyto(first, nowhere, where=first > self.limit)
        return first

    def cells(self, nowhere: int) -> Cells:
        """Return the cells of this place alone."""
        first = self.write(np.empty(len(self.base), np.int32), nowhere)
        return Cells(first, first if self.end is None else np.maximum(self.end, first))


def cells_of(places: list[Place], nowhere: int) -> Cells:
    """Return the cells of all places, one behind the other."""
    edges = [0, *accumulate(len(place.base) for place in places)]
    first = np.empty(edges[-1], np.int32)
    for place, (start, end) in zip(places, pairwise(edges), strict=True):
        place.write(first[start:end], nowhere)
    if all(place.end is None for place in places):
        return Cells(first, first)
    last = np.concatenate([place.base if place.end is None else place.end for place in places])
    np.maximum(last, first, out=last)  # a value that is one piece ends where it begins, as does what is nowhere
    return Cells(first, last)


@dataclass(frozen=True, eq=False)
class Addresses:
    """Elements (1-based) and their components (1-based; 0: all of them), for the columns of one origin."""

    pairs: tuple[tuple[int, int], ...]
    _known: dict[tuple[int, bool], list[tuple[int, int, int]]] = field(default_factory=dict, repr=False)

    @cached_property
    def most(self) -> int:
        """The last element."""
        return max(element for element, _ in self.pairs)

    def within(self, most: int, is_plain: bool) -> list[tuple[int, int, int]]:
        """Return number and address of those that segments of up to `most` elements may have.

        Where none has components, there is no second one.
        """
        key = min(most, self.most), is_plain
        if key not in self._known:
            self._known[key] = [
                (number, element, component)
                for number, (element, component) in enumerate(self.pairs)
                if element <= most and not (is_plain and component > 1)
            ]
        return self._known[key]


class Elements:
    """The elements of some segments: `first` is the last piece of each id, `last` the last of the segment.

    most, least: what the number of a segment's pieces behind its id lies between; is_plain: no element has components.
    """

    def __init__(self, index: Index, first: Pieces, last: Pieces, most: int, least: int, is_plain: bool) -> None:
        """Prepare to address."""
        self.index, self.first, self.last, self.is_plain = index, first, last, is_plain
        self.most, self.least = most, least
        self._ends = [first]  # of each element, the id included, its last piece

    def of(self, rows: Places | Mask) -> Elements:
        """Return the elements of some of the segments."""
        first, last = self.first[rows], self.last[rows]
        return Elements(self.index, first, last, int((last - first).max(initial=0)), self.least, self.is_plain)

    def places(self, addresses: Addresses) -> list[tuple[int, Place]]:
        """Return the places of those addresses, and their numbers, that any segment has."""
        known = addresses.within(self.most, self.is_plain)
        if self.is_plain:
            return [
                (number, Place(self.first, element, self.last if element > self.least else None))
                for number, element, _ in known
            ]
        return [(number, place) for number, *address in known if (place := self._composite(*address))]

    def holds(self, element: int, count: int) -> Mask:
        """Say whether anything but delimiters stands in `count` elements from one on."""
        first = self._end(element - 1) + np.int32(1)
        last = np.minimum(self._end(element - 1 + count), self.last)
        absent = first > last
        first[absent] = last[absent] = self.index.nowhere
        bounds = self.index.bounds
        holds: Mask = bounds.take(2 * last + 1) - bounds.take(2 * first) > last - first
        return holds

    def _composite(self, element: int, component: int) -> Place | None:
        before, end = self._end(element - 1), self._end(element)
        if element > self.most:
            return None
        widest = int((end - before).max())
        if component > widest:
            return None
        whole = end if component == 0 and widest > 1 else None
        return Place(before, max(component, 1), end if component > 1 else self.last, whole)

    def _end(self, element: int) -> Pieces:
        """Return the last piece of an element; where it is absent, one behind the segment or its last piece."""
        if self.is_plain:
            return self.first + np.int32(element)
        while len(self._ends) <= element:
            behind = np.minimum(self._ends[-1] + np.int32(1), self.last)
            self._ends.append(self.index.element_end.take(behind))
            if bool((self._ends[-1] == self.last).all()):
                self.most = min(self.most, len(self._ends) - 1)  # nothing lies behind this element in any segment
        return self._ends[element]
