"""A wide world: payers drawn from the space of conventions. `python -m tests.world.wide DIR [--seed N] [--scale K]`.

In: a seed, a scale, a number of payers. Out: a world, or its inbox/ and truth/ under DIR. No two seeds share a habit by
design: references, control numbers, account forms, delimiters and ways of taking back are all drawn, so that nothing
can be tuned to one of these worlds.
Never: a payer's name in code. Shapes are rows of `shapes`, ways of taking back rows of `catalogue`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tests.world import decidable, inbox, people, shapes
from tests.world.catalogue import CATALOGUE, SUNDRIES
from tests.world.conventions import Payer
from tests.world.world import World, make

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.world.conventions import Pattern
    from tests.world.shapes import Shape

PAYERS: Final = 16
CLAIMS: Final = 160  # of each payer, times the scale
EACH_PATTERN: Final = 4  # one payer in so many has it
START: Final = date(2024, 1, 8)
DAYS: Final = 420
TINS: Final = (("P", "P", "I"), ("P", "D"), ("I", "P", "P"), ("D",))
WORDS: Final = ("ALDER", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIR", "GINKGO", "HAZEL", "IRONWOOD", "JUNIPER", "KATSURA")
KINDS: Final = ({"P": 70, "I": 30}, {"P": 100}, {"P": 55, "D": 45}, {"I": 60, "P": 40}, {"P": 50, "I": 25, "D": 25})


def facilities(rng: Random, enterprise: int = 0) -> tuple[people.FacilityRow, ...]:
    """Return billing providers: four TINs, most with several NPIs, each with its own form of account numbers."""
    rows = []
    for tin, kinds in enumerate(TINS, start=1 + len(TINS) * enterprise):
        for at, kind in enumerate(kinds, start=1):
            prefix = "".join(rng.choice("nsRTCxq") for _ in range(2))
            account = rng.choice(shapes.ACCOUNTS).replace("{prefix}", prefix)
            name, number = f"{rng.choice(WORDS)} SAMPLE CLINIC {tin}{at}", f"00{tin}{tin:0{7 - len(str(tin))}}"
            rows.append((name, number, kind, "207Q00000X", account))
    return tuple(rows)


def payer(rng: Random, at: int, shape: Shape, patterns: Sequence[Pattern], scale: int) -> Payer:
    """Draw one payer with this shape of references and these ways of taking back."""
    key = f"W{at:02}"
    letters = "".join(rng.choice("BCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(0, 3)))
    number, suffix_length = rng.choice(shapes.CONTROL_NUMBERS)
    forward, back = rng.choice(shapes.FORWARDS)
    by_npi = any(pattern.collected_from for pattern in patterns) or rng.random() < 0.4
    return Payer(
        key=key,
        name=f"{rng.choice(WORDS)} INVENTED PLAN {at:02}",
        claim_identifier=f"CX{600 + at}",
        remittance_identifier=rng.choice(("", f"{88600 + at}")),
        tin=f"0000006{at:02}",
        filing_code=rng.choice(("12", "15", "HM", "MB", "MC", "CI")),
        claims={kind: count * CLAIMS * scale // 100 for kind, count in rng.choice(KINDS).items()},
        patterns=tuple(replace(pattern, claims=pattern.claims * scale) for pattern in patterns),
        sundries=tuple(rng.sample(SUNDRIES, rng.randint(0, 4))),
        check_days=rng.choice((7, 7, 14, 14, 21)),
        payee_by="npi" if by_npi else "tin",
        account_forms=rng.choice(shapes.ACCOUNT_FORMS),
        control_number=number.format(prefix=letters),
        suffix_length=suffix_length,
        renumbers=rng.random() < (0.2 if suffix_length else 0.5),
        sends_original_reference=rng.random() < 0.6,
        trace=rng.choice(shapes.TRACES).format(prefix=key),
        letter=rng.choice(shapes.LETTERS),
        open_reference=shape.open,
        collect_reference=shape.collect,
        letter_reference=shape.letter,
        refund_reference=shape.refund or shape.letter,
        reference_forms=shape.forms,
        forward_reference=forward,
        forward_back_reference=back,
        forgives_forward=rng.choice((0, 0, 0, 4)),
        first_trace_kept=rng.random() < 0.2,
        holds_forward=rng.random() < 0.3,
        interest_reference=rng.choice(("", "INTEREST")),
        allowed_percent=rng.randint(45, 75),
        denied_percent=rng.randint(4, 10),
        interest_percent=rng.choice((0, 5, 15)),
        unfiled_percent=rng.choice((4, 8)),
        late_percent=rng.choice((0, 20)),
        returns_line_numbers=rng.random() < 0.7,
        claim_level_kinds=rng.choice(("", "", "I", "ID")),
        sends_allowed_amount=rng.random() < 0.5,
        sequestration_percent=rng.choice((0, 0, 2)),
        imbalance_every=rng.choice((0, 0, 13)),
        delimiters=rng.choice(shapes.DELIMITERS),
        newline=rng.choice((b"", b"\n", b"\r\n")),
    )


def payers(seed: int, scale: int = 1, count: int = PAYERS) -> tuple[Payer, ...]:
    """Draw so many payers; patterns are dealt out like cards, each to several of them."""
    rng = Random(f"{seed} payers")  # noqa: S311 - repeatable, not secret
    drawn = [rng.sample(shapes.SHAPES, len(shapes.SHAPES)) for _ in range(-(-count // len(shapes.SHAPES)))]
    own = [shapes.drawn(rng) if at % 2 else shape for at, shape in enumerate(shape for deck in drawn for shape in deck)]
    hands: list[list[Pattern]] = [[] for _ in range(count)]
    for pattern in CATALOGUE:
        for at in sorted(rng.sample(range(count), -(-count // EACH_PATTERN))):
            hands[at].append(pattern)
    made = [
        payer(rng, at, shape, hand, scale) for at, (shape, hand) in enumerate(zip(own, hands, strict=False), start=1)
    ]
    second = {at: rng.randrange(at) for at in range(2, count, 4)}
    return tuple(
        replace(one, secondary_to=made[second[at]].key, secondary_claims=15 * scale) if at in second else one
        for at, one in enumerate(made)
    )


def world(seed: int, scale: int = 1, count: int = PAYERS, enterprise: int = 0) -> World:
    """Return the wide world of a seed, or of another payee enterprise whose payers have the same habits."""
    drawn = seed + 1000 * enterprise
    rng = Random(f"{drawn} system")  # noqa: S311
    system = people.health_system(rng, 250 * scale, facilities(rng, enterprise), 1 + 40 * enterprise)
    before = 2000 * scale * enterprise
    own = [replace(payer, claims_before=before) for payer in payers(seed, scale, count)]
    return make(own, drawn, START, DAYS, system)


def write(made: World, home: Path) -> None:
    """Write inbox/ and truth/, with the verdicts of `decidable` beside the truth."""
    beside = {"decidable": decidable.verdicts(made), "spread": decidable.spreads(made)}
    beside["finding"] = decidable.takings_too_many(made)
    inbox.write(made, home, {f"truth/{name}.csv": inbox.csv_of(list(rows)) for name, rows in beside.items()})


def main() -> None:
    """Write a wide world."""
    parser = argparse.ArgumentParser(prog="python -m tests.world.wide", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--payers", type=int, default=PAYERS)
    chosen = parser.parse_args()
    write(world(chosen.seed, chosen.scale, chosen.payers), chosen.home)


if __name__ == "__main__":
    main()
