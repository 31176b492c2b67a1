"""Claims for the bench's files: about 700 bytes each, one to six lines, references, remarks, amounts that balance.

Strategy: a seeded generator draws every value, so no two claims are alike and all runs see the same ones. In: a kind
(835, 837P, 837I). Out: claims as text with their sums. Never: a name, number or code of a real person or payer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

POOL = 40_000  # claims, about 28 MB: longer files walk round it
SURNAMES = ("ABARA", "BRENNER", "CASTELLANO", "DIMITROV", "EKSTROM", "FONTAINE", "GUPTA", "HOLLOWAY", "IBSEN", "JURADO")
GIVEN = ("ANA", "BORIS", "CHLOE", "DMITRI", "ELENA", "FARID", "GRETA", "HUGO", "INES", "JONAS")
PROCEDURES = ("99213", "99214", "93000", "36415", "80053", "85025", "71046", "97110", "20610", "G0463")
MODIFIERS = ("", "", "", ":25", ":59", ":GT:95")
DIAGNOSES = ("E119", "I10", "J0190", "M545", "N390", "R0789", "Z0000", "K219")
REMARKS = ("N130", "M15", "N620", "MA01", "N807", "N19")
NPIS = ("1457812369", "1790312348", "1205876544", "1366543217")


@dataclass(frozen=True)
class Claim:
    """One claim: its segments as text, how many, what was paid and adjusted in cents; an 837 has no payment."""

    text: str
    segments: int
    paid: int
    adjusted: int


def money(cents: int) -> str:
    """Return cents as X12 writes an amount: no needless zeros."""
    sign, whole, part = "-" * (cents < 0), abs(cents) // 100, abs(cents) % 100
    return f"{sign}{whole}" + (f".{part:02}".rstrip("0") if part else "")


@cache
def pool(kind: str) -> list[Claim]:
    """Return the claims of one kind."""
    draw = random.Random(kind)  # noqa: S311 - data of a bench is meant to be the same at every run
    return [MAKERS[kind](draw, number) for number in range(1, POOL + 1)]


def _person(draw: random.Random) -> str:
    return f"{draw.choice(SURNAMES)}{draw.randrange(1000)}*{draw.choice(GIVEN)}"


def _day(draw: random.Random) -> str:
    return f"2026{draw.randrange(1, 7):02}{draw.randrange(1, 29):02}"


def _paid_claim(draw: random.Random, number: int) -> Claim:
    """Draw a claim of an 835; its adjustments are charge less payment, line by line."""
    day, control = _day(draw), f"{draw.randrange(10**12):012}"
    lines, charge, paid, patient = [], 0, 0, 0
    for line in range(1, draw.randrange(1, 7) + 1):
        text, *cents = _paid_line(draw, f"{control}{line}", day)
        lines.append(text)
        charge, paid, patient = charge + cents[0], paid + cents[1], patient + cents[2]
    text = (
        f"CLP*ACCT{number:08}*1*{money(charge)}*{money(paid)}*{money(patient)}*12*{control}*11*1~"
        f"NM1*QC*1*{_person(draw)}*R***MI*M{draw.randrange(10**9):09}~"
        f"NM1*82*1*{_person(draw)}****XX*{draw.choice(NPIS)}~"
        + (f"MOA***{draw.choice(REMARKS)}*{draw.choice(REMARKS)}~" if number % 3 == 0 else "")
        + f"REF*EA*MR{draw.randrange(10**7):07}~REF*1L*G{draw.randrange(10**5):05}~DTM*232*{day}~DTM*233*{day}~"
        f"DTM*050*2026061{number % 10}~AMT*AU*{money(charge)}~" + "".join(lines)
    )
    return Claim(text, text.count("~"), paid, charge - paid)


def _paid_line(draw: random.Random, control: str, day: str) -> tuple[str, int, int, int]:
    """Return a service line with its charge, payment and patient's share."""
    charge = draw.randrange(2_000, 90_000)
    contractual = draw.randrange(1, charge // 2)
    share = draw.choice((0, 0, 2_000, draw.randrange(1, charge // 4)))
    share = min(share, charge - contractual)
    insured = share // 2 if share and draw.random() < 0.3 else 0
    paid = charge - contractual - share
    shares = (f"*1*{money(share - insured)}" if share else "") + (f"**2*{money(insured)}" if insured else "")
    procedure = f"HC:{draw.choice(PROCEDURES)}{draw.choice(MODIFIERS)}"
    text = (
        f"SVC*{procedure}*{money(charge)}*{money(paid)}**{draw.randrange(1, 5)}~DTM*472*{day}~"
        f"CAS*CO*45*{money(contractual)}~"
        + (f"CAS*PR{shares}~" if shares else "")
        + f"REF*6R*{control}~AMT*B6*{money(charge - contractual)}~"
        + (f"LQ*HE*{draw.choice(REMARKS)}~" if charge % 5 < 2 else "")
    )
    return text, charge, paid, share


def _professional(draw: random.Random, number: int) -> Claim:
    return _claim(draw, number, "11:B:1*Y", "", "B", _professional_line)


def _institutional(draw: random.Random, number: int) -> Claim:
    day = _day(draw)
    stay = f"DTP*434*RD8*{day}-{day}~CL1*3*1*01~"
    return _claim(draw, number, "13:A:1*", stay, "", _institutional_line)


def _claim(
    draw: random.Random,
    number: int,
    place: str,
    stay: str,
    kind: str,
    line: Callable[[random.Random, int], tuple[str, int]],
) -> Claim:
    """Draw a claim of an 837: a subscriber who is the patient, the payer, the claim and its lines."""
    made = [line(draw, place_in_claim) for place_in_claim in range(1, draw.randrange(1, 7) + 1)]
    diagnoses = draw.sample(DIAGNOSES, 3)
    others = "*".join(f"ABF:{code}" for code in diagnoses[1:])
    coded = f"HI*ABK:{diagnoses[0]}{'*' if kind else '~HI*'}{others}~"
    text = (
        "HL*{level}*1*22*0~SBR*P*18*******CI~"
        f"NM1*IL*1*{_person(draw)}****MI*M{draw.randrange(10**9):09}~N3*{number % 900 + 1} SAMPLE ROAD~"
        f"N4*ANYTOWN*OH*441090000~DMG*D8*19{draw.randrange(30, 99)}0{number % 9 + 1}1{number % 10}*{'FM'[number % 2]}~"
        "NM1*PR*2*BENCH HEALTH PLAN*****PI*12345~"
        f"CLM*ACCT{number:08}*{money(sum(charge for _, charge in made))}***{place}*A*Y*Y~{stay}"
        f"REF*D9*{draw.randrange(10**14):014}~{coded}"
        f"NM1*{'82' if kind else '71'}*1*{_person(draw)}****XX*{draw.choice(NPIS)}~" + "".join(text for text, _ in made)
    )
    return Claim(text, text.count("~"), 0, 0)


def _professional_line(draw: random.Random, number: int) -> tuple[str, int]:
    charge = draw.randrange(2_000, 90_000)
    procedure = f"HC:{draw.choice(PROCEDURES)}{draw.choice(MODIFIERS)}"
    sv1 = f"SV1*{procedure}*{money(charge)}*UN*{draw.randrange(1, 5)}***1:2~"
    return f"LX*{number}~{sv1}DTP*472*D8*{_day(draw)}~REF*6R*{draw.randrange(10**12):012}~", charge


def _institutional_line(draw: random.Random, number: int) -> tuple[str, int]:
    charge = draw.randrange(2_000, 90_000)
    sv2 = f"SV2*0{draw.randrange(300, 999)}*HC:{draw.choice(PROCEDURES)}*{money(charge)}*UN*{draw.randrange(1, 5)}~"
    return f"LX*{number}~{sv2}DTP*472*D8*{_day(draw)}~REF*6R*{draw.randrange(10**12):012}~", charge


MAKERS: dict[str, Callable[[random.Random, int], Claim]] = {
    "835": _paid_claim,
    "837P": _professional,
    "837I": _institutional,
}
