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


def partition(file: File) -> list[Span]:
    """Return the spans of a file in order; concatenated they are the file."""
    if not file.interchanges:
        return [_unreadable(file)]
    seen = sorted(file.spans, key=lambda span: span.byte_start)
    opened = [interchange.byte_start for interchange in file.interchanges]
    closed = [0, *(span.byte_end for span in seen if span.kind == "envelope")]
    whole: list[Span] = []
    position = 0
    for span in [*seen, Span(len(file.content), len(file.content), "")]:
        edges = opened[bisect_right(opened, position) : bisect_right(opened, span.byte_start - 1)]
        for start, end in pairwise([position, *edges, span.byte_start]):
            whole += _between(file, start, end, opened, closed)
        whole.append(span)
        position = span.byte_end
    whole.pop()
    return whole


def _unreadable(file: File) -> Span:
    reason = (
        f"not X12: no interchange header (ISA) found, the file seems to be {seems(bytes(file.content[:SAMPLE_SIZE]))}"
    )
    return Span(0, len(file.content), "quarantined", None, "not_x12", reason)


def _between(file: File, start: int, end: int, opened: list[int], closed: list[int]) -> Iterator[Span]:
    """Name the bytes from `start` to `end`, in which no transaction lies and no interchange begins but at `start`.

    opened, closed: where the interchanges of the file begin, and where they end with an IEA.
    """
    text = _first_text(file, start, end)
    if text > start:
        yield Span(start, text, "white_space")
    if text == end:
        return
    began = bisect_right(opened, text) - 1
    if began >= 0 and opened[began] >= closed[bisect_right(closed, text) - 1]:
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
