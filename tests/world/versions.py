"""From one decision to the next: reversal and correction on a check, and the 837 behind them.

In: a desk, the check being made, a case with a pattern. Out: claim payments on the check, the case's next version.
Never: X12, provider adjustments, or a branch on a payer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.world import reversals
from tests.world.adjudication import Adjudication, corrected, paid_after_all
from tests.world.outcomes import OUTCOMES, Outcome
from tests.world.remittances import ClaimPayment, Remittance
from tests.world.state import Case, Desk, number_of, pattern_of

if TYPE_CHECKING:
    from tests.world.claims import Claim


def outcome_of(case: Case) -> Outcome:
    """Return what this round of adjustments does."""
    outcomes = pattern_of(case).outcomes
    return OUTCOMES[outcomes[case.rounds % len(outcomes)]]


def next_version(desk: Desk, case: Case, check: Remittance) -> Adjudication:
    """Return the decision that replaces the newest one; a void decides nothing and pays nothing."""
    pattern, outcome = pattern_of(case), outcome_of(case)
    claim = _resubmitted(desk, case, check) if pattern.submission else case.claim
    if outcome.scope == "void":
        return replace(case.version, claim=claim, lines=())
    number = number_of(desk, case.claim, case.version.control_number, case.rounds + 1)
    if pattern.method == "paid_later" or outcome.scope == "restored":
        made = paid_after_all(desk.rng, case.version, number)
    else:
        made = corrected(case.version, outcome, number, claim)
    old = case.claim.account if pattern.account_returned == "old" and pattern.new_account else ""
    return replace(made, status=pattern.correction_status or made.status, account=old)


def _resubmitted(desk: Desk, case: Case, check: Remittance) -> Claim:
    """Return the replacement or void that the provider sent, some weeks before this check."""
    old, pattern = case.claim, pattern_of(case)
    number = f"{old.clearinghouse_number}R{case.rounds + 1}"
    sent = check.date - timedelta(days=desk.rng.randint(8, 12))
    changes = {"submitted": sent, "frequency": pattern.submission, "clearinghouse_number": number}
    claim = replace(old, original_reference=case.version.control_number, late_days=0, **changes)  # type: ignore[arg-type]
    if pattern.new_account:
        claim = replace(claim, account=_renumbered(old.account))
    desk.submitted.append(claim)
    return claim


def _renumbered(account: str) -> str:
    """Return the account number of a later visit: the last run of digits is another one of the same width."""
    digits = [at for at, one in enumerate(account) if one.isdigit()]
    at = digits[-1]
    return f"{account[:at]}{(int(account[at]) + 5) % 10}{account[at + 1 :]}"


def adjust(desk: Desk, check: Remittance, case: Case) -> int:
    """Reverse the newest payment and put the next decision in its place; return what the claim now owes, in cents."""
    pattern, before, version = pattern_of(case), case.version, next_version(desk, case, check)
    old = case.payment
    first, *rest = reversals.written(before, outcome_of(case).reversal_remark_code, pattern.reversal)
    check.pay(ClaimPayment(first, "reversal", pattern.name, reverses=old))
    if rest:
        case.rest = ClaimPayment(rest[0], "reversal", pattern.name, reverses=old)
        desk.schedule(check.date + timedelta(days=1), "again", case)
    case.rounds += 1
    if not version.lines:
        return before.paid
    case.version, case.claim = version, version.claim
    case.payment = ClaimPayment(version, "correction", pattern.name, corrects=old)
    if pattern.paid_to:
        case.payee = next(other for other in desk.facilities if other.tin != case.payee.tin)
    if pattern.correction_days or pattern.paid_to:
        desk.schedule(check.date + timedelta(days=max(pattern.correction_days, 1)), "correct", case)
    else:
        correct(desk, check, case)
    return before.paid - version.paid


def correct(desk: Desk, check: Remittance, case: Case) -> None:
    """Pay the correction; plan the next round, if the pattern has one."""
    assert case.payment is not None
    check.pay(case.payment)
    if case.rounds < pattern_of(case).rounds:
        desk.schedule(check.date + timedelta(days=desk.rng.randint(*pattern_of(case).delay_days)), "take", case)


def again(_: Desk, check: Remittance, case: Case) -> None:
    """Take the second half of a payment back."""
    assert case.rest is not None
    check.pay(case.rest)
