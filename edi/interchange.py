"""Find the interchanges of a delivered file: where each ISA stands and which delimiters it announces.

Strategy: look for the letters ISA at C speed, then judge each place by the shape of an interchange header (sixteen
elements, a five-digit version or a GS right behind), so that a BOM, a mail header, a second interchange with other
delimiters or an ISA that is not 106 bytes long are all found, and a patient named LISA is not. In: bytes. Out:
`Interchange` values in file order. Never: segments; `canonical.py` cuts those.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from edi.delimiters import Delimiters

if TYPE_CHECKING:
    from collections.abc import Iterator


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
HEADER_LIMIT = 512  # an ISA has 106 bytes; sloppy ones differ by a few, never by hundreds
ELEMENTS = 16
NONE = b""
LINE_BREAK = re.compile(rb"[\r\n]+")
VERSION = re.compile(rb"\d{5}|00\d{4}")  # 00501; the group's 005010 is seen here too
FIRST_WITH_REPETITION = b"00402"
TRANSPORT = b"\r\n\0"  # a file that is wrapped at a width is wrapped within its header too
# ISA16 and the terminator: what an ISA ends with, as the segment that comes next shows. ISA16 may be left empty or
# padded; the terminator of a file that has a line for each segment is the line break.
TAIL = re.compile(
    rb"[ \t]*(?P<component>[^\sA-Z0-9]?)[ \t\r\n]*(?P<terminator>[^A-Z0-9 \t])[\s\0]*(?P<next>GS|TA1|ISB|IEA)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Interchange:
    """One ISA and the bytes up to the next one: offsets in the delivered file, delimiters, and the header as sent.

    unterminated: where a header ends that lacks the terminator which all other segments have, 0 elsewhere.
    """

    byte_start: int
    byte_end: int
    delimiters: Delimiters
    header: bytes
    unterminated: int = 0

    def element(self, number: int) -> str:
        """Return ISA`number` (1-based) without its padding."""
        return self.elements[number]

    @cached_property
    def elements(self) -> list[str]:
        """The header's elements without their padding, its id first."""
        return [element.strip().decode("latin-1") for element in self.header.split(self.delimiters.element)]

    @property
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
    found = [(start, *header) for start in _places(content) if (header := _header(content, start))]
    ends = [*(start for start, *_ in found[1:]), len(content)][: len(found)]
    return [
        Interchange(start, end, delimiters, header, unterminated)
        for (start, delimiters, header, unterminated), end in zip(found, ends, strict=True)
    ]


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


def _header(content: Buffer, start: int) -> tuple[Delimiters, bytes, int] | None:
    """Return the delimiters, the first fifteen elements and where the header ends if it lacks its terminator, else 0.

    None if no interchange header stands at `start`.
    """
    element = bytes(content[start + 3 : start + 4])
    before = bytes(content[start - 1 : start]) if start else b""
    if not element or element.isalnum() or element.isspace() or before.isalnum():
        return None
    window = bytes(content[start : start + HEADER_LIMIT])
    parts = (window.upper() if window[:3].islower() else window).split(element, ELEMENTS)
    if len(parts) <= ELEMENTS:
        return None
    tail, header = parts.pop(), element.join(parts).translate(None, TRANSPORT)
    standard, version = (part.strip() for part in header.split(element)[11:13])
    is_version = bool(VERSION.fullmatch(version))
    if not (is_version or _is_followed(tail, element)) or len(header) > HEADER_LIMIT // 2:
        return None
    component, terminator, following = _tail(tail, element)
    if not _distinct(element, component, terminator):
        return None
    delimiters = Delimiters(element, component, NONE, terminator)
    if (not is_version or version >= FIRST_WITH_REPETITION) and _is_free(standard, delimiters):
        delimiters = replace(delimiters, repetition=standard)
    return delimiters, header, start + len(window) - len(tail) + following if following else 0


def _is_followed(tail: bytes, element: bytes) -> bool:
    """Say whether the next segment is one that follows a header, whatever ISA12 holds."""
    found = TAIL.match(tail)
    return found is not None and tail[found.end() :].startswith(element)


def _tail(tail: bytes, element: bytes) -> tuple[bytes, bytes, int]:
    """Return component separator and terminator, as ISA16 and what follows it say, and as the next segment ends.

    Return also where the next segment begins, if the header lacks its terminator, else 0.
    """
    found = TAIL.match(tail)
    if not found:
        component = tail[:1]
        return NONE if component.isspace() else component, tail[1:2], 0
    component, terminator, start = found["component"], found["terminator"], found.start("next")
    ends = [line.rstrip()[-1:] for line in LINE_BREAK.split(tail[start:])[:-1] if line.strip()]
    if not terminator.isspace():
        # the header alone may end in a mark, all others in a line break: then the next segment seems to hold an ST
        following = tail[start:].partition(terminator)[0]
        line_break = re.search(rb"([\r\n])[\r\n ]*ST" + re.escape(element), following, re.IGNORECASE)
        if terminator in ends or not line_break:
            return component, terminator, 0
        terminator = line_break[1]
    mark = ends[0] if len(ends) > 1 and ends[0] == ends[1] else NONE
    if not mark or mark.isalnum() or mark == element:
        return component, terminator, 0
    # a line break follows each terminator: ISA16 is empty, or the header lacks its terminator
    return (NONE, mark, 0) if mark == component else (component, mark, start)


def _distinct(element: bytes, component: bytes, terminator: bytes) -> bool:
    used = [mark for mark in (element, component, terminator) if mark]
    return (
        bool(terminator)
        and not terminator.isalnum()
        and terminator != b" "
        and not component.isalnum()
        and len(set(used)) == len(used)
    )


def _is_free(mark: bytes, used: Delimiters) -> bool:
    """Say whether ISA11 can be a delimiter: some senders repeat another one, or the letter of 4010, and mean none."""
    return len(mark) == 1 and not mark.isalnum() and mark not in (used.element, used.component, used.terminator)
