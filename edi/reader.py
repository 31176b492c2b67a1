"""Read delivered files: bytes in, Arrow tables and problems out.

Strategy: files become canonical slices, slices are packed into blocks of about a megabyte (many small files in one, one
large file over many), a block is indexed once, its envelopes are walked, and all trusted transactions of one guide are
turned into tables together. A transaction that does not fit into a block goes out in parts, cut before a claim, so that
memory does not grow with it. What is no X12 may be one of our sheets. In: `Source`s. Out: dictionaries of Arrow tables.
Never: files, a clock, an exception for what was delivered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from edi import canonical, interchange, layout, rows_of
from edi.anchored import unknown_segments
from edi.block import Block, block_of
from edi.canonical import Slice
from edi.envelope import Envelopes
from edi.grammar import grammar
from edi.indexing import Piece, build
from edi.judge import judge
from edi.kinds import members
from edi.limits import Limits
from edi.problems import PROBLEM, Problem, table_of
from edi.sheets import sheets
from edi.sheets.reading import read as sheet_tables
from edi.shred import shred
from edi.transaction import File, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi.index import Index
    from edi.interchange import Buffer
    from edi.reading import Bad

BLOCK_SIZE = 1 << 20  # blocks that stay in the processor's cache are fastest
DEFAULT_LIMITS = Limits()
PART_SIZE = 1 << 20  # an open transaction that has grown to this goes out in parts; what waits is indexed again
CLAIM_OPENERS = members(("CLP", "CLM"))


@dataclass(frozen=True)
class Source:
    """One delivered file: its SHA-256 in hex and its bytes."""

    sha256: str
    content: Buffer


def schemas() -> dict[str, pa.Schema]:
    """Return the schema of every table that `read` may yield, by name."""
    tables = {table.name: table.schema for table in layout.tables()}
    return {**rows_of.SCHEMAS, **tables, **{sheet.table: sheet.schema for sheet in sheets()}}


def read(
    sources: Iterable[Source], block_size: int = BLOCK_SIZE, limits: Limits = DEFAULT_LIMITS
) -> Iterator[dict[str, pa.Table]]:
    """Read files; yield the tables of one block after the other, empty ones left out.

    A transaction's row in `transaction` and its span come with or after its other rows.
    """
    reading = _Reading()
    for number, source in enumerate(sources):
        file = File(source.sha256, source.content, interchange.find(source.content), limits)
        if not file.interchanges:
            yield sheet_tables(file) or {"span": rows_of.spans(file)}
            continue
        reading.files[number] = file
        for header in file.interchanges:
            for piece in canonical.slices(file.content, header, block_size, limits.segment_bytes):
                if reading.is_full(piece, block_size):
                    yield reading.block()
                reading.add(Piece(piece, number))
    yield reading.block(final=True)


# glibc learns from the largest block that was let go how much to keep for later; having learned it, it does not hand
# the memory of every block back to the system and fault it in anew (measured: a twentieth of the time)
np.empty(16 << 20, np.uint8)


class _Reading:
    """What is carried from one block to the next."""

    def __init__(self) -> None:
        self.files: dict[int, File] = {}
        self.waiting: list[Piece] = []
        self.size = 0
        self.kept = 0  # pieces of an open transaction, which wait for what is still to come
        self.envelopes = Envelopes()

    def add(self, piece: Piece) -> None:
        """Let one more piece wait to be indexed."""
        self.waiting.append(piece)
        self.size += len(piece.slice.canonical)

    def is_full(self, piece: Slice, block_size: int) -> bool:
        """Say whether a piece would make the block larger than it should be."""
        return len(self.waiting) > self.kept and self.size + len(piece.canonical) > block_size

    def block(self, final: bool = False) -> dict[str, pa.Table]:
        """Index what waits and return the tables of all that is complete in it."""
        index = build(self.waiting)
        self.waiting, self.size, self.kept = [], 0, 0
        self.envelopes.walk(index, self.files)
        if final:
            self.envelopes.end(index)
        problems: list[Problem] = []
        closed = self.envelopes.closed
        tables = tables_of(index, closed, problems)
        if self.envelopes.open:
            tables += self._keep(index, self.envelopes.open, problems)
        tables += [{"transaction": rows_of.transactions(closed)}] if closed else []
        if self.envelopes.file:
            tables.append({"span": rows_of.spans(self.envelopes.file, final=False)})
        finished = self.envelopes.finished
        tables += [rows_of.finished(finished)] if finished else []
        problems += [problem for file in finished for problem in file.problems]
        gone = set(finished)
        self.files = {number: file for number, file in self.files.items() if file not in gone}
        tables += [{"problem": table_of(problems, PROBLEM)}] if problems else []
        return _joined(tables)

    def _keep(self, index: Index, transaction: Transaction, problems: list[Problem]) -> list[dict[str, pa.Table]]:
        """Keep the open transaction for the next block; let go of its first part if it has grown large."""
        tables: list[dict[str, pa.Table]] = []
        first = transaction.first
        if transaction.carried_segments or index.size_from(first) >= PART_SIZE:
            claims = np.flatnonzero(CLAIM_OPENERS.take(index.kind[first + 1 :]))
            part_end = first + 1 + int(claims[-1]) if claims.size else len(index)
            transaction.last = part_end - 1
            judge(index, transaction)
            tables = tables_of(index, [transaction], problems, whole=False)
            transaction.carried_segments += part_end - first
            transaction.first, first = 0, part_end
        else:
            self.envelopes.forget_open()  # it is walked again, from its ST
        if first < len(index):
            body, places = index.canonical(first, len(index) - 1), (index.byte_start[first:], index.byte_end[first:])
            self.add(Piece(Slice(body, 0, places), index.source_of(first)))
            self.kept = 1
        return tables


def tables_of(
    index: Index, transactions: list[Transaction], problems: list[Problem], whole: bool = True
) -> list[dict[str, pa.Table]]:
    """Return the tables of all transactions that can be trusted; set those aside whose money cannot be read.

    `whole` is False for a part of a transaction that goes on in the next block.
    """
    for transaction in transactions:
        transaction.update_digest(index, whole)
    by_grammar: dict[str, list[Transaction]] = {}
    for transaction in transactions:
        if transaction.guide and not transaction.reason_code:
            by_grammar.setdefault(transaction.guide.grammar, []).append(transaction)
    return [_shredded(index, name, members, problems) for name, members in by_grammar.items()]


def _shredded(
    index: Index, grammar_name: str, transactions: list[Transaction], problems: list[Problem]
) -> dict[str, pa.Table]:
    block = block_of(index, transactions, grammar(grammar_name))
    set_code = transactions[0].set_code
    tables, bad = shred(block, set_code)
    bad += unknown_segments(block, set_code)
    if any(values.is_essential for values in bad):
        _distrust(block, bad)
        trusted = [transaction for transaction in transactions if not transaction.reason_code]
        return _shredded(index, grammar_name, trusted, problems) if trusted else {}
    last = transactions[-1]
    last.carry = block.placement.carry(last.last)
    problems += rows_of.problems(block, bad)
    return tables


def _distrust(block: Block, bad: list[Bad]) -> None:
    """Set the transactions aside that stand on money which cannot be read."""
    essential = [values for values in bad if values.is_essential]
    segments = [segment for values in essential for segment in values.segment.tolist()]
    elements = [element for values in essential for element in values.element.tolist()]
    for segment, element in sorted(zip(segments, elements, strict=True)):
        place = f"segment {block.number[segment]} {block.index.name(segment)}{element:02}"
        owner = block.transactions[block.owner[segment]]
        owner.set_aside("amount_unreadable", f"{place}: expected an amount that can be read")


def _joined(tables: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {}
    for found in tables:
        for name, table in found.items():
            if table.num_rows:
                parts.setdefault(name, []).append(table)
    return {name: found[0] if len(found) == 1 else pa.concat_tables(found) for name, found in parts.items()}
