"""Money owed outside the claims: opened by a letter or a deferral, then collected, refunded or given back.

In: a desk, the check being made, cases or a receivable. Out: provider adjustments on the check, with the claims that
they are truly about, and the next actions on the calendar.
Never: X12, or a branch on a payer: habits come from its `Payer` and `Pattern` rows.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.world.references import compose, fields, scrambled
from tests.world.remittances import Remittance, shared
from tests.world.state import Case, Desk, Receivable, pattern_of

if TYPE_CHECKING:
    from tests.world.people import Facility


def receivable(desk: Desk, check: Remittance, owed: list[tuple[Case, int]], reference: str) -> Receivable:
    """Return what these cases owe, under one reference."""
    pattern, first = pattern_of(owed[0][0]), owed[0][0]
    serial = desk.next("letter")
    opaque = scrambled(serial, f"{desk.payer.key} letters")
    letter = desk.payer.letter.format(date=check.date, serial=serial, scrambled=opaque)
    claims = [(case.claim, amount + amount * pattern.interest_percent // 100) for case, amount in owed]
    whole = sum(amount for _, amount in claims)
    parts = [whole // pattern.parts] * (pattern.parts - 1)
    parts.append(whole - sum(parts))
    named = fields(desk, check, first, letter)
    payee = _payer_of_debt(desk, first.payee, pattern.collected_from)
    return Receivable(payee, pattern, pattern.reference or reference, named, claims, parts, serial)


def _payer_of_debt(desk: Desk, payee: Facility, collected_from: str) -> Facility:
    """Return whose checks are made smaller: the payee's own, or those of its sister under the same TIN."""
    sisters = [other for other in desk.facilities if other.tin == payee.tin and other.npi != payee.npi]
    return sisters[0] if collected_from and sisters else payee


def defer(desk: Desk, check: Remittance, debt: Receivable, owed: list[tuple[Case, int]]) -> None:
    """Cancel what reversals and corrections took from this check, claim by claim or in one lump."""
    pattern = debt.pattern
    template = pattern.open_reference or desk.payer.open_reference
    groups = [owed] if pattern.lump else [[one] for one in owed]
    for group in groups:
        named = fields(desk, check, group[0][0], debt.fields["letter"])
        reference, parts = compose(desk.payer, template, named)
        check.adjust(
            pattern.open_code,
            reference,
            -sum(amount for _, amount in group),
            "deferral",
            claims=tuple((case.claim, -amount) for case, amount in group),
            pattern=pattern.name,
            parts=parts,
            receivable=debt.number,
        )


def begin(desk: Desk, check: Remittance, debt: Receivable) -> None:
    """Plan the day when the debt falls due."""
    action = "refund" if debt.pattern.refund else "collect"
    desk.schedule(check.date + timedelta(days=debt.pattern.collect_days), action, debt)


def collect(desk: Desk, check: Remittance, debt: Receivable) -> None:
    """Keep the next part of a receivable, as far as the check reaches."""
    pattern = debt.pattern
    amount = min(debt.parts[0], max(check.payment, 0))
    _write_off(desk, check, debt, pattern.code, amount, "recoupment", debt.reference)
    debt.collected += amount
    debt.parts[0] -= amount
    if not debt.parts[0]:
        debt.parts.pop(0)
    later = check.date + timedelta(days=pattern.collect_days)
    if debt.parts:
        desk.schedule(later if amount else check.date + timedelta(days=1), "collect", debt)
        return
    if pattern.interest_apart:
        _interest_apart(desk, check, debt)
    debt.times += 1
    if debt.times < pattern.times_collected:
        debt.parts = [debt.owed]
        desk.schedule(later, "collect", debt)
    elif pattern.give_back:
        desk.schedule(later, "give_back", debt)


def _interest_apart(desk: Desk, check: Remittance, debt: Receivable) -> None:
    interest = min(debt.owed * debt.pattern.interest_apart // 100, max(check.payment, 0))
    reference, parts = compose(desk.payer, debt.reference + " INTEREST", debt.fields)
    check.adjust("CS", reference, interest, "interest", pattern=debt.pattern.name, parts=parts, receivable=debt.number)


def _write_off(
    desk: Desk, check: Remittance, debt: Receivable, code: str, amount: int, kind: str, template: str
) -> None:
    shares = shared(debt.claims, debt.collected, abs(amount))
    signed = tuple((claim, part if amount > 0 else -part) for claim, part in shares)
    reference, parts = compose(desk.payer, template, debt.fields)
    truth = {"claims": signed, "parts": parts, "pattern": debt.pattern.name, "owed": debt.owed}
    check.adjust(code, reference, amount, kind, receivable=debt.number, **truth)


def refund(desk: Desk, check: Remittance, debt: Receivable) -> None:
    """Acknowledge the provider's own check: 72 and WO cancel; an excess goes back as B2."""
    reference, whole, pattern = desk.payer.refund_reference, debt.owed, debt.pattern
    place = _place(desk, check, debt)
    _write_off(desk, place, debt, pattern.refund_code, -whole, "refund", reference)
    _write_off(desk, place, debt, pattern.code, whole, "refund_contra", reference)
    if pattern.refund == "excess":
        _write_off(desk, place, debt, "B2", -min(desk.rng.randint(500, 2500), whole), "excess_refund", reference)
    taken_as_well(desk, check, debt)


def taken_as_well(desk: Desk, check: Remittance, debt: Receivable) -> None:
    """Plan to keep money that has come back already: a payer's mistake that a provider must find."""
    if debt.pattern.taken_as_well:
        later = check.date + timedelta(days=debt.pattern.collect_days)
        desk.schedule(later, "collect", debt)


def give_back(desk: Desk, check: Remittance, debt: Receivable) -> None:
    """Return what was collected."""
    _write_off(desk, _place(desk, check, debt), debt, debt.pattern.code, -debt.owed, "give_back", debt.reference)


def _place(desk: Desk, check: Remittance, debt: Receivable) -> Remittance:
    """Return the check at hand, or a remittance of its own where the payer sends one."""
    if not debt.pattern.alone:
        return check
    desk.apart.append(Remittance(desk.payer, check.payee, check.date, ""))
    return desk.apart[-1]
