"""Decide whether a transaction is ours to read: its transaction set, its guide, its payment.

Strategy: in comes a transaction whose segments lie in an index, out goes the same with its guide and BPR02, or set
aside with a reason in words. Whether it is whole was decided by the walk over the envelopes. Never: a verdict by a
payer's name.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from edi import decimals
from edi.grammar import guide
from edi.kinds import NUMBERS
from edi.transaction import elements_of

if TYPE_CHECKING:
    from edi.grammar import Guide
    from edi.index import Index
    from edi.kinds import Numbers
    from edi.transaction import Transaction

READ_SETS = ("835", "837")
# Each guide of the 837 has a service line of its own: in 5010, in 4010.
LINE_SEGMENTS = {"SV1": ("X222", "X098"), "SV2": ("X223", "X096"), "SV3": ("X224", "X097")}
OLDER = "004"
CODE_LENGTH = 12


def judge(index: Index, transaction: Transaction) -> None:
    """Set a transaction aside that is whole but not ours to read; look up its guide and, in an 835, its BPR02."""
    if transaction.set_code == "835":
        first, behind = (bisect_left(index.payments, row) for row in (transaction.first, transaction.last + 1))
        for row in index.payments[first:behind]:
            _judge_payment(transaction, "".join(elements_of(index, row)[2:3]))
    kind = index.kind[transaction.first : transaction.last + 1]
    transaction.guide = transaction.guide or _guide(transaction, kind)
    _judge_kind(transaction)


def _guide(transaction: Transaction, kind: Numbers) -> Guide | None:
    """Return the guide that ST03 or GS08 names, else that of the service lines; these say the kind of the claims.

    ST01 says which transaction set it is; the name of another one's guide was put there by mistake.
    """
    named = guide(transaction.guide_name)
    if named and transaction.set_code in READ_SETS and named.transaction_set_code != transaction.set_code:
        _another_guide(transaction, "the guide that is named is one of another transaction set")
        named = None
    is_older = transaction.guide_name.startswith(OLDER)
    if transaction.set_code == "835":
        return named or guide("X091" if is_older else "X221")
    if transaction.set_code != "837" or (named and not named.claim_kind):
        return named
    present = [numbers[is_older] for name, numbers in LINE_SEGMENTS.items() if (kind == NUMBERS[name]).any()]
    shown = guide(present[0]) if len(present) == 1 else named
    if named and shown and shown.claim_kind != named.claim_kind:
        _another_guide(transaction, "the service lines are those of another guide than the one that is named")
        return replace(named, claim_kind=shown.claim_kind)
    return named or shown


def _another_guide(transaction: Transaction, message: str) -> None:
    transaction.file.problem(transaction.span.byte_start, "ST", 3, "another_guide", message)


def _judge_payment(transaction: Transaction, amount: str) -> None:
    transaction.payments += 1
    if transaction.payments > 1:
        transaction.set_aside("repeated_bpr", "expected one BPR, with several the payment is not known")
    elif amount.strip():
        cents = decimals.units(amount, 2)
        transaction.span.payment_amount = None if cents is None else Decimal(cents).scaleb(-2)
    else:
        transaction.set_aside("missing_amount", "BPR02 is empty, without it the payment is not known")


def _judge_kind(transaction: Transaction) -> None:
    known = transaction.guide
    if transaction.set_code not in READ_SETS:
        transaction.set_aside(
            "not_supported", f"transaction set {_code(transaction.set_code)} is not read, only 835 and 837 are"
        )
    elif known is None:
        transaction.set_aside(
            "unknown_guide",
            f"transaction set {transaction.set_code}: neither ST03 nor GS08 names a guide that is read, "
            "nor do the service lines say which it is",
        )
    elif known.set_aside:
        transaction.set_aside(
            "set_aside", f"guide {_code(transaction.guide_name)} holds {known.set_aside}, which is no claim for payment"
        )


def _code(text: str) -> str:
    # only what looks like a code of X12's may be repeated in a message
    return text if text.isalnum() and len(text) <= CODE_LENGTH else "of an unreadable name"
