"""Whatever order, packing and company the files come in, the same money is tied to the same claims.

A small wide world is taken in as it was delivered, then again shuffled, unpacked into one file per remittance under new
envelopes, partly sent twice and over two nights; with few and many threads; and once more in the company of payers that
are strangers to it.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.files import write
from tests.world import inbox, wide
from tests.world.world import make
from warehouse import nightly

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world.world import World

SEED = 11
# Every table that says what belongs to what; the columns that tell in which file it lay are left out.
TABLES = {
    "claim": "*",
    "remittance": "* exclude (sha256, byte_start, byte_end)",
    "claim_payment": "*",
    "provider_adjustment": "*",
    "takeback_match": "*",
    "suspense": "* exclude (age_days)",
    "forward_balance": "*",
    "overpayment": "*",
    "finding": "*",
    "ledger_entry": "*",
    "reference_layout": "*",
}


@pytest.fixture(scope="module")
def world() -> World:
    return wide.world(SEED, count=3)


@pytest.fixture(scope="module")
def as_delivered(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAKEBACK_THREADS", "1")
        return nights([inbox.claim_files(world) | inbox.remittance_files(world)], tmp_path_factory.mktemp("delivered"))


def nights(deliveries: list[dict[str, bytes]], place: Path) -> Path:
    """Take in one delivery after the other; return the published file."""
    for files in deliveries:
        nightly.run(write(place / "inbox", files), place / "home")
    return place / "home" / "published" / "takeback.duckdb"


def contents(published: Path) -> dict[str, set[tuple[object, ...]]]:
    """Return the rows of every table as text."""
    with duckdb.connect(str(published), read_only=True) as connection:
        rows = {table: connection.sql(f"select {columns} from {table}").fetchall() for table, columns in TABLES.items()}  # noqa: S608
    return {table: {tuple(map(str, row)) for row in own} for table, own in rows.items()}


def test_shuffled_unpacked_sent_twice_and_over_two_nights_is_the_same(
    world: World, as_delivered: Path, tmp_path: Path
) -> None:
    rng = Random(SEED)  # noqa: S311 - repeatable, not secret
    files = [*(inbox.claim_files(world) | inbox.remittance_files(world, apart=True)).values()]
    rng.shuffle(files)
    half = len(files) // 2
    first = {f"{at:05}.x12": content for at, content in enumerate(files[:half])}
    second = {f"{at:05}.edi": content for at, content in enumerate(files[half - 20 :])}
    again = nights([first, second], tmp_path)
    expected, found = contents(as_delivered), contents(again)
    for table in TABLES:
        assert found[table] == expected[table], table


def test_five_threads_find_what_one_finds(
    world: World, as_delivered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAKEBACK_THREADS", "5")
    again = nights([inbox.claim_files(world) | inbox.remittance_files(world)], tmp_path)
    expected, found = contents(as_delivered), contents(again)
    for table in TABLES:
        assert found[table] == expected[table], table


def test_payers_that_have_nothing_to_do_with_it_change_nothing(
    world: World, as_delivered: Path, tmp_path: Path
) -> None:
    strangers = wide.payers(SEED + 1, count=6)[3:]
    company = make(strangers, SEED, wide.START, wide.DAYS, world.system)
    files = inbox.claim_files(world) | inbox.remittance_files(world)
    others = inbox.claim_files(company) | inbox.remittance_files(company)
    published = nights([files | {f"others/{name}": content for name, content in others.items()}], tmp_path)
    expected, found = contents(as_delivered), contents(published)
    for table in ("claim", "claim_payment", "takeback_match", "forward_balance", "provider_adjustment"):
        assert expected[table] <= found[table], table
