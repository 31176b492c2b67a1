"""Walk the envelopes: which transactions a file holds, which of them are whole, and what lies outside of them.

Strategy: only ISA, GS, ST, SE, GE, IEA are looked at one by one; there are few of them. A transaction is whole when its
SE follows its ST with the right count and control number; anything else is set aside with a reason and never touches
its neighbours. In: indexed blocks in file order. Out: closed transactions, and per file the spans that were seen.
Never: what a transaction says.
"""

from __future__ import annotations

import numpy as np

from edi.index import Index, packed
from edi.judge import judge
from edi.problems import Problem
from edi.transaction import File, Span, Transaction

ENVELOPE = ("ISA", "GS", "ST", "SE", "GE", "IEA", "TA1")


class Envelopes:
    """Walks blocks one after the other and remembers what is still open between them."""

    def __init__(self) -> None:
        self.file: File | None = None
        self.interchange_ordinal = 0
        self.group: list[str] = []
        self.group_ordinal = 0
        self.group_start = 0
        self.interchange_open = False
        self.open: Transaction | None = None
        self.closed: list[Transaction] = []
        self.finished: list[File] = []
        self._codes = {packed(name): getattr(self, f"_{name.lower()}") for name in ENVELOPE}

    def walk(self, index: Index, files: dict[int, File]) -> None:
        """Walk one block; afterwards `closed`, `finished` and `open` say what came of it."""
        self.closed, self.finished = [], []
        rows = np.flatnonzero(np.isin(index.identifier, list(self._codes)))
        changes = np.flatnonzero(index.source[1:] != index.source[:-1]) + 1
        outside_since = 0
        beginning = np.arange(min(len(index), 1))
        for row in np.union1d(rows, np.append(beginning, changes)).tolist():
            if self.open is None and row > outside_since and self.file:
                self._stray(index, outside_since, row - 1)
            file = files[int(index.source[row])]
            if file is not self.file:
                self._enter(index, row, file)
            handle = self._codes.get(int(index.identifier[row]))
            if handle:
                handle(index, row)
            outside_since = row + 1 if handle else row
        if self.open is None and len(index) > outside_since:
            self._stray(index, outside_since, len(index) - 1)

    def forget_open(self) -> None:
        """Leave the open transaction as if its ST had not been walked."""
        if self.open:
            self.open.file.transactions -= 1
            self.open = None

    def end(self, index: Index, row: int | None = None) -> None:
        """Close what is open, because the file ends before `row` of the index, or with it."""
        if self.file is None:
            return
        self._abandon(index, (len(index) if row is None else row) - 1, "the file ends before its SE")
        if self.interchange_open:
            self._problem(len(self.file.content), "IEA", 0, "missing_iea", "expected IEA before the file ends")
        self.finished.append(self.file)
        self.file = None

    def _enter(self, index: Index, row: int, file: File) -> None:
        self.end(index, row)
        self.file = file
        self.interchange_ordinal = self.group_ordinal = 0
        self.interchange_open, self.group = False, []

    def _isa(self, index: Index, row: int) -> None:
        file = self._file()
        following = self.interchange_ordinal
        start = int(index.byte_start[row])
        if following >= len(file.interchanges) or file.interchanges[following].byte_start != start:
            return  # a segment that is called ISA but is no header
        self._abandon(index, row - 1, "an ISA follows before its SE")
        if self.interchange_open:
            self._problem(start, "IEA", 0, "missing_iea", "expected IEA before the next ISA")
        self.interchange_ordinal += 1
        self.group, self.group_ordinal, self.interchange_open = [], 0, True
        file.groups[self.interchange_ordinal] = 0

    def _gs(self, index: Index, row: int) -> None:
        self._abandon(index, row - 1, "a GS follows before its SE")
        self.group = _elements(index, row)
        self.group_ordinal += 1
        self.group_start = self._file().transactions
        self._file().groups[self.interchange_ordinal] = self.group_ordinal

    def _st(self, index: Index, row: int) -> None:
        self._abandon(index, row - 1, "another ST follows before its SE")
        file = self._file()
        file.transactions += 1
        ordinal = file.transactions
        place = self.interchange_ordinal
        self.open = Transaction(
            f"{file.sha256[:32]}-{ordinal}", ordinal, file,
            file.interchanges[place - 1] if place else None, place, self.group_ordinal,
            self.group, _elements(index, row), int(index.byte_start[row]), row,
        )  # fmt: skip
        # the control number is the envelope's; what is left of the ST belongs to the content
        self.open.digest.update("\x1d".join([*self.open.header[1:2], *self.open.header[3:4]]).encode())

    def _se(self, index: Index, row: int) -> None:
        transaction = self.open
        if transaction is None:
            self._stray(index, row, row)
            return
        stated, control_number = [*_elements(index, row), "", ""][1:3]
        counted = transaction.carried_segments + row - transaction.first + 1
        if not stated.strip().isdigit() or int(stated) != counted:
            told = f"{int(stated)}" if stated.strip().isdigit() else "no number"
            transaction.set_aside(
                "segment_count_mismatch", f"SE01 says {told} segments, but ST to SE are {counted} segments"
            )
        if control_number.strip() != transaction.control_number.strip():
            transaction.set_aside("control_number_mismatch", "SE02 is not the control number of ST02")
        self._close(index, row)

    def _ge(self, index: Index, row: int) -> None:
        self._abandon(index, row - 1, "a GE follows before its SE")
        stated = [*_elements(index, row), ""][1].strip()
        counted = self._file().transactions - self.group_start
        if stated != str(counted) and not (stated.isdigit() and int(stated) == counted):
            message = f"GE01 should say {counted} transaction sets"
            self._problem(int(index.byte_start[row]), "GE", 1, "group_count_mismatch", message)
        self.group = []

    def _iea(self, index: Index, row: int) -> None:
        self._abandon(index, row - 1, "an IEA follows before its SE")
        counted = self.group_ordinal
        stated = [*_elements(index, row), ""][1].strip()
        if not (stated.isdigit() and int(stated) == counted):
            message = f"IEA01 should say {counted} functional groups"
            self._problem(int(index.byte_start[row]), "IEA", 1, "interchange_count_mismatch", message)
        self._file().complete.add(self.interchange_ordinal)
        self._file().spans.append(Span(int(index.byte_start[row]), int(index.byte_end[row]), "envelope"))
        self.interchange_open = False

    def _ta1(self, index: Index, row: int) -> None:
        """Pass an interchange acknowledgement: it is envelope, and nothing is to be read of it."""

    def _abandon(self, index: Index, last: int, why: str) -> None:
        if self.open:
            self.open.set_aside("missing_se", f"expected SE, but {why}")
            self._close(index, last)

    def _close(self, index: Index, last: int) -> None:
        transaction, self.open = self.open, None
        if transaction is None:
            return
        transaction.last = last
        if last >= transaction.first:
            transaction.byte_end = int(index.byte_end[last])
            judge(index, transaction)
            if transaction.set_code == "835" and not transaction.money_seen:
                transaction.set_aside("missing_bpr", "expected a BPR, without it the payment is not known")
        transaction.file.spans.append(
            Span(transaction.byte_start, transaction.byte_end, "transaction", transaction=transaction)
        )
        self.closed.append(transaction)

    def _stray(self, index: Index, first: int, last: int) -> None:
        start, end = int(index.byte_start[first]), int(index.byte_end[last])
        reason = f"{last - first + 1} segments that belong to no transaction set"
        self._file().spans.append(Span(start, end, "junk", None, "outside_transaction", reason))

    def _problem(self, byte: int, segment_id: str, element: int, code: str, message: str) -> None:
        file = self._file()
        file.problems.append(Problem(file.sha256, None, 0, byte, byte, None, segment_id, element, code, message))

    def _file(self) -> File:
        if self.file is None:
            raise RuntimeError("a segment outside every file")
        return self.file


def _elements(index: Index, row: int) -> list[str]:
    return index.canonical(row, row).rstrip(b"\x1c").decode().split("\x1d")
