"""Packed deliveries: what a gzip file holds is read as if it had been delivered unpacked.

In: a work file. Out: its unpacked content, or None where it is not gzip, is damaged, or grows beyond all reason.
Never: a bomb on the disk. Remittances shrink to a tenth or twentieth; a file that grows more than two-hundredfold is
kept as it is, and the reader sets it aside. That is seen while it grows, by what has been read of it so far.
"""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

from warehouse import durable
from warehouse.landing import inbox
from warehouse.landing.inbox import Content

MAGIC = b"\x1f\x8b\x08"
MAXIMAL_GROWTH = 200
ALWAYS = 1 << 20
"""Bytes that any file may grow to."""


def unpack(packed: Content, work: Path) -> Content | None:
    """Unpack a copied file beside it; None where that is not possible or not wise."""
    with packed.work.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            return None
    try:
        return inbox.spill(_blocks(packed), work)
    except (gzip.BadGzipFile, EOFError, zlib.error):  # a full disk says nothing about the file
        durable.remove([work])
        return None


def _blocks(packed: Content) -> Iterator[bytes]:
    size = 0
    with packed.work.open("rb") as source, gzip.open(source, "rb") as file:
        while block := file.read(inbox.BLOCK):
            size += len(block)
            if size > max(ALWAYS, source.tell() * MAXIMAL_GROWTH):
                raise gzip.BadGzipFile("grows beyond its limit")
            yield block
