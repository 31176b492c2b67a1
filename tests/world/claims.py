"""Claims as the provider sends them: P, I and D, with their lines.

In: a seeded `random.Random`, the health system, a payer. Out: `Claim` values; money is integer cents.
Never: X12. `x837` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

    from tests.world.conventions import Payer
    from tests.world.people import Facility, HealthSystem, Person

# (code, modifiers it may carry, revenue code, lowest and highest charge in cents)
PROCEDURES: Final = {
    "P": (
        ("99213", ("25", ""), "", 9000, 18000),
        ("99214", ("25", ""), "", 14000, 26000),
        ("93000", ("", "59"), "", 4000, 9500),
        ("20610", ("RT", "LT"), "", 11000, 24000),
        ("71046", ("26", "TC"), "", 6000, 15000),
        ("80053", ("", "90"), "", 3000, 8800),
        ("36415", ("",), "", 1200, 2600),
    ),
    "I": (
        ("99284", ("25",), "0450", 40000, 120000),
        ("70450", ("",), "0351", 60000, 150000),
        ("85025", ("",), "0305", 4000, 9000),
        ("96374", ("59", ""), "0260", 18000, 42000),
        ("J1885", ("",), "0636", 2500, 9000),
        ("", ("",), "0120", 90000, 240000),
    ),
    "D": (
        ("D0120", ("",), "", 4500, 7500),
        ("D1110", ("",), "", 8000, 13000),
        ("D2391", ("",), "", 14000, 24000),
        ("D2740", ("",), "", 90000, 130000),
    ),
}
MOST_LINES: Final = {"P": 4, "I": 6, "D": 3}
DIAGNOSES: Final = ("E119", "I10", "J069", "M545", "R079", "S060X0A", "K0252")
LETTERS: Final = "abcdefghkmnpqrstvwxz"


@dataclass(frozen=True)
class Line:
    """One service line; charge in cents."""

    number: int
    procedure_code: str
    modifiers: tuple[str, ...]
    revenue_code: str
    charge: int
    units: int
    service_date: date
    control_number: str
    tooth_code: str = ""


@dataclass(frozen=True)
class Claim:
    """One CLM. `clearinghouse_number` (REF*D9) is its identity here; no 835 ever carries it."""

    clearinghouse_number: str
    family: str  # clearinghouse number of the first claim of which this is a version
    kind: str
    account: str
    payer: Payer
    facility: Facility
    clinician: Person
    patient: Person
    lines: tuple[Line, ...]
    diagnoses: tuple[str, ...]
    submitted: date
    frequency: str = "1"
    original_reference: str = ""
    on_file: bool = True
    secondary: bool = False  # this payer pays second
    late_days: int = 0  # the file with the claim is delivered so many days after it was sent

    @property
    def charge(self) -> int:
        """Total charge in cents (CLM02)."""
        return sum(line.charge for line in self.lines)

    @property
    def service_from(self) -> date:
        """First date of service."""
        return min(line.service_date for line in self.lines)

    @property
    def service_to(self) -> date:
        """Last date of service."""
        return max(line.service_date for line in self.lines)


def claims_of(rng: Random, payer: Payer, system: HealthSystem, start: date, days: int) -> list[Claim]:
    """Return the payer's claims, spread over `days` from `start`, in order of submission."""
    kinds = [kind for kind, count in payer.claims.items() for _ in range(count)]
    services = [start + timedelta(days=rng.randrange(days)) for _ in kinds]
    made = [_claim(rng, payer, system, kind, on) for kind, on in zip(kinds, services, strict=True)]
    made.sort(key=lambda claim: (claim.submitted, claim.account))
    numbers = [f"CH{payer.key}{serial:07}" for serial in range(1, len(made) + 1)]
    filed = [
        replace(claim, clearinghouse_number=own, family=own, on_file=rng.randrange(100) >= payer.unfiled_percent)
        for own, claim in zip(numbers, made, strict=True)
    ]
    return [_late(rng, claim) for claim in filed] if payer.late_percent else filed


def second_claims(rng: Random, payer: Payer, firsts: list[Claim]) -> list[Claim]:
    """Return claims of another payer sent on to this one, weeks later: the same account, lines and patient."""
    chosen = rng.sample(firsts, min(payer.secondary_claims, len(firsts)))
    made = []
    for serial, claim in enumerate(sorted(chosen, key=lambda one: one.clearinghouse_number), start=1):
        number, sent = f"CS{payer.key}{serial:07}", claim.submitted + timedelta(days=rng.randint(25, 45))
        own = {"clearinghouse_number": number, "family": number, "submitted": sent}
        made.append(replace(claim, payer=payer, on_file=True, secondary=True, late_days=0, **own))  # type: ignore[arg-type]
    return made


def _late(rng: Random, claim: Claim) -> Claim:
    return replace(claim, late_days=rng.randint(30, 90)) if rng.randrange(100) < claim.payer.late_percent else claim


def _claim(rng: Random, payer: Payer, system: HealthSystem, kind: str, on: date) -> Claim:
    facility = rng.choice(system.of_kind(kind))
    at = rng.randrange(len(system.patients))
    letters = LETTERS[at % len(LETTERS)] + LETTERS[at // len(LETTERS) % len(LETTERS)]
    account = facility.account.format(patient=at + 1, visit=rng.randrange(1, 10000), letters=letters)
    lines = tuple(_line(rng, kind, number, on) for number in range(1, rng.randint(1, MOST_LINES[kind]) + 1))
    diagnoses = tuple(rng.sample(DIAGNOSES, rng.randint(1, 3)))
    clinician, submitted = rng.choice(facility.clinicians), on + timedelta(days=rng.randint(1, 6))
    patient = system.patients[at]
    return Claim("", "", kind, account, payer, facility, clinician, patient, lines, diagnoses, submitted)


def _line(rng: Random, kind: str, number: int, on: date) -> Line:
    code, modifiers, revenue_code, lowest, highest = rng.choice(PROCEDURES[kind])
    held = tuple(filter(None, [rng.choice(modifiers)]))
    units, later = rng.choice((1, 1, 1, 2)), rng.randint(0, 2) if kind == "I" else 0
    charge = rng.randrange(lowest, highest) * units
    control_number = f"{rng.randrange(10**8):08}L{number}"
    tooth = str(rng.randint(1, 32)) if code in {"D2391", "D2740"} else ""
    return Line(number, code, held, revenue_code, charge, units, on + timedelta(days=later), control_number, tooth)
