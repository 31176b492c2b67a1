"""Telling: what `explain` has gathered, in lines for a terminal.

In: rows by kind, as `answering.explain` gathers them. Out: text; the steps of a check are drawn as a waterfall.
Never: a look into the tables, or a sum of its own but the running one.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from warehouse.text import bar, money, table

Row = dict[str, Any]


def text_of(found: dict[str, list[Row]]) -> str:
    """Tell what was gathered; '' where nothing was but numbers like it."""
    told = [line for name, tell in TOLD.items() for row in found[name] for line in tell(row)]
    if not told:
        told = [line for row in found["claims"] for line in _tell_claim(row)]
    return "".join(f"{line}\n" for line in told)


def _tell_check(row: Row) -> Iterator[str]:
    yield f"check {row['trace_number']} of {row['payer_name'] or row['payer_id']}, paid {row['payment_date']}"
    ends = [Decimal(0), *(step["so_far"] for step in row["steps"])]
    lines = [["step", "amount", "so far", "", ""]]
    for before, step in zip(ends, row["steps"], strict=False):
        kind = step["step_kind"].replace("_", " ")
        drawn = bar(before, step["so_far"], min(ends), max(ends))
        lines.append([kind, money(step["amount"]), money(step["so_far"]), drawn, step["words"]])
    yield from table(lines, "<>><w")
    yield _adds_up(ends[-1], row["payment_amount"] or Decimal(0))
    yield from _tell_findings(row)
    yield ""


def _adds_up(total: Decimal, paid: Decimal) -> str:
    if total == paid:
        return f"  adds up to BPR02 {money(paid)}"
    return f"  does not add up: the steps make {money(total)}, BPR02 is {money(paid)} ({money(paid - total)} apart)"


def _tell_adjustment(row: Row) -> Iterator[str]:
    yield (
        f"provider adjustment {row['adjustment_reason_code']} {row['reference_id'] or ''} ({row['kind']}) "
        f"of {money(row['amount'])} in check {row['trace_number']}, paid {row['payment_date']}"
    )
    yield f"  tied to claims {money(row['matched_amount'])}, open {money(row['unmatched_amount'])}"
    yield from table(
        [
            [
                money(match["amount"]),
                f"family {match['claim_family_id']}",
                match["rule"],
                "; ".join(filter(None, [match["claim_payment_id"] and match["claim"], match["evidence"]])),
            ]
            for match in row["matches"]
        ],
        "><<w",
    )
    for open_part in row["suspense"]:
        candidates = ", ".join(map(str, open_part["candidates"] or [])) or "none"
        yield f"  open for {open_part['age_days']} days: {open_part['reason']}; candidates: {candidates}"
        yield from (f"  {open_part[name]}" for name in ("explanation", "next_step") if open_part.get(name))
    yield from _tell_findings(row)
    yield ""


def _tell_family(family: Row) -> Iterator[str]:
    yield f"claim family {family['claim_family_id']}"
    events = family["events"]
    yield from table(
        [[str(row["day"] or "no date"), row["what"], money(row["amount"]), row["words"]] for row in events], "<<>w"
    )
    for row in family["overpayments"]:
        amounts = [
            f"{name.removesuffix('_amount').replace('_', ' ')} {money(value)}"
            for name, value in row.items()
            if name.endswith("_amount")
        ]
        yield f"  overpayment ({row['cause']}, {row['state']}): {', '.join(amounts)}"
    yield from _tell_findings(family)
    yield ""


def _tell_findings(row: Row) -> Iterator[str]:
    for finding in row["findings"]:
        yield f"  finding {finding['kind']} {money(finding['amount'])}: {finding['explanation']}"


def _tell_claim(row: Row) -> Iterator[str]:
    yield (
        f"claim {row['claim_id']} ({row['claim_kind']}) to {row['payer_name']}, charge "
        f"{money(row['total_charge_amount'])}, service {row['service_date_from']} to {row['service_date_to']}: "
        "no payment on file"
    )


TOLD = {"checks": _tell_check, "provider_adjustments": _tell_adjustment, "claim_families": _tell_family}
