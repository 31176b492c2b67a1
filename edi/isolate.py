"""One transaction at a time: cut out of the delivered file, so that a judge sees nothing of its neighbours.

Strategy: the reader's `transaction` rows say where each ST stands in the file; its bytes become canonical ones, by the
delimiters of its own interchange. In: a delivered file and its rows of `transaction`. Out: `Isolated`s. Never: more of
one transaction in memory than a limit, or a value in a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from edi import canonical, interchange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from edi.interchange import Buffer, Interchange

BYTE_LIMIT = 2 << 20  # pyx12 does about a quarter of a megabyte per second
TERMINATOR, ELEMENT, REPETITION, COMPONENT = (
    chr(octet) for octet in (canonical.TERMINATOR, canonical.ELEMENT, canonical.REPETITION, canonical.COMPONENT)
)


@dataclass(frozen=True)
class Isolated:
    """One transaction: its key, its guide (ST03 else GS08), its segments, or why it cannot be judged.

    segments: in canonical delimiters, without terminators; empty ones are left out, as by the reader.
    """

    transaction_key: str
    guide: str
    segments: tuple[str, ...] = field(default=(), repr=False)
    refusal: str = ""


def isolate(
    content: Buffer, transactions: Iterable[Mapping[str, Any]], byte_limit: int = BYTE_LIMIT
) -> Iterator[Isolated]:
    """Cut the transactions out of one delivered file.

    transactions: rows of the reader's table `transaction` that belong to this file, all of them or some.
    """
    headers = interchange.find(content)
    for row in transactions:
        key, guide = str(row["transaction_key"]), str(row["guide"] or "")
        start, end = int(row["byte_start"]), int(row["byte_end"])
        ordinal = int(row["interchange_ordinal"])
        if not 0 < ordinal <= len(headers):
            yield Isolated(key, guide, refusal="no_envelope")
        elif end - start > byte_limit:
            yield Isolated(key, guide, refusal="too_large")
        else:
            yield Isolated(key, guide, tuple(segments_of(content, headers[ordinal - 1], start, end)))


def segments_of(content: Buffer, header: Interchange, start: int, end: int) -> Iterator[str]:
    """Return the segments that lie between two places of a file, in canonical delimiters; empty ones are left out."""
    part = replace(header, byte_start=start, byte_end=end)
    for piece in canonical.slices(content, part, BYTE_LIMIT):
        segments = (segment.lstrip(" ") for segment in piece.canonical.decode().split(TERMINATOR))
        yield from (segment for segment in segments if segment)
