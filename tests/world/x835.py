"""Remittances to 835 segments, in the guide's words.

In: a `Remittance`. Out: the body of one transaction set, ST and SE excluded.
Never: an element position; `edi.composer` knows those. No REF*D9: the clearinghouse number stays with the claim.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from edi.composer import segments
from tests.world.adjudication import Adjudication, Adjustment, LineResult
from tests.world.references import returned_account
from tests.world.words import desk, modifiers, money, name, on_date, party, reference
from tests.world.x837 import PLACES, QUALIFIERS

if TYPE_CHECKING:
    from edi.writer import Segment
    from tests.world.claims import Claim
    from tests.world.remittances import Remittance

GUIDE: Final = "005010X221A1"


def body(check: Remittance) -> list[Segment]:
    """Return header, parties, claim payments and provider adjustments."""
    made = _payment(check) + _parties(check)
    if check.claim_payments:
        made.append(("LX", 1))
    for payment in check.claim_payments:
        made += _claim_payment(payment.adjudication)
    pairs: list[dict[str, Any]] = [
        {
            "adjustment_reason_code": adjustment.code,
            "reference_id": adjustment.reference or None,
            "amount": money(adjustment.amount),
        }
        for adjustment in check.adjustments
    ]
    if pairs:
        year_end = date(check.date.year, 12, 31)
        made += segments(
            "provider_adjustment",
            provider_identifier=check.payee.npi,
            fiscal_period_date=year_end,
            repeats=pairs,
        )
    return made


def _payment(check: Remittance) -> list[Segment]:
    money_moves = check.payment + check.imbalance > 0
    banks: dict[str, Any] = {
        "payment_format_code": "CCP",
        "sender_dfi_identifier": "000000000",
        "sender_bank_account_number": "0001",
        "receiver_dfi_identifier": "000000000",
        "receiver_bank_account_number": "0002",
    }
    return segments(
        "remittance",
        transaction_handling_code="I" if money_moves else "H",
        payment_amount=money(check.payment + check.imbalance),
        credit_debit_flag_code="C",
        payment_method_code="ACH" if money_moves else "NON",
        payer_identifier=f"1{check.payer.tin}",
        payment_date=check.date,
        trace_type_code="1",
        trace_number=check.trace,
        trace_originating_company_identifier=f"1{check.payer.tin}",
        **(banks if money_moves else {}),
    )


def _parties(check: Remittance) -> list[Segment]:
    payer, payee = check.payer, check.payee
    made = on_date("405", check.date)
    made += party("PR", payer.name, "XV", payer.remittance_identifier, "9 MOCKUP ROAD")
    made += desk("BL", "5550100001")
    made += party("PE", payee.name, "XX", payee.npi, "1 TEST WAY")
    return made + reference("TJ", payee.tin)


def _claim_payment(version: Adjudication) -> list[Segment]:
    claim = version.claim
    at_claim = version.at_claim or claim.kind in claim.payer.claim_level_kinds
    made = segments(
        "claim_payment",
        patient_control_number=returned_account(claim.payer, version.account or claim.account),
        claim_status_code=version.status,
        charge_amount=money(version.charge),
        paid_amount=money(version.paid),
        patient_responsibility_amount=money(version.patient_share) if version.patient_share > 0 else None,
        claim_filing_indicator_code=claim.payer.filing_code,
        payer_claim_control_number=version.control_number,
        facility_type_code=PLACES[claim.kind][0],
        claim_frequency_code=claim.frequency,
    )
    if at_claim:
        made += _adjustments(_merged(version))
    made += _people(claim)
    if version.remark_code:
        made += _claim_remark(claim, version.remark_code)
    if version.original_number:
        made += reference("F8", version.original_number)
    made += on_date("232", claim.service_from) + on_date("233", claim.service_to) + on_date("050", claim.submitted)
    if version.interest:
        made += segments("amount", amount_qualifier_code="I", amount=money(version.interest))
    for result in () if at_claim else version.lines:
        made += _service_payment(claim, result)
    return made


def _people(claim: Claim) -> list[Segment]:
    patient, facility, person = claim.patient, claim.facility, claim.clinician
    made = name("QC", "1", patient.last_name, "MI", patient.identifier, first_name=patient.first_name)
    if claim.kind == "I":
        return made + name("82", "2", facility.name, "XX", facility.npi)
    return made + name("82", "1", person.last_name, "XX", person.identifier, first_name=person.first_name)


def _claim_remark(claim: Claim, code: str) -> list[Segment]:
    """Return the remark in MIA for institutional claims, where covered days come first, and in MOA for others."""
    if claim.kind == "I":
        return [("MIA", 0, *segments("remark", "MIA", remark_code=code)[0][2:])]
    return segments("remark", "MOA", remark_code=code)


def _merged(version: Adjudication) -> tuple[Adjustment, ...]:
    sums: dict[tuple[str, str], int] = {}
    for adjustment in (one for line in version.lines for one in line.adjustments):
        key = adjustment.group_code, adjustment.reason_code
        sums[key] = sums.get(key, 0) + adjustment.amount
    return tuple(Adjustment(*key, amount) for key, amount in sums.items())


def _adjustments(adjustments: tuple[Adjustment, ...]) -> list[Segment]:
    made: list[Segment] = []
    for group_code in sorted({one.group_code for one in adjustments if one.amount}):
        triplets: list[dict[str, Any]] = [
            {"reason_code": one.reason_code, "amount": money(one.amount)}
            for one in adjustments
            if one.group_code == group_code and one.amount
        ]
        made += segments("adjustment", group_code=group_code, repeats=triplets)
    return made


def _service_payment(claim: Claim, result: LineResult) -> list[Segment]:
    line, payer = result.line, claim.payer
    coded = line.procedure_code != ""
    made = segments(
        "service_payment",
        product_or_service_id_qualifier=QUALIFIERS[claim.kind] if coded else "NU",
        procedure_code=line.procedure_code if coded else line.revenue_code,
        charge_amount=money(result.charge),
        paid_amount=money(result.paid),
        revenue_code=line.revenue_code if coded and line.revenue_code else None,
        paid_units=line.units,
        **modifiers(line.modifiers),
    )
    made += on_date("472", line.service_date)
    made += _adjustments(result.adjustments)
    if payer.returns_line_numbers:
        made += reference("6R", line.control_number)
    if payer.sends_allowed_amount and result.paid > 0:
        shares = sum(one.amount for one in result.adjustments if one.group_code == "PR")
        made += segments("amount", amount_qualifier_code="B6", amount=money(result.paid + shares))
    if result.remark_code:
        made += segments("remark", "LQ", code_list_qualifier_code="HE", remark_code=result.remark_code)
    return made
