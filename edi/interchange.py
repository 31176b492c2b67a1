"""Find the interchanges of a delivered file: where each ISA stands and which delimiters it announces.

Strategy: look for the letters ISA at C speed, then judge each place by the shape of an interchange header (sixteen
elements, a five-digit version), so that a BOM, a mail header, a second interchange with other delimiters or an ISA that
is not 106 bytes long are all found, and a patient named LISA is not. In: bytes. Out: `Interchange` values in file
order. Never: segments; `canonical.py` cuts those.
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from datetime import date

from edi.delimiters import Delimiters

Buffer = bytes | mmap.mmap

HEADER_LIMIT = 512  # an ISA has 106 bytes; sloppy ones differ by a few, never by hundreds
ELEMENTS = 16
NO_REPETITION = b""


@dataclass(frozen=True)
class Interchange:
    """One ISA and the bytes up to the next one: offsets in the delivered file, delimiters and the header's elements."""

    byte_start: int
    byte_end: int
    delimiters: Delimiters
    elements: tuple[str, ...]

    def element(self, number: int) -> str:
        """Return ISA`number` (1-based) without its padding."""
        return self.elements[number - 1].strip()

    @property
    def date(self) -> date | None:
        """ISA09 (YYMMDD, in this century) as a date, None if it is none."""
        text = self.element(9)
        try:
            return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
        except ValueError:
            return None


def find(content: Buffer) -> list[Interchange]:
    """Return the interchanges of a file in order; the last one ends with the file, each other where the next starts."""
    found = [header for start in _candidates(content) if (header := _header(content, start))]
    ends = [*(following.byte_start for following in found[1:]), len(content)][: len(found)]
    return [
        Interchange(header.byte_start, end, header.delimiters, header.elements)
        for header, end in zip(found, ends, strict=True)
    ]


def _candidates(content: Buffer) -> list[int]:
    places: list[int] = []
    for letters in (b"ISA", b"isa"):
        start = content.find(letters)
        while start >= 0:
            places.append(start)
            start = content.find(letters, start + 3)
    return sorted(places)


def _header(content: Buffer, start: int) -> Interchange | None:
    window = bytes(content[start : start + HEADER_LIMIT])
    element = window[3:4]
    before = bytes(content[start - 1 : start]) if start else b""
    if not element or element.isalnum() or element.isspace() or before.isalnum():
        return None
    parts = window.split(element, ELEMENTS)
    if len(parts) <= ELEMENTS or len(b"".join(parts[:ELEMENTS])) > HEADER_LIMIT // 2:
        return None
    version, tail = parts[12].strip(), parts[ELEMENTS]
    if not (version.isdigit() and len(version) == 5):
        return None
    component, terminator = _tail(tail)
    repetition = parts[11].strip() if version >= b"00402" else NO_REPETITION
    if len(repetition) != 1 or repetition.isalnum():
        repetition = NO_REPETITION
    if not _distinct(element, component, repetition, terminator):
        return None
    elements = (*(part.decode("latin-1") for part in parts[1:ELEMENTS]), component.decode("latin-1"))
    return Interchange(start, 0, Delimiters(element, component, repetition, terminator), elements)


def _tail(tail: bytes) -> tuple[bytes, bytes]:
    # ISA16, then the terminator; an empty ISA16 leaves the terminator alone before the GS
    if tail[1:3].upper() == b"GS":
        return b"", tail[:1]
    return tail[:1], tail[1:2]


def _distinct(element: bytes, component: bytes, repetition: bytes, terminator: bytes) -> bool:
    used = [mark for mark in (element, component, repetition, terminator) if mark]
    return bool(terminator) and not terminator.isalnum() and not component.isalnum() and len(set(used)) == len(used)
