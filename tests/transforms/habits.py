"""Payers with any habits: small remittances drawn at random, dense with what collides.

In: a seed, how many payers. Out: 835 files by name. Few claims, few numbers and few amounts, so that a number names
several debts, amounts meet by chance, collections go beyond debts, balances go forward and come back in halves.
Never: a payer that makes sense for long, or a draw that depends on anything but the seed. Who wants sense takes
`tests.world`; here only what must hold for every payer can be asked.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Final

from edi import writer

if TYPE_CHECKING:
    from edi.writer import Segment

Pair = tuple[str, Decimal]
GUIDE: Final = "005010X221A1"
PAID: Final = ("100", "120", "100.37")
LESS: Final = ("60", "40", "20", "0", "100")
ANY: Final = ("60", "60", "100", "40", "35", "20", "63", "80", "65", "60.25")
CODES: Final = ("WO",) * 8 + ("72", "FB", "FB", "CS", "C5", "B2", "B3", "OB", "L6", "J1")
NPIS: Final = ("1999990017", "1999990025")


class Payer:
    """One payer while it pays: its claims, their open payments, its debts and balances."""

    def __init__(self, draw: Random, number: int) -> None:
        self.draw = draw
        self.number = number
        self.claims = [f"CN{number:03}{place:04}" for place in range(draw.randint(1, 4))]
        self.account = {claim: f"ACCT{draw.randint(1, 3)}" for claim in self.claims}
        self.paid: dict[str, list[Decimal]] = {claim: [] for claim in self.claims}
        self.own = [f"8800{number:04}", f"8801{number:04}"]
        self.debts: list[Pair] = []
        self.balances: list[Pair] = []

    def reference(self, check: str) -> str:
        """Draw what a PLB may refer to."""
        claim = self.draw.choice(self.claims)
        return self.draw.choice([claim, claim, self.account[claim], *self.own, *self.own, "", check, f"M1 {check}"])

    def payments(self, check: str) -> tuple[list[Segment], Decimal, list[Pair]]:
        """Draw claim payments, reversals and corrections, and delays of what they lower."""
        segments: list[Segment] = []
        total, delays = Decimal(0), list[Pair]()
        for claim in self.claims:
            paid = self.paid[claim]
            amounts = [Decimal(self.draw.choice(PAID))] if not paid or self.draw.random() < 0.07 else []
            if paid and not amounts and self.draw.random() < 0.35:
                before, after = paid.pop(), Decimal(self.draw.choice(LESS))
                amounts = [-before, after]
                if after < before and self.draw.random() < 0.75:
                    delays.append((f"WO:{self.reference(check)}", after - before))
            paid += [amount for amount in amounts if amount >= 0]
            segments += [part for amount in amounts for part in self._payment(claim, amount)]
            total += sum(amounts)
        self.debts += [(reference.partition(":")[2], -amount) for reference, amount in delays]
        return segments, total, delays

    def _payment(self, claim: str, amount: Decimal) -> list[Segment]:
        charge = Decimal(150 if amount >= 0 else -150)
        status = "1" if amount >= 0 else "22"
        return [
            ("CLP", self.account[claim], status, charge, amount, None, "12", claim, "11"),
            ("NM1", "QC", "1", "ROE", "PAT", None, None, None, "MI", f"TST{claim[-4:]}"),
            ("DTM", "232", "20260105"),
            ("CAS", "CO", "45", charge - amount),
        ]

    def pairs(self, check: str) -> list[Pair]:
        """Draw collections of debts, whole, in part or too much, and pairs of no sense."""
        found: list[Pair] = []
        for _ in range(self.draw.choice([0, 1, 1, 2]) if self.debts else 0):
            reference, owed = self.draw.choice(self.debts)
            other = self.draw.choice(self.debts)[1]
            amount = self.draw.choice([owed, owed, owed / 2, owed * Decimal("1.05"), owed + other])
            found.append((f"WO:{self.draw.choice([reference, reference, self.reference(check)])}", amount))
        for _ in range(self.draw.choice([0, 0, 1, 2])):
            amount = Decimal(self.draw.choice(ANY)) * self.draw.choice([1, 1, 1, -1])
            found.append((f"{self.draw.choice(CODES)}:{self.reference(check)}", amount))
        refunds = [(f"72:{reference[3:]}", -abs(amount)) for reference, amount in found if self.draw.random() < 0.1]
        return [(reference, amount.quantize(Decimal("0.01"))) for reference, amount in found + refunds]

    def balance(self, check: str, total: Decimal) -> list[Pair]:
        """Send a negative total forward, or take an older balance in, whole or half."""
        if total < 0:
            self.balances.append((check, -total))
            return [(f"FB:{check}", total)]
        if self.balances and self.draw.random() < 0.6:
            origin, owed = self.balances.pop()
            amount = min(total, self.draw.choice([owed, owed, owed / 2])).quantize(Decimal("0.01"))
            return [(f"FB:{origin}", amount)]
        return []

    def check(self, place: int, on: date) -> list[Segment]:
        """Draw one remittance; one of fifteen does not add up."""
        trace = f"TR{self.number:03}{place:04}"
        claims, total, delays = self.payments(trace)
        pairs = delays + self.pairs(f"TR{self.number:03}{max(0, place - 1):04}")
        total -= sum(amount for _, amount in pairs)
        forward = self.balance(trace, total)
        total -= sum(amount for _, amount in forward)
        paid = max(Decimal(0), total + (10 if self.draw.random() < 1 / 15 else 0))
        npi = self.draw.choice(NPIS)
        return [
            ("BPR", "I", paid, "C", "ACH", *[None] * 11, on),
            ("TRN", "1", trace, f"1{70000 + self.number}0000"),
            ("N1", "PR", f"PLAN {self.number}", "XV", str(70000 + self.number)),
            ("N1", "PE", "STORY CLINIC", "XX", npi),
            ("REF", "TJ", "990000001"),
            *([("LX", 1), *claims] if claims else []),
            *[("PLB", npi, "20261231", tuple(reference.split(":")), amount) for reference, amount in pairs + forward],
        ]


def files(seed: int, payers: int) -> dict[str, bytes]:
    """Draw a file of some remittances for each payer."""
    draw = Random(seed)  # noqa: S311 - worlds, not secrets
    return {f"{number}.835": _file(Payer(draw, number), number + 1) for number in range(payers)}


def _file(payer: Payer, control_number: int) -> bytes:
    day, sets = date(2026, 1, 20), []
    for place in range(payer.draw.randint(4, 12)):
        sets.append(writer.transaction(payer.check(place, day), set_code="835", control_number=f"{place + 1:04}"))
        day += timedelta(payer.draw.choice([0, 7, 14]))
    group = writer.group(sets, guide=GUIDE, on=day, sender="PAYER", receiver="PROVIDER", control_number=control_number)
    return writer.render(
        writer.interchange([group], on=day, sender="PAYER", receiver="PROVIDER", control_number=control_number)
    )
