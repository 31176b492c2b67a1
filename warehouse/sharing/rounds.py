"""Which tables are made for payee enterprises apart, which ones for all of them at once, and in which order.

In: the models. Out: rounds. Before the first one stand the models that read nothing made apart; in each round groups of
enterprises make theirs side by side, then the models that look across enterprises read what all groups made.
Never: a list of models. A model of a stage that is not made whole anyway says `-- scope: whole` in its head where its
rows depend on other enterprises; the rounds follow from who reads whom.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.building.models import Model

WHOLE_STAGES = ("staging", "marts", "checks")
"""Cleaned rows have an order over all payments; what is published, and what is asked of it, is one."""
LAST_STAGES = ("marts", "checks")
COUNT = 3
"""So many rounds the models need; whoever draws a graph of them must know before it can read the models."""


@dataclass(frozen=True)
class Round:
    """What groups make apart, then what is made of all that they made; both in an order in which it can be made."""

    apart: tuple[Model, ...]
    whole: tuple[Model, ...]


def is_whole(model: Model) -> bool:
    """Whether a model's rows may depend on several enterprises."""
    return model.stage in WHOLE_STAGES or model.head.get("scope") == "whole"


def rounds(loaded: Sequence[Model]) -> list[Round]:
    """Lay models out in rounds, the first of which has nothing apart; what is published comes in the last."""
    step: dict[str, int] = {}  # whole models stand on even steps, those made apart on odd ones
    for model in loaded:  # what a model reads stands before it
        highest = max((step[table] for table in model.reads if table in step), default=0)
        step[model.table] = highest if (highest % 2 == 0) == is_whole(model) else highest + 1
    last = max(step[model.table] for model in loaded if model.stage in LAST_STAGES)
    for model in loaded:
        if model.stage in LAST_STAGES:
            step[model.table] = last
    return [
        Round(
            tuple(model for model in loaded if step[model.table] == number * 2 - 1),
            tuple(model for model in loaded if step[model.table] == number * 2),
        )
        for number in range(last // 2 + 1)
    ]


def read_apart(laid: Sequence[Round], number: int) -> list[str]:
    """List the tables that groups need from elsewhere to make theirs in a round."""
    made = {model.table for model in laid[number].apart}
    return sorted({table for model in laid[number].apart for table in model.reads} - made)


def read_whole(laid: Sequence[Round], number: int) -> list[str]:
    """List the tables made apart, in this round or before, that its whole models are the first to read."""
    made = {model.table for each in laid[: number + 1] for model in each.apart}
    earlier = {table for each in laid[:number] for model in each.whole for table in model.reads}
    return sorted({table for model in laid[number].whole for table in model.reads} & made - earlier)


def round_of(laid: Sequence[Round], table: str) -> int:
    """Return the round in which groups make a table; 0 for a table that is made whole, or given."""
    return next((at for at, each in enumerate(laid) if any(model.table == table for model in each.apart)), 0)
