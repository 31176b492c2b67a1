"""Work files on their way: on disk the build database is not compressed, since it is read at once; in transit it is.

In: a file, or the bytes of an object. Out: blocks, each with its two sizes before it; or the file's bytes.
Never: a judgement. What is cut or garbled ends early, and does not have its SHA-256.
"""

import struct
from collections.abc import Iterator
from pathlib import Path

BLOCK = 4 << 20
SIZES = struct.Struct("<II")
"""Bytes of a block as it is sent, and as it is on disk."""


def is_packed(path: str) -> bool:
    """Whether a file of this name is compressed on its way; what is kept for long is compressed already."""
    return path.startswith("work/") and path.endswith(".duckdb")


def packed(path: Path) -> Iterator[bytes]:
    """Compress a file, block by block."""
    import pyarrow as pa

    with path.open("rb") as file:
        while block := file.read(BLOCK):
            small = pa.compress(block, codec="zstd", asbytes=True)
            yield SIZES.pack(len(small), len(block)) + small


def unpacked(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Give a file's bytes back from those that came, in whatever pieces."""
    import pyarrow as pa

    there = bytearray()
    for piece in blocks:
        there += piece
        while len(there) >= SIZES.size:
            small, size = SIZES.unpack_from(there)
            if len(there) < SIZES.size + small:
                break
            try:
                yield pa.decompress(bytes(there[SIZES.size : SIZES.size + small]), size, "zstd", asbytes=True)
            except (OSError, ValueError, MemoryError):
                return
            del there[: SIZES.size + small]
