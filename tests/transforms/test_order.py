"""Neither the order of arrival, nor batches, nor copies, nor the number of threads changes a published row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories import story
from tests.transforms import chain
from tests.world import inbox
from tests.world.payers import SAMPLE
from tests.world.world import make

if TYPE_CHECKING:
    import duckdb

Files = dict[str, bytes]
TABLES = [model.name for model in chain.loaded() if model.stage == "marts" and model.name != "delivery"]


@pytest.fixture(scope="module")
def files() -> Files:
    world = make(SAMPLE, 3)
    return {**inbox.remittance_files(world), **inbox.claim_files(world)}


@pytest.fixture(scope="module")
def told(files: Files) -> dict[str, tuple[int, int]]:
    return content(chain.of_files(files, threads=2))


def content(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Rows and an order-free digest of each published table, file positions left out."""
    places = "(columns(lambda name: name not in ('sha256', 'byte_start', 'byte_end')))"
    query = "select count(*), coalesce(bit_xor(hash(row{places}::varchar)), 0) from marts.{table}"
    found = {table: chain.rows(connection, query.format(places=places, table=table))[0] for table in TABLES}
    return {table: (int(row[0]), int(row[1])) for table, row in found.items()}


def test_the_last_file_may_come_first(files: Files, told: dict[str, tuple[int, int]]) -> None:
    assert content(chain.of_files(dict(reversed(files.items())))) == told


def test_one_thread_finds_what_four_find(files: Files, told: dict[str, tuple[int, int]]) -> None:
    assert content(chain.of_files(files, threads=1)) == told
    assert content(chain.of_files(files, threads=4)) == told


def test_equal_parts_of_one_lump_are_always_posted_in_the_same_order() -> None:
    lump = story.files(story.HERE / "one_lump_over_two_equal_debts")
    connection = chain.of_files(lump, threads=2)
    told = content(connection)
    tie = """
        select entry_id, list(claim_family_id order by posting_ordinal) as families, list_sort(families)
        from marts.ledger_entry group by entry_id, account, amount having count(*) > 1"""
    ties = chain.rows(connection, tie)
    assert ties
    assert all(families == in_order for _, families, in_order in ties)
    for threads in (1, 4):
        assert content(chain.of_files(dict(reversed(lump.items())), threads)) == told


def test_a_transaction_in_a_new_envelope_counts_once(files: Files, told: dict[str, tuple[int, int]]) -> None:
    again = {f"again {name}": file.replace(b"00501", b"00501", 1) + b"\n" for name, file in files.items()}
    assert content(chain.of_files({**files, **again})) == told


def test_a_payer_more_changes_nothing_for_the_others(files: Files) -> None:
    world = make(SAMPLE[:2], 3)
    fewer = {**inbox.remittance_files(world), **inbox.claim_files(world)}
    ids = "select provider_adjustment_id, claim_family_id, amount from marts.takeback_match"
    few = set(chain.rows(chain.of_files(fewer), ids))
    assert few <= set(chain.rows(chain.of_files(files), ids))
    assert few
