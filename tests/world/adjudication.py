"""What a payer decides of a claim: every figure balances by construction.

In: a claim, a payer's habits, an outcome. Out: `Adjudication` values in integer cents, where per line
charge - adjustments = paid, and per claim charge - all adjustments = paid. `reversed_of` negates one whole.
Never: dates of checks, references or X12.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.world.outcomes import OUTCOMES, Outcome

if TYPE_CHECKING:
    from random import Random

    from tests.world.claims import Claim, Line


@dataclass(frozen=True)
class Adjustment:
    """One CAS triplet; amount in cents."""

    group_code: str
    reason_code: str
    amount: int


@dataclass(frozen=True)
class LineResult:
    """One SVC with its adjustments; `sign` is -1 in a reversal."""

    line: Line
    adjustments: tuple[Adjustment, ...]
    remark_code: str = ""
    sign: int = 1

    @property
    def charge(self) -> int:
        """Line charge in cents (SVC02)."""
        return self.sign * self.line.charge

    @property
    def paid(self) -> int:
        """Line payment in cents (SVC03)."""
        return self.charge - sum(adjustment.amount for adjustment in self.adjustments)


@dataclass(frozen=True)
class Adjudication:
    """One version of a payer's decision: what one CLP says."""

    claim: Claim
    control_number: str  # CLP07
    lines: tuple[LineResult, ...]
    status: str = "1"
    original_number: str = ""  # REF*F8
    interest: int = 0  # AMT*I, cents
    remark_code: str = ""
    account: str = ""  # CLP01 is made of this one, "" = the claim's own
    at_claim: bool = False  # reported without service lines

    @property
    def charge(self) -> int:
        """Claim charge in cents (CLP03)."""
        return sum(line.charge for line in self.lines)

    @property
    def paid(self) -> int:
        """Claim payment in cents (CLP04)."""
        return sum(line.paid for line in self.lines)

    @property
    def patient_share(self) -> int:
        """Patient responsibility in cents (CLP05)."""
        return sum(one.amount for line in self.lines for one in line.adjustments if one.group_code == "PR")


def first_decision(rng: Random, claim: Claim, control_number: str) -> Adjudication:
    """Return the payer's first decision: mostly paid, some denied, some with interest."""
    payer = claim.payer
    percent = payer.allowed_percent + rng.randint(-8, 8)
    share = rng.choice(("", "", "1", "2", "3"))
    lines = tuple(_priced(claim, line, percent, share if line.number == 1 else "") for line in claim.lines)
    if rng.randrange(100) < payer.denied_percent:
        lines = tuple(_denied(line, OUTCOMES[rng.choice(("authorization", "not_eligible"))]) for line in lines)
    made = Adjudication(claim, control_number, lines)
    late = rng.randrange(100) < payer.interest_percent and made.paid > 0
    return replace(made, interest=made.paid * rng.randint(1, 3) // 100) if late else made


def _priced(claim: Claim, line: Line, percent: int, share: str) -> LineResult:
    """Return a line as the first payer prices it, or what the first payer left to the second (OA 23)."""
    if claim.secondary:
        return LineResult(line, (Adjustment("OA", "23", line.charge * (percent + 20) // 100),))
    return _sequestered(_allowed(line, percent, share), claim.payer.sequestration_percent)


def _sequestered(result: LineResult, percent: int) -> LineResult:
    cut = result.paid * percent // 100
    return replace(result, adjustments=(*result.adjustments, Adjustment("CO", "253", cut))) if cut else result


def _allowed(line: Line, percent: int, share: str) -> LineResult:
    allowed = line.charge * percent // 100
    owed = {"1": allowed // 2, "2": allowed // 5, "3": min(2500, allowed)}.get(share, 0)
    parts = (Adjustment("CO", "45", line.charge - allowed), Adjustment("PR", share, owed))
    return LineResult(line, tuple(part for part in parts if part.amount))


def _denied(result: LineResult, outcome: Outcome) -> LineResult:
    whole = (Adjustment(outcome.group_code, outcome.reason_code, result.line.charge),)
    return LineResult(result.line, whole, outcome.remark_code)


def _repriced(result: LineResult, outcome: Outcome) -> LineResult:
    cut = result.paid - result.paid * outcome.percent_kept // 100
    if not cut:
        return result
    rest = tuple(part for part in result.adjustments if part.reason_code != outcome.reason_code)
    written_off = sum(part.amount for part in result.adjustments) - sum(part.amount for part in rest) + cut
    own = Adjustment(outcome.group_code, outcome.reason_code, written_off)
    return LineResult(result.line, (own, *rest), outcome.remark_code)


def reversed_of(version: Adjudication, remark_code: str = "") -> Adjudication:
    """Return the reversal: every amount negated, status 22, the same codes and the same number."""
    lines = tuple(
        replace(line, sign=-1, adjustments=tuple(replace(part, amount=-part.amount) for part in line.adjustments))
        for line in version.lines
    )
    return replace(version, lines=lines, status="22", interest=-version.interest, remark_code=remark_code)


def corrected(version: Adjudication, outcome: Outcome, control_number: str, claim: Claim) -> Adjudication:
    """Return the decision that replaces `version`, on `claim` (the same one, or its replacement)."""
    sent = {line.number: line for line in claim.lines}
    fresh = tuple(replace(result, line=sent[result.line.number]) for result in version.lines)
    dearest = max(fresh, key=lambda result: (result.paid, -result.line.number))
    lines = tuple(
        _repriced(result, outcome)
        if outcome.scope == "rate"
        else _denied(result, outcome)
        if outcome.scope == "claim" or result is dearest
        else result
        for result in fresh
    )
    changed = control_number != version.control_number and claim.payer.sends_original_reference
    original = version.control_number if changed else ""
    return Adjudication(claim, control_number, lines, original_number=original)


def paid_after_all(rng: Random, version: Adjudication, control_number: str) -> Adjudication:
    """Return the payment of a claim that was denied first."""
    payer = version.claim.payer
    lines = tuple(_priced(version.claim, line, payer.allowed_percent, "") for line in version.claim.lines)
    changed = control_number != version.control_number and payer.sends_original_reference
    original = version.control_number if changed else ""
    made = Adjudication(version.claim, control_number, lines, original_number=original)
    return replace(made, interest=made.paid * rng.randint(1, 4) // 100) if payer.interest_percent else made
