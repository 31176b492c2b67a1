"""Phrases that 835 and 837 share: references, dates, names, amounts.

In: plain values. Out: segments of `edi.composer`. Never: an element position.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from edi.composer import segments

if TYPE_CHECKING:
    from datetime import date

    from edi.writer import Segment

PLACE: Final = {"city_name": "SAMPLEVILLE", "state_code": "AK", "postal_code": "000000000"}


def money(cents: int) -> Decimal:
    """Return cents as an amount."""
    return Decimal(cents).scaleb(-2)


def reference(qualifier: str, value: str) -> list[Segment]:
    """Return a REF."""
    return segments("reference", reference_identification_qualifier=qualifier, reference_identification=value)


def on_date(qualifier: str, on: date) -> list[Segment]:
    """Return a DTM."""
    return segments("date", "DTM", date_time_qualifier=qualifier, date_from=on)


def period(qualifier: str, start: date, stop: date | None = None) -> list[Segment]:
    """Return a DTP: a day, or a range even if it is one day long."""
    columns: dict[str, Any] = {"date_from": start, "date_to": stop} if stop else {"date_from": start}
    shape = "RD8" if stop else "D8"
    return segments("date", "DTP", date_time_qualifier=qualifier, date_time_period_format_qualifier=shape, **columns)


def name(code: str, entity_type: str, last_name: str, qualifier: str, identifier: str, **more: Any) -> list[Segment]:
    """Return an NM1 and, where `more` has an address or demographics, N3, N4 and DMG."""
    return segments(
        "name",
        "NM1",
        entity_identifier_code=code,
        entity_type_qualifier=entity_type,
        last_name_or_organization_name=last_name,
        identification_code_qualifier=qualifier,
        identification_code=identifier,
        **more,
    )


def party(code: str, organization: str, qualifier: str, identifier: str, street: str) -> list[Segment]:
    """Return an N1 with its address; without an identifier, no qualifier either."""
    return segments(
        "name",
        "N1",
        entity_identifier_code=code,
        last_name_or_organization_name=organization,
        identification_code_qualifier=qualifier if identifier else None,
        identification_code=identifier or None,
        address_line_1=street,
        **PLACE,  # type: ignore[arg-type]
    )


def desk(function_code: str, telephone: str) -> list[Segment]:
    """Return a PER."""
    return segments(
        "contact",
        contact_function_code=function_code,
        contact_name="TEST DESK",
        communication_number_qualifier_1="TE",
        communication_number_1=telephone,
    )


def modifiers(codes: tuple[str, ...]) -> dict[str, Any]:
    """Return the columns of up to four procedure modifiers."""
    return {f"procedure_modifier_{at}": code for at, code in enumerate(codes, start=1)}
