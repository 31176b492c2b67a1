"""How payers write account numbers and references: named forms, and the fields that a reference may be made of.

In: a payer, a case, a check. Out: account numbers, `fields` by name, and `compose`: a reference with the parts in it.
Never: randomness, or a branch on a payer.

Fields: claim_number (of the payment taken back), new_claim_number, claim_base (without the version), claim_bare
(without leading letters and zeros), account (as in CLP01), sent_account (CLM01), account_bare, account_upper, member,
service_date, service_mmddyy, trace (this check), paid_trace (the check that paid), letter, letter_tail, check_number,
npi, tin, last_name.
"""

from __future__ import annotations

from string import Formatter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.world.conventions import Payer
    from tests.world.remittances import Remittance
    from tests.world.state import Case, Desk

Parts = tuple[tuple[str, str], ...]
# How a payer gives back the provider's account number (CLM01) in CLP01: applied in the order that the payer names.
ACCOUNT_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "first_20": lambda account: account[:20],
    "first_17": lambda account: account[:17],
    "upper": str.upper,
    "no_leading_zeros": lambda account: account.lstrip("0") or "0",
    "no_hyphens": lambda account: account.replace("-", ""),
    "always_zero": lambda _: "0",
}
# What becomes of a whole reference on its way through a payer's systems.
REFERENCE_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "upper": str.upper,
    "first_30": lambda text: text[:30],
    "first_20": lambda text: text[:20],
    "no_hyphens": lambda text: text.replace("-", ""),
    "hyphens_are_spaces": lambda text: text.replace("-", " "),
    "no_leading_zeros": lambda text: text.lstrip("0"),
    "one_space": lambda text: " ".join(text.split()),
}
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."


def returned_account(payer: Payer, account: str) -> str:
    """Return the account number as this payer puts it into CLP01."""
    for form in payer.account_forms:
        account = ACCOUNT_FORMS[form](account)
    return account


def bare(text: str) -> str:
    """Return letters and digits alone, upper-cased, without leading zeros."""
    return "".join(one for one in text.upper() if one.isalnum()).lstrip("0")


def scrambled(serial: int, salt: str) -> int:
    """Return a number of ten digits that looks like nothing: one for each serial."""
    return (serial * 7_368_787 + 31 * sum(map(ord, salt)) * 1_000_003) % 9_000_000_011 + 1_000_000_000


def fields(desk: Desk, check: Remittance, case: Case, letter: str) -> dict[str, str]:
    """Return what a payer may put into a reference; `claim_number` is the one of the payment taken back."""
    old = case.payment.corrects if case.payment and case.payment.corrects else case.payment
    assert old is not None
    number, account = old.adjudication.control_number, returned_account(desk.payer, case.claim.account)
    return {
        "claim_number": number,
        "new_claim_number": case.version.control_number,
        "claim_base": number[: len(number) - desk.payer.suffix_length],
        "claim_bare": number.lstrip(LETTERS[:26] + "0-"),
        "account": account,
        "sent_account": case.claim.account,
        "account_bare": bare(account),
        "account_upper": account.upper(),
        "member": case.claim.patient.identifier,
        "last_name": case.claim.patient.last_name,
        "service_date": f"{case.claim.service_from:%Y%m%d}",
        "service_mmddyy": f"{case.claim.service_from:%m%d%y}",
        "trace": check.trace,
        "paid_trace": old.trace or "0",
        "letter": letter,
        "letter_tail": letter[-6:],
        "check_number": f"{70000 + desk.next('refund check')}",
        "npi": check.payee.npi,
        "tin": check.payee.tin,
    }


def compose(payer: Payer, template: str, named: Mapping[str, str]) -> tuple[str, Parts]:
    """Return a reference, and the (field, value) parts that the template names."""
    text = template.format(**named)
    for form in payer.reference_forms:
        text = REFERENCE_FORMS[form](text)
    used = (name for _, name, _, _ in Formatter().parse(template) if name)
    return text, tuple((name, named[name]) for name in used)
