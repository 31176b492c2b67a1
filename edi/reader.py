"""Read delivered files: bytes in, Arrow tables and problems out.

Strategy: files become canonical slices, slices are packed into blocks of about a megabyte (many small files in one, one
large file over many), a block is indexed once, its envelopes are walked, and all trusted transactions of one guide are
turned into tables together. A transaction that does not fit into a block goes out in parts, cut before a claim, so that
memory does not grow with it. What is no X12 may be one of our sheets. In: `Source`s. Out: dictionaries of Arrow tables.
Never: files, a clock, an exception for what was delivered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from edi import canonical, interchange, layout, rows_of
from edi.envelope import Envelopes
from edi.grammar import grammar
from edi.index import Index, Integers, build, packed
from edi.judge import READ_SETS, judge
from edi.limits import Limits
from edi.loops import carry_of, place
from edi.problems import PROBLEM, Problem, table_of
from edi.sheets import sheets
from edi.sheets.reading import read as sheet_tables
from edi.shred import Block, essential, shred
from edi.transaction import File, Transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edi.interchange import Buffer

BLOCK_SIZE = 1 << 20  # blocks that stay in the processor's cache are fastest
DEFAULT_LIMITS = Limits()
PART_SIZE = 4 << 20  # an open transaction that has grown to this goes out in parts
CLAIM_OPENERS = [packed("CLP"), packed("CLM")]


@dataclass(frozen=True)
class Source:
    """One delivered file: its SHA-256 in hex and its bytes."""

    sha256: str
    content: Buffer


@dataclass
class Packed:
    """Canonical slices that wait to be indexed together."""

    canonical: list[bytes] = field(default_factory=list)
    byte_start: list[Integers] = field(default_factory=list)
    byte_end: list[Integers] = field(default_factory=list)
    source: list[Integers] = field(default_factory=list)
    size: int = 0

    def add(self, body: bytes, byte_start: Integers, byte_end: Integers, source: Integers) -> None:
        """Put one more slice behind the others."""
        self.canonical.append(body)
        self.byte_start.append(byte_start)
        self.byte_end.append(byte_end)
        self.source.append(source)
        self.size += len(body)

    def index(self) -> Index:
        """Index everything that waits."""
        parts = (self.byte_start, self.byte_end, self.source)
        byte_start, byte_end, source = (np.concatenate([np.zeros(0, np.int64), *part]) for part in parts)
        return build(b"".join(self.canonical), byte_start, byte_end, source)


def schemas() -> dict[str, pa.Schema]:
    """Return the schema of every table that `read` may yield, by name."""
    tables = {table.name: layout.schema(table) for table in layout.tables()}
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
                marks = np.full(len(piece.byte_start), number)
                reading.waiting.add(piece.canonical, piece.byte_start, piece.byte_end, marks)
                if reading.waiting.size >= block_size:
                    yield reading.block()
    yield reading.block(final=True)


class _Reading:
    """What is carried from one block to the next."""

    def __init__(self) -> None:
        self.files: dict[int, File] = {}
        self.waiting = Packed()
        self.envelopes = Envelopes()

    def block(self, final: bool = False) -> dict[str, pa.Table]:
        """Index what waits and return the tables of all that is complete in it."""
        index = self.waiting.index()
        self.waiting = Packed()
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
        finished = set(self.envelopes.finished)
        for file in self.envelopes.finished:
            groups = rows_of.groups(file)
            tables.append(
                {"span": rows_of.spans(file), "interchange": rows_of.interchanges(file), "functional_group": groups}
            )
            problems += file.problems
        self.files = {number: file for number, file in self.files.items() if file not in finished}
        tables += [{"problem": table_of(problems, PROBLEM)}] if problems else []
        return _joined(tables)

    def _keep(self, index: Index, transaction: Transaction, problems: list[Problem]) -> list[dict[str, pa.Table]]:
        """Keep the open transaction for the next block; let go of its first part if it has grown large."""
        tables: list[dict[str, pa.Table]] = []
        first = transaction.first
        if transaction.carried_segments or index.size_from(first) >= PART_SIZE:
            claims = np.flatnonzero(np.isin(index.identifier[first + 1 :], CLAIM_OPENERS))
            part_end = first + 1 + int(claims[-1]) if claims.size else len(index)
            transaction.last = part_end - 1
            judge(index, transaction)
            tables = tables_of(index, [transaction], problems, whole=False)
            transaction.carried_segments += part_end - first
            transaction.first, first = 0, part_end
        else:
            self.envelopes.forget_open()  # it is walked again, from its ST
        if first < len(index):
            rows = slice(first, len(index))
            body = index.canonical(first, len(index) - 1)
            self.waiting.add(body, index.byte_start[rows], index.byte_end[rows], index.source[rows])
        return tables


def tables_of(
    index: Index, transactions: list[Transaction], problems: list[Problem], whole: bool = True
) -> list[dict[str, pa.Table]]:
    """Return the tables of all transactions that can be trusted; set those aside whose money cannot be read.

    `whole` is False for a part of a transaction that goes on in the next block.
    """
    for transaction in transactions:
        transaction.update_digest(index, whole)
    trusted = [transaction for transaction in transactions if not transaction.reason_code]
    _distrust(index, trusted)
    by_grammar: dict[str, list[Transaction]] = {}
    for transaction in trusted:
        if transaction.guide and not transaction.reason_code:
            by_grammar.setdefault(transaction.guide.grammar, []).append(transaction)
    return [_shredded(index, name, members, problems) for name, members in by_grammar.items()]


def _distrust(index: Index, transactions: list[Transaction]) -> None:
    for set_code in READ_SETS:
        members = [transaction for transaction in transactions if transaction.set_code == set_code]
        segment, owner, number = _members(members)
        for rows in essential(index, segment, set_code):
            for row in np.searchsorted(segment, rows).tolist():
                reason = f"segment {number[row]} {index.name(int(segment[row]))}: expected an amount that can be read"
                members[owner[row]].set_aside("amount_unreadable", reason)


def _shredded(
    index: Index, grammar_name: str, transactions: list[Transaction], problems: list[Problem]
) -> dict[str, pa.Table]:
    segment, owner, number = _members(transactions)
    placement = place(index, segment, number, grammar(grammar_name), transactions[0].carry)
    block = Block(index, placement, owner, [transaction.transaction_key for transaction in transactions])
    tables, bad = shred(block, transactions[0].set_code)
    transactions[-1].carry = carry_of(placement)
    problems += rows_of.problems(block, transactions, bad)
    return tables


def _members(transactions: list[Transaction]) -> tuple[Integers, Integers, Integers]:
    """Return the segments of some transactions, the place of each one's owner, and its number in it."""
    rows = [np.arange(t.first, t.last + 1) for t in transactions]
    numbers = [np.arange(len(row)) + t.carried_segments + 1 for t, row in zip(transactions, rows, strict=True)]
    segment = np.concatenate([np.zeros(0, np.int64), *rows])
    owner = np.repeat(np.arange(len(transactions)), [len(row) for row in rows])
    return segment, owner, np.concatenate([np.zeros(0, np.int64), *numbers])


def _joined(tables: list[dict[str, pa.Table]]) -> dict[str, pa.Table]:
    names = dict.fromkeys(name for part in tables for name in part)
    whole = {name: pa.concat_tables([part[name] for part in tables if name in part]) for name in names}
    return {name: table for name, table in whole.items() if table.num_rows}
