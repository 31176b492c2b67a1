"""The health system and its patients: invented, and plainly so.

In: a seeded `random.Random`. Out: facilities (one TIN may hold several NPIs), their clinicians, patients.
Never: a real person or a real number. NPIs pass the Luhn check but all begin with 199999; TINs begin with 00, a prefix
that is never given out; member ids begin with TST; every name is a made-up word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

LAST_NAMES: Final = (
    *("TESTERSEN", "SAMPLEMAN", "FICTIVARI", "MOCKWELL", "PRETENDO", "DUMMISON", "EXAMPLO", "NOTREALLI"),
    *("PLACEHOLDT", "IMAGINAR", "FAUXBERG", "INVENTOS", "MADEUPPE", "SYNTHESSEN", "FIGMENTO", "NONESUCH"),
)
FIRST_NAMES: Final = ("ALPHA", "BRAVO", "DELTA", "ECHO", "FOXTROT", "INDIA", "JULIETT", "KILO", "LIMA", "MIKE", "OSCAR")
STREETS: Final = ("TEST WAY", "SAMPLE STREET", "EXAMPLE AVENUE", "MOCKUP ROAD")


def npi(serial: int) -> str:
    """Return a ten-digit NPI that passes the Luhn check over 80840 + NPI, in a range used only here."""
    digits = f"80840199999{serial:03}"
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))]
    check = -sum(number // 10 + number % 10 for number in doubled) % 10
    return f"{digits[5:]}{check}"


@dataclass(frozen=True)
class Person:
    """A patient or clinician."""

    last_name: str
    first_name: str
    identifier: str
    birth_date: date = date(1970, 1, 1)
    gender_code: str = "U"
    street: str = ""


@dataclass(frozen=True)
class Facility:
    """A billing provider: one NPI under a TIN. `account` formats CLM01 from patient, visit and letters."""

    name: str
    npi: str
    tin: str
    kind: str  # of the claims that it sends: P, I or D
    taxonomy_code: str
    account: str
    clinicians: tuple[Person, ...] = ()


@dataclass(frozen=True)
class HealthSystem:
    """Facilities and patients."""

    facilities: tuple[Facility, ...]
    patients: tuple[Person, ...]

    def of_kind(self, kind: str) -> tuple[Facility, ...]:
        """Return the facilities that send claims of this kind."""
        return tuple(facility for facility in self.facilities if facility.kind == kind)


# (name, TIN, kind, taxonomy, account number). Account numbers differ as practice systems do: leading zeros, mixed
# case, more than 20 characters, and one account per patient instead of per visit (the dental practice).
FACILITIES: Final = (
    ("NORTHGATE SAMPLE PHYSICIANS", "001000001", "P", "207Q00000X", "00{patient:05}-{visit:04}"),
    ("NORTHGATE TEST SURGEONS", "001000001", "P", "208600000X", "ns{visit:05}{letters}-{patient:05}"),
    ("NORTHGATE EXAMPLE HOSPITAL", "001000001", "I", "282N00000X", "NGH{visit:07}{patient:05}-CAMPUS-EAST"),
    ("MOCKUP FAMILY DENTAL", "002000002", "D", "1223G0001X", "0{patient:06}{letters}"),
)


FacilityRow = tuple[str, str, str, str, str]


def health_system(
    rng: Random, patients: int, rows: tuple[FacilityRow, ...] = FACILITIES, first_npi: int = 1
) -> HealthSystem:
    """Return the facilities of these rows with three clinicians each, and so many patients."""
    serials = count(first_npi)
    facilities = []
    for name, tin, kind, taxonomy, account in rows:
        own = npi(next(serials))
        clinicians = tuple(
            Person(rng.choice(LAST_NAMES), rng.choice(FIRST_NAMES), npi(next(serials))) for _ in range(3)
        )
        facilities.append(Facility(name, own, tin, kind, taxonomy, account, clinicians))
    return HealthSystem(tuple(facilities), tuple(_patient(rng, serial) for serial in range(1, patients + 1)))


def _patient(rng: Random, serial: int) -> Person:
    born = date(1940, 1, 1) + timedelta(days=rng.randrange(28000))
    street = f"{rng.randrange(1, 999)} {rng.choice(STREETS)}"
    member = f"TST{serial:07}"
    return Person(rng.choice(LAST_NAMES), rng.choice(FIRST_NAMES), member, born, rng.choice("FM"), street)
