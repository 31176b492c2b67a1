"""The guides as pyx12 judges by them: its own maps, with two corrections.

Strategy: pyx12's maps are read as XML, corrected as data says, and made into pyx12's map objects once. The
corrections: code lists that grow faster than maps do are filled in where a map has none, and the dental guide of 5010,
for which pyx12 has no map, is composed out of its neighbours. In: names of grammars. Out: map objects of pyx12. Never:
delivered data.
"""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from pyx12.map_if import map_if
from pyx12.params import ParamsBase

from edi.data import rows
from edi.grammar import ROOT, dental
from edi.grammar.from_pyx12 import WRAPPERS
from edi.grammar.trees import codes_of, set_codes, tree

GROUP_HEADER = "/ISA_LOOP/GS_LOOP/GS"


@cache
def guide_map(grammar: str) -> Any:
    """Return pyx12's map of a grammar (column `grammar` of guides.csv; 999, 997; 00501, 00401: the envelope)."""
    root = dental.compose() if grammar == dental.GRAMMAR else deepcopy(tree(grammar))
    for element in root.iter("element"):
        codes = open_codes().get(element.get("xid", ""))
        if codes and not codes_of(element):
            set_codes(element, codes)
    return map_if(root, ParamsBase())


@cache
def open_codes() -> dict[str, str]:
    """Return the elements whose codes a payer may well know better -> the codes to fill in where a map has none."""
    lists = {row["name"]: row["codes"] for row in rows(__package__, "code_lists.csv")}
    return {row["element"]: lists.get(row["codes"], "") for row in rows(__package__, "open_codes.csv")}


def version(guide: Any) -> str:
    """Return the identifier that a map is made for, such as 005010X221A1."""
    return str(guide.getnodebypath(GROUP_HEADER).children[7].valid_codes[0])


@cache
def segments(grammar: str) -> dict[str, frozenset[str]]:
    """Return the ids of all segments that a grammar's map knows -> the codes of their first elements."""
    found: dict[str, set[str]] = {}
    for node in guide_map(grammar).loop_segment_iterator():
        if node.is_segment():
            found.setdefault(node.id, set()).update(getattr(node.children[0], "valid_codes", ()))
    return {segment_id: frozenset(codes) for segment_id, codes in found.items()}


def loop_of(node: Any) -> str:
    """Return the loop of a map that a loop or segment stands in or is; those that only hold others are HEADER."""
    loop = node if node.is_loop() else node.parent
    return ROOT if loop.id in WRAPPERS else str(loop.id)
