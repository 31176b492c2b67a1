"""Files that the bench reads: 835 and 837 of any size, made of nothing and the same at every run.

Strategy: a pool of claims is drawn once with a seeded generator (`bodies.py`), and a file is a walk round the pool, cut
into transactions; it comes in pieces, so that a gigabyte costs no memory. An 835 balances (lines, claims, BPR with
PLB), because a peer that reports every imbalance would be slow for the wrong reason. In: bytes wanted. Out: bytes, and
a count of what they hold. Never: a real person's data, or a clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING

from tests.bench.bodies import Claim, money, pool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLAIMS = 200  # in a transaction of about 140 KB
PIECE = 2_000  # claims that are joined at a time
GUIDES = {"835": ("HP", "005010X221A1"), "837P": ("HC", "005010X222A1"), "837I": ("HC", "005010X223A2")}
ISA = "ISA*00*          *00*          *ZZ*BENCHPAYER     *ZZ*BENCHPROVIDER  *260620*0830*^*00501*{:09}*0*T*:~"
PAYEE = "1234567893"


@dataclass
class Held:
    """What a file holds; money in cents."""

    byte_count: int = 0
    transactions: int = 0
    claims: int = 0
    paid: int = 0
    adjusted: int = 0

    def add(self, drawn: list[Claim]) -> None:
        """Count one transaction."""
        self.transactions += 1
        self.claims += len(drawn)
        self.paid += sum(claim.paid for claim in drawn)
        self.adjusted += sum(claim.adjusted for claim in drawn)


def write(path: Path, kind: str, size: int, claims: int = CLAIMS) -> Held:
    """Write one interchange of about `size` bytes: transactions of `claims` claims, or (0) a single transaction."""
    held = Held()
    with path.open("wb") as file:
        for piece in pieces(kind, size, claims, held):
            held.byte_count += file.write(piece.encode())
    return held


def write_small(folder: Path, kind: str, size: int, each: int) -> Held:
    """Write files of about `each` bytes, `size` bytes together, every one an interchange with a single transaction."""
    held, drawn, claims, number = Held(), cycle(pool(kind)), max(1, each // mean(kind)), 0
    while held.byte_count < size:
        number += 1
        body = "".join(transaction(kind, list(islice(drawn, claims)), number, held))
        content = _opening(kind, number) + body + _closing(1, number)
        held.byte_count += (folder / f"{number:07}.x12").write_bytes(content.encode())
    return held


def pieces(kind: str, size: int, claims: int, held: Held) -> Iterator[str]:
    """Yield a file's text piece by piece."""
    drawn = cycle(pool(kind))
    yield _opening(kind, 1)
    for _ in range(max(1, size // (claims * mean(kind))) if claims else 1):
        members = list(islice(drawn, claims or size // mean(kind)))
        yield from transaction(kind, members, held.transactions + 1, held)
    yield _closing(held.transactions, 1)


def mean(kind: str) -> int:
    """Return how many bytes a claim has on average."""
    claims = pool(kind)
    return sum(len(claim.text) for claim in claims) // len(claims)


def transaction(kind: str, drawn: list[Claim], number: int, held: Held) -> Iterator[str]:
    """Yield one ST to SE."""
    head, tail = _remittance(drawn, number) if kind == "835" else (_batch(number), "")
    held.add(drawn)
    yield f"ST*{kind[:3]}*{number:09}*{GUIDES[kind][1]}~{head}"
    for start in range(0, len(drawn), PIECE):
        few = drawn[start : start + PIECE]
        if kind == "835":
            yield "".join(claim.text for claim in few)
        else:
            yield "".join(claim.text.replace("{level}", f"{start + place}") for place, claim in enumerate(few, 2))
    segments = sum(claim.segments for claim in drawn) + head.count("~") + tail.count("~") + 2
    yield f"{tail}SE*{segments}*{number:09}~"


def _remittance(drawn: list[Claim], number: int) -> tuple[str, str]:
    """Return what stands before and behind the claims of an 835."""
    taken, penalty = 1000 + number % 4000, -(number % 700)
    total = sum(claim.paid for claim in drawn)
    reference = f"2026{number:09}"
    head = (
        f"BPR*I*{money(total - taken - penalty)}*C*ACH*CCP*01*333000044*DA*456780012*5555555555**01*444000055*DA"
        f"*876540123*20260620~TRN*1*{number:09}*5555555555~REF*EV*BENCH~DTM*405*20260619~"
        "N1*PR*BENCH HEALTH PLAN*XV*12345~N3*5 PAYER STREET~N4*ANYTOWN*OH*44109~REF*2U*98765~"
        "PER*BL*TECHNICAL DESK*TE*5550100000~"
        f"N1*PE*BENCH PROVIDER GROUP*XX*{PAYEE}~N3*1 TEST WAY~N4*ANYTOWN*OH*44109~REF*TJ*888777666~LX*1~"
    )
    return head, f"PLB*{PAYEE}*20261231*WO:{reference}*{money(taken)}*L6*{money(penalty)}~"


def _batch(number: int) -> str:
    """Return what stands before the claims of an 837: header, submitter, receiver, one billing provider."""
    return (
        f"BHT*0019*00*{number:09}*20260601*0600*CH~NM1*41*2*BENCH CLINIC*****46*123456789~"
        "PER*IC*CLAIMS DESK*TE*5550100000~NM1*40*2*BENCH CLEARINGHOUSE*****46*BENCHTEST~HL*1**20*1~"
        f"PRV*BI*PXC*207Q00000X~NM1*85*2*BENCH CLINIC*****XX*{PAYEE}~N3*1 TEST WAY~N4*ANYTOWN*OH*441090000~"
        "REF*EI*123456789~"
    )


def _opening(kind: str, number: int) -> str:
    group, guide = GUIDES[kind]
    return f"{ISA.format(number)}GS*{group}*BENCHPAYER*BENCHPROVIDER*20260620*0830*1*X*{guide}~"


def _closing(transactions: int, number: int) -> str:
    return f"GE*{transactions}*1~IEA*1*{number:09}~"
