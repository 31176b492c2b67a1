"""One alphabet for every file: delivered bytes become canonical bytes whose delimiters never vary.

Strategy: `bytes.translate` maps the interchange's own delimiters to four control characters and drops line breaks that
are no terminators, at memory speed; everything behind it (index, hash, tables) knows one alphabet, and pieces of many
small files can lie side by side in one block. In: a file and one of its interchanges. Out: `Slice`s: canonical bytes of
whole segments with the delivered byte span of each. Never: a byte of a segment lost, or a value changed. Text is UTF-8
afterwards; bytes that are not UTF-8 are read as Latin-1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.delimiters import Delimiters
    from edi.interchange import Buffer, Interchange

TERMINATOR, ELEMENT, REPETITION, COMPONENT = 0x1C, 0x1D, 0x1E, 0x1F
READABLE = bytes.maketrans(bytes([TERMINATOR, ELEMENT, REPETITION, COMPONENT]), b"~*^:")
SUBSTITUTE = 0x1A  # stands for one of the four where a file has it as data, which X12's character set forbids
LINE_BREAKS = b"\r\n"

Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Slice:
    """Whole segments: canonical bytes, each ending in TERMINATOR, and where each stood in the delivered file.

    byte_start, byte_end: int64, one per segment, empty segments included; byte_end is behind the terminator.
    """

    canonical: bytes
    byte_start: Offsets
    byte_end: Offsets


def slices(content: Buffer, interchange: Interchange, size: int) -> Iterator[Slice]:
    """Cut an interchange into slices of about `size` bytes at its segment terminators.

    Bytes behind the last terminator become one more segment (a file may end without its last terminator) unless they
    are white space.
    """
    delimiters = interchange.delimiters
    start = interchange.byte_start
    while start < interchange.byte_end:
        stop = _cut(content, start, interchange.byte_end, delimiters.terminator, size)
        delivered = bytes(content[start:stop])
        ends = np.flatnonzero(np.frombuffer(delivered, np.uint8) == delimiters.terminator[0]) + 1
        whole = int(ends[-1]) if ends.size else 0
        if delivered[whole:].strip():
            ends = np.append(ends, len(delivered))
            delivered += delimiters.terminator
            whole = len(delivered)
        if whole:
            yield Slice(_canonical(delivered[:whole], delimiters), _starts(delivered, ends) + start, ends + start)
        start = stop


def _cut(content: Buffer, start: int, end: int, terminator: bytes, size: int) -> int:
    stop = start + size
    while stop < end:
        last = content.rfind(terminator, start, stop)
        if last >= 0:
            return last + 1
        stop += size  # a segment longer than a slice
    return end


def _starts(delivered: bytes, ends: Offsets) -> Offsets:
    octets = np.frombuffer(delivered, np.uint8)
    starts = np.concatenate([[0], ends[:-1]])
    while True:  # white space between segments belongs to neither
        blank = octets[starts] <= 0x20
        blank &= starts < ends - 1
        if not blank.any():
            return starts
        starts[blank] += 1


def _canonical(delivered: bytes, delimiters: Delimiters) -> bytes:
    table, dropped = _translation(delimiters)
    canonical = delivered.translate(table, dropped)
    if canonical.isascii():
        return canonical
    try:
        canonical.decode("utf-8")
    except UnicodeDecodeError:
        return canonical.decode("latin-1").encode("utf-8")
    return canonical


@cache
def _translation(delimiters: Delimiters) -> tuple[bytes, bytes]:
    table = bytearray(range(256))
    for octet in (TERMINATOR, ELEMENT, REPETITION, COMPONENT):
        table[octet] = SUBSTITUTE
    pairs = (
        (delimiters.terminator, TERMINATOR),
        (delimiters.element, ELEMENT),
        (delimiters.repetition, REPETITION),
        (delimiters.component, COMPONENT),
    )
    for mark, canonical in pairs:
        if mark:
            table[mark[0]] = canonical
    used = {mark for mark, _ in pairs}
    return bytes(table), bytes(octet for octet in LINE_BREAKS if bytes([octet]) not in used)
