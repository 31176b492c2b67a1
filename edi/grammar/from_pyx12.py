"""Compile the loop grammar out of pyx12's maps.

Strategy: in come pyx12's maps of the guides, out go rows (grammar, loop, parent, position, segment, element, codes):
which segment with which qualifier opens which loop below which other. Run by hand when pyx12 is updated; a test
proves that the committed `loops.csv` is what these maps say. Never used while files are read: loading a map costs
more than a file.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pyx12.map_if
import pyx12.params

MAPS = {
    "835": "835.5010.X221.A1.xml",
    "837P": "837.5010.X222.A1.xml",
    "837I": "837Q3.I.5010.X223.A1.xml",
    "835.4010": "835.4010.X091.A1.xml",
    "837P.4010": "837.4010.X098.A1.xml",
    "837I.4010": "837.4010.X096.A1.xml",
    "837D.4010": "837.4010.X097.A1.xml",
}

# The element whose code says which of several loops the same segment opens.
QUALIFIERS = {"HL": 3, "NM1": 1, "N1": 1}

# Wrappers of pyx12's that open with no segment of their own, or with the envelope.
WRAPPERS = {"ISA_LOOP", "GS_LOOP", "ST_LOOP", "HEADER", "DETAIL"}

ROOT = "HEADER"


class LoopRow(NamedTuple):
    """One way to open a loop; `codes` are separated by spaces, `element` is empty where any such segment opens it."""

    grammar: str
    loop: str
    parent: str
    position: int
    segment: str
    element: str
    codes: str


def compile_loops() -> list[LoopRow]:
    """Return the rows of every map in `MAPS`, in the guide's order."""
    parameters = pyx12.params.params()
    rows = []
    for grammar, file_name in MAPS.items():
        rows += _loops(grammar, pyx12.map_if.load_map_file(file_name, parameters))
    return rows


def _loops(grammar: str, guide: Any) -> list[LoopRow]:
    found: dict[tuple[str, str, str, str, str], tuple[int, ...]] = {}

    def walk(node: Any, parent: str, path: tuple[int, ...]) -> None:
        for position, child in _children(node):
            if not child.is_loop():
                continue
            here = (*path, position)
            opener = next((segment for _, segment in _children(child)), None)
            if child.id in WRAPPERS or opener is None or opener.is_loop():
                walk(child, parent, here)
                continue
            element = QUALIFIERS.get(opener.id)
            codes = " ".join(sorted(opener.children[element - 1].valid_codes)) if element else ""
            found.setdefault((child.id, parent, opener.id, str(element or ""), codes), here)
            walk(child, child.id, ())

    walk(guide, ROOT, ())
    places = {parent: sorted({here for key, here in found.items() if key[1] == parent}) for _, parent, *_ in found}
    return [
        LoopRow(grammar, loop, parent, places[parent].index(here) + 1, segment, element, codes)
        for (loop, parent, segment, element, codes), here in found.items()
    ]


def _children(node: Any) -> list[tuple[int, Any]]:
    return [(position, child) for position in sorted(node.pos_map) for child in node.pos_map[position]]
