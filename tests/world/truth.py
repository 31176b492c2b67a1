"""What is true of a world, as rows: the judge of every match.

In: a world. Out: tables of plain dicts. A claim is named by its clearinghouse number (REF*D9 of the 837), which no 835
carries; a payment by trace number and ordinal. Amounts are decimal text with the X12 sign.

claim: how a claim can be found in published tables, and its family (the first claim of which it is a version).
remittance: payer, date and amount of each check.
claim_payment: which claim each CLP answers, its role, and the CLP that it reverses or corrects.
provider_adjustment: the kind of each PLB pair and, for a forward balance, where it comes from.
takeback: how much of each PLB pair belongs to which claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.world.words import money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.world.remittances import ClaimPayment
    from tests.world.world import World

Row = dict[str, object]


def _claims(world: World) -> Iterator[Row]:
    for claim in world.claims:
        yield {
            "clearinghouse_number": claim.clearinghouse_number,
            "family": claim.family,
            "payer": claim.payer.key,
            "claim_kind": claim.kind,
            "patient_control_number": claim.account,
            "claim_frequency_code": claim.frequency,
            "original_reference_number": claim.original_reference,
            "payer_id": claim.payer.claim_identifier,
            "billing_npi": claim.facility.npi,
            "member_id": claim.patient.identifier,
            "total_charge_amount": money(claim.charge),
            "service_date_from": claim.service_from,
            "on_file": "yes" if claim.on_file else "no",
        }


def _remittances(world: World) -> Iterator[Row]:
    for check in world.remittances:
        yield {
            "trace_number": check.trace,
            "payer": check.payer.key,
            "payer_id": check.payer.remittance_identifier or f"1{check.payer.tin}",
            "payee_npi": check.payee.npi,
            "payment_date": check.date,
            "payment_amount": money(check.payment),
        }


def _claim_payments(world: World) -> Iterator[Row]:
    for check in world.remittances:
        for payment in check.claim_payments:
            claim = payment.adjudication.claim
            yield {
                "trace_number": check.trace,
                "claim_ordinal": payment.ordinal,
                "payer": check.payer.key,
                "clearinghouse_number": claim.clearinghouse_number,
                "family": claim.family,
                "on_file": "yes" if claim.on_file else "no",
                "role": payment.role,
                "pattern": payment.pattern,
                "paid_amount": money(payment.adjudication.paid),
                **_place("reverses", payment.reverses),
                **_place("corrects", payment.corrects),
            }


def _place(name: str, payment: ClaimPayment | None) -> Row:
    trace, ordinal = (payment.trace, payment.ordinal) if payment else ("", "")
    return {f"{name}_trace_number": trace, f"{name}_claim_ordinal": ordinal}


def _provider_adjustments(world: World) -> Iterator[Row]:
    for check in world.remittances:
        for ordinal, adjustment in enumerate(check.adjustments, start=1):
            yield {
                "trace_number": check.trace,
                "adjustment_ordinal": ordinal,
                "payer": check.payer.key,
                "adjustment_reason_code": adjustment.code,
                "kind": adjustment.kind,
                "pattern": adjustment.pattern,
                "amount": money(adjustment.amount),
                "claim_amount": money(sum(amount for _, amount in adjustment.claims)),
                "origin_trace_number": adjustment.origin_trace,
                "chain_trace_number": adjustment.chain_trace,
                "balance_after": money(adjustment.balance_after) if adjustment.origin_trace else "",
            }


def _takebacks(world: World) -> Iterator[Row]:
    for check in world.remittances:
        for ordinal, adjustment in enumerate(check.adjustments, start=1):
            for claim, amount in adjustment.claims:
                yield {
                    "trace_number": check.trace,
                    "adjustment_ordinal": ordinal,
                    "payer": check.payer.key,
                    "clearinghouse_number": claim.clearinghouse_number,
                    "family": claim.family,
                    "kind": adjustment.kind,
                    "amount": money(amount),
                }


TABLES: Final[dict[str, Callable[[World], Iterator[Row]]]] = {
    "claim": _claims,
    "remittance": _remittances,
    "claim_payment": _claim_payments,
    "provider_adjustment": _provider_adjustments,
    "takeback": _takebacks,
}
