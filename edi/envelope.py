"""Walk the envelopes: which transactions a file holds, which of them are whole, and what lies outside of them.

Strategy: only ISA, GS, ST, SE, GE, IEA are looked at one by one; there are few of them. A transaction is whole when its
SE follows its ST with the right count and control number; anything else is set aside with a reason and never touches
its neighbours. Groups and interchanges that do not close as they should are problems, and their transactions land. In:
indexed blocks in file order. Out: closed transactions, and per file the spans that were seen. Never: what a transaction
says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edi.judge import judge
from edi.kinds import ENVELOPE, NUMBERS, TOO_LONG, UNKNOWN, members
from edi.trailers import count_of, same_number, swallows
from edi.transaction import File, Group, Span, Transaction, elements_of, header_of

if TYPE_CHECKING:
    from edi.index import Index

OF_ENVELOPES = members((*ENVELOPE, TOO_LONG))


class Envelopes:
    """Walks blocks one after the other and remembers what is still open between them."""

    def __init__(self) -> None:
        self.file: File | None = None
        self.interchange_ordinal = 0
        self.group_ordinal = 0
        self.group: Group | None = None
        self.interchange_open = False
        self.open: Transaction | None = None
        self.closed: list[Transaction] = []
        self.finished: list[File] = []
        self._codes = {NUMBERS[name]: getattr(self, f"_{name.lower()}") for name in ENVELOPE}
        self._codes[NUMBERS[TOO_LONG]] = self._too_long

    def walk(self, index: Index, files: dict[int, File]) -> None:
        """Walk one block; afterwards `closed`, `finished` and `open` say what came of it."""
        self.closed, self.finished = [], []
        places = np.flatnonzero(OF_ENVELOPES.take(index.kind))
        swallowing, rows = set(places[swallows(index, places)].tolist()), places.tolist()
        beginnings = {row: files[source] for row, source in index.sources if row < len(index)}
        kinds = dict(zip(rows, index.kind[rows].tolist(), strict=True))
        outside_since = 0
        for row in sorted({*rows, *beginnings}):
            if row in beginnings and beginnings[row] is not self.file:
                if self.open is None:
                    self._stray(index, outside_since, row - 1)
                self._enter(index, row, beginnings[row])
                outside_since = row
            handle = self._swallowing if row in swallowing else self._codes.get(kinds.get(row, UNKNOWN))
            inside = self.open is not None
            handled = bool(handle and handle(index, row))
            if handled and not inside:
                self._stray(index, outside_since, row - 1)
            if handled or inside:
                outside_since = row + handled
        if self.open is None:
            self._stray(index, outside_since, len(index) - 1)

    def _swallowing(self, index: Index, row: int) -> bool:
        start, name = int(index.byte_start[row]), index.name(row)
        self._file().problem(
            start, name, 0, "unreadable_envelope", f"a segment {name} of more elements than it can have"
        )
        return False

    def forget_open(self) -> None:
        """Leave the open transaction as if its ST had not been walked."""
        if self.open:
            self.open.file.forget(*self.open.noted)
            self.open = None

    def end(self, index: Index, row: int | None = None) -> None:
        """Close what is open, because the file ends before `row` of the index, or with it."""
        if self.file is None:
            return
        last = (len(index) if row is None else row) - 1
        self._leave_interchange(index, last, len(self.file.content), "the file ends")
        self.file.close()
        self.finished.append(self.file)
        self.file = None

    def _enter(self, index: Index, row: int, file: File) -> None:
        self.end(index, row)
        self.file = file
        self.interchange_ordinal = self.group_ordinal = 0

    def _isa(self, index: Index, row: int) -> bool:
        file = self._file()
        following = self.interchange_ordinal
        start = int(index.byte_start[row])
        if following >= len(file.interchanges) or file.interchanges[following].byte_start != start:
            if self.open is None:
                file.problem(start, "ISA", 0, "unreadable_header", "a segment ISA that is no interchange header")
            return False
        self._leave_interchange(index, row - 1, start, "an ISA follows")
        if file.interchanges[following].is_damaged:
            file.problem(start, "ISA", 0, "damaged_header", "expected sixteen elements with a component separator")
        self.interchange_ordinal, self.group_ordinal, self.interchange_open = following + 1, 0, True
        return True

    def _gs(self, index: Index, row: int) -> bool:
        start = int(index.byte_start[row])
        self._leave_group(index, row - 1, start, "a GS follows")
        file = self._file()
        self.group_ordinal += 1
        self.group = Group(
            self.interchange_ordinal, self.group_ordinal, header_of(index, row),
            start, int(index.byte_end[row]), file.transactions,
        )  # fmt: skip
        file.groups.append(self.group)
        return True

    def _st(self, index: Index, row: int) -> bool:
        self._abandon(index, row - 1, "another ST follows")
        file = self._file()
        file.transactions += 1
        place = self.interchange_ordinal if self.interchange_open else 0
        start, end = int(index.byte_start[row]), int(index.byte_end[row])
        self.open = Transaction(
            Span(start, end, "transaction", f"{file.sha256[:32]}-{file.transactions}"), file.transactions, file,
            file.interchanges[place - 1] if place else None, place, self.group, elements_of(index, row), row,
        )  # fmt: skip
        self.open.noted = len(file.problems), file.unlisted
        # the control number is the envelope's; what is left of the ST belongs to the content
        self.open.digest.update("\x1d".join([*self.open.header[1:2], *self.open.header[3:4]]).encode())
        return True

    def _se(self, index: Index, row: int) -> bool:
        transaction = self.open
        if transaction is None:
            return False
        stated, control_number = [*elements_of(index, row), "", ""][1:3]
        counted = transaction.carried_segments + row - transaction.first + 1
        if count_of(stated) != counted:
            told = "no number" if count_of(stated) is None else count_of(stated)
            transaction.set_aside(
                "segment_count_mismatch", f"SE01 says {told} segments, but ST to SE are {counted} segments"
            )
        if control_number.strip() != transaction.control_number:
            transaction.set_aside("control_number_mismatch", "SE02 is not the control number of ST02")
        self._close(index, row)
        return True

    def _ge(self, index: Index, row: int) -> bool:
        self._abandon(index, row - 1, "a GE follows")
        file, group, start = self._file(), self.group, int(index.byte_start[row])
        if group is None:
            file.problem(start, "GE", 0, "missing_gs", "expected a GS before GE")
            return False
        stated, control_number = [*elements_of(index, row), "", ""][1:3]
        counted = file.transactions - group.first_transaction
        if count_of(stated) != counted:
            file.problem(start, "GE", 1, "group_count_mismatch", f"GE01 should say {counted} transaction sets")
        if not same_number(control_number, group.element(6)):
            message = "GE02 is not the control number of GS06"
            file.problem(start, "GE", 2, "group_control_number_mismatch", message)
        group.is_complete = True
        self._end_group(int(index.byte_end[row]))
        return True

    def _iea(self, index: Index, row: int) -> bool:
        start, end = int(index.byte_start[row]), int(index.byte_end[row])
        self._leave_group(index, row - 1, start, "an IEA follows")
        file = self._file()
        if not self.interchange_open:
            file.problem(start, "IEA", 0, "missing_isa", "expected an ISA before IEA")
            return False
        file.spans.append(Span(start, end, "envelope"))
        stated, control_number = [*elements_of(index, row), "", ""][1:3]
        if count_of(stated) != self.group_ordinal:
            message = f"IEA01 should say {self.group_ordinal} functional groups"
            file.problem(start, "IEA", 1, "interchange_count_mismatch", message)
        if not same_number(control_number, file.interchanges[self.interchange_ordinal - 1].element(13)):
            message = "IEA02 is not the control number of ISA13"
            file.problem(start, "IEA", 2, "interchange_control_number_mismatch", message)
        file.complete.add(self.interchange_ordinal)
        self.interchange_open = False
        return True

    def _ta1(self, _index: Index, _row: int) -> bool:
        """Pass an interchange acknowledgement: it is envelope, and nothing is to be read of it."""
        return self.interchange_open

    def _too_long(self, _index: Index, row: int) -> bool:
        """Set the transaction aside that holds a segment longer than the limit."""
        if self.open is None:
            return False
        most = self._file().limits.segment_bytes
        number = self.open.carried_segments + row - self.open.first + 1
        self.open.set_aside("segment_too_long", f"segment {number} is longer than the limit of {most} bytes")
        return True

    def _leave_interchange(self, index: Index, last: int, byte: int, why: str) -> None:
        self._leave_group(index, last, byte, why)
        if self.interchange_open:
            self._file().problem(byte, "IEA", 0, "missing_iea", f"expected IEA, but {why}")
        self.interchange_open = False

    def _leave_group(self, index: Index, last: int, byte: int, why: str) -> None:
        self._abandon(index, last, why)
        if self.group:
            self._file().problem(byte, "GE", 0, "missing_ge", f"expected GE, but {why}")
            self._end_group(byte)

    def _end_group(self, byte_end: int) -> None:
        group, self.group = self.group, None
        if group:
            group.byte_end = byte_end
            group.transaction_count = self._file().transactions - group.first_transaction

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
            transaction.span.byte_end = int(index.byte_end[last])
            judge(index, transaction)
        if transaction.set_code == "835" and not transaction.payments:
            transaction.set_aside("missing_bpr", "expected a BPR, without it the payment is not known")
        if not transaction.interchange:
            transaction.file.problem(transaction.span.byte_start, "ST", 0, "missing_isa", "expected an ISA before ST")
        elif not transaction.group:
            transaction.file.problem(transaction.span.byte_start, "ST", 0, "missing_gs", "expected a GS before ST")
        transaction.file.spans.append(transaction.span)
        self.closed.append(transaction)

    def _stray(self, index: Index, first: int, last: int) -> None:
        if last < first or self.file is None:
            return
        start, end = int(index.byte_start[first]), int(index.byte_end[last])
        reason = "segments that belong to no transaction set"
        self.file.spans.append(Span(start, end, "junk", None, "outside_transaction", reason))

    def _file(self) -> File:
        if self.file is None:
            raise RuntimeError("a segment outside every file")
        return self.file
