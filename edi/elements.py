"""Addresses of values: which pieces hold an element, or a component of it, for many segments at once.

Strategy: where no segment of a kind has components, the pieces of its elements follow each other, and all addresses of
a kind are one addition. Otherwise the end of each element is looked up from the element before. In: segments of one
kind. Out: `Cells`. Never: what a value is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edi.index import Index, Mask, Pieces, Places

Address = tuple[int, int]  # element (1-based), and component (1-based; 0: all of them)


class Cells(NamedTuple):
    """The first and the last piece of a value, for many rows; the index's `nowhere` where there is none.

    They are one array where every value is one piece.
    """

    first: Pieces
    last: Pieces


class Elements:
    """The elements of some segments: `first` is the last piece of each id, `count` how many pieces lie behind it."""

    def __init__(self, index: Index, first: Pieces, count: Pieces, is_plain: bool) -> None:
        """Prepare to address; `is_plain` where no element of any of the segments has components."""
        self.index, self.first, self.count, self.is_plain = index, first, count, is_plain
        self.most = int(count.max(initial=0))  # no segment has more elements
        self.least = int(count.min(initial=self.most))
        self.last = first + count
        self._ends = [first]  # of each element, the id included, its last piece

    def of(self, rows: Places | Mask) -> Elements:
        """Return the elements of some of the segments."""
        return Elements(self.index, self.first[rows], self.count[rows], self.is_plain)

    def cells(self, addresses: Sequence[Address]) -> list[Cells | None]:
        """Address values, None where no segment has any."""
        if not self.is_plain:
            return [self._composite(element, component) for element, component in addresses]
        elements = [element for element, component in addresses if component <= 1 and element <= self.most]
        if not elements:
            return [None] * len(addresses)
        pieces = self.first + np.array(elements, np.int32)[:, None]  # of all values at once
        if max(elements) > self.least:
            pieces[pieces > self.last] = self.index.nowhere
        rows = iter(pieces)
        return [
            Cells(row := next(rows), row) if component <= 1 and element <= self.most else None
            for element, component in addresses
        ]

    def holds(self, element: int, count: int) -> Mask:
        """Say whether anything but delimiters stands in `count` elements from one on."""
        first = self._end(element - 1) + np.int32(1)
        last = np.minimum(self._end(element - 1 + count), self.last)
        absent = first > last
        first[absent] = last[absent] = self.index.nowhere
        bounds = self.index.bounds
        holds: Mask = bounds.take(2 * last + 1) - bounds.take(2 * first) > last - first
        return holds

    def _composite(self, element: int, component: int) -> Cells | None:
        if element > self.most:
            return None
        end = self._end(element)
        first = self._end(element - 1) + np.int32(max(component, 1))
        absent = first > (end if component > 1 else self.last)
        if absent.any():
            if absent.all():
                return None
            first[absent] = self.index.nowhere
            end = first if component else np.where(absent, np.int32(self.index.nowhere), end)
        return Cells(first, first if component or bool((first == end).all()) else end)

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
