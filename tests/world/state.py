"""The state of a payer's desk: its cases, its receivables, its calendar of things to do.

In: nothing. Out: mutable records that `desk` and `recoveries` work on.
Never: a decision.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.world.references import scrambled

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from tests.world.adjudication import Adjudication
    from tests.world.claims import Claim
    from tests.world.conventions import Pattern, Payer
    from tests.world.people import Facility
    from tests.world.remittances import ClaimPayment, Forward, Remittance, Share

REUSED_AFTER = 97  # numbers, at a payer that uses its numbers again


@dataclass
class Case:
    """One claim at this payer: its newest decision and payment, and what will be done with it."""

    claim: Claim
    version: Adjudication
    payee: Facility
    pattern: Pattern | None = None
    payment: ClaimPayment | None = None
    rounds: int = 0
    rest: ClaimPayment | None = None  # the second half of a reversal


@dataclass
class Receivable:
    """Money owed back outside the claims: by letter or by a deferral."""

    payee: Facility
    pattern: Pattern
    reference: str
    fields: dict[str, str]
    claims: list[Share]
    parts: list[int]
    number: int = 0
    collected: int = 0
    times: int = 0

    @property
    def owed(self) -> int:
        """The whole receivable in cents."""
        return sum(amount for _, amount in self.claims)


@dataclass
class Desk:
    """The state of one payer's desk."""

    payer: Payer
    rng: Random
    facilities: tuple[Facility, ...] = ()
    queue: list[tuple[date, int, str, Case | Receivable]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gathered: dict[str, list[Case]] = field(default_factory=lambda: defaultdict(list))
    forwards: dict[str, Forward | None] = field(default_factory=dict)
    submitted: list[Claim] = field(default_factory=list)
    remittances: list[Remittance] = field(default_factory=list)
    apart: list[Remittance] = field(default_factory=list)  # of the day at hand, beside the payee's usual one

    def schedule(self, on: date, action: str, subject: Case | Receivable) -> None:
        """Have an action done by the first check on or after a day."""
        heapq.heappush(self.queue, (on, self.next("event"), action, subject))

    def next(self, name: str) -> int:
        """Return the next number of a series."""
        self.numbers[name] += 1
        return self.numbers[name]


def pattern_of(case: Case) -> Pattern:
    """Return the pattern of a case that has one."""
    assert case.pattern is not None
    return case.pattern


def number_of(desk: Desk, claim: Claim, before: str = "", version: int = 0) -> str:
    """Return the payer claim control number of a decision: the same, a new version suffix or a new number."""
    key = "claim " + claim.family
    if not before or desk.payer.renumbers:
        desk.numbers[key] = desk.next("claim")
    day = claim.submitted.timetuple().tm_yday
    year = claim.submitted.year % 100
    serial = desk.numbers[key]
    marks = {
        "version": version,
        "letter": chr(65 + version),
        "scrambled": scrambled(serial, desk.payer.key),
        "again": serial % REUSED_AFTER,
    }
    return desk.payer.control_number.format(year=year, day=day, serial=serial, **marks)
