"""What a person could decide: takebacks in suspense for which there are candidates.

In: the published `suspense`. Out: ids of provider adjustments and claim families, and amounts. An answer goes the way
of `takeback decide` (`commands.deciding.take_in`).
Never: what a person does not need to choose by: a name, a number, a date. Those who ask keep the question in the open.
"""

from decimal import Decimal
from pathlib import Path
from typing import TypedDict

from warehouse.errors import without_values

MOST = 25
QUERY = """
    select provider_adjustment_id, amount, candidates
    from main.suspense
    where len(candidates) > 0 and reason in ('ambiguous', 'not_proven') and abs(amount) >= $least
    order by abs(amount) desc, provider_adjustment_id
    limit $most
"""


class Undecided(TypedDict):
    """A takeback of which nobody knows the claim: its id, its amount with the X12 sign, and claim families."""

    provider_adjustment_id: str
    amount: str
    candidates: list[str]


@without_values
def above(home: Path, least: Decimal, most: int = MOST) -> list[Undecided]:
    """List the takebacks of that amount or more that a person could decide, the biggest first."""
    from warehouse import database
    from warehouse.home import reader
    from warehouse.publishing import generations

    path = generations.link_path(reader(home))
    if not path.exists():
        return []
    with database.reading(path) as connection:
        rows = connection.execute(QUERY, {"least": least, "most": most}).fetchall()
    return [{"provider_adjustment_id": id_, "amount": f"{amount:,}", "candidates": of} for id_, amount, of in rows]
