"""Figures: what the summary says, for programs: names and numbers.

In: the published tables and the note of the generation. Out: a dictionary that JSON can hold; amounts are text to the
cent. Never: a name, an identifier of a patient or claim, a file name.
"""

from typing import Any

import duckdb

from warehouse import database
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.publishing import generations

QUERIES = {
    "files": "select status, count(*) as count from main.delivery group by status",
    "set_aside": """
        select reason_code, count(*) as spans, sum(payment_amount) as amount from main.quarantine group by reason_code
    """,
    "remittances": """
        select count(*) as count, count(distinct payer_id) as payers, min(payment_date) as first_payment_date,
               max(payment_date) as last_payment_date, sum(payment_amount) as paid_amount from main.remittance
    """,
    "claims": "select claim_kind, count(*) as count from main.claim group by claim_kind order by claim_kind",
    "claim_payments": """
        select role, count(*) as count, count(claim_id) as answered from main.claim_payment group by role
    """,
    "provider_adjustments": """
        select kind, count(*) as count, sum(amount) as amount, sum(matched_amount) as matched_amount,
               sum(unmatched_amount) as unmatched_amount
        from main.provider_adjustment group by kind order by kind
    """,
    "suspense": "select reason, count(*) as count, sum(abs(amount)) as amount from main.suspense group by reason",
    "overpayments": """
        select count(*) as count, sum(identified_amount) as identified_amount,
               sum(recovered_amount) as recovered_amount, sum(outstanding_amount) as outstanding_amount
        from main.overpayment
    """,
    "findings": "select kind, count(*) as count, sum(amount) as amount from main.finding group by kind order by kind",
}


def figures(home: Home) -> dict[str, Any]:
    """Gather what the present generation holds; only `generation: null` where there is none."""
    note = generations.present(home)
    if note is None:
        return {"generation": None}
    path = generations.link_path(home)
    night = audit.last(home, "published", "unchanged")
    with database.reading(path.resolve()) as connection:
        found: dict[str, Any] = {name: _rows(connection, sql) for name, sql in QUERIES.items()}
    for single in ("remittances", "overpayments"):
        found[single] = found[single][0]
    return {
        "generation": note.name,
        "digest": note.digest,
        "database": str(path),
        **found,
        "checks": [{"name": check["name"], "rows": check["row_count"]} for check in note.checks],
        "broken_invariants": night["broken"] if night else None,
    }


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in sorted(cursor.fetchall(), key=str)]
