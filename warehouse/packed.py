"""Packed deliveries: what a gzip file holds is read as if it had been delivered unpacked.

In: a work file. Out: its unpacked content, or None where it is not gzip, is damaged, or grows beyond all reason.
Never: a bomb on the disk. Remittances shrink to a tenth or twentieth; a file that grows more than two-hundredfold is
kept as it is, and the reader sets it aside.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from warehouse import durable, inbox
from warehouse.inbox import Content

MAGIC = b"\x1f\x8b\x08"
MAXIMAL_GROWTH = 200


def unpack(packed: Content, work: Path) -> Content | None:
    """Unpack a copied file beside it; None where that is not possible or not wise."""
    with packed.work.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return None
    try:
        return inbox.spill(_blocks(packed, max(1 << 20, packed.byte_count * MAXIMAL_GROWTH)), work)
    except (gzip.BadGzipFile, EOFError, zlib.error):  # a full disk says nothing about the file
        durable.remove([work])
        return None


def _blocks(packed: Content, limit: int) -> Iterator[bytes]:
    left = limit
    with gzip.open(packed.work, "rb") as file:
        while block := file.read(inbox.BLOCK):
            left -= len(block)
            if left < 0:
                raise gzip.BadGzipFile("grows beyond its limit")
            yield block
