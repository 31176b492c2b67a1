"""How a reversal is written: as the guide says, or in one of the ways that payers really do.

In: the payment to be undone. Out: the claim payments that undo it, nearly always one. Every line and claim balances.
Never: a decision, a check or X12.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tests.world.adjudication import Adjudication, Adjustment, LineResult, reversed_of

if TYPE_CHECKING:
    from collections.abc import Callable

INVENTED: Final = ("CO", "216")
EXCESS: Final = ("OA", "94")
FIRST_PART_PERCENT: Final = 60


def _as_the_guide_says(reversal: Adjudication) -> tuple[Adjudication, ...]:
    return (reversal,)


def _status_1(reversal: Adjudication) -> tuple[Adjudication, ...]:
    """Return a negative claim that does not say that it is a reversal."""
    return (replace(reversal, status="1"),)


def _claim_level(reversal: Adjudication) -> tuple[Adjudication, ...]:
    """Return a reversal without lines, although the payment had them."""
    return (replace(reversal, at_claim=True),)


def _invented(reversal: Adjudication) -> tuple[Adjudication, ...]:
    """Return a reversal whose lines balance by one adjustment that the payment never had."""
    lines = tuple(
        replace(
            line, adjustments=tuple(filter(lambda one: one.amount, (Adjustment(*INVENTED, line.charge - line.paid),)))
        )
        for line in reversal.lines
    )
    return (replace(reversal, lines=lines),)


def _in_two(reversal: Adjudication) -> tuple[Adjudication, ...]:
    """Return two negatives that together take the payment back: the second comes in the next remittance."""
    dearest = min(reversal.lines, key=lambda line: (line.paid, line.line.number))
    second = dearest.paid * (100 - FIRST_PART_PERCENT) // 100

    def less(kept: int) -> Adjudication:
        lines = tuple(_raised(line, kept) if line is dearest else line for line in reversal.lines)
        return replace(reversal, lines=lines, interest=reversal.interest)

    return less(second), replace(less(reversal.paid - second), interest=0)


def _raised(line: LineResult, kept: int) -> LineResult:
    """Return a negative line that takes `kept` cents (negative) less."""
    return replace(line, adjustments=(*line.adjustments, Adjustment(*EXCESS, kept)))


FORMS: Final[dict[str, Callable[[Adjudication], tuple[Adjudication, ...]]]] = {
    "": _as_the_guide_says,
    "status_1": _status_1,
    "claim_level": _claim_level,
    "invented": _invented,
    "in_two": _in_two,
}


def written(version: Adjudication, remark_code: str, form: str) -> tuple[Adjudication, ...]:
    """Return the claim payments that undo `version`."""
    return FORMS[form](reversed_of(version, remark_code))
