"""What tests read from the bytes of a world, by `naive` alone: amounts, PLB pairs, CAS sums, claims, truth rows.

In: transactions as lists of elements, worlds. Out: plain values. Never: our reader.
"""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.world import inbox, naive

if TYPE_CHECKING:
    from tests.world.world import World

Transaction = list[list[str]]


def amount(text: str) -> Decimal:
    """Return an element as an amount; an empty one is zero."""
    return Decimal(text or "0")


def pairs(transaction: Transaction) -> list[tuple[str, Decimal]]:
    """Return the PLB pairs: composite and amount."""
    return [
        (segment[at], amount(segment[at + 1]))
        for segment in transaction
        if segment[0] == "PLB"
        for at in range(3, len(segment) - 1, 2)
    ]


def adjustments(segments: Transaction) -> Decimal:
    """Return the sum of all CAS amounts."""
    cas = [segment for segment in segments if segment[0] == "CAS"]
    return sum((amount(segment[at]) for segment in cas for at in range(3, len(segment), 3)), Decimal(0))


def claims(transaction: Transaction) -> list[Transaction]:
    """Return the CLP loops."""
    return naive.loops(transaction, "CLP", ("PLB", "SE", "LX"))


def rows(world: World, table: str) -> list[dict[str, str]]:
    """Return a truth table."""
    return list(csv.DictReader(inbox.truth_files(world)[f"{table}.csv"].decode().splitlines()))


def remittances_of(world: World) -> dict[str, Transaction]:
    """Return every 835 transaction by its trace number."""
    found = {}
    for content in inbox.remittance_files(world).values():
        for transaction in naive.transactions(content):
            found[next(segment[2] for segment in transaction if segment[0] == "TRN")] = transaction
    return found
