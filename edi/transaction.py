"""What is known of a file, its spans and its transactions while it is read.

Strategy: a few records per file that the walk over the envelopes fills; the rows of bulk never come here. A transaction
carries what must survive the end of a block: its content hash so far, its loop, its count of segments. What survives
the transaction is its `Span`, which is small, because a file may hold millions. Never: element values other than those
of the envelope, and BPR02.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from edi.limits import Limits
from edi.loops import Carry
from edi.problems import Problem

if TYPE_CHECKING:
    from decimal import Decimal

    from edi.grammar import Guide
    from edi.index import Index
    from edi.interchange import Buffer, Interchange

GS_ELEMENTS = 8


@dataclass(eq=False, slots=True)
class Span:
    """Bytes of a file from `byte_start` to `byte_end` (exclusive) and what they are.

    kind: 'envelope', 'transaction', 'quarantined', 'white_space' or 'junk'; a transaction with a reason is quarantined.
    """

    byte_start: int
    byte_end: int
    kind: str
    transaction_key: str | None = None
    reason_code: str = ""
    reason: str = ""
    payment_amount: Decimal | None = None


@dataclass(eq=False, slots=True)
class Group:
    """A functional group: its GS as `header_of` returns it, and whether its GE came."""

    interchange_ordinal: int
    ordinal: int
    header: list[str]
    byte_start: int
    byte_end: int
    first_transaction: int
    transaction_count: int = 0
    is_complete: bool = False

    def element(self, number: int) -> str:
        """Return GS`number`."""
        return self.header[number]


@dataclass(eq=False)
class Transaction:
    """One ST to SE: `first` and `last` are rows of the present index, `first` is 0 where it began in an earlier one.

    header: the ST as elements; payments: how many BPR an 835 has had so far; noted: how many problems of its file were
    listed, and how many only counted, before it began.
    """

    span: Span
    ordinal: int
    file: File
    interchange: Interchange | None
    interchange_ordinal: int
    group: Group | None
    header: list[str]
    first: int
    last: int = -1
    carried_segments: int = 0
    digest: Any = field(default_factory=hashlib.sha256)
    guide: Guide | None = None
    payments: int = 0
    problems: int = 0
    carry: Carry = field(default_factory=Carry)
    noted: tuple[int, int] = (0, 0)

    @property
    def transaction_key(self) -> str:
        """Return the name of this appearance: file and ordinal."""
        return self.span.transaction_key or ""

    @property
    def reason_code(self) -> str:
        """Return why it is set aside, '' if it is not."""
        return self.span.reason_code

    @cached_property
    def set_code(self) -> str:
        """Return ST01."""
        return self.header[1].strip() if len(self.header) > 1 else ""

    @cached_property
    def control_number(self) -> str:
        """Return ST02."""
        return self.header[2].strip() if len(self.header) > 2 else ""

    @cached_property
    def guide_name(self) -> str:
        """Return ST03, else GS08."""
        named = self.header[3].strip() if len(self.header) > 3 else ""
        return named or (self.group.element(8) if self.group else "")

    @property
    def transaction_id(self) -> str:
        """Return the hash of the content, the same in whatever envelope it comes."""
        return str(self.digest.hexdigest())[:32]

    def update_digest(self, index: Index, whole: bool) -> None:
        """Add this block's segments to the content; ST and SE are envelope."""
        first = self.first if self.carried_segments else self.first + 1
        last = self.last - 1 if whole else self.last
        if last >= first:
            self.digest.update(index.canonical(first, last))
        if self.last >= self.first:
            self.span.byte_end = int(index.byte_end[self.last])

    def set_aside(self, code: str, reason: str) -> None:
        """Give the first reason why this transaction cannot be trusted; later ones do not replace it."""
        if not self.span.reason_code:
            self.span.reason_code, self.span.reason = code, reason


@dataclass(eq=False)
class File:
    """A delivered file while it is read.

    named, closed: up to which byte its spans were returned, and where the last IEA among these ends.
    """

    sha256: str
    content: Buffer
    interchanges: list[Interchange]
    limits: Limits = field(default_factory=Limits)
    spans: list[Span] = field(default_factory=list)
    transactions: int = 0
    groups: list[Group] = field(default_factory=list)
    complete: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    named: int = 0
    closed: int = 0

    @cached_property
    def openings(self) -> list[int]:
        """Where its interchanges begin."""
        return [interchange.byte_start for interchange in self.interchanges]

    def problem(self, byte: int, segment_id: str, element: int, code: str, message: str) -> None:
        """Note a bad place of the envelopes, by its first byte; beyond the limit it is only counted."""
        if len(self.problems) < self.limits.problems:
            self.problems.append(Problem(self.sha256, None, 0, byte, byte, None, segment_id, element, code, message))
        else:
            self.unlisted += 1

    def forget(self, listed: int, unlisted: int) -> None:
        """Leave the last transaction, and the problems that were noted since it began, as if they had not been seen."""
        self.transactions -= 1
        del self.problems[listed:]
        self.unlisted = unlisted

    def close(self) -> None:
        """Note how many problems were only counted."""
        if self.unlisted:
            self.problems.append(unlisted(self.sha256, None, len(self.content), self.unlisted))


def unlisted(sha256: str, transaction_key: str | None, byte: int, count: int) -> Problem:
    """Return the problem that stands for `count` more."""
    return Problem(
        sha256, transaction_key, 0, byte, byte, None, "", 0, "more_problems", f"{count} more problems are not listed"
    )


def elements_of(index: Index, row: int) -> list[str]:
    """Return one segment as text: its id and its elements."""
    return index.data[index.start[row] : index.end[row] - 1].decode().split("\x1d")


def header_of(index: Index, row: int) -> list[str]:
    """Return a GS as text: its id and its elements, stripped; '' where it ends before the last of them."""
    header = [element.strip() for element in elements_of(index, row)]
    return header + [""] * (1 + GS_ELEMENTS - len(header))
