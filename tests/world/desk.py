"""A payer's claims desk: plays its habits over a calendar of checks.

In: a payer, its claims, a seeded `random.Random`. Out: remittances in order of date, and the 837s (replacements, voids)
that the provider sent meanwhile.
Never: X12, or a branch on a payer.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.world.adjudication import first_decision
from tests.world.conventions import Pattern
from tests.world.recoveries import ACTIONS, CLAIMS, COLLECTIONS, MOVES
from tests.world.remittances import Forward, Remittance, add_interest, bring_in, settle
from tests.world.state import Case, Desk, Receivable, number_of

if TYPE_CHECKING:
    from random import Random

    from tests.world.claims import Claim
    from tests.world.conventions import Payer
    from tests.world.people import Facility, HealthSystem


def play(payer: Payer, claims: list[Claim], system: HealthSystem, rng: Random, dates: list[date]) -> Desk:
    """Return the desk after all its checks."""
    desk = Desk(payer, rng, system.facilities)
    desk.numbers["claim"] = payer.claims_before
    cases = [
        Case(claim, first_decision(rng, claim, number_of(desk, claim)), _payee(payer, claim, system))
        for claim in claims
    ]
    _assign(desk, cases, dates)
    cases += _split(desk, cases)
    for case in cases:
        desk.schedule(case.claim.submitted + timedelta(days=rng.randint(7, 20)), "pay", case)
    payees = sorted({case.payee for case in cases} | _others(desk), key=lambda payee: payee.npi)
    for on in dates:
        due = [heapq.heappop(desk.queue) for _ in range(sum(entry[0] <= on for entry in desk.queue))]
        for payee in payees:
            own = [(action, subject) for _, _, action, subject in due if subject.payee is payee]
            _check(desk, payee, on, own)
            _send_apart(desk, on)
    return desk


def _payee(payer: Payer, claim: Claim, system: HealthSystem) -> Facility:
    if payer.payee_by == "npi":
        return claim.facility
    return next(facility for facility in system.facilities if facility.tin == claim.facility.tin)


def _assign(desk: Desk, cases: list[Case], dates: list[date]) -> None:
    """Give each pattern its claims: early ones, paid enough, and for a group all of one payee."""
    pool = desk.rng.sample(cases, len(cases))
    for pattern in desk.payer.patterns:
        latest = dates[0] + (dates[-1] - dates[0]) * pattern.before // 100
        fit = [case for case in pool if not case.pattern and case.claim.submitted <= latest and _fits(case, pattern)]
        payees = [case.payee.npi for case in fit]
        if pattern.together > 1:
            most = max(sorted(set(payees)), key=payees.count, default="")
            fit = [case for case in fit if case.payee.npi == most]
        for case in fit[: pattern.claims]:
            case.pattern = pattern


def _fits(case: Case, pattern: Pattern) -> bool:
    paid, claim = case.version.paid, case.claim
    enough = paid == 0 if pattern.method == "paid_later" else paid >= pattern.least_paid
    filed = claim.on_file or not pattern.submission if pattern.on_file != "no" else not claim.on_file
    return enough and claim.kind in pattern.kinds and filed and len(claim.lines) >= pattern.least_lines


def _others(desk: Desk) -> set[Facility]:
    """Return payees whose own claims may be few: some pattern pays them, or takes from them."""
    wanted = any(pattern.collected_from or pattern.paid_to for pattern in desk.payer.patterns)
    return set(desk.facilities) if wanted else set()


def _split(desk: Desk, cases: list[Case]) -> list[Case]:
    """Cut the claims in two whose pattern says so (MA15); return the first halves, which nothing happens to."""
    halves = []
    for case in cases:
        if case.pattern and case.pattern.split:
            name, lines = case.pattern.name, case.version.lines
            dearest = max(lines, key=lambda line: (line.paid, -line.line.number))
            first = replace(case.version, remark_code="MA15", interest=0)
            rest = tuple(line for line in lines if line is not dearest)
            halves.append(Case(case.claim, replace(first, lines=rest), case.payee, Pattern(name, 0, "none")))
            number = number_of(desk, case.claim)
            case.version = replace(first, lines=(dearest,), control_number=number)
    return halves


def _check(desk: Desk, payee: Facility, on: date, due: list[tuple[str, Case | Receivable]]) -> None:
    """Make one payee's check of one day, if there is anything to say."""
    trace = desk.payer.trace.format(date=on, serial=desk.numbers["check"] + 1)
    check = Remittance(desk.payer, payee, on, trace)
    stages: dict[int, list[tuple[str, Case | Receivable]]] = defaultdict(list)
    for action, subject in due:
        stages[ACTIONS[action][0]].append((action, subject))
    brought = desk.forwards.get(payee.npi)
    for stage in (CLAIMS, MOVES, COLLECTIONS):
        for action, subject in stages[stage]:
            ACTIONS[action][1](desk, check, subject)
        if stage == CLAIMS:
            add_interest(check)
            _add_sundries(desk, check)
            if brought and not _due(check, brought):
                brought = None
            bring_in(check, brought)
            _forgive(desk, check, brought)
    if not check.claim_payments and not check.adjustments:
        return
    forward = settle(check, brought)
    if brought or forward:
        desk.forwards[payee.npi] = forward
    serial = desk.next("check")
    if desk.payer.imbalance_every and serial % desk.payer.imbalance_every == 0:
        check.imbalance = desk.rng.randint(1, 5000)
    desk.remittances.append(check)


def _forgive(desk: Desk, check: Remittance, forward: Forward | None) -> None:
    every = desk.payer.forgives_forward
    if forward and every and (desk.numbers["check"] + 1) % every == 0:
        check.adjust("CS", "WRITE OFF", -forward.amount, "other", pattern="forward balance written off")


def _due(check: Remittance, forward: Forward) -> bool:
    """Say whether a forward balance comes back in this check: with any claims, or only where it is covered or grows."""
    covered = check.payment >= forward.amount or check.payment < 0
    return bool(check.claim_payments) and (covered or not check.payer.holds_forward)


def _send_apart(desk: Desk, on: date) -> None:
    """Send what the day's checks set apart, each as a remittance of its own."""
    for check in desk.apart:
        check.trace = desk.payer.trace.format(date=on, serial=desk.next("check"))
        for payment in check.claim_payments:
            payment.trace = check.trace
        desk.remittances.append(check)
    desk.apart.clear()


def _add_sundries(desk: Desk, check: Remittance) -> None:
    for at, sundry in enumerate(desk.payer.sundries):
        if (desk.numbers["check"] + at + 1) % sundry.every == 0:
            amount = desk.rng.randint(sundry.lowest, sundry.highest)
            reference = sundry.reference.format(date=check.date, serial=desk.next("sundry"), trace=check.trace)
            if amount < check.payment:
                check.adjust(sundry.code, reference, amount, sundry.kind, pattern=sundry.name)
