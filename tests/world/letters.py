"""The letters of a world: what each payer wrote about money that it took outside the claims, as sheets of notices.

In: a world. Out: CSV by file name, one row for each claim of a letter. A letter comes two weeks before the first check
that moves its money, bears the number that the reference uses where it uses one, and names each claim by the number of
its last payment until then. Never: money that no check has moved, or a claim of which no payment is on file.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.world.words import money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world.remittances import ProviderAdjustment, Remittance
    from tests.world.world import World

Leg = tuple["Remittance", "ProviderAdjustment"]
COLUMNS: Final = ("payer", "payee", "letter_number", "letter_date", "payer_claim_control_number", "amount", "reason")
DAYS_BEFORE: Final = 14


def files(world: World) -> dict[str, bytes]:
    """Return a sheet of notices for each payer that wrote letters, by file name."""
    rows: dict[str, list[dict[str, object]]] = defaultdict(list)
    for legs in _receivables(world):
        rows[legs[0][0].payer.key] += _letter(world, legs)
    return {f"letters/{payer}.csv": _csv(own) for payer, own in rows.items() if own}


def _receivables(world: World) -> Iterator[list[Leg]]:
    """Yield all legs of each debt, in the order of their checks."""
    debts: dict[tuple[str, str, int], list[Leg]] = defaultdict(list)
    for check in sorted(world.remittances, key=lambda check: (check.date, check.trace)):
        for leg in check.adjustments:
            if leg.receivable and leg.claims:
                debts[check.payer.key, check.payee.tin, leg.receivable].append((check, leg))
    yield from debts.values()


def _letter(world: World, legs: list[Leg]) -> Iterator[dict[str, object]]:
    check = legs[0][0]
    day = check.date - timedelta(days=DAYS_BEFORE)
    number = next((value for _, leg in legs for name, value in leg.parts if name == "letter"), "")
    for family, amount in _owed(legs).items():
        control_number = _control_number(world, check, family)
        if amount and control_number:
            yield {
                "payer": check.payer.remittance_identifier or check.payer.name,
                "payee": check.payee.tin,
                "letter_number": number,
                "letter_date": day,
                "payer_claim_control_number": control_number,
                "amount": money(amount),
                "reason": "overpaid",
            }


def _owed(legs: list[Leg]) -> dict[str, int]:
    """Return what each claim owes: what was taken for it until the whole debt was."""
    owed: dict[str, int] = defaultdict(int)
    for _, leg in legs:
        if leg.kind in {"recoupment", "refund"} and sum(owed.values()) < (leg.owed or 1):
            for claim, amount in leg.claims:
                owed[claim.family] += abs(amount)
    return owed


def _control_number(world: World, before: Remittance, family: str) -> str:
    paid = [
        (check.date, check.trace, payment.adjudication.control_number)
        for check in world.remittances
        if check.payer is before.payer and check.date <= before.date
        for payment in check.claim_payments
        if payment.adjudication.claim.family == family and payment.role != "reversal"
    ]
    return max(paid)[2] if paid else ""


def _csv(rows: list[dict[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
