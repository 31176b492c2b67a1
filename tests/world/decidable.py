"""Which claim dollars of a world can be proven from its files alone: a judge that sees only what the 835 and 837 show.

In: a world. Out: one row per provider adjustment about claims: `decidable` yes (by the rule named), no (no file says
which claim it is; a letter or a person must), or either (a debatable case that accuracy counts neither way).
Never: our SQL. The rules are the weakest that a careful person would accept; the amount alone never decides.

Rules: `number` a claim number or `account` an account number (with its day of service, where it is given) in the
reference that only these claims have; `difference` what reversal and correction took in the same check; `leg` the
reference of a leg that is decided itself; `open debt` the amount of the only open debt known from reversals or from a
second payment at this payer. A remittance that does not add up is left to a person, whatever its references say: `no`,
though what it names helps to decide others.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tests.world.references import bare, returned_account
from tests.world.words import money

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world.claims import Claim
    from tests.world.conventions import Payer
    from tests.world.remittances import ProviderAdjustment, Remittance
    from tests.world.world import World

Families = frozenset[str]
NUMBERS = ("claim_number", "new_claim_number", "claim_base", "claim_bare")
ACCOUNTS = ("account", "sent_account", "account_bare", "account_upper")
DAYS = ("service_date", "service_mmddyy")
LEAST_NUMBER, LEAST_ACCOUNT, LEAST_CUT = 7, 5, 10  # letters and digits of a part that may prove anything
DEBATABLE = frozenset({"interest"})


class Known:
    """What the files of one payer show: families by number and by account, and debts by amount."""

    def __init__(self, world: World, payer: Payer) -> None:
        self.numbers: dict[str, set[str]] = defaultdict(set)
        self.accounts: dict[str, set[str]] = defaultdict(set)
        self.checks = [check for check in world.remittances if check.payer is payer]
        self.suffix = payer.suffix_length
        for check in self.checks:
            for payment in check.claim_payments:
                version = payment.adjudication
                for number in filter(None, (version.control_number, version.original_number)):
                    self._number(number, version.claim.family)
                self._account(returned_account(payer, version.account or version.claim.account), version.claim)
        for claim in world.claims:
            if claim.payer is payer and claim.on_file:
                self._account(claim.account, claim)
                if claim.original_reference:
                    self._number(claim.original_reference, claim.family)

    def _number(self, number: str, family: str) -> None:
        for form in {bare(number), bare(number[: len(number) - self.suffix])}:
            self.numbers[form].add(family)
            self.numbers[form.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0")].add(family)

    def _account(self, account: str, claim: Claim) -> None:
        for form in {bare(account), bare(account[:17])}:
            self.accounts[form].add(claim.family)
            for day in (f"{claim.service_from:%Y%m%d}", bare(f"{claim.service_from:%m%d%y}")):
                self.accounts[f"{form} {day}"].add(claim.family)

    def named(self, adjustment: ProviderAdjustment) -> tuple[Families, str]:
        """Return the families that the parts of a reference name, and by which rule; none if they name nothing."""
        whole, parts = bare(adjustment.reference), dict(adjustment.parts)
        shown = {name: _shown(value, whole) for name, value in parts.items()}
        for name in NUMBERS:
            found = _found(self.numbers, shown.get(name, ""), parts.get(name, ""), LEAST_NUMBER)
            if found:
                return found, "number"
        day = next((f" {shown[name]}" for name in DAYS if len(shown.get(name, "")) >= LEAST_ACCOUNT), "")
        for name in ACCOUNTS:
            found = _found(self.accounts, shown.get(name, ""), parts.get(name, ""), LEAST_ACCOUNT, day)
            if found:
                return found, "account"
        return frozenset(), ""


def _shown(value: str, whole: str) -> str:
    """Return as much of a value as stands in the reference: all of it, or a long beginning."""
    text = bare(value)
    lengths = (at for at in range(len(text), 0, -1) if text[:at] in whole)
    held = text[: next(lengths, 0)]
    return held if held == text or len(held) >= LEAST_CUT else ""


def _found(index: dict[str, set[str]], shown: str, value: str, least: int, day: str = "") -> Families:
    """Return the families under a key, or under all keys that begin with what was left of a longer one."""
    if len(shown) < least:
        return frozenset()
    if shown == bare(value):
        return frozenset(index.get(shown + day, set()))
    return frozenset(family for key, own in index.items() if key.startswith(shown) for family in own)


def _lost(check: Remittance) -> dict[str, int]:
    """Return what reversals and corrections took from this check, by family, in cents (positive)."""
    lost: dict[str, int] = defaultdict(int)
    touched = {one.adjudication.claim.family for one in check.claim_payments if one.adjudication.paid < 0}
    for one in check.claim_payments:
        if one.adjudication.claim.family in touched:
            lost[one.adjudication.claim.family] -= one.adjudication.paid
    return {family: amount for family, amount in lost.items() if amount}


def _difference(check: Remittance, adjustment: ProviderAdjustment, known: Known) -> bool:
    """Say whether the amount of a deferral is that of its own families' loss in this check and of no other's."""
    lost = _lost(check)
    own = {claim.family for claim, _ in adjustment.claims}
    if sum(lost.get(family, 0) for family in own) != -adjustment.amount:
        return False
    if len(own) == 1:
        return sum(amount == -adjustment.amount for amount in lost.values()) == 1
    named = set().union(*(known.named(other)[0] for other in check.adjustments if other is not adjustment))
    return own == set(lost) - named


class Judge:
    """Goes through a payer's checks in order of date and remembers which references and debts are decided."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.legs: dict[str, set[int]] = defaultdict(set)  # reference -> receivables that used it
        self.decided: dict[tuple[str, int], bool] = {}
        self.debts: dict[int, int] = {}  # decided receivables and their amounts
        self.paid: dict[str, list[int]] = defaultdict(list)
        for check in known.checks:
            for adjustment in check.adjustments:
                if adjustment.claims:
                    self.legs[adjustment.reference].add(adjustment.receivable)

    def rule(self, check: Remittance, adjustment: ProviderAdjustment) -> str:
        """Return the rule that decides this adjustment, "" if none does."""
        own = frozenset(claim.family for claim, _ in adjustment.claims)
        named, rule = self.known.named(adjustment)
        alone = self.legs[adjustment.reference] == {adjustment.receivable}
        if named and named == own:
            found = rule
        elif adjustment.kind == "deferral" and _difference(check, adjustment, self.known):
            found = "difference"
        elif adjustment.reference and alone and self.decided.get((adjustment.reference, adjustment.receivable)):
            found = "leg"
        elif self._only_debt(adjustment):
            found = "open debt"
        else:
            return ""
        self.decided[adjustment.reference, adjustment.receivable] = True
        if adjustment.kind == "deferral":
            self.debts[adjustment.receivable] = self.debts.get(adjustment.receivable, 0) - adjustment.amount
        return found

    def see(self, check: Remittance) -> None:
        """Remember second payments: a debt that no leg opens."""
        for one in check.claim_payments:
            if one.role == "original":
                self.paid[one.adjudication.claim.family].append(one.adjudication.paid)

    def _only_debt(self, adjustment: ProviderAdjustment) -> bool:
        amount, own = abs(adjustment.amount), {claim.family for claim, _ in adjustment.claims}
        twice = {family for family, paid in self.paid.items() if len(paid) > 1 and amount in paid}
        same = {number for number, owed in self.debts.items() if owed == amount}
        if adjustment.receivable in same:
            return len(same) + len(twice) == 1
        return twice == own and not same


def verdicts(world: World) -> Iterator[dict[str, object]]:
    """Yield one row per provider adjustment that truly concerns claims, payer by payer, in order of date."""
    for payer in world.payers:
        known = Known(world, payer)
        judge = Judge(known)
        for check in sorted(known.checks, key=lambda one: (one.date, one.trace)):
            judge.see(check)
            for ordinal, adjustment in enumerate(check.adjustments, start=1):
                if adjustment.kind in DEBATABLE and adjustment.receivable:
                    verdict, rule = "either", "interest beside the debt"
                elif adjustment.claims:
                    rule = judge.rule(check, adjustment)
                    verdict = "yes" if rule and not check.imbalance else "no"
                    rule = "remittance out of balance" if check.imbalance else rule
                else:
                    continue
                place = {"trace_number": check.trace, "adjustment_ordinal": ordinal}
                yield {**place, "payer": payer.key, "decidable": verdict, "rule": rule}


def spreads(world: World) -> Iterator[dict[str, object]]:
    """Yield the claims that a part of a lump may be laid on, with what each owes in all and the part's sign.

    Which claim of a debt a part pays first is a payer's or a reader's convention; no file says it.
    """
    debts: dict[tuple[str, int], dict[str, int]] = {}
    moves = [(check, *one) for check in world.remittances for one in enumerate(check.adjustments, start=1)]
    for check, _, adjustment in moves:
        debt = debts.setdefault((check.payer.key, adjustment.receivable), {})
        for claim, amount in adjustment.claims:
            debt[claim.family] = debt.get(claim.family, 0) + (amount if adjustment.kind == "recoupment" else 0)
    for check, ordinal, adjustment in moves:
        debt = {family: owed for family, owed in debts[check.payer.key, adjustment.receivable].items() if owed}
        if adjustment.kind != "recoupment" or len(debt) < 2 or adjustment.amount == sum(debt.values()):
            continue
        for family, owed in debt.items():
            place = {"trace_number": check.trace, "adjustment_ordinal": ordinal}
            yield {**place, "family": family, "amount": money(owed)}


def takings_too_many(world: World) -> Iterator[dict[str, object]]:
    """Yield the recoupments that took what had come back already: what a `taken_...` finding should name.

    expected "either": interest folded into the debt, which may be called too much or not.
    """
    pattern_of = {pattern.name: pattern for payer in world.payers for pattern in payer.patterns}
    times: dict[tuple[str, int], int] = {}
    for check in sorted(world.remittances, key=lambda one: (one.date, one.trace)):
        for ordinal, adjustment in enumerate(check.adjustments, start=1):
            pattern = pattern_of.get(adjustment.pattern)
            if not pattern or adjustment.kind != "recoupment":
                continue
            debt = check.payer.key, adjustment.receivable
            times[debt] = times.get(debt, 0) + adjustment.amount
            if pattern.taken_as_well or times[debt] > adjustment.owed or pattern.interest_percent:
                expected = "either" if pattern.interest_percent else "yes"
                place = {"trace_number": check.trace, "adjustment_ordinal": ordinal, "payer": check.payer.key}
                for claim, amount in adjustment.claims:
                    own = {"family": claim.family, "amount": money(amount), "expected": expected}
                    yield {**place, "pattern": pattern.name, **own}
