"""The guides as pyx12 knows them: every element that a transaction may have, with its names and codes.

In: pyx12's maps. Out: `Element`s in the guide's order. Never: the reader.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyx12.map_if
import pyx12.params
from pyx12.dataele import DataElements

from edi.grammar.from_pyx12 import MAPS

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_USED = "N"


class Element(NamedTuple):
    """One element or component (0: none) of one segment of one loop; `position` orders the segments of a loop."""

    grammar: str
    loop: str
    position: int
    segment: str
    most: int  # times that the segment may stand in its loop
    element: int
    component: int
    name: str
    data_element: str
    dictionary_name: str
    codes: tuple[str, ...]
    kind: str

    @property
    def transaction_set(self) -> str:
        return self.grammar[:3]

    @property
    def place(self) -> str:
        """Write the place as the layout does: CLP04, SVC01-2."""
        return f"{self.segment}{self.element:02}" + (f"-{self.component}" if self.component else "")


@cache
def elements(grammar: str) -> tuple[Element, ...]:
    """Return every element that a guide uses, in the guide's order; those it marks as not used are left out."""
    guide = pyx12.map_if.load_map_file(MAPS[grammar], pyx12.params.params())
    return tuple(_elements(grammar, guide, DataElements().dataele))


def _elements(grammar: str, loop: Any, dictionary: Any) -> Iterator[Element]:
    for position, node in enumerate(child for at in sorted(loop.pos_map) for child in loop.pos_map[at]):
        if node.is_loop():
            yield from _elements(grammar, node, dictionary)
            continue
        for element in node.children:
            for part in element.children if element.is_composite() else [element]:
                if NOT_USED in (element.usage, part.usage):
                    continue
                known = dictionary[part.data_ele]
                yield Element(
                    grammar, loop.id, position, node.id, node.get_max_repeat(), element.seq,
                    part.seq if element.is_composite() else 0, part.name.strip(), part.data_ele,
                    known["name"], tuple(part.valid_codes), known["data_type"],
                )  # fmt: skip


def snake(name: str) -> str:
    """Turn a guide's element name into a column's: Claim Submitter's Identifier -> claim_submitters_identifier."""
    return "_".join(re.findall(r"[a-z0-9]+", re.sub(r"\(.*?\)|'", "", name.lower())))
