"""Digests of tables: equal content gives equal digests, in whatever order rows lie and however many threads made them.

In: tables of the build database. Out: hex digests. A row is hashed as its values in text (exact decimals) with control
characters between them, rows are added up, so that neither order nor threads matter and equal rows do not cancel out.
Columns, types and comments count too.
Never: `delivery.run_id`, which says in which run a file came, not what was in it.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

import hashlib

import duckdb

from warehouse.sql import quoted

LEFT_OUT = {"delivery": ["run_id"]}
BETWEEN, NOTHING = "chr(31)", "chr(30)"
"""What stands between two values of a row, and for one that is null: no value of X12 holds them."""


def table_digest(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """Digest of one table's columns and rows, 32 hex digits."""
    columns = connection.execute(
        f"""
        select column_name, data_type, comment from duckdb_columns()
        where schema_name = {quoted(schema)} and table_name = {quoted(table)} order by column_index
        """
    ).fetchall()
    names = [name for name, _, _ in columns if name not in LEFT_OUT.get(table, [])]
    texts = ", ".join(f'coalesce("{name}"::varchar, {NOTHING})' for name in names)
    sums = connection.execute(
        f"""
        with hashed as (select md5_number(concat_ws({BETWEEN}, {texts})) as hash from {schema}."{table}")
        select count(*), sum((hash >> 64)::hugeint), sum((hash & 18446744073709551615::uhugeint)::hugeint) from hashed
        """
    ).fetchall()
    return hashlib.sha256(repr((columns, sums)).encode()).hexdigest()[:32]


def digest_of(digests: dict[str, str]) -> str:
    """Digest of a whole generation from those of its tables, 64 hex digits."""
    lines = [f"{table} {digest}\n" for table, digest in sorted(digests.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()
