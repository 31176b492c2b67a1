"""Remittances to 835 segments, in the guide's words.

In: a `Remittance`. Out: the body of one transaction set, ST and SE excluded.
Never: an element position; `edi.composer` knows those. No REF*D9: the clearinghouse number stays with the claim.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from edi.composer import segments
from tests.world.adjudication import Adjudication, Adjustment, LineResult
from tests.world.conventions import returned_account
from tests.world.x837 import PLACES, QUALIFIERS, money

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
    pairs = [
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
    money_moves = check.payment > 0
    banks = {
        "payment_format_code": "CCP",
        "sender_dfi_identifier": "000000000",
        "sender_bank_account_number": "0001",
        "receiver_dfi_identifier": "000000000",
        "receiver_bank_account_number": "0002",
    }
    return segments(
        "remittance",
        transaction_handling_code="I" if money_moves else "H",
        payment_amount=money(check.payment),
        credit_debit_flag_code="C",
        payment_method_code="ACH" if money_moves else "NON",
        payer_identifier=f"1{check.payer.tin}",
        payment_date=check.date,
        trace_type_code="1",
        trace_number=check.trace,
        trace_originating_company_identifier=f"1{check.payer.tin}",
        **(banks if money_moves else {}),
    )


def _date(qualifier: str, on: date) -> list[Segment]:
    return segments("date", "DTM", date_time_qualifier=qualifier, date_from=on)


def _reference(qualifier: str, value: str) -> list[Segment]:
    return segments("reference", reference_identification_qualifier=qualifier, reference_identification=value)


def _parties(check: Remittance) -> list[Segment]:
    payer, payee = check.payer, check.payee
    named = {"identification_code_qualifier": "XV", "identification_code": payer.remittance_identifier}
    place = {"city_name": "SAMPLEVILLE", "state_code": "AK", "postal_code": "000000000"}
    made = _date("405", check.date)
    made += segments(
        "name",
        "N1",
        entity_identifier_code="PR",
        last_name_or_organization_name=payer.name,
        address_line_1="9 MOCKUP ROAD",
        **place,
        **(named if payer.remittance_identifier else {}),
    )
    made += segments(
        "contact",
        contact_function_code="BL",
        contact_name="TEST DESK",
        communication_number_qualifier_1="TE",
        communication_number_1="5550100001",
    )
    made += segments(
        "name",
        "N1",
        entity_identifier_code="PE",
        last_name_or_organization_name=payee.name,
        identification_code_qualifier="XX",
        identification_code=payee.npi,
        address_line_1="1 TEST WAY",
        **place,
    )
    return made + _reference("TJ", payee.tin)


def _claim_payment(version: Adjudication) -> list[Segment]:
    claim = version.claim
    at_claim = claim.kind in claim.payer.claim_level_kinds
    made = segments(
        "claim_payment",
        patient_control_number=returned_account(claim.payer, claim.account),
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
        made += _reference("F8", version.original_number)
    made += _date("232", claim.service_from) + _date("233", claim.service_to) + _date("050", claim.submitted)
    if version.interest:
        made += segments("amount", amount_qualifier_code="I", amount=money(version.interest))
    for result in () if at_claim else version.lines:
        made += _service_payment(claim, result)
    return made


def _people(claim: Claim) -> list[Segment]:
    patient, facility = claim.patient, claim.facility
    made = segments(
        "name",
        "NM1",
        entity_identifier_code="QC",
        entity_type_qualifier="1",
        last_name_or_organization_name=patient.last_name,
        first_name=patient.first_name,
        identification_code_qualifier="MI",
        identification_code=patient.identifier,
    )
    rendering = claim.clinician if claim.kind != "I" else None
    return made + segments(
        "name",
        "NM1",
        entity_identifier_code="82",
        entity_type_qualifier="1" if rendering else "2",
        last_name_or_organization_name=rendering.last_name if rendering else facility.name,
        first_name=rendering.first_name if rendering else None,
        identification_code_qualifier="XX",
        identification_code=rendering.identifier if rendering else facility.npi,
    )


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
        triplets = [
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
        **{f"procedure_modifier_{at}": modifier for at, modifier in enumerate(line.modifiers, start=1)},
    )
    made += _date("472", line.service_date)
    made += _adjustments(result.adjustments)
    if payer.returns_line_numbers:
        made += _reference("6R", line.control_number)
    if payer.sends_allowed_amount and result.paid > 0:
        shares = sum(one.amount for one in result.adjustments if one.group_code == "PR")
        made += segments("amount", amount_qualifier_code="B6", amount=money(result.paid + shares))
    if result.remark_code:
        made += segments("remark", "LQ", code_list_qualifier_code="HE", remark_code=result.remark_code)
    return made
