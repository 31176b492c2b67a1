"""A story: a folder named by what a payer does, with the X12 that it sends and the rows that must come of it.

In: `tests/stories/<sentence>/*.835|*.837`. Out: rows per table, with names that a person can read in place of ids: a
claim payment is `T1 claim 2` (trace number and ordinal), a provider adjustment `T1 plb 1`, a family is named by its
first payment, a claim by its account number and place among the claims of that account.
In too: `*.sheet`, notices, refunds, disputes and decisions (these name rows as the expected tables do), and
`rules/*.csv`, what a user has put in place of our rules.
Never: an id made of a hash. A table without a CSV in the folder has no rows.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from warehouse.building.rules import read as read_rules

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

HERE: Final = Path(__file__).parent

# Names for ids, made once per story.
NAMES: Final = """
create or replace temp table name as
select claim_payment_id as id, trace_number || ' claim ' || claim_ordinal as name from marts.claim_payment
union all
select provider_adjustment_id, trace_number || ' plb ' || adjustment_ordinal from marts.provider_adjustment
union all
select claim_family_id, 'family of ' || arg_min(trace_number || ' claim ' || claim_ordinal, claim_payment_number)
from takebacks.claim_payment group by all
union all
select claim_id, patient_control_number || ' #' || row_number() over (
    partition by patient_control_number order by claim_number
) from staging.claim
union all
select 'family-' || claim_id, 'family of claim ' || patient_control_number from staging.claim
union all
select remittance_id, trace_number from marts.remittance
"""

# What a story shows of each published table, one row per line of its CSV.
TABLES: Final[dict[str, str]] = {
    "claim_payment": """
        select trace_number, claim_ordinal, patient_control_number, payer_claim_control_number, paid_amount, role,
            {reverses_claim_payment_id}, {corrects_claim_payment_id}, {claim_id}, claim_match_rule, {claim_family_id}
        from marts.claim_payment
        join (select claim_payment_id, claim_payment_number from staging.claim_payment) using (claim_payment_id)
        order by claim_payment_number""",
    "provider_adjustment": """
        select trace_number, adjustment_ordinal, adjustment_reason_code, reference_id, amount, kind, matched_amount,
            unmatched_amount
        from marts.provider_adjustment
        join (select remittance_id, remittance_number from staging.remittance) using (remittance_id)
        order by remittance_number, adjustment_ordinal""",
    "takeback_match": """
        select {provider_adjustment_id}, {claim_family_id}, {claim_payment_id}, {claim_id}, amount, rule, confidence
        from marts.takeback_match order by all""",
    "suspense": """
        select {provider_adjustment_id}, amount, reason,
            (select string_agg(name, ', ' order by name) from name where list_contains(candidates, id)) as candidates
        from marts.suspense order by all""",
    "forward_balance": """
        select {provider_adjustment_id}, direction, amount, origin_trace_number,
            dense_rank() over (order by chain_id) as chain, balance_after
        from marts.forward_balance order by all""",
    "forward_balance_part": """
        select {provider_adjustment_id}, part_ordinal, amount, source_kind, {claim_family_id}, source_trace_number
        from marts.forward_balance_part order by all""",
    "overpayment": """
        select {claim_family_id}, identified_amount, recovered_amount, refunded_amount, given_back_amount,
            forgiven_amount, outstanding_amount, cause, state, identified_date, last_activity_date
        from marts.overpayment order by all""",
    "finding": """
        select kind, {claim_family_id}, {remittance_id}, {provider_adjustment_id}, amount, explanation
        from marts.finding order by all""",
    "notice": """
        select letter_number, letter_level, letter_date, payer_claim_control_number, patient_control_number,
            {claim_family_id}, amount, due_date, due_because, recoupable_date, appeal_deadline
        from marts.notice order by all""",
    "refund": """
        select check_number, check_date, letter_number, {claim_family_id}, amount, acknowledged_amount,
            acknowledged_date
        from marts.refund order by all""",
    "dispute": """
        select letter_number, {claim_family_id}, dispute_level, filed_date, outcome, outcome_date, amount,
            next_appeal_deadline
        from marts.dispute order by all""",
    "decision": """
        select {provider_adjustment_id}, action, {claim_family_id}, amount, reason, decided_by, decided_at, outcome,
            outcome_reason, open_amount
        from marts.decision order by all""",
}


def folders() -> list[Path]:
    """All stories."""
    return sorted(folder for folder in HERE.iterdir() if folder.is_dir() and not folder.name.startswith("_"))


def files(folder: Path) -> dict[str, bytes]:
    """Return what is delivered in a story, by file name."""
    suffixes = {".835", ".837", ".sheet"}
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix in suffixes}


def rules(folder: Path) -> dict[str, pa.Table]:
    """Return the user's rules of a story by name."""
    return read_rules(folder / "rules")


def decided(delivered: dict[str, bytes], connection: duckdb.DuckDBPyConnection) -> dict[str, bytes]:
    """Put ids in place of names in the decisions of a story; nothing changes where there are none."""
    connection.execute(NAMES)
    names = connection.execute("select name, id from name order by length(name) desc, name").fetchall()

    def with_ids(content: bytes) -> bytes:
        for name, found in names if content.startswith(b"provider_adjustment_id") else []:
            content = content.replace(f"{name},".encode(), f"{found},".encode())
        return content

    return {file: with_ids(content) for file, content in delivered.items()}


def told(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the CSV of each table that has rows."""
    connection.execute(NAMES)
    texts = {table: _csv(connection, sql) for table, sql in TABLES.items()}
    return {table: text for table, text in texts.items() if text}


def expected(folder: Path) -> dict[str, str]:
    """Return the CSVs that stand in the folder."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.csv"))}


def rewrite(folder: Path, texts: dict[str, str]) -> None:
    """Put these CSVs in place of those in the folder."""
    for path in folder.glob("*.csv"):
        path.unlink()
    for table, text in texts.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")


def _csv(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    named = {column: f"(select name from name where id = {column}) as {column}" for column in _ids(sql)}  # noqa: S608
    cursor = connection.execute(sql.format(**named))
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column[0] for column in cursor.description or []])
    writer.writerows(["" if value is None else value for value in row] for row in rows)
    return out.getvalue()


def _ids(sql: str) -> list[str]:
    return [part.split("}")[0] for part in sql.split("{")[1:]]
