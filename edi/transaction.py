"""What is known of a file, its spans and its transactions while it is read.

Strategy: a few records per file that the walk over the envelopes fills; the rows of bulk never come here. A transaction
carries what must survive the end of a block: its content hash so far, its loop, its count of segments. Never: element
values other than those of the envelope, and BPR02.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edi.loops import Carry

if TYPE_CHECKING:
    from decimal import Decimal

    from edi.grammar import Guide
    from edi.index import Index
    from edi.interchange import Buffer, Interchange
    from edi.problems import Problem


@dataclass(eq=False)
class Transaction:
    """One ST to SE: `first` and `last` are rows of the present index, `first` is 0 where it began in an earlier one."""

    transaction_key: str
    ordinal: int
    file: File
    interchange: Interchange | None
    interchange_ordinal: int
    group_ordinal: int
    group: list[str]
    header: list[str]
    byte_start: int
    first: int
    byte_end: int = 0
    last: int = -1
    carried_segments: int = 0
    reason_code: str = ""
    reason: str = ""
    payment_amount: Decimal | None = None
    digest: Any = field(default_factory=hashlib.sha256)
    guide: Guide | None = None
    money_seen: bool = False  # BPR of an 835
    carry: Carry = field(default_factory=Carry)

    @property
    def set_code(self) -> str:
        """Return ST01."""
        return self.header[1] if len(self.header) > 1 else ""

    @property
    def control_number(self) -> str:
        """Return ST02."""
        return self.header[2] if len(self.header) > 2 else ""

    @property
    def guide_name(self) -> str:
        """Return ST03, else GS08."""
        return next((part[n] for part, n in ((self.header, 3), (self.group, 8)) if len(part) > n and part[n]), "")

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

    def set_aside(self, code: str, reason: str) -> None:
        """Give the first reason why this transaction cannot be trusted; later ones do not replace it."""
        if not self.reason_code:
            self.reason_code, self.reason = code, reason


@dataclass(eq=False)
class Span:
    """Bytes of a file from `byte_start` to `byte_end` (exclusive) and what they are."""

    byte_start: int
    byte_end: int
    kind: str
    transaction: Transaction | None = None
    reason_code: str = ""
    reason: str = ""


@dataclass(eq=False)
class File:
    """A delivered file while it is read."""

    sha256: str
    content: Buffer
    interchanges: list[Interchange]
    spans: list[Span] = field(default_factory=list)
    transactions: int = 0
    groups: dict[int, int] = field(default_factory=dict)
    complete: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
