"""Whose is every byte of a file: the spans of a finished file, without a gap and without an overlap.

Strategy: the walk over the envelopes names transactions and strays; what lies between them is envelope inside an
interchange and white space or junk outside. In: a finished `File`. Out: spans that partition its bytes exactly. Never:
a second look at what a span holds; each is named once, in order.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from edi.canonical import BLANK
from edi.sniff import BYTE_ORDER_MARK, SAMPLE_SIZE, seems
from edi.transaction import File, Span

if TYPE_CHECKING:
    from collections.abc import Iterator


def partition(file: File, final: bool = True) -> list[Span]:
    """Return the spans of a file in order, those only that were not returned before; concatenated they are the file.

    `final` is False while the file is still read: then what lies behind the last span that was seen has to wait.
    """
    if not file.interchanges:
        return [_unreadable(file)]
    seen = sorted(file.spans, key=lambda span: span.byte_start)
    file.spans.clear()
    end = len(file.content)
    whole: list[Span] = []
    for span in [*seen, Span(end, end, "")] if final else seen:
        first, last = (bisect_right(file.openings, place) for place in (file.named, span.byte_start - 1))
        for start, stop in pairwise([file.named, *file.openings[first:last], span.byte_start]):
            whole += _between(file, start, stop) if start < stop else ()
        whole.append(span)
        file.named = span.byte_end
        if span.kind == "envelope":
            file.closed = span.byte_end
    return [span for span in whole if span.kind]


def _unreadable(file: File) -> Span:
    reason = (
        f"not X12: no interchange header (ISA) found, the file seems to be {seems(bytes(file.content[:SAMPLE_SIZE]))}"
    )
    return Span(0, len(file.content), "quarantined", None, "not_x12", reason)


def _between(file: File, start: int, end: int) -> Iterator[Span]:
    """Name the bytes from `start` to `end`, in which no transaction lies and no interchange begins but at `start`."""
    began = bisect_right(file.openings, start) - 1
    empty = file.interchanges[began].delimiters.terminator if began >= 0 else b""  # a segment of nothing
    text = _first_text(file, start, end, BLANK + BYTE_ORDER_MARK + empty)
    if text > start:
        yield Span(start, text, "white_space")
    if text == end:
        return
    if began >= 0 and file.openings[began] >= file.closed:
        yield Span(text, end, "envelope")
    else:
        yield Span(text, end, "junk", None, "outside_interchange", "text that belongs to no interchange")


def _first_text(file: File, start: int, end: int, blank: bytes) -> int:
    while start < end:
        piece = bytes(file.content[start : min(end, start + SAMPLE_SIZE)])
        text = piece.lstrip(blank)
        start += len(piece) - len(text)
        if text:
            break
    return start
