"""Each story's X12, read and run through all models, tells the expected rows, no check fails, and its sums agree.

`pytest tests/stories --rewrite` writes what was found as what is expected: read the diff.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories import story
from tests.transforms import chain

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

BALANCES = """
    select coalesce(sum(receivable_amount - overtaken_amount), 0) - (
        select coalesce(sum(outstanding_amount), 0) from marts.overpayment
    ), coalesce(sum(paid_amount), 0) - (select coalesce(sum(payment_amount), 0) from marts.remittance)
    from marts.payer_balance"""


@pytest.fixture(scope="module", params=story.folders(), ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    """Take one story after the other, each to all tests."""
    found: Path = request.param
    return found


@pytest.fixture(scope="module")
def built(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Build all tables of a story, once for all tests."""
    delivered, rules = story.files(folder), story.rules(folder)
    connection = chain.of_files(delivered, rules=rules)
    named = story.decided(delivered, connection)
    if named != delivered:
        connection.close()
        connection = chain.of_files(named, rules=rules)
    yield connection
    connection.close()


def test_the_story_comes_out_as_told(
    folder: Path, built: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest
) -> None:
    texts = story.told(built)
    assert not chain.failed_checks(built)
    if request.config.getoption("--rewrite"):
        story.rewrite(folder, texts)
    assert texts == story.expected(folder)


def test_a_payer_s_balance_is_what_its_debts_and_chains_make(built: duckdb.DuckDBPyConnection) -> None:
    assert {float(value) for value in chain.rows(built, BALANCES)[0]} == {0.0}
