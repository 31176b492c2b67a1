"""How money comes back: each action of a payer's calendar is a row of `ACTIONS`, each method one of `METHODS`.

In: a desk, the check being made, a case or receivable. Out: claim payments and provider adjustments on the check, and
the next actions on the calendar.
Never: X12, or a branch on a payer: habits come from its `Payer` and `Pattern` rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.world.receivables import begin, collect, defer, give_back, receivable, refund, taken_as_well
from tests.world.remittances import ClaimPayment, Remittance
from tests.world.state import Case, Desk, number_of, pattern_of
from tests.world.versions import adjust, again, correct, next_version

if TYPE_CHECKING:
    from collections.abc import Callable


def _pay(desk: Desk, check: Remittance, case: Case) -> None:
    pattern = case.pattern
    case.payment = ClaimPayment(case.version, "original", pattern.name if pattern else "")
    if not pattern or pattern.paid_on_file:
        check.pay(case.payment)
    if pattern and pattern.method in METHODS:
        desk.schedule(check.date + timedelta(days=desk.rng.randint(*pattern.delay_days)), "take", case)


def _take(desk: Desk, check: Remittance, case: Case) -> None:
    pattern = pattern_of(case)
    group = desk.gathered[f"{pattern.name} {case.payee.npi}"]
    group.append(case)
    if len(group) >= pattern.together:
        METHODS[pattern.method](desk, check, list(group))
        group.clear()


def _immediate(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    owed = [(case, adjust(desk, check, case)) for case in cases]
    if pattern_of(cases[0]).taken_as_well:
        taken_as_well(desk, check, receivable(desk, check, owed, desk.payer.letter_reference))


def _deferred(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    owed = [(case, adjust(desk, check, case)) for case in cases]
    debt = receivable(desk, check, owed, desk.payer.collect_reference)
    defer(desk, check, debt, owed)
    begin(desk, check, debt)


def _letter(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    owed = [(case, case.version.paid - next_version(desk, case, check).paid) for case in cases]
    begin(desk, check, receivable(desk, check, owed, desk.payer.letter_reference))


def _paid_twice(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    """Pay each claim once more, in full; later the second payment is taken back, with no reversal."""
    for case in cases:
        number = number_of(desk, case.claim, case.version.control_number, 1)
        case.version = replace(case.version, control_number=number, interest=0)
        case.payment = check.pay(ClaimPayment(case.version, "original", pattern_of(case).name))
    owed = [(case, case.version.paid) for case in cases]
    begin(desk, check, receivable(desk, check, owed, desk.payer.letter_reference))


def _reissued(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    """Send a lost check again under a new trace number: its claims once more (MA74), or CS alone if it was mixed."""
    for case in cases:
        assert case.payment is not None
        lost = next(one for one in desk.remittances if one.trace == case.payment.trace)
        new = Remittance(desk.payer, lost.payee, check.date, "")
        if lost.adjustments or any(one.role != "original" for one in lost.claim_payments):
            new.adjust("CS", lost.trace, -max(lost.payment, 100), "other", pattern=pattern_of(case).name)
        else:
            for one in lost.claim_payments:
                new.pay(ClaimPayment(replace(one.adjudication, remark_code="MA74"), "original", pattern_of(case).name))
        desk.apart.append(new)


METHODS: Final[dict[str, Callable[[Desk, Remittance, list[Case]], None]]] = {
    "immediate": _immediate,
    "paid_later": _immediate,
    "deferred": _deferred,
    "letter": _letter,
    "paid_twice": _paid_twice,
    "reissued": _reissued,
}
CLAIMS, MOVES, COLLECTIONS = range(3)
ACTIONS: Final[dict[str, tuple[int, Callable[..., None]]]] = {
    "pay": (CLAIMS, _pay),
    "take": (CLAIMS, _take),
    "correct": (CLAIMS, correct),
    "again": (CLAIMS, again),
    "refund": (MOVES, refund),
    "give_back": (MOVES, give_back),
    "collect": (COLLECTIONS, collect),
}
