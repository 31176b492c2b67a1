"""The rows behind the shares of `accuracy`: what was tied wrongly or left open, by id, for whoever mends the rules.

In: a published file and its truth. Out: lines of text with payer, pattern, trace number, ordinal and rule.
Never: a name, an account or a control number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.world.accuracy import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MISTAKES: Final = {
    "PLB dollars tied to a wrong claim": """
        select a.payer, a.pattern, a.trace_number, a.adjustment_ordinal, a.kind, a.amount, t.family as tied_to,
            t.amount as tied, coalesce(o.amount, 0) as truth, t.rule
        from tied t join known_adjustment a using (provider_adjustment_id)
        left join allowed o using (provider_adjustment_id, family)
        where abs(t.amount) > if(sign(t.amount) = sign(coalesce(o.amount, 0)), abs(o.amount), 0)""",
    "PLB dollars left open that the files can prove": """
        select a.payer, a.pattern, a.trace_number, a.adjustment_ordinal, a.kind, a.amount, sum(t.amount) as tied,
            d.rule, (select string_agg(o.family, ' ' order by o.family) from owed o
                where o.provider_adjustment_id = a.provider_adjustment_id) as truth
        from known_adjustment a join truth.decidable d using (trace_number, adjustment_ordinal)
        left join tied t using (provider_adjustment_id)
        where d.decidable = 'yes' group by all having coalesce(abs(tied), 0) < abs(a.amount::decimal(18, 2))""",
    "claim payments tied to a wrong 837 claim": """
        select p.payer, p.pattern, p.trace_number, p.claim_ordinal, p.role, p.on_file,
            p.clearinghouse_number as truth, c.clearinghouse_number as tied_to
        from known_payment p join known_claim c using (claim_id)
        where p.on_file = 'no' or c.clearinghouse_number <> p.clearinghouse_number""",
    "claim payments left without their 837 claim": """
        select payer, pattern, trace_number, claim_ordinal, role, clearinghouse_number
        from known_payment where on_file = 'yes' and claim_id is null""",
    "reversals and corrections not tied to the exact payment": """
        select p.payer, p.pattern, p.trace_number, p.claim_ordinal, p.role,
            concat_ws(' ', p.reverses_trace_number, p.reverses_claim_ordinal, p.corrects_trace_number,
                p.corrects_claim_ordinal) as truth,
            concat_ws(' ', o.trace_number, o.claim_ordinal) as tied_to
        from known_payment p left join known_payment o
            on o.claim_payment_id = coalesce(p.reverses_claim_payment_id, p.corrects_claim_payment_id)
        where (p.reverses_trace_number <> '' or p.corrects_trace_number <> '' or o.trace_number is not null)
            and (coalesce(o.trace_number, ''), coalesce(o.claim_ordinal, '')) <>
                if(p.role = 'reversal', (p.reverses_trace_number, p.reverses_claim_ordinal),
                    (p.corrects_trace_number, p.corrects_claim_ordinal))""",
    "forward balances with a wrong origin or balance": """
        select a.payer, a.pattern, a.trace_number, a.adjustment_ordinal, a.kind, a.published_kind,
            a.origin_trace_number as truth, f.origin_trace_number as found, a.balance_after, f.balance_after
        from known_adjustment a left join published.main.forward_balance f using (provider_adjustment_id)
        where a.origin_trace_number <> '' and (a.origin_trace_number is distinct from f.origin_trace_number
            or try_cast(a.balance_after as decimal(18, 2)) is distinct from f.balance_after)""",
    "takings too many that no finding names": """
        select payer, pattern, trace_number, adjustment_ordinal, family, amount from truth.finding
        where expected = 'yes' and family not in (select family from alarm)""",
    "findings that too much was taken, where it was not": """
        select payer, pattern, family from alarm where family not in (select family from truth.finding)""",
    "kinds": """
        select payer, pattern, trace_number, adjustment_ordinal, kind as truth, published_kind, amount
        from known_adjustment where kind is distinct from published_kind""",
}


def listed(published: Path, truth: Path, most: int) -> Iterator[str]:
    """Yield a heading and up to `most` rows for each kind of mistake."""
    with side_by_side(published, truth) as connection:
        for name, query in MISTAKES.items():
            rows = connection.sql(f"from ({query}) order by all")
            found = rows.fetchall()
            yield f"\n{name}: {len(found)}" + (f"  ({', '.join(rows.columns)})" if found else "")
            yield from ("  " + "  ".join(map(str, row)) for row in found[:most])
