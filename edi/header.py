"""What an interchange header says: its delimiters and its elements, also where one of these has been damaged.

Strategy: sixteen elements and a five-digit version are a header. So is whatever begins with ISA and ends where a GS, a
TA1 or an IEA begins: then the elements are those at their fixed places, or unknown, and the delimiters are those that
all other segments use. In: the first bytes of a header. Out: delimiters and fifteen elements. Never: a guess from
anything but the header and the segments behind it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from edi.delimiters import Delimiters

HEADER_LIMIT = 512  # an ISA has 106 bytes; sloppy ones differ by a few, never by hundreds
ELEMENTS = 16
WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)  # of the id and the elements before the last
TOLERANCE = 2  # delimiters too many or too few in a header that is damaged
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
Cut = tuple[bytes, bytes, bool]  # the elements before the last, what is behind them, whether they are damaged


class Header(NamedTuple):
    """What a header says.

    elements: ISA and fifteen elements as sent, put together; following: where the next segment begins, if the header
    lacks the terminator that all other segments have, else 0; is_damaged: it has not the sixteen that an
    ISA has, or names no component separator.
    """

    delimiters: Delimiters
    elements: bytes
    following: int
    is_damaged: bool


def read(window: bytes) -> Header | None:
    """Read the header with which some bytes begin; None if it is none."""
    element = window[3:4]
    if not element or element.isalnum() or element.isspace() or element in TRANSPORT:
        return None
    text = window.upper() if window[:3].islower() else window
    cuts = (cut(text, element) for cut in (_counted, _followed))
    return next((header for cut in cuts if cut and (header := _read(window, element, cut))), None)


def _read(window: bytes, element: bytes, cut: Cut) -> Header | None:
    header, tail, is_damaged = cut
    component, terminator, following = _tail(tail, element)
    if not _distinct(element, component, terminator):
        return None
    delimiters = Delimiters(element, component, NONE, terminator)
    standard, version = (part.strip() for part in header.split(element)[11:13])
    is_older = VERSION.fullmatch(version) and version < FIRST_WITH_REPETITION
    if not is_older and _is_free(standard, delimiters):
        delimiters = replace(delimiters, repetition=standard)
    start = len(window) - len(tail) + following if following else 0
    return Header(delimiters, header, start, is_damaged or not component)


def _counted(text: bytes, element: bytes) -> Cut | None:
    """Cut a header behind its fifteenth element, if the twelfth is a version."""
    parts = text.split(element, ELEMENTS)
    if len(parts) <= ELEMENTS:
        return None
    tail, header = parts.pop(), element.join(parts).translate(None, TRANSPORT)
    version = header.split(element)[12].strip()
    is_header = VERSION.fullmatch(version) and len(header) <= HEADER_LIMIT // 2
    return (header, tail, False) if is_header else None


def _followed(text: bytes, element: bytes) -> Cut | None:
    """Cut a header before ISA16 and the terminator that stand in front of the next segment, one that follows an ISA."""
    found = _ending(element).search(text, 0, HEADER_LIMIT // 2)
    sent = text[: found.start()] if found else NONE
    if not found or found["terminator"] in sent or b"ISA" + element in sent[3:]:
        return None
    header, tail = sent[:-1].translate(None, TRANSPORT), text[found.start() :]
    excess = header.count(element) - ELEMENTS + 1
    if not excess:
        return header, tail, False
    known = _by_place(header, element) if abs(excess) <= TOLERANCE else NONE
    return (known, tail, True) if known else None


def _by_place(header: bytes, element: bytes) -> bytes:
    """Return the elements that stand at the fixed places of an ISA; if it is wider or narrower, ISA11 and empty ones.

    Nothing, if ISA11 cannot be told by its shape: the repetition separator would be read as data.
    """
    ends = list(accumulate(WIDTHS, lambda end, width: end + 1 + width))
    parts = [header[end - width : end].replace(element, b" ") for end, width in zip(ends, WIDTHS, strict=True)]
    if len(header) == ends[-1]:
        return element.join(parts)
    standards = [part for part in header.split(element) if len(part) == 1 and (part == b"U" or not part.isalnum())]
    return element.join([parts[0], *[NONE] * 10, standards[0], *[NONE] * 4]) if len(standards) == 1 else NONE


@lru_cache(maxsize=64)
def _ending(element: bytes) -> re.Pattern[bytes]:
    mark = re.escape(element)
    return re.compile(
        rb"(?<=%b)[ \t]*[^\sA-Z0-9%b][ \t\r\n]*(?P<terminator>[^A-Z0-9 \t%b])[\s\0]*(?:GS|TA1|ISB|IEA)%b"
        % (mark, mark, mark, mark)
    )


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
