"""What an interchange's envelope said: its groups, the transactions in each, its trailers.

Strategy: the reader has already found the transactions; what lies between them is a handful of segments, read once
more here. In: a delivered file and its rows of `transaction`. Out: `Received`s. Never: a look into a transaction
beyond its ST.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edi import interchange
from edi.isolate import ELEMENT, segments_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edi.interchange import Buffer, Interchange

ST_LIMIT = 512  # bytes in which an ST ends


@dataclass(frozen=True)
class Member:
    """One transaction of a group: the elements of its ST and its row of `transaction`."""

    header: list[str] = field(repr=False)
    row: Mapping[str, Any] = field(repr=False)


@dataclass
class Group:
    """One functional group: the elements of its GS and, once seen, of its GE; ids stand at place 0."""

    header: list[str]
    members: list[Member] = field(default_factory=list)
    trailer: list[str] = field(default_factory=list)


@dataclass
class Received:
    """One interchange: its header, its groups, once seen the elements of its IEA, and whether it has a TA1 itself."""

    ordinal: int
    header: Interchange
    groups: list[Group] = field(default_factory=list)
    trailer: list[str] = field(default_factory=list)
    answers: bool = False


def received(content: Buffer, transactions: Sequence[Mapping[str, Any]]) -> Iterator[Received]:
    """Read the envelopes of one file again; transactions: all its rows of `transaction`."""
    for ordinal, header in enumerate(interchange.find(content), start=1):
        mine = [row for row in transactions if row["interchange_ordinal"] == ordinal]
        found = Received(ordinal, header)
        position = header.byte_start
        for row in sorted(mine, key=lambda row: int(row["byte_start"])):
            start, end = int(row["byte_start"]), int(row["byte_end"])
            _between(found, content, position, start)
            if found.groups:
                line = next(segments_of(content, header, start, min(end, start + ST_LIMIT)))
                found.groups[-1].members.append(Member(line.split(ELEMENT), row))
            position = end
        _between(found, content, position, header.byte_end)
        yield found


def element(elements: Sequence[str], number: int) -> str:
    """Return an element (1-based) of a segment without its padding, '' where the segment ends before it."""
    return elements[number].strip(" ") if number < len(elements) else ""


def _between(found: Received, content: Buffer, start: int, end: int) -> None:
    for segment in segments_of(content, found.header, start, end):
        if found.trailer:
            return  # whatever follows an IEA is not of this interchange
        elements = segment.strip(" ").split(ELEMENT)
        segment_id = elements[0].upper()
        if segment_id == "GS":
            found.groups.append(Group(elements))
        elif segment_id == "GE" and found.groups and not found.groups[-1].trailer:
            found.groups[-1].trailer = elements
        elif segment_id == "IEA":
            found.trailer = elements
        elif segment_id == "TA1":
            found.answers = True
