"""Rows of the tables that no layout describes: transactions, interchanges, spans and problems.

Strategy: plain rows, a few per file. In: what the walk over the envelopes found. Out: Arrow tables. Never: a value that
a file holds beyond the envelope's own names and numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from edi.problems import PROBLEM, Problem, table_of
from edi.spans import partition

if TYPE_CHECKING:
    from edi.shred import Bad, Block
    from edi.transaction import File, Transaction

MONEY = pa.decimal128(18, 2)

TRANSACTION = pa.schema(
    [
        ("transaction_key", pa.string()),
        ("transaction_id", pa.string()),
        ("sha256", pa.string()),
        ("transaction_ordinal", pa.int32()),
        ("interchange_ordinal", pa.int32()),
        ("group_ordinal", pa.int32()),
        ("transaction_set_code", pa.string()),
        ("claim_kind", pa.string()),
        ("guide", pa.string()),
        ("control_number", pa.string()),
        ("interchange_control_number", pa.string()),
        ("interchange_sender_id", pa.string()),
        ("interchange_receiver_id", pa.string()),
        ("interchange_date", pa.date32()),
        ("usage_indicator", pa.string()),
        ("group_control_number", pa.string()),
        ("application_sender_code", pa.string()),
        ("application_receiver_code", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("segment_count", pa.int32()),
        ("status", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("payment_amount", MONEY),
    ]
)
INTERCHANGE = pa.schema(
    [
        ("sha256", pa.string()),
        ("interchange_ordinal", pa.int32()),
        ("interchange_control_number", pa.string()),
        ("interchange_sender_id", pa.string()),
        ("interchange_receiver_id", pa.string()),
        ("interchange_date", pa.date32()),
        ("usage_indicator", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("group_count", pa.int32()),
        ("is_complete", pa.bool_()),
    ]
)
SPAN = pa.schema(
    [
        ("sha256", pa.string()),
        ("byte_start", pa.int64()),
        ("byte_end", pa.int64()),
        ("kind", pa.string()),
        ("transaction_key", pa.string()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("payment_amount", MONEY),
    ]
)
SCHEMAS = {"transaction": TRANSACTION, "interchange": INTERCHANGE, "span": SPAN, "problem": PROBLEM}

GS_CONTROL_NUMBER, GS_SENDER, GS_RECEIVER = 6, 2, 3
ISA_SENDER, ISA_RECEIVER, ISA_CONTROL_NUMBER, ISA_USAGE = 6, 8, 13, 15


def transactions(closed: list[Transaction]) -> pa.Table:
    """Return a row per transaction, landed or set aside."""
    return table_of([_transaction(transaction) for transaction in closed], TRANSACTION)


def _transaction(transaction: Transaction) -> tuple[object, ...]:
    header, group = transaction.interchange, transaction.group
    isa = [header.element(n) if header else None for n in (ISA_CONTROL_NUMBER, ISA_SENDER, ISA_RECEIVER)]
    gs = [group[n] if len(group) > n else None for n in (GS_CONTROL_NUMBER, GS_SENDER, GS_RECEIVER)]
    return (
        transaction.transaction_key,
        transaction.transaction_id,
        transaction.file.sha256,
        transaction.ordinal,
        transaction.interchange_ordinal,
        transaction.group_ordinal,
        transaction.set_code,
        (transaction.guide.claim_kind or None) if transaction.guide else None,
        transaction.guide_name or None,
        transaction.control_number or None,
        *isa,
        header.date if header else None,
        header.element(ISA_USAGE) if header else None,
        *gs,
        transaction.byte_start,
        transaction.byte_end,
        transaction.carried_segments + transaction.last - transaction.first + 1,
        "quarantined" if transaction.reason_code else "landed",
        transaction.reason_code or None,
        transaction.reason or None,
        transaction.payment_amount,
    )


def interchanges(file: File) -> pa.Table:
    """Return a row per interchange of a file."""
    rows: list[tuple[object, ...]] = [
        (
            file.sha256,
            ordinal,
            *(header.element(n) for n in (ISA_CONTROL_NUMBER, ISA_SENDER, ISA_RECEIVER)),
            header.date,
            header.element(ISA_USAGE),
            header.byte_start,
            header.byte_end,
            file.groups.get(ordinal, 0),
            ordinal in file.complete,
        )
        for ordinal, header in enumerate(file.interchanges, start=1)
    ]
    return table_of(rows, INTERCHANGE)


def spans(file: File) -> pa.Table:
    """Return the spans of a file, which partition its bytes."""
    rows: list[tuple[object, ...]] = []
    for span in partition(file):
        owner = span.transaction
        kind, code, reason, money = span.kind, span.reason_code, span.reason, None
        if owner and owner.reason_code:
            kind, code, reason, money = "quarantined", owner.reason_code, owner.reason, owner.payment_amount
        key = owner.transaction_key if owner else None
        rows.append((file.sha256, span.byte_start, span.byte_end, kind, key, code or None, reason or None, money))
    return table_of(rows, SPAN)


def problems(block: Block, transactions: list[Transaction], bad: list[Bad]) -> list[Problem]:
    """Turn bad values into problems with their places."""
    index, placement = block.index, block.placement
    found = []
    for group in bad:
        for at, element in zip(group.at.tolist(), group.element.tolist(), strict=True):
            row = int(placement.segment[at])
            owner = transactions[int(block.owner[at])]
            segment_id = index.name(row)
            found.append(
                Problem(
                    owner.file.sha256, owner.transaction_key, int(placement.number[at]),
                    int(index.byte_start[row]), int(index.byte_end[row]),
                    placement.grammar.loops[int(placement.loop[at])], segment_id, element,
                    "unreadable_value", f"{segment_id}{element:02}: expected {_article(group.expected)}",
                )
            )  # fmt: skip
    return found


def _article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "ai" else f"a {kind}"
