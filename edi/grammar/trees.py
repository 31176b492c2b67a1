"""pyx12's map files as XML, before they become map objects.

Strategy: pyx12 reads its maps from files of its package only; whoever wants a map corrected needs the XML. In: names
of grammars. Out: trees, shared by all who ask. Never: delivered data, or a tree changed in place.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, fromstring

from edi.grammar.from_pyx12 import MAPS

MAP_NAMES = {
    **MAPS,
    "999": "999.5010X231.A1.xml",
    "997": "997.4010.xml",
    "00501": "x12.control.00501.xml",
    "00401": "x12.control.00401.xml",
}


@cache
def tree(grammar: str) -> Element:
    """Return the XML of pyx12's map of a grammar; copy it before you change it. KeyError if pyx12 has none."""
    content = (files("pyx12") / "map" / MAP_NAMES[grammar]).read_bytes()
    return fromstring(content)  # noqa: S314 - a file of the installed package, nobody's delivery


def named(node: Element, tag: str, name: str) -> Element:
    """Return the first loop, segment or element of that name below a node."""
    return next(found for found in node.iter(tag) if found.get("xid") == name)


def say(node: Element, tag: str, text: str) -> None:
    """Let a node have this text as its usage, position or the like."""
    found = node.find(tag)
    if found is None:
        found = SubElement(node, tag)
    found.text = text


def set_codes(element: Element, codes: str) -> None:
    """Let an element have these codes, separated by spaces, and no others."""
    for old in element.findall("valid_codes"):
        element.remove(old)
    new = SubElement(element, "valid_codes")
    for code in codes.split():
        SubElement(new, "code").text = code


def codes_of(element: Element) -> list[str]:
    """Return the codes that an element may have, the names of outside lists included; empty where any value goes."""
    listed = [str(code.text) for code in element.iterfind("valid_codes/code")]
    return listed + [str(node.get("external")) for node in element.iterfind("valid_codes") if node.get("external")]
