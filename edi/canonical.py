"""One alphabet for every file: delivered bytes become canonical bytes whose delimiters never vary.

Strategy: `bytes.translate` maps the interchange's own delimiters to four control characters and drops line breaks that
are no terminators, at memory speed; everything behind it (index, hash, tables) knows one alphabet, and pieces of many
small files can lie side by side in one block. In: a file and one of its interchanges. Out: `Slice`s: canonical bytes of
whole segments with the delivered byte span of each. Never: a byte of a segment lost, or a value changed. Text is UTF-8
afterwards; segments that are not UTF-8 are read as Latin-1.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edi.kinds import TOO_LONG
from edi.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.delimiters import Delimiters
    from edi.interchange import Buffer, Interchange

TERMINATOR, ELEMENT, REPETITION, COMPONENT = 0x1C, 0x1D, 0x1E, 0x1F
READABLE = bytes.maketrans(bytes([TERMINATOR, ELEMENT, REPETITION, COMPONENT]), b"~*^:")
SUBSTITUTE = 0x1A  # stands for one of the four, or a NUL, where a file has it as data; X12 forbids these
# What transport adds is dropped: none of it is in X12's character set. A tab is one of its spaces.
TRANSPORT, NUL, TAB, SPACE = b"\r\n\0", b"\0", 0x09, 0x20
BLANK = b" \t\r\n\0\x1a"  # between segments; the last is how old systems end a file
IS_BLANK = np.isin(np.arange(256), list(BLANK))
ROUNDS = 4  # blanks before a segment that are stepped over one by one, before all of them are looked up
HASHED = 1 << 20  # bytes at a time

Offsets = npt.NDArray[np.int64]
Integers = npt.NDArray[np.int64] | npt.NDArray[np.int32]
Octets = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Slice:
    """Whole segments: canonical bytes, each segment ending in TERMINATOR, and where they stood in the delivered file.

    byte_start: of the first byte; every other byte is as far from it as in the file, unless bytes were dropped. Then
    `places` are the delivered start and end of each segment, empty ones included; an end is behind the terminator.
    """

    canonical: bytes
    byte_start: int
    places: tuple[Integers, Integers] | None = None


def slices(
    content: Buffer, interchange: Interchange, size: int, longest: int = Limits().segment_bytes
) -> Iterator[Slice]:
    """Cut an interchange into slices of about `size` bytes at its segment terminators.

    Bytes behind the last terminator become one more segment (a file may end without its last terminator) unless they
    are blank. A segment of more than `longest` bytes comes as a TOO_LONG segment, and is never held in memory.
    """
    delimiters = interchange.delimiters
    start = interchange.byte_start
    is_lower = content[start : start + 3].islower()  # X12's basic characters are capitals: codes are compared in them
    while start < interchange.byte_end:
        ahead = bytes(content[start : min(start + size, interchange.byte_end)])  # in order, so that a window moves once
        stop = max(interchange.unterminated, start)
        if stop == start:
            stop += _cut(ahead, delimiters) if start + size < interchange.byte_end else len(ahead)
        if stop == start:  # a segment longer than a slice
            stop = content.find(delimiters.terminator, start + size, interchange.byte_end) + 1 or interchange.byte_end
        if stop - start > max(size, longest):
            yield Slice(_too_long(content, start, stop), start, (np.array([start]), np.array([stop])))
        else:
            delivered = ahead[: stop - start] if stop - start <= size else bytes(content[start:stop])
            yield from _slice(delivered.upper() if is_lower else delivered, delimiters, start, longest)
        start = stop


def _cut(ahead: bytes, delimiters: Delimiters) -> int:
    """Return where a slice ends: before the last ST that begins in its last quarter, else behind its last segment.

    What follows that ST would have to wait for the next slice, and be indexed twice. 0 where no segment ends.
    """
    beginning = ahead.rfind(b"ST" + delimiters.element, len(ahead) - len(ahead) // 4)
    before = max(beginning - ROUNDS, 0)
    text = ahead[before : max(beginning, 0)].rstrip(BLANK)
    if text.endswith(delimiters.terminator):
        return before + len(text)
    return ahead.rfind(delimiters.terminator) + 1


def _slice(delivered: bytes, delimiters: Delimiters, offset: int, longest: int) -> Iterator[Slice]:
    if _is_even(delivered, delimiters, longest):
        yield Slice(delivered.translate(_translation(delimiters)[0]), offset)
    else:
        yield from _uneven(delivered, delimiters, offset, longest)


def _is_even(delivered: bytes, delimiters: Delimiters, longest: int) -> bool:
    """Say whether each byte of a slice can stay in its place: printable ASCII, whole segments of no great length."""
    return (
        len(delivered) <= longest
        and delivered.endswith(delimiters.terminator)
        and bool(np.frombuffer(delivered, np.int8).min() >= SPACE)  # what is not ASCII is below zero
    )


def _uneven(delivered: bytes, delimiters: Delimiters, offset: int, longest: int) -> Iterator[Slice]:
    octets = np.frombuffer(delivered, np.uint8)
    ends = np.flatnonzero(octets == delimiters.terminator[0]) + 1
    whole = int(ends[-1]) if ends.size else 0
    if delivered[whole:].strip(BLANK):
        ends = np.append(ends, len(delivered))
        delivered += delimiters.terminator
        whole = len(delivered)
    if not whole:
        return
    starts = past_blanks(octets, np.concatenate([[0], ends[:-1]]), ends)
    canonical = _canonical(delivered[:whole], delimiters)
    if (ends - starts > longest).any():
        segments = canonical.split(bytes([TERMINATOR]))
        for number in np.flatnonzero(ends - starts > longest).tolist():
            segments[number] = _too_long(delivered, int(starts[number]), int(ends[number]))[:-1]
        canonical = bytes([TERMINATOR]).join(segments)
    yield Slice(canonical, offset, (starts + offset, ends + offset))


def _too_long(content: Buffer, start: int, stop: int) -> bytes:
    digest = hashlib.sha256()
    for place in range(start, stop, HASHED):
        digest.update(content[place : min(stop, place + HASHED)])
    return b"%s\x1d%s\x1c" % (TOO_LONG.encode(), digest.hexdigest().encode())


def past_blanks(octets: Octets, starts: Integers, ends: Integers, blank: npt.NDArray[np.bool_] = IS_BLANK) -> Integers:
    """Return where each segment's text begins: blanks between segments belong to neither."""
    for _ in range(ROUNDS):
        here = blank.take(octets.take(starts)) & (starts < ends - 1)
        if not here.any():
            return starts
        starts = starts + here
    text = np.append(np.flatnonzero(~blank.take(octets)), len(octets))
    found: Integers = np.minimum(text[np.searchsorted(text, starts)], ends - 1)
    return found


def _canonical(delivered: bytes, delimiters: Delimiters) -> bytes:
    table, dropped = _translation(delimiters)
    if NUL in dropped and NUL in delivered:  # padding, unless it stands where a character was
        delivered = _inner_nuls(delimiters.terminator).sub(_substituted, delivered)
    canonical = delivered.translate(table, dropped)
    if canonical.isascii() or _is_utf8(canonical):
        return canonical
    # each segment by itself, so that a transaction reads the same whatever lies beside it
    mark = bytes([TERMINATOR])
    return mark.join(
        segment if segment.isascii() or _is_utf8(segment) else segment.decode("latin-1").encode()
        for segment in canonical.split(mark)
    )


@lru_cache(maxsize=64)
def _inner_nuls(terminator: bytes) -> re.Pattern[bytes]:
    data = rb"[^\s\0%b]" % re.escape(terminator)
    return re.compile(rb"(?<=%b)\0+(?=[ \t\0]*%b)" % (data, data if terminator.isspace() else rb"[^\s\0]"))


def _substituted(nuls: re.Match[bytes]) -> bytes:
    return bytes([SUBSTITUTE]) * len(nuls[0])


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=64)
def _translation(delimiters: Delimiters) -> tuple[bytes, bytes]:
    table = bytearray(range(256))
    table[TAB] = SPACE
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
    return bytes(table), bytes(octet for octet in TRANSPORT if bytes([octet]) not in used)
