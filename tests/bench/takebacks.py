"""Years of payments with takebacks in them, of any size, made of nothing and the same at every run.

Strategy: payers pay claims of two tax ids in checks of 100. Of each check's claims three in a hundred are reversed and
corrected eight checks later: two of the three lower that check, the third is delayed by a negative WO, which a positive
one collects four checks on. A claim's amounts follow from its number, so nothing is kept. In: how many claim payments.
Out: 837 and 835 files, one per payer. Never: a real person's data, a clock, or a check that does not add up.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.bench.bodies import PROCEDURES, SURNAMES, money
from tests.bench.data import ISA

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAYERS, TINS = 20, 2
CHECK = 100  # claims that are paid for the first time in a check
TAKEN, DELAYED = range(3), 2  # places in a check whose claims are taken back, and the one whose money comes later
TAKEN_AFTER, COLLECTED_AFTER = 8, 4  # checks
FIRST_DAY = date(2020, 1, 6)


class Claim:
    """One claim of a relation (payer and tax id): its numbers and cents, all from its place."""

    def __init__(self, relation: int, number: int) -> None:
        self.payer = relation // TINS
        mixed = (number * 2_654_435_761 + relation * 97) % 1_000_003
        self.charge = 8_000 + mixed % 60_000
        self.paid = self.charge * (55 + mixed % 40) // 100
        self.lowered = self.paid * (30 + mixed % 50) // 100
        self.account = f"AC{relation:02}{number:07}"
        self.control = f"{relation:02}24{mixed:07}{number:07}"
        self.member = f"M{relation:02}{number // 3:07}"
        self.name = SURNAMES[number % 10] + str(number // 3)
        self.procedure = PROCEDURES[mixed % 10]
        self.day = f"{FIRST_DAY + timedelta(number // CHECK * 3 - number % 11):%Y%m%d}"

    def billed(self, level: int) -> str:
        """Return its loops of an 837P."""
        return (
            f"HL*{level}*1*22*0~SBR*P*18*******CI~NM1*IL*1*{self.name}*R****MI*{self.member}~"
            f"N3*1 SAMPLE ROAD~N4*ANYTOWN*OH*441090000~DMG*D8*19700101*F~NM1*PR*2*PLAN*****PI*CX{self.payer}~"
            f"CLM*{self.account}*{money(self.charge)}***11:B:1*Y*A*Y*Y~HI*ABK:Z0000~LX*1~"
            f"SV1*HC:{self.procedure}*{money(self.charge)}*UN*1***1~DTP*472*D8*{self.day}~"
        )

    def answered(self, status: str, charge: int, paid: int) -> str:
        """Return its loop of an 835."""
        return (
            f"CLP*{self.account}*{status}*{money(charge)}*{money(paid)}**12*{self.control}*11*1~"
            f"NM1*QC*1*{self.name}*R***MI*{self.member}~DTM*232*{self.day}~"
            f"SVC*HC:{self.procedure}*{money(charge)}*{money(paid)}~DTM*472*{self.day}~"
            f"CAS*CO*45*{money(charge - paid)}~"
        )


def write(folder: Path, payments: int) -> dict[str, int]:
    """Write about so many claim payments with their claims; returns what was written."""
    checks = -(-payments // (PAYERS * TINS * (CHECK + 2 * len(TAKEN))))
    for payer in range(PAYERS):
        (folder / f"{payer:02}.837").write_text(_file("HC", "005010X222A1", payer, _batches(payer, checks)))
        (folder / f"{payer:02}.835").write_text(_file("HP", "005010X221A1", payer, _checks(payer, checks)))
    taken = max(0, checks - TAKEN_AFTER) * PAYERS * TINS
    collected = max(0, checks - TAKEN_AFTER - COLLECTED_AFTER) * PAYERS * TINS
    return {
        "claim payments": checks * PAYERS * TINS * CHECK + 2 * taken * len(TAKEN),
        "reversals": taken * len(TAKEN),
        "PLB pairs": taken + collected,
    }


def _file(group: str, guide: str, payer: int, transactions: Iterator[str]) -> str:
    body = list(transactions)
    opening = f"{ISA.format(payer + 1)}GS*{group}*BENCHPAYER*BENCHPROVIDER*20260620*0830*1*X*{guide}~"
    return f"{opening}{''.join(body)}GE*{len(body)}*1~IEA*1*{payer + 1:09}~"


def _transaction(kind: str, number: int, body: str) -> str:
    return f"ST*{kind}*{number:06}~{body}SE*{body.count('~') + 2}*{number:06}~"


def _relations(payer: int) -> range:
    return range(payer * TINS, payer * TINS + TINS)


def _batches(payer: int, checks: int) -> Iterator[str]:
    """Yield the 837 of each check, sent before it."""
    for check in range(checks):
        for relation in _relations(payer):
            tin = relation % TINS
            claims = (Claim(relation, check * CHECK + place) for place in range(CHECK))
            head = (
                f"BHT*0019*00*{check}*20200101*0600*CH~NM1*41*2*CLINIC*****46*1~PER*IC*DESK*TE*5550000000~"
                f"NM1*40*2*HOUSE*****46*2~HL*1**20*1~NM1*85*2*CLINIC {tin}*****XX*199999{tin:04}~N3*1 MAIN ST~"
                f"N4*TOWN*OH*43000~REF*EI*99000000{tin}~"
            )
            yield _transaction("837", check + 1, head + "".join(claim.billed(at) for at, claim in enumerate(claims, 2)))


def _checks(payer: int, checks: int) -> Iterator[str]:
    """Yield each check: new claims, what it takes back of older ones, and what it delays and collects."""
    for check in range(checks):
        for relation in _relations(payer):
            yield _transaction("835", check + 1, _check(relation, check))


def _check(relation: int, check: int) -> str:
    paid = [Claim(relation, check * CHECK + place) for place in range(CHECK)]
    taken = [Claim(relation, (check - TAKEN_AFTER) * CHECK + place) for place in TAKEN] * (check >= TAKEN_AFTER)
    delayed = [f"WO:{claim.control}*{money(-claim.lowered)}" for claim in taken[DELAYED:]]
    from_debts = check - TAKEN_AFTER - COLLECTED_AFTER
    due = [Claim(relation, from_debts * CHECK + DELAYED)] * (from_debts >= 0)
    collected = [f"WO:{claim.control}*{money(claim.lowered)}" for claim in due]
    payment = sum(claim.paid for claim in paid) - sum(claim.lowered for claim in taken[:DELAYED])
    payment -= sum(claim.lowered for claim in due)
    payer, tin, day = relation // TINS, relation % TINS, f"{FIRST_DAY + timedelta(check * 3 + 21):%Y%m%d}"
    head = (
        f"BPR*I*{money(payment)}*C*ACH*CCP*01*999999999*DA*1*177001**01*999999999*DA*2*{day}~"
        f"TRN*1*{relation:02}{check:07}*1770010{payer:03}~N1*PR*PLAN {payer}*XV*770{payer:02}~"
        f"N1*PE*CLINIC {tin}*XX*199999{tin:04}~REF*TJ*99000000{tin}~LX*1~"
    )
    body = "".join(claim.answered("1", claim.charge, claim.paid) for claim in paid)
    for claim in taken:
        body += claim.answered("22", -claim.charge, -claim.paid)
        body += claim.answered("1", claim.charge, claim.paid - claim.lowered)
    pairs = "*".join([*delayed, *collected])
    return f"{head}{body}" + (f"PLB*199999{tin:04}*20261231*{pairs}~" if pairs else "")
