"""Rows of the tables that no layout describes: transactions, groups, interchanges, spans and problems.

Strategy: plain rows, a few per file. In: what the walk over the envelopes found. Out: Arrow tables. Never: a value that
a file holds beyond the envelope's own names and numbers.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from edi.interchange import day
from edi.kinds import UNKNOWN
from edi.problems import Problem, table_of
from edi.records import FUNCTIONAL_GROUP, INTERCHANGE, SCHEMAS, SPAN, TRANSACTION
from edi.spans import partition
from edi.transaction import unlisted

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from edi.block import Block
    from edi.reading import Bad
    from edi.transaction import File, Transaction

__all__ = ["SCHEMAS", "finished", "problems", "spans", "transactions"]

Row = tuple[object, ...]

ISA_USAGE, GS_DATE = 15, 4
# elements of ISA and GS in the order of the tables' columns: first who sent what to whom, in the one or the other order
OF_ISA, REST_OF_ISA = itemgetter(13, 6, 8), itemgetter(15, 5, 7, 10, 12, 14)
OF_GS, FIRST_OF_GS, REST_OF_GS = itemgetter(6, 2, 3), itemgetter(1, 2, 3), itemgetter(5, 6, 7, 8)
NOTHING = (None, None, None)


def transactions(closed: list[Transaction]) -> pa.Table:
    """Return a row per transaction, landed or set aside."""
    return table_of([_transaction(transaction) for transaction in closed], TRANSACTION)


def _transaction(transaction: Transaction) -> tuple[object, ...]:
    header, group, span = transaction.interchange, transaction.group, transaction.span
    return (
        transaction.transaction_key,
        transaction.transaction_id,
        transaction.file.sha256,
        transaction.ordinal,
        transaction.interchange_ordinal,
        group.ordinal if group else 0,
        transaction.set_code,
        (transaction.guide.claim_kind or None) if transaction.guide else None,
        transaction.guide_name or None,
        transaction.control_number or None,
        *(OF_ISA(header.elements) if header else NOTHING),
        header.date if header else None,
        header.element(ISA_USAGE) if header else None,
        *(_filled(OF_GS(group.header)) if group else NOTHING),
        span.byte_start,
        span.byte_end,
        transaction.carried_segments + transaction.last - transaction.first + 1,
        "quarantined" if span.reason_code else "landed",
        span.reason_code or None,
        span.reason or None,
        span.payment_amount,
    )


def finished(files: list[File]) -> dict[str, pa.Table]:
    """Return what is known of files when they end, for all of them at once: one small table each would cost more."""
    return {
        "span": table_of([row for file in files for row in _spans(file, final=True)], SPAN),
        "interchange": table_of([row for file in files for row in _interchanges(file)], INTERCHANGE),
        "functional_group": table_of([row for file in files for row in _groups(file)], FUNCTIONAL_GROUP),
    }


def _interchanges(file: File) -> list[Row]:
    groups = Counter(group.interchange_ordinal for group in file.groups)
    return [
        (
            file.sha256,
            ordinal,
            *OF_ISA(header.elements),
            header.date,
            *REST_OF_ISA(header.elements),
            header.byte_start,
            header.byte_end,
            groups[ordinal],
            ordinal in file.complete,
        )
        for ordinal, header in enumerate(file.interchanges, start=1)
    ]


def _groups(file: File) -> list[Row]:
    return [
        (
            file.sha256,
            group.interchange_ordinal,
            group.ordinal,
            *_filled(FIRST_OF_GS(group.header)),
            day(group.element(GS_DATE)),
            *_filled(REST_OF_GS(group.header)),
            group.byte_start,
            group.byte_end,
            group.transaction_count,
            group.is_complete,
        )
        for group in file.groups
    ]


def _filled(elements: Sequence[str]) -> list[str | None]:
    return [element or None for element in elements]


def spans(file: File, final: bool = True) -> pa.Table:
    """Return the spans of a file, which partition its bytes; those that were not returned before.

    `final` is False while the file is still read, so that a file of many transactions is not kept until its end.
    """
    return table_of(_spans(file, final), SPAN)


def _spans(file: File, final: bool) -> list[Row]:
    return [
        (
            file.sha256,
            span.byte_start,
            span.byte_end,
            "quarantined" if span.kind == "transaction" and span.reason_code else span.kind,
            span.transaction_key,
            span.reason_code or None,
            span.reason or None,
            span.payment_amount if span.reason_code else None,
        )
        for span in partition(file, final)
    ]


def problems(block: Block, bad: list[Bad]) -> list[Problem]:
    """Turn bad values into problems with their places, in order; list no more of a transaction than its file's limit.

    One more problem says how many are not listed.
    """
    if not bad:
        return []
    kinds = np.repeat(np.arange(len(bad)), [len(group.segment) for group in bad])
    segment = np.concatenate([group.segment for group in bad])
    element = np.concatenate([group.element for group in bad])
    order = np.lexsort((element, segment))
    owners = block.owner[segment[order]]
    found = []
    numbers, firsts, counts = np.unique(owners, return_index=True, return_counts=True)
    for number, first, count in zip(numbers.tolist(), firsts.tolist(), counts.tolist(), strict=True):
        owner = block.transactions[number]
        room = max(owner.file.limits.problems - owner.problems, 0)
        listed = order[first : first + min(room, count)]  # one transaction's segments lie side by side
        found += [_problem(block, owner, int(segment[i]), int(element[i]), bad[kinds[i]]) for i in listed]
        owner.problems += count
        if count > room:
            found.append(unlisted(owner.file.sha256, owner.transaction_key, owner.span.byte_start, count - room))
    return found


def _problem(block: Block, owner: Transaction, segment: int, element: int, bad: Bad) -> Problem:
    index, placement = block.index, block.placement
    is_known = index.kind[segment] != UNKNOWN
    segment_id = index.name(segment) if is_known else ""  # any other may be a piece of a name
    place = f"{segment_id}{element:02}" if element else segment_id or "segment id"
    return Problem(
        owner.file.sha256, owner.transaction_key, int(block.number[segment]),
        int(index.byte_start[segment]), int(index.byte_end[segment]),
        placement.grammar.loops[placement.loop[placement.opening[segment]]], segment_id, element,
        bad.code, f"{place}: expected {bad.expected}",
    )  # fmt: skip
