"""The published tables are those of the contract, typed and explained, whatever was delivered."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.transforms import chain

if TYPE_CHECKING:
    import duckdb

CONTRACT = Path(__file__).parent / "contract.csv"


def contract() -> list[tuple[str, set[str]]]:
    with CONTRACT.open(encoding="utf-8") as file:
        return [(row["table"], set(row["columns"].split())) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def nothing() -> duckdb.DuckDBPyConnection:
    return chain.of_rows()


@pytest.mark.parametrize(("table", "columns"), contract(), ids=lambda it: it if isinstance(it, str) else "")
def test_a_table_of_the_contract_has_its_columns_even_when_nothing_was_delivered(
    nothing: duckdb.DuckDBPyConnection, table: str, columns: set[str]
) -> None:
    present = {row[0] for row in chain.rows(nothing, f"describe marts.{table}")}
    assert columns <= present
    assert chain.rows(nothing, f"from marts.{table}") == []


def test_nothing_delivered_fails_no_check(nothing: duckdb.DuckDBPyConnection) -> None:
    assert chain.failed_checks(nothing) == []


def test_money_is_decimal_and_nothing_is_a_float(nothing: duckdb.DuckDBPyConnection) -> None:
    typed = chain.rows(
        nothing, "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
    )
    amounts = [row for row in typed if row[1].endswith("_amount") or row[1] in {"amount", "balance_after"}]
    assert {data_type for *_, data_type in amounts} == {"DECIMAL(18,2)"}
    assert [row for row in typed if row[2] in {"DOUBLE", "FLOAT"}] == []


def test_every_published_table_and_column_explains_itself(nothing: duckdb.DuckDBPyConnection) -> None:
    tables = "select table_name from duckdb_tables() where schema_name = 'marts' and coalesce(comment, '') = ''"
    columns = """
        select table_name || '.' || column_name from duckdb_columns()
        where schema_name = 'marts' and coalesce(comment, '') = ''"""
    assert chain.rows(nothing, tables) == []
    assert chain.rows(nothing, columns) == []
