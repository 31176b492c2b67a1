"""How money comes back: each action of a payer's calendar is a row of `ACTIONS`, each method one of `METHODS`.

In: a desk, the check being made, a case or receivable. Out: claim payments and provider adjustments on the check, and
the next actions on the calendar.
Never: X12, or a branch on a payer: habits come from its `Payer` and `Pattern` rows.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from tests.world.adjudication import Adjudication, corrected, paid_after_all, reversed_of
from tests.world.conventions import OUTCOMES, Pattern, returned_account
from tests.world.remittances import ClaimPayment, Remittance, shared
from tests.world.state import Case, Desk, Receivable, number_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.world.claims import Claim


def _pay(desk: Desk, check: Remittance, case: Case) -> None:
    case.payment = check.pay(ClaimPayment(case.version, "original", case.pattern.name if case.pattern else ""))
    if case.pattern:
        desk.schedule(check.date + timedelta(days=desk.rng.randint(*case.pattern.delay_days)), "take", case)


def _take(desk: Desk, check: Remittance, case: Case) -> None:
    pattern = _pattern(case)
    group = desk.gathered[f"{pattern.name} {case.payee.npi}"]
    group.append(case)
    if len(group) >= pattern.together:
        METHODS[pattern.method](desk, check, list(group))
        group.clear()


def _immediate(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    for case in cases:
        _adjust(desk, check, case)


def _deferred(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    owed = [(case, _adjust(desk, check, case)) for case in cases]
    receivable = _receivable(desk, check, owed, desk.payer.collect_reference)
    for case, amount in owed:
        reference = desk.payer.open_reference.format(**_fields(desk, check, case, receivable.fields["letter"]))
        check.adjust(
            "WO", reference, -amount, "deferral", claims=((case.claim, -amount),), pattern=receivable.pattern.name
        )
    _begin(desk, check, receivable)


def _letter(desk: Desk, check: Remittance, cases: list[Case]) -> None:
    owed = [(case, case.version.paid - _next_version(desk, case, check).paid) for case in cases]
    _begin(desk, check, _receivable(desk, check, owed, desk.payer.letter_reference))


METHODS: Final[dict[str, Callable[[Desk, Remittance, list[Case]], None]]] = {
    "immediate": _immediate,
    "paid_later": _immediate,
    "deferred": _deferred,
    "letter": _letter,
}


def _pattern(case: Case) -> Pattern:
    assert case.pattern is not None
    return case.pattern


def _next_version(desk: Desk, case: Case, check: Remittance) -> Adjudication:
    """Return the decision that replaces the newest one; a void decides nothing and pays nothing."""
    pattern = _pattern(case)
    outcome = OUTCOMES[pattern.outcomes[case.rounds % len(pattern.outcomes)]]
    claim = _resubmitted(desk, case, check) if pattern.submission else case.claim
    if outcome.scope == "void":
        return replace(case.version, claim=claim, lines=())
    number = number_of(desk, case.claim, case.version.control_number, case.rounds + 1)
    if pattern.method == "paid_later":
        return paid_after_all(desk.rng, case.version, number)
    return corrected(case.version, outcome, number, claim)


def _resubmitted(desk: Desk, case: Case, check: Remittance) -> Claim:
    """Return the replacement or void that the provider sent, some weeks before this check."""
    old = case.claim
    number = f"{old.clearinghouse_number}R{case.rounds + 1}"
    sent = check.date - timedelta(days=desk.rng.randint(8, 12))
    changes = {"submitted": sent, "frequency": _pattern(case).submission, "clearinghouse_number": number}
    claim = replace(old, original_reference=case.version.control_number, **changes)  # type: ignore[arg-type]
    desk.submitted.append(claim)
    return claim


def _adjust(desk: Desk, check: Remittance, case: Case) -> int:
    """Reverse the newest payment and put the next decision in its place; return what the claim now owes, in cents."""
    pattern, before, version = _pattern(case), case.version, _next_version(desk, case, check)
    remark = OUTCOMES[pattern.outcomes[case.rounds % len(pattern.outcomes)]].reversal_remark_code
    old = case.payment
    check.pay(ClaimPayment(reversed_of(before, remark), "reversal", pattern.name, reverses=old))
    case.rounds += 1
    if not version.lines:
        return before.paid
    case.version, case.claim = version, version.claim
    case.payment = ClaimPayment(version, "correction", pattern.name, corrects=old)
    if pattern.correction_days:
        desk.schedule(check.date + timedelta(days=pattern.correction_days), "correct", case)
    else:
        _correct(desk, check, case)
    return before.paid - version.paid


def _correct(desk: Desk, check: Remittance, case: Case) -> None:
    assert case.payment is not None
    check.pay(case.payment)
    if case.rounds < _pattern(case).rounds:
        desk.schedule(check.date + timedelta(days=desk.rng.randint(*_pattern(case).delay_days)), "take", case)


def _fields(desk: Desk, check: Remittance, case: Case, letter: str) -> dict[str, str]:
    """Return what a payer may put into a reference; `claim_number` is the one of the payment taken back."""
    old = case.payment.corrects if case.payment and case.payment.corrects else case.payment
    assert old is not None
    return {
        "claim_number": old.adjudication.control_number,
        "new_claim_number": case.version.control_number,
        "account": returned_account(desk.payer, case.claim.account),
        "member": case.claim.patient.identifier,
        "service_date": f"{case.claim.service_from:%Y%m%d}",
        "trace": check.trace,
        "letter": letter,
        "check_number": f"{70000 + desk.next('refund check')}",
    }


def _receivable(desk: Desk, check: Remittance, owed: list[tuple[Case, int]], reference: str) -> Receivable:
    pattern, first = _pattern(owed[0][0]), owed[0][0]
    letter = desk.payer.letter.format(date=check.date, serial=desk.next("letter"))
    claims = [(case.claim, amount + amount * pattern.interest_percent // 100) for case, amount in owed]
    whole = sum(amount for _, amount in claims)
    parts = [whole // pattern.parts] * (pattern.parts - 1)
    parts.append(whole - sum(parts))
    fields = _fields(desk, check, first, letter)
    return Receivable(first.payee, pattern, pattern.reference or reference, fields, claims, parts)


def _begin(desk: Desk, check: Remittance, receivable: Receivable) -> None:
    action = "refund" if receivable.pattern.refund else "collect"
    desk.schedule(check.date + timedelta(days=receivable.pattern.collect_days), action, receivable)


def _collect(desk: Desk, check: Remittance, receivable: Receivable) -> None:
    """Keep the next part of a receivable, as far as the check reaches."""
    amount = min(receivable.parts[0], max(check.payment, 0))
    _write_off(check, receivable, "WO", amount, "recoupment", receivable.reference)
    receivable.collected += amount
    receivable.parts[0] -= amount
    if not receivable.parts[0]:
        receivable.parts.pop(0)
    later = check.date + timedelta(days=receivable.pattern.collect_days)
    if receivable.parts:
        desk.schedule(later if amount else check.date + timedelta(days=1), "collect", receivable)
        return
    receivable.times += 1
    if receivable.times < receivable.pattern.times_collected:
        receivable.parts = [receivable.owed]
        desk.schedule(later, "collect", receivable)
    elif receivable.pattern.give_back:
        desk.schedule(later, "give_back", receivable)


def _write_off(check: Remittance, receivable: Receivable, code: str, amount: int, kind: str, reference: str) -> None:
    shares = shared(receivable.claims, receivable.collected, abs(amount))
    signed = tuple((claim, part if amount > 0 else -part) for claim, part in shares)
    named = reference.format(**receivable.fields)
    check.adjust(code, named, amount, kind, claims=signed, pattern=receivable.pattern.name)


def _refund(desk: Desk, check: Remittance, receivable: Receivable) -> None:
    """Acknowledge the provider's own check: 72 and WO cancel; an excess goes back as B2."""
    reference, whole = desk.payer.refund_reference, receivable.owed
    _write_off(check, receivable, "72", -whole, "refund", reference)
    _write_off(check, receivable, "WO", whole, "refund_contra", reference)
    if receivable.pattern.refund == "excess":
        _write_off(check, receivable, "B2", -desk.rng.randint(500, 2500), "excess_refund", reference)


def _give_back(_: Desk, check: Remittance, receivable: Receivable) -> None:
    _write_off(check, receivable, "WO", -receivable.owed, "give_back", receivable.reference)


CLAIMS, MOVES, COLLECTIONS = range(3)
ACTIONS: Final[dict[str, tuple[int, Callable[..., None]]]] = {
    "pay": (CLAIMS, _pay),
    "take": (CLAIMS, _take),
    "correct": (CLAIMS, _correct),
    "refund": (MOVES, _refund),
    "give_back": (MOVES, _give_back),
    "collect": (COLLECTIONS, _collect),
}
