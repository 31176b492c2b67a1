"""Whose is every byte of a file: the spans of a finished file, without a gap and without an overlap.

Strategy: the walk over the envelopes names transactions and strays; what lies between them is envelope inside an
interchange and white space or junk outside. In: a finished `File`. Out: spans that partition its bytes exactly.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from edi.sniff import SAMPLE_SIZE, seems
from edi.transaction import File, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

BLANK = b" \t\r\n\0\x1a"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def partition(file: File) -> list[Span]:
    """Return the spans of a file in order; concatenated they are the file."""
    if not file.interchanges:
        return [_unreadable(file)]
    whole: list[Span] = []
    position = 0
    for span in sorted(file.spans, key=lambda span: span.byte_start):
        whole += _between(file, position, span.byte_start)
        whole.append(span)
        position = span.byte_end
    return whole + list(_between(file, position, len(file.content)))


def _unreadable(file: File) -> Span:
    reason = (
        f"not X12: no interchange header (ISA) found, the file seems to be {seems(bytes(file.content[:SAMPLE_SIZE]))}"
    )
    return Span(0, len(file.content), "quarantined", None, "not_x12", reason)


def _between(file: File, start: int, end: int) -> Iterator[Span]:
    """Name the bytes from `start` to `end`, in which no transaction lies; interchanges begin with their ISA."""
    edges = [start, *(i.byte_start for i in file.interchanges if start < i.byte_start < end), end]
    for first, last in pairwise(edges):
        if first < last:
            yield from _named(file, first, last)


def _named(file: File, start: int, end: int) -> Iterator[Span]:
    text = _first_text(file, start, end)
    if text > start:
        yield Span(start, text, "white_space")
    if text == end:
        return
    opened = max((i.byte_start for i in file.interchanges if i.byte_start <= text), default=-1)
    closed = max(
        (span.byte_end for span in file.spans if span.kind == "envelope" and span.byte_end <= text), default=-1
    )
    if opened > closed:
        yield Span(text, end, "envelope")
    else:
        yield Span(text, end, "junk", None, "outside_interchange", "text that belongs to no interchange")


def _first_text(file: File, start: int, end: int) -> int:
    while start < end:
        piece = bytes(file.content[start : min(end, start + SAMPLE_SIZE)])
        text = piece.lstrip(BLANK + BYTE_ORDER_MARK)
        start += len(piece) - len(text)
        if text:
            break
    return start
