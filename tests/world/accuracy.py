"""How much of a world's truth a published file found: `python -m tests.world.accuracy PUBLISHED TRUTH [--by pattern]`.

In: a published DuckDB file (only tables of the contract are read) and a folder of truth CSVs. Out: per payer, or per
pattern, and in all: PLB dollars that truly concern claims and how many were tied to the right ones (recall; precision
is the right part of what was tied at all), claim payments tied to their 837, reversals and corrections tied to the
exact payment, forward balances to their origin. A truth folder with decidable.csv also gives the recall over dollars
that the files can prove; debatable rows of it count neither way.
`--show N` lists the ids behind up to N mistakes of each kind.
Never: a look at REF*D9. A published claim is recognised by its account number, frequency, charge, date and payer,
which are unique in a world (test_world proves it).
"""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb

from tests.world.truth import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# Truth and publication side by side: `known` gives each published claim and payment its true family.
VIEWS: Final = (
    """create view known_claim as
       select c.claim_id, t.clearinghouse_number, t.family
       from truth.claim t join published.main.claim c on
           c.patient_control_number = t.patient_control_number
           and c.claim_frequency_code = t.claim_frequency_code
           and c.payer_id = t.payer_id
           and c.total_charge_amount = t.total_charge_amount::decimal(18, 2)
           and c.service_date_from = t.service_date_from::date""",
    """create view known_payment as
       select p.claim_payment_id, p.claim_family_id, p.claim_id, p.reverses_claim_payment_id,
           p.corrects_claim_payment_id, t.* replace (if(t.pattern = '', '(no takeback)', t.pattern) as pattern)
       from truth.claim_payment t left join published.main.claim_payment p on
           p.trace_number = t.trace_number and p.claim_ordinal = t.claim_ordinal::integer""",
    """create view known_adjustment as
       select p.provider_adjustment_id, p.kind as published_kind, coalesce(d.decidable, 'yes') as decidable,
           t.* replace (if(t.pattern = '', '(' || t.kind || ')', t.pattern) as pattern)
       from truth.provider_adjustment t left join truth.decidable d using (trace_number, adjustment_ordinal)
       left join published.main.provider_adjustment p on
           p.trace_number = t.trace_number and p.adjustment_ordinal = t.adjustment_ordinal::integer""",
    """create view known_family as
       select claim_family_id, min(family) as family, count(distinct family) as families
       from known_payment where claim_family_id is not null group by all""",
    # What was tied, by adjustment and true family. A family of ours that mixes several true ones names none of them.
    """create view tied as
       select m.provider_adjustment_id, sum(m.amount) as amount,
           coalesce(c.family, p.family, if(f.families = 1, f.family, null), 'unknown') as family,
           string_agg(distinct m.rule, ', ' order by m.rule) as rule
       from published.main.takeback_match m
       left join known_claim c on c.claim_id = m.claim_id
       left join known_payment p on p.claim_payment_id = m.claim_payment_id
       left join known_family f on f.claim_family_id = m.claim_family_id
       where m.provider_adjustment_id not in
           (select provider_adjustment_id from known_adjustment where decidable = 'either')
       group by all""",
    """create view owed as
       select a.provider_adjustment_id, a.payer, a.pattern, a.decidable, t.trace_number, t.adjustment_ordinal, t.family,
           sum(t.amount::decimal(18, 2)) as amount
       from truth.takeback t join known_adjustment a using (trace_number, adjustment_ordinal)
       where a.decidable <> 'either' group by all""",
    # A part of a lump may be laid on any claim of its debt, up to what that claim owes: in which order is a convention.
    """create view allowed as
       select provider_adjustment_id, payer, pattern, decidable, family, amount from owed
       where (trace_number, adjustment_ordinal) not in (select (trace_number, adjustment_ordinal) from truth.spread)
       union all
       select a.provider_adjustment_id, a.payer, a.pattern, a.decidable, s.family, s.amount::decimal(18, 2)
       from truth.spread s join known_adjustment a using (trace_number, adjustment_ordinal)""",
    """create view right_dollars as
       select o.payer, o.pattern, o.decidable,
           sum(if(sign(o.amount) = sign(t.amount), least(abs(o.amount), abs(t.amount)), 0)) as amount
       from allowed o join tied t using (provider_adjustment_id, family) group by all""",
    # Findings that say that too much was taken, by true family; one without a claim speaks of those of its adjustment.
    """create view alarm as
       select distinct coalesce(a.payer, k.payer) as payer, coalesce(k.family, t.family) as family,
           coalesce(a.pattern, '(no adjustment)') as pattern
       from published.main.finding f
       left join (select claim_family_id, min(family) as family, min(payer) as payer from known_payment group by all) k
           using (claim_family_id)
       left join known_adjustment a using (provider_adjustment_id)
       left join truth.takeback t on f.claim_family_id is null
           and t.trace_number = a.trace_number and t.adjustment_ordinal = a.adjustment_ordinal
       where f.kind like 'taken%' and coalesce(k.family, t.family) is not null""",
)
# Truth that only wide worlds have; without it all is decidable and no lump is taken in parts.
BESIDE: Final = {
    "decidable": "trace_number varchar, adjustment_ordinal varchar, payer varchar, decidable varchar, rule varchar",
    "finding": "trace_number varchar, adjustment_ordinal varchar, payer varchar, pattern varchar, family varchar,"
    " amount varchar, expected varchar",
    "spread": "trace_number varchar, adjustment_ordinal varchar, family varchar, amount varchar",
}
# Each measure: its name, and rows (group, value) for a group column `{by}`.
MEASURES: Final = {
    "plb true $": "select {by}, sum(abs(amount)) from owed group by all",
    "plb tied $": "select a.{by}, sum(abs(t.amount)) from tied t join known_adjustment a using (provider_adjustment_id)"
    " group by all",
    "plb right $": "select {by}, sum(amount) from right_dollars group by all",
    "plb provable $": "select {by}, sum(abs(amount)) from owed where decidable = 'yes' group by all",
    "plb proven $": "select {by}, sum(amount) from right_dollars where decidable = 'yes' group by all",
    "kinds": "select {by}, count(*) from known_adjustment group by all",
    "kinds right": "select {by}, count(*) from known_adjustment where kind = published_kind group by all",
    "payments": "select {by}, count(*) from known_payment group by all",
    "payments right": "select p.{by}, count(*) from known_payment p left join known_claim c using (claim_id)"
    " where p.claim_payment_id is not null and if(p.on_file = 'yes',"
    " c.clearinghouse_number = p.clearinghouse_number, p.claim_id is null) group by all",
    "payments wrong": "select p.{by}, count(*) from known_payment p left join known_claim c using (claim_id)"
    " where p.claim_id is not null and (p.on_file = 'no'"
    " or c.clearinghouse_number is distinct from p.clearinghouse_number) group by all",
    "reversals": "select {by}, count(*) from known_payment where reverses_trace_number <> '' group by all",
    "corrections": "select {by}, count(*) from known_payment where corrects_trace_number <> '' group by all",
    "reversals exact": """select p.{by}, count(*) from known_payment p
        join known_payment o on o.claim_payment_id = p.reverses_claim_payment_id
            and o.trace_number = p.reverses_trace_number and o.claim_ordinal = p.reverses_claim_ordinal group by all""",
    "corrections exact": """select p.{by}, count(*) from known_payment p
        join known_payment o on o.claim_payment_id = p.corrects_claim_payment_id
            and o.trace_number = p.corrects_trace_number and o.claim_ordinal = p.corrects_claim_ordinal
        group by all""",
    "reversals wrong": """select p.{by}, count(*) from known_payment p
        join known_payment o on o.claim_payment_id = p.reverses_claim_payment_id
        where (o.trace_number, o.claim_ordinal) is distinct from (p.reverses_trace_number, p.reverses_claim_ordinal)
        group by all""",
    "corrections wrong": """select p.{by}, count(*) from known_payment p
        join known_payment o on o.claim_payment_id = p.corrects_claim_payment_id
        where (o.trace_number, o.claim_ordinal) is distinct from (p.corrects_trace_number, p.corrects_claim_ordinal)
        group by all""",
    "too much": """select {by}, count(distinct family) from truth.finding f
        where (trace_number, adjustment_ordinal) in
            (select (trace_number, adjustment_ordinal) from truth.decidable where decidable = 'yes')
            and expected = 'yes' group by all""",
    "too much found": """select {by}, count(distinct family) from truth.finding f
        where (trace_number, adjustment_ordinal) in
            (select (trace_number, adjustment_ordinal) from truth.decidable where decidable = 'yes')
            and expected = 'yes' and family in (select family from alarm) group by all""",
    "false alarms": """select {by}, count(distinct family) from alarm
        where family not in (select family from truth.finding) group by all""",
    "forwards": "select {by}, count(*) from known_adjustment where origin_trace_number <> '' group by all",
    "forwards right": "select a.{by}, count(*) from known_adjustment a"
    " join published.main.forward_balance f using (provider_adjustment_id)"
    " where a.origin_trace_number = f.origin_trace_number"
    " and try_cast(a.balance_after as decimal(18, 2)) = f.balance_after"
    " group by all",
}
# What is printed as a share: name, numerator, denominator.
SHARES: Final = (
    ("plb recall", "plb right $", "plb true $"),
    ("provable", "plb proven $", "plb provable $"),
    ("plb precision", "plb right $", "plb tied $"),
    ("kinds", "kinds right", "kinds"),
    ("837 tied", "payments right", "payments"),
    ("reversals", "reversals exact", "reversals"),
    ("corrections", "corrections exact", "corrections"),
    ("forwards", "forwards right", "forwards"),
    ("too much", "too much found", "too much"),
)
# What is printed as a count: it should be 0.
# What a page shows: the dollars first, and what they rest on.
WORDS: Final = {
    "plb recall": "matched rightly",
    "provable": "of what the files prove",
    "plb precision": "right of the matched",
    "reversals": "reversals",
    "corrections": "corrections",
    "forwards": "forward balances",
}
WRONG: Final = ("payments wrong", "reversals wrong", "corrections wrong", "false alarms")


@contextmanager
def side_by_side(published: Path, truth: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file and its truth with the views above."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{str(published).replace(chr(39), chr(39) * 2)}' as published (read_only)")
        connection.execute("create schema truth")
        for name, columns in BESIDE.items():
            connection.execute(f"create table truth.{name} ({columns})")
        for name in [*TABLES, *(name for name in BESIDE if (truth / f"{name}.csv").exists())]:
            connection.execute(
                f"create or replace table truth.{name} as from read_csv(?, all_varchar = true, nullstr = '\\N')",
                [str(truth / f"{name}.csv")],
            )
        for view in VIEWS:
            connection.execute(view)
        yield connection


def measure(published: Path, truth: Path, by: str = "payer") -> dict[str, dict[str, Any]]:
    """Return every measure by group ("all" last); dollars are Decimal, counts int, 0 where a group has none."""
    if by not in {"payer", "pattern"}:
        raise ValueError(f"measures go by payer or by pattern, not by {by}")
    with side_by_side(published, truth) as connection:
        found = {name: dict(connection.sql(query.format(by=by)).fetchall()) for name, query in MEASURES.items()}
    groups = sorted({group for values in found.values() for group in values})
    table = {group: {name: values.get(group, 0) for name, values in found.items()} for group in groups}
    return table | {"all": {name: sum(values.values()) for name, values in found.items()}}


def percent(part: Any, whole: Any) -> str:
    """Return a share as text, cut (not rounded) to two places so that 100.00 % means all; "-" of nothing."""
    if not whole:
        return "-"
    hundredths = int(part * 10000 // whole)
    return f"{hundredths // 100}.{hundredths % 100:02} %"


def report(table: dict[str, dict[str, Any]]) -> Iterable[str]:
    """Yield the lines of the printed table."""
    width = max(map(len, table))
    names = [name for name, _, _ in SHARES]
    wrongs = "837/rev/corr/alarm"
    yield "  ".join([" " * width, *(f"{name:>13}" for name in names), f"{wrongs:>18}", f"{'plb true $':>13}"])
    for group, values in table.items():
        shares = [f"{percent(values[part], values[whole]):>13}" for _, part, whole in SHARES]
        wrong = "/".join(str(values[name]) for name in WRONG)
        yield "  ".join([f"{group or '(none)':<{width}}", *shares, f"{wrong:>18}", f"{values['plb true $']:>13}"])


def markdown(table: dict[str, dict[str, Any]], by: str) -> Iterable[str]:
    """Yield the lines of a table for a page: what a reader asks first, in words."""
    shares = [(part, whole) for name, part, whole in SHARES if name in WORDS]
    yield f"| {' | '.join([by, 'taken', *WORDS.values(), 'wrong'])} |"
    yield f"| --- |{' --: |' * (len(WORDS) + 2)}"
    for group, values in table.items():
        told = [percent(values[part], values[whole]) for part, whole in shares]
        if set(told) == {"-"}:
            continue
        taken, wrong = f"{values['plb true $']:,}", sum(values[name] for name in WRONG)
        yield f"| {' | '.join([group or '(none)', taken, *told, str(wrong)])} |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the measures of one published file."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.world.accuracy", description="Measure matches against truth."
    )
    parser.add_argument("published", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--by", choices=("payer", "pattern"), default="payer")
    parser.add_argument("--show", type=int, default=0, help="so many mistakes of each kind, by id")
    parser.add_argument("--markdown", action="store_true", help="as a table for a page")
    chosen = parser.parse_args(arguments)
    from tests.world import mistakes  # it opens both sides by `side_by_side`

    table = measure(chosen.published, chosen.truth, chosen.by)
    lines = [*(markdown(table, chosen.by) if chosen.markdown else report(table))]
    if chosen.show:
        lines += mistakes.listed(chosen.published, chosen.truth, chosen.show)
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
