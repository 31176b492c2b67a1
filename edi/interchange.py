"""Find the interchanges of a delivered file: where each ISA stands and which delimiters it announces.

Strategy: look for the letters ISA at C speed, then judge each place by the shape of an interchange header, so that a
BOM, a mail header, a second interchange with other delimiters or an ISA that is not 106 bytes long are all found, and a
patient named LISA is not. In: bytes. Out: `Interchange` values in file order. Never: segments; `canonical.py` cuts
those.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from edi.header import HEADER_LIMIT, Header, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.delimiters import Delimiters


class Buffer(Protocol):
    """Bytes, or what can be asked for a part of them: a map, or a file that is read through a window."""

    def __len__(self) -> int: ...
    def __bytes__(self) -> bytes: ...
    def __getitem__(self, wanted: slice, /) -> bytes: ...

    def find(self, sought: bytes, start: int = ..., end: int = ..., /) -> int:
        """Return the first place, -1 where there is none."""

    def rfind(self, sought: bytes, start: int = ..., end: int = ..., /) -> int:
        """Return the last place, -1 where there is none."""


WINDOW = 1 << 18  # bytes at a time
CAPITAL = np.uint8(0xDF)  # what is left of a letter when it is made a capital


@dataclass(frozen=True)
class Interchange:
    """One ISA and the bytes up to the next one: offsets in the delivered file, delimiters, and the header as sent.

    unterminated: where a header ends that lacks the terminator which all other segments have, 0 elsewhere; is_damaged:
    it names no component separator; or its elements are those at the fixed places of an ISA, or empty, because it has
    not as many as an ISA has.
    """

    byte_start: int
    byte_end: int
    delimiters: Delimiters
    header: bytes
    unterminated: int = 0
    is_damaged: bool = False

    def element(self, number: int) -> str:
        """Return ISA`number` (1-based) without its padding."""
        return self.elements[number]

    @cached_property
    def elements(self) -> list[str]:
        """The header's elements without their padding, its id first."""
        return [element.strip().decode("latin-1") for element in self.header.split(self.delimiters.element)]

    @cached_property
    def date(self) -> date | None:
        """ISA09 (YYMMDD, in this century) as a date, None if it is none."""
        return day(f"20{self.element(9)}")


def day(text: str) -> date | None:
    """Return CCYYMMDD as a date, None if it is none."""
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def find(content: Buffer) -> list[Interchange]:
    """Return the interchanges of a file in order; the last one ends with the file, each other where the next starts."""
    found = [(start, one) for start in _places(content) if (one := _header(content, start))]
    ends = [*(start for start, _ in found[1:]), len(content)][: len(found)]
    return [
        Interchange(
            start, end, one.delimiters, one.elements, start + one.following if one.following else 0, one.is_damaged
        )
        for (start, one), end in zip(found, ends, strict=True)
    ]


def _header(content: Buffer, start: int) -> Header | None:
    """Return the header that stands at `start`, None if none does: a letter before it makes it the end of a word."""
    is_word = bool(start) and bytes(content[start - 1 : start]).isalnum()
    return None if is_word else read(bytes(content[start : start + HEADER_LIMIT]))


def _places(content: Buffer) -> Iterator[int]:
    """Yield where the letters ISA stand, all large or all small.

    The letter I is rare in X12, and numpy finds it at many times the speed of a search for all three.
    """
    for start in range(0, len(content), WINDOW):
        window = content[start : start + WINDOW + 2]
        octets = np.frombuffer(window, np.uint8) & CAPITAL
        found = np.flatnonzero(octets[:-2] == ord("I"))
        found = found[(octets[found + 1] == ord("S")) & (octets[found + 2] == ord("A"))]
        yield from (start + place for place in found.tolist() if window[place : place + 3] in (b"ISA", b"isa"))
