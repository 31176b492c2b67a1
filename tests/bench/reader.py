"""How fast the reader is, beside what others do with the same bytes in the same run: `make bench`.

In: the sample inbox, repeated to SIZE megabytes for each transaction set. Out: a table on standard output: MB a second
and the ratio to the reader. Never: a verdict; absolute figures of a busy machine drift, ratios drift less.
"""

import hashlib
import io
import re
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyx12.x12file

from edi.reader import Source, read

SAMPLE = Path(__file__).resolve().parents[1] / "sample" / "inbox"
MEGABYTE = 1 << 20
SIZE, ROUNDS = 16, 3
# transaction set: what marks its files, and where its repeating part begins and ends
SETS = {"835": (b"~ST*835*", b"~LX*", rb"~(?:PLB|SE)\*"), "837": (b"~ST*837*", b"~HL*", rb"~SE\*")}


def sample_files(mark: bytes) -> list[bytes]:
    """Return the sample's files that hold `mark`."""
    files = [path.read_bytes() for path in sorted(SAMPLE.rglob("*")) if path.is_file()]
    return [content for content in files if mark in content]


def small_interchanges(name: str, size: int) -> bytes:
    """Return whole sample files, one after the other and over again, to about `size` bytes."""
    unit = b"".join(sample_files(SETS[name][0]))
    return unit * (size // len(unit) + 1)


def large_transactions(name: str, size: int) -> bytes:
    """Return the sample's largest file with the loops of its first transaction repeated: a few ST of 4 MB each."""
    mark, first, end = SETS[name]
    content = max(sample_files(mark), key=len)
    begin = content.index(first)
    found = re.compile(end).search(content, begin)
    assert found
    head, loops, se = content[:begin], content[begin : found.start()], content.index(b"~SE*", begin)
    times = 4 * MEGABYTE // len(loops)
    count = (
        head[head.index(mark) :].count(b"~") + times * loops.count(b"~") + content[found.start() : se].count(b"~") + 1
    )
    tail = re.sub(rb"^~SE\*\d+", b"~SE*%d" % count, content[se:])
    tail = tail[: tail.index(b"~", 1)] + b"~GE*1" + content[content.rindex(b"*", 0, content.rindex(b"~IEA")) :]
    unit = head + loops * times + content[found.start() : se] + tail
    return unit * (size // len(unit) + 1)


def read_tables(content: bytes) -> int:
    """Read with the reader; return the number of rows."""
    source = Source(hashlib.sha256(content).hexdigest(), content)
    return sum(table.num_rows for tables in read([source]) for table in tables.values())


def find_delimiters(content: bytes) -> int:
    """Find both delimiters' positions with numpy, block by block: no reader can be faster in numpy."""
    everything = np.frombuffer(content, np.uint8)
    blocks: Iterable[np.ndarray] = (everything[at : at + MEGABYTE] for at in range(0, len(content), MEGABYTE))
    return sum(np.flatnonzero((block == ord("~")) | (block == ord("*"))).size for block in blocks)


def split_and_keep(content: bytes) -> int:
    """Split on both delimiters and keep the lists: the least that a row-wise reader in Python does."""
    return len([segment.split(b"*") for segment in content.split(b"~")])


def read_segments(content: bytes) -> int:
    """Read with pyx12's segment reader, which checks envelopes but makes no tables."""
    return sum(1 for _ in pyx12.x12file.X12Reader(io.StringIO(content.decode("latin-1"))))


# what, how much of the input it gets (a slow one gets less), the function
RACE: list[tuple[str, float, Callable[[bytes], int]]] = [
    ("edi.reader: bytes to typed Arrow tables", 1, read_tables),
    ("numpy: positions of both delimiters", 1, find_delimiters),
    ("bytes.split on both delimiters, kept", 1, split_and_keep),
    ("pyx12 4.0 segment reader", 1 / 8, read_segments),
]


def speed(function: Callable[[bytes], int], content: bytes) -> float:
    """Return MB per second, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        function(content)
        best = min(best, time.perf_counter() - started)
    return len(content) / MEGABYTE / best


def main() -> None:
    """Race over both transaction sets, in many small and in few large transactions, and write the table."""
    for name in SETS:
        for shape in (small_interchanges, large_transactions):
            race(name, shape)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory of this process, inputs included: {peak:.0f} MB\n")


def race(name: str, shape: Callable[[str, int], bytes]) -> None:
    """Let all read the same bytes and write a line for each."""
    content = shape(name, SIZE * MEGABYTE)
    ours = 0.0
    sys.stdout.write(f"{name} in {shape.__name__.replace('_', ' ')}, {len(content) / MEGABYTE:.0f} MB, one core\n")
    for what, part, function in RACE:
        rate = speed(function, content if part == 1 else shape(name, int(SIZE * MEGABYTE * part)))
        ours = ours or rate
        sys.stdout.write(f"  {what:<40} {rate:8.1f} MB/s   reader / this {ours / rate:6.2f}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
