"""What a check says: claim payments, provider adjustments, and the sum that must be its amount.

In: adjudications and adjustments that `desk` adds. Out: `Remittance` values whose payment is never below zero, because
`settle` pushes a negative total into a forward balance. Cents everywhere, X12 signs (positive PLB = money kept).
Never: a decision about what is due; that is the desk's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.world.claims import Claim

if TYPE_CHECKING:
    from datetime import date

    from tests.world.adjudication import Adjudication
    from tests.world.conventions import Payer
    from tests.world.people import Facility
    from tests.world.references import Parts

Share = tuple[Claim, int]
REFERENCE_LENGTH: Final = 50  # PLB03-2; X12 suppresses trailing spaces


@dataclass
class ClaimPayment:
    """One CLP, and the CLP that it undoes or replaces."""

    adjudication: Adjudication
    role: str
    pattern: str = ""
    reverses: ClaimPayment | None = None
    corrects: ClaimPayment | None = None
    trace: str = ""
    ordinal: int = 0


@dataclass(frozen=True)
class ProviderAdjustment:
    """One PLB pair and the claims that it is truly about."""

    code: str
    reference: str
    amount: int
    kind: str
    claims: tuple[Share, ...] = ()
    pattern: str = ""
    origin_trace: str = ""
    chain_trace: str = ""
    balance_after: int = 0
    receivable: int = 0
    owed: int = 0  # the whole receivable, in cents
    parts: Parts = ()


@dataclass(frozen=True)
class Forward:
    """A negative total on its way to a later check: amount in cents, who pushed it out, and how it is called."""

    amount: int
    reference: str  # of the leg that brings it back
    trace: str
    first_trace: str


@dataclass
class Remittance:
    """One ST-SE."""

    payer: Payer
    payee: Facility
    date: date
    trace: str
    claim_payments: list[ClaimPayment] = field(default_factory=list)
    adjustments: list[ProviderAdjustment] = field(default_factory=list)
    imbalance: int = 0  # cents by which BPR02 is wrong

    @property
    def payment(self) -> int:
        """BPR02 in cents: claim payments less provider adjustments."""
        paid = sum(payment.adjudication.paid for payment in self.claim_payments)
        return paid - sum(adjustment.amount for adjustment in self.adjustments)

    def pay(self, payment: ClaimPayment) -> ClaimPayment:
        """Add a claim payment and note where it stands."""
        self.claim_payments.append(payment)
        payment.trace, payment.ordinal = self.trace, len(self.claim_payments)
        return payment

    def adjust(self, code: str, reference: str, amount: int, kind: str, **truth: object) -> None:
        """Add a provider adjustment; none of zero, which X12 does not allow."""
        if amount:
            held = reference[:REFERENCE_LENGTH].rstrip()
            self.adjustments.append(ProviderAdjustment(code, held, amount, kind, **truth))  # type: ignore[arg-type]


def add_interest(check: Remittance) -> None:
    """Add L6, minus the sum of AMT*I: interest is paid outside the claims."""
    interest = sum(payment.adjudication.interest for payment in check.claim_payments)
    check.adjust("L6", check.payer.interest_reference, -interest, "interest")


def bring_in(check: Remittance, forward: Forward | None) -> None:
    """Take an earlier forward balance back into this check."""
    if forward:
        truth = {"origin_trace": forward.trace, "chain_trace": forward.first_trace}
        check.adjust("FB", forward.reference, forward.amount, "forward_in", **truth)


def settle(check: Remittance, brought: Forward | None) -> Forward | None:
    """Push a negative total out, so that the check is zero; return the new forward balance, if any."""
    owed = -check.payment
    if owed <= 0:
        return None
    first = brought.first_trace if brought else check.trace
    named = first if check.payer.first_trace_kept else check.trace
    fields = {"trace": named, "claim_number": _dearest_reversal(check)}
    out, back = check.payer.forward_reference, check.payer.forward_back_reference
    forward = Forward(owed, (out if back is None else back).format(**fields), check.trace, first)
    truth = {"origin_trace": check.trace, "chain_trace": first, "balance_after": owed}
    check.adjust("FB", out.format(**fields), -owed, "forward_out", **truth)
    return forward


def _dearest_reversal(check: Remittance) -> str:
    """Return the claim number that a payer would name, which takes FB for a claim's own debt."""
    paid = [(one.adjudication.paid, one.adjudication.control_number) for one in check.claim_payments]
    return min(paid, default=(0, check.trace))[1]


def shared(claims: list[Share], before: int, amount: int) -> tuple[Share, ...]:
    """Return which claims a part of a receivable belongs to: oldest first, after `before` cents were collected.

    A receivable collected more than once begins again at its first claim.
    """
    whole = sum(owed for _, owed in claims)
    at, shares = before % whole, []
    for claim, owed in claims:
        part = min(max(owed - at, 0), amount)
        at, amount = max(at - owed, 0), amount - part
        if part:
            shares.append((claim, part))
    return tuple(shares)
