"""Claims to 837 segments (P, I, D), in the guide's words.

In: claims of one kind. Out: the body of one transaction set, ST and SE excluded.
Never: an element position; `edi.composer` knows those.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from edi.composer import segments
from tests.world.words import PLACE, desk, modifiers, money, name, period, reference

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi.writer import Segment
    from tests.world.claims import Claim, Line
    from tests.world.people import Facility

GUIDES: Final = {"P": "005010X222A1", "I": "005010X223A2", "D": "005010X224A2"}
SERVICE_SEGMENTS: Final = {"P": "SV1", "I": "SV2", "D": "SV3"}
PLACES: Final = {"P": ("11", "B"), "I": ("13", "A"), "D": ("11", "B")}
QUALIFIERS: Final = {"P": "HC", "I": "HC", "D": "AD"}
RENDERING: Final = {"P": "82", "I": "71", "D": "82"}  # an institutional claim names the attending provider


def body(claims: list[Claim], batch: str) -> list[Segment]:
    """Return one batch of claims of one kind: header, parties, and a hierarchy of billing providers and subscribers."""
    first = claims[0]
    made = segments(
        "transaction_header",
        transaction_set_purpose_code="00",
        originator_application_transaction_identifier=batch,
        transaction_set_creation_date=max(claim.submitted for claim in claims),
        claim_or_encounter_identifier="CH",
    )
    made[0] = ("BHT", "0019", *made[0][2:5], "0600", *made[0][6:])
    made += name("41", "2", "NORTHGATE SAMPLE HEALTH", "46", first.facility.tin)
    made += desk("IC", "5550100000")
    made += name("40", "2", "SYNTHETIC CLEARINGHOUSE", "46", "CLEARTEST")
    level = 0
    for facility, own in groupby(sorted(claims, key=lambda claim: claim.facility.npi), lambda claim: claim.facility):
        level += 1
        billing = level
        made += _billing(facility, billing)
        for claim in own:
            level += 1
            made += _subscriber(claim, level, billing)
            made += _claim(claim)
            for line in claim.lines:
                made += _line(claim, line)
    return made


def _level(level: int, parent: int | None, code: str, child: str, **more: Any) -> list[Segment]:
    return segments(
        "hierarchy",
        hierarchical_id_number=level,
        hierarchical_parent_id_number=parent,
        hierarchical_level_code=code,
        hierarchical_child_code=child,
        **more,
    )


def _billing(facility: Facility, level: int) -> list[Segment]:
    made = _level(level, None, "20", "1", provider_taxonomy_code=facility.taxonomy_code)
    made += name("85", "2", facility.name, "XX", facility.npi, address_line_1="1 TEST WAY", **PLACE)
    return made + reference("EI", facility.tin)


def _subscriber(claim: Claim, level: int, parent: int) -> list[Segment]:
    patient, payer = claim.patient, claim.payer
    made = _level(level, parent, "22", "0")
    made += segments(
        "subscriber",
        payer_responsibility_sequence_number_code="S" if claim.secondary else "P",
        individual_relationship_code="18",
        claim_filing_indicator_code=payer.filing_code,
    )
    born = {"birth_date": patient.birth_date, "gender_code": patient.gender_code, "first_name": patient.first_name}
    made += name("IL", "1", patient.last_name, "MI", patient.identifier, **born, address_line_1=patient.street, **PLACE)
    return made + name("PR", "2", payer.name, "PI", payer.claim_identifier)


def _claim(claim: Claim) -> list[Segment]:
    place, place_qualifier = PLACES[claim.kind]
    institutional = {"admission_type_code": "3", "admission_source_code": "1", "patient_status_code": "01"}
    made = segments(
        "claim",
        patient_control_number=claim.account,
        total_charge_amount=money(claim.charge),
        facility_type_code=place,
        facility_code_qualifier=place_qualifier,
        claim_frequency_code=claim.frequency,
        provider_signature_indicator=None if claim.kind == "I" else "Y",
        assignment_or_plan_participation_code="A",
        benefits_assignment_indicator="Y",
        release_of_information_code="Y",
    )
    made += _dates(claim)
    if claim.kind == "I":
        made += [("CL1", *institutional.values())]
    if claim.original_reference:
        made += reference("F8", claim.original_reference)
    made += reference("D9", claim.clearinghouse_number)
    made += _diagnoses(claim)
    person = claim.clinician
    return made + name(
        RENDERING[claim.kind], "1", person.last_name, "XX", person.identifier, first_name=person.first_name
    )


def _dates(claim: Claim) -> list[Segment]:
    if claim.kind == "I":
        return period("434", claim.service_from, claim.service_to)
    return period("472", claim.service_from) if claim.kind == "D" else []  # a professional line has its own date


def _diagnoses(claim: Claim) -> list[Segment]:
    codes: Iterable[tuple[str, str]] = zip(["ABK"] + ["ABF"] * len(claim.diagnoses), claim.diagnoses, strict=False)
    composites = [{"code_list_qualifier_code": code, "industry_code": value} for code, value in codes]
    return [
        made
        for one in ([composites[:1], composites[1:]] if claim.kind == "I" else [composites])
        if one
        for made in segments("diagnosis", repeats=one)
    ]


def _line(claim: Claim, line: Line) -> list[Segment]:
    coded = line.procedure_code != ""
    columns: dict[str, Any] = {
        "line_number": line.number,
        "product_or_service_id_qualifier": QUALIFIERS[claim.kind] if coded else None,
        "procedure_code": line.procedure_code or None,
        "charge_amount": money(line.charge),
        "units": line.units,
        **modifiers(line.modifiers),
        **({"revenue_code": line.revenue_code} if claim.kind == "I" else {}),
        **({"unit_measurement_code": "UN"} if claim.kind != "D" else {}),
        **({"diagnosis_code_pointer_1": "1"} if claim.kind == "P" else {}),
        **({"tooth_code": line.tooth_code} if line.tooth_code else {}),
    }
    made = segments("claim_line", SERVICE_SEGMENTS[claim.kind], **columns)
    made += period("472", line.service_date)
    return made + reference("6R", line.control_number)
