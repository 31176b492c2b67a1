"""A whole world from one seed: the same seed gives the same claims, checks and truth, on any machine and day.

In: payers, a seed, a start and a length. Out: `World`. Each payer has its own stream of random numbers, so that adding
a payer changes nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from tests.world.claims import Claim, claims_of, second_claims
from tests.world.desk import play
from tests.world.people import HealthSystem, health_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.world.conventions import Payer
    from tests.world.remittances import Remittance


@dataclass(frozen=True)
class World:
    """Everything that happened: claims as sent, remittances by payer and date."""

    payers: tuple[Payer, ...]
    system: HealthSystem
    claims: tuple[Claim, ...]
    remittances: tuple[Remittance, ...]


def make(
    payers: Sequence[Payer],
    seed: int,
    start: date = date(2026, 1, 5),
    days: int = 240,
    system: HealthSystem | None = None,
) -> World:
    """Return the world of these payers; services end a quarter before the last check.

    system: who bills whom; the sample's own health system, if none is given.
    """
    system = system or health_system(Random(f"{seed} system"), 160)  # noqa: S311 - repeatable, not secret
    claims: dict[str, list[Claim]] = {}
    submitted: list[Claim] = []
    remittances: list[Remittance] = []
    for at, payer in enumerate(payers):
        rng = Random(f"{seed} {payer.key}")  # noqa: S311
        own = claims_of(rng, payer, system, start, days * 3 // 4)
        own += second_claims(rng, payer, claims.get(payer.secondary_to, []))
        claims[payer.key] = own
        first = start + timedelta(days=21 + 2 * at)
        dates = [first + timedelta(days=day) for day in range(0, days - 21, payer.check_days)]
        desk = play(payer, own, system, rng, dates)
        submitted += [*own, *desk.submitted]
        remittances += desk.remittances
    return World(tuple(payers), system, tuple(submitted), tuple(remittances))
