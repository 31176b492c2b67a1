"""An independent count: what plain searching finds in a landed transaction's bytes, beside what the reader made of it.

In: a file's bytes and the reader's chunks. Out: for each of a few things, how many transactions differ (invariant I2).
Never: the reader's own code or layout. Only byte strings are counted, a segment terminator before an identifier and an
element separator behind it; where that differs, it is counted again with more patience (line ends, lower case).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from copy import copy
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from edi.reader import Source

SEGMENTS = {"claim_payment": b"CLP", "claim": b"CLM", "provider_adjustment": b"PLB"}
"""Tables that have rows for each of these segments, and for nothing else."""
SETS = {"BPR02": b"835", "CLP": b"835", "CLM": b"837", "PLB": b"835"}
"""In which transaction set each is counted: one that strayed into another set has no rows, and a problem says so."""
COUNTED = ("segments", "BPR02", "CLP", "CLM", "PLB")
HEAD = 1 << 20
"""Bytes in which the second segment and the payment of a transaction are looked for."""
BLOCK = 1 << 18
"""Bytes that are counted at a time: they stay in the processor's cache (measured: half the time)."""
MARK = 4
"""Bytes of an identifier with the separator behind it."""
SECOND_LETTER = ord("L")
"""What all of the counted identifiers have, and few others."""
OPENING = 32
"""Bytes in which a transaction says of which set it is."""
TRANSPORT = re.compile(rb"\0*[\r\n][\r\n\0]*")
"""Line breaks, and what fills lines; any other NUL stands where a character was."""
FILL = b" \t\0\x1a"
"""What stands around segments."""
SECOND = re.compile(rb"([^A-Z0-9 ])[\r\n\0 ]*(?:BPR|BHT)", re.IGNORECASE)
"""Where the second segment of a transaction begins, behind the terminator of its ST."""
PLACE = ["transaction_key", "sha256", "byte_start", "byte_end"]
FACTS = ["transaction_key", "status", "segment_count", "payment_amount"]
Bytes = Any
"""What can be sliced and searched, such as a file through a window."""


class Comparison:
    """Counts of the reader by transaction, compared as soon as the transaction's span says where its bytes are."""

    def __init__(self) -> None:
        self.contents: dict[str, Bytes] = {}
        self.read: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.facts: dict[str, dict[str, Any]] = {}
        self.differences: Counter[str] = Counter(dict.fromkeys([*COUNTED, "spans"], 0))

    def watched(self, sources: Iterator[Source]) -> Iterator[Source]:
        """Pass sources on, and hold their bytes until the last of their spans has come."""
        for source in sources:
            self.contents[source.sha256] = copy(source.content)  # a window of its own, where it is one
            yield source

    def add(self, chunk: dict[str, pa.Table]) -> None:
        """Take a chunk's counts, and compare the transactions whose spans are in it."""
        for table in SEGMENTS.keys() & chunk.keys():
            for key, count in _segments(chunk[table]):
                self.read[key][table] += count
        if "transaction" in chunk and "transaction_key" in chunk["transaction"].column_names:
            facts = chunk["transaction"].select(FACTS).to_pylist()
            self.facts.update((row["transaction_key"], row) for row in facts)
        if "span" in chunk and "transaction_key" in chunk["span"].column_names:
            spans = chunk["span"]
            for span in spans.filter(pc.equal(spans["kind"], "transaction")).select(PLACE).to_pylist():
                self._compare(span, self.contents[span["sha256"]])
            for sha256, end in zip(spans["sha256"].to_pylist(), spans["byte_end"].to_pylist(), strict=True):
                if sha256 in self.contents and end == len(self.contents[sha256]):
                    del self.contents[sha256]

    def finish(self) -> dict[str, int]:
        """In how many transactions each thing differs; `spans` are landed transactions that no span holds."""
        self.differences["spans"] = sum(fact["status"] == "landed" for fact in self.facts.values())
        return dict(self.differences)

    def _compare(self, span: dict[str, Any], content: Bytes) -> None:
        key, start, end = span["transaction_key"], span["byte_start"], span["byte_end"]
        fact, read = self.facts.pop(key, {}), self.read.pop(key, Counter())
        head = content[start : min(end, start + HEAD)]  # first: a window that looks at the end first looks twice
        separator, terminator = TRANSPORT.sub(b"", head)[2:3], content[end - 1 : end]
        if terminator.isalnum():  # the file ends without its last one
            second = SECOND.search(head)
            terminator = second[1] if second else terminator
        set_code = _elements(head[:OPENING], separator)[1:2]
        of_set = {name for name, code in SETS.items() if [code] == set_code}
        expected = {"segments": fact.get("segment_count", 0)}
        expected |= {name.decode(): read[table] for table, name in SEGMENTS.items() if name.decode() in of_set}
        for count in (quick_count, patient_count):
            found = count(content, start, end, separator, terminator)
            wrong = [name for name in expected if found[name] != expected[name]]
            if not wrong:
                break
        self.differences.update(wrong)
        amount = fact.get("payment_amount")
        if "BPR02" in of_set and amount != first_amount(head, separator, terminator):
            self.differences["BPR02"] += amount != first_amount(_unwrapped(head, terminator), separator, terminator)


def _elements(segment: bytes, separator: bytes) -> list[bytes]:
    return [element.strip() for element in TRANSPORT.sub(b"", segment).split(separator)]


def _segments(rows: pa.Table) -> Iterator[tuple[str, int]]:
    """Count the segments of each transaction; rows of one segment lie side by side."""
    for batch in rows.select(["transaction_key", "segment_number"]).unify_dictionaries().to_batches():
        keys, segments = batch.column(0), batch.column(1).to_numpy(zero_copy_only=False)
        keys = keys if pa.types.is_dictionary(keys.type) else keys.dictionary_encode()
        owners = keys.indices.to_numpy()
        begins = np.append(True, (owners[1:] != owners[:-1]) | (segments[1:] != segments[:-1]))[: len(owners)]
        counts = np.bincount(owners[begins], minlength=len(keys.dictionary))
        yield from zip(keys.dictionary.to_pylist(), counts.tolist(), strict=True)


def quick_count(content: Bytes, start: int, end: int, separator: bytes, terminator: bytes) -> Mapping[str, int]:
    """Count terminators, and identifiers right behind a terminator."""
    marks = _marks(separator)
    found = dict.fromkeys(("segments", *marks), 0)
    for begin in range(start, end, BLOCK):
        block = content[begin : min(begin + BLOCK + MARK, end)]
        octets = np.frombuffer(block, np.uint8)
        is_end = octets[:BLOCK] == terminator[0]
        found["segments"] += int(np.count_nonzero(is_end))
        words = np.ndarray((max(len(block) - MARK, 0),), "<u4", block, offset=1, strides=(1,))  # behind each place
        is_end = is_end[: len(words)]
        is_end &= octets[2 : len(is_end) + 2] == SECOND_LETTER  # first: to find few is quicker than to find all
        heads = words[np.flatnonzero(is_end)]
        for name, mark in marks.items():
            found[name] += int(np.count_nonzero(heads == mark))
    return found


@cache
def _marks(separator: bytes) -> dict[str, int]:
    return {name.decode(): int.from_bytes(name + separator, "little") for name in SEGMENTS.values()}


def patient_count(content: Bytes, start: int, end: int, separator: bytes, terminator: bytes) -> Mapping[str, int]:
    """Count segments one by one, whatever white space or letter case they come with."""
    found: Counter[str] = Counter()
    begin = start
    while begin < end:
        stop = content.find(terminator, begin, end)
        stop = end if stop < 0 else stop
        if segment := TRANSPORT.sub(b"", content[begin:stop]).strip(FILL):
            found["segments"] += 1
            found[segment.split(separator, 1)[0].decode("latin-1").upper()] += 1
        begin = stop + 1
    return found


def _unwrapped(block: bytes, terminator: bytes) -> bytes:
    """Leave out the line breaks of a file that is wrapped, perhaps in the middle of an amount."""
    return (
        block.translate(None, b"\r\n".replace(terminator, b"")) if terminator.isspace() else TRANSPORT.sub(b"", block)
    )


def first_amount(block: bytes, separator: bytes, terminator: bytes) -> Decimal | None:
    """Read BPR02 where there is a BPR and its second element is a number."""
    opened = _opening(separator, terminator).search(block)
    if not opened:
        return None
    end = block.find(terminator, opened.end())
    elements = block[opened.end() : end if end >= 0 else len(block)].split(separator)
    try:
        return Decimal(elements[1].decode("latin-1").strip())
    except (IndexError, InvalidOperation):
        return None


@cache
def _opening(separator: bytes, terminator: bytes) -> re.Pattern[bytes]:
    return re.compile(re.escape(terminator) + rb"[\s\0\x1a]*BPR" + re.escape(separator), re.IGNORECASE)
