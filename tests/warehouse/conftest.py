"""A house of our own for these tests: an inbox, a home, a reader of one-line files and four small models.

These tests say what the warehouse does with bytes, tables and SQL, and know nothing of X12 and of the real transforms.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouse import toy
from warehouse import nightly
from warehouse.building import lake, models
from warehouse.home import Home, writer
from warehouse.landing import landers, one_load
from warehouse.publishing import generations
from warehouse.publishing.generations import Note

PUBLISHED = Path(__file__).with_name("published.sql")

TRANSFORMS = {
    "macros/words.sql": "create or replace macro dollars(value) as format('{:,.2f}', value);",
    "codes/kind.csv": 'code,meaning\n01,"first, of all"\n',
    "staging/payment.sql": """-- grain: one row per payment,
-- however often it was sent
-- transaction_id: hash of the content
--
-- The first appearance wins.
select * from lake.payment
qualify row_number() over (partition by transaction_id order by trace_number) = 1
""",
    "marts/remittance.sql": """-- grain: one row per payment
-- remittance_id: its key
-- trace_number: as sent
-- payment_amount: dollars of the check; it's a sum
-- order: trace_number
with payment as (select * from staging.payment)
select transaction_id as remittance_id, trace_number, amount as payment_amount from payment
""",
    "marts/delivery.sql": """-- grain: one row per delivered file
-- file_name: relative to the inbox
-- sha256: of its content
-- status: landed or duplicate
-- run_id: when it came
select file_name, sha256, run_id,
       if(row_number() over same = 1, 'landed', 'duplicate') as status
from lake.delivery
window same as (partition by sha256 order by file_name, run_id)
""",
    "checks/no_negative_payment.sql": """-- grain: one row per wrong payment
-- severity: fail
-- says: a payment is below zero
select * from marts.remittance where payment_amount < 0
""",
}


class House:
    """An inbox and a home, and what a test wants to know of them."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.home = root / "home"
        self.transforms = root / "transforms"
        self.inbox.mkdir()
        for name, text in TRANSFORMS.items():
            self.model(name, text)

    def model(self, name: str, text: str) -> None:
        path = self.transforms / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def deliver(self, name: str, content: bytes = b"PAY T1 100\n") -> Path:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def night(self) -> str:
        return nightly.night(self.inbox, self.home)

    @property
    def folders(self) -> Home:
        return Home(self.home)

    @property
    def raw(self) -> list[Path]:
        return sorted(self.folders.raw.glob("??/*"))

    @property
    def link(self) -> Path:
        return self.home / "published" / "takeback.duckdb"

    def published(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.link.resolve()), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def waiting(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.inbox))
            for path in self.inbox.rglob("*")
            if path.is_symlink() or not path.is_dir()
        )

    def state(self) -> dict[str, Any]:
        """All that must not depend on what went wrong on the way."""
        with writer(self.home) as place:
            files = [
                path
                for folder in (place.raw, place.lake, place.quarantine)
                for path in folder.rglob("*")
                if path.is_file() and path != place.deliveries
            ]
            return {
                "files": {str(path.relative_to(place.root)): path.read_bytes() for path in files},
                "inbox": self.waiting(),
                "generations": sorted(path.name for path in (place.published / "generations").iterdir()),
                "link": str(self.link.readlink()),
                "remittance": self.published("from remittance"),
                "delivery": self.published("select file_name, sha256, status from delivery order by all"),
            }


@pytest.fixture
def make_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], House]:
    """Make a house of a given name; all houses of a test have equal transforms."""
    monkeypatch.setattr(one_load, "reader", toy)
    monkeypatch.setattr(lake, "reader", toy)
    monkeypatch.setattr(landers, "PROCESSES", 1)  # another process would not know of the toy

    def make(name: str) -> House:
        (tmp_path / name).mkdir()
        house = House(tmp_path / name)
        monkeypatch.setattr(models, "TRANSFORMS", house.transforms)
        return house

    return make


@pytest.fixture
def house(make_house: Callable[[str], House]) -> House:
    return make_house("house")


@pytest.fixture
def published(house: House) -> House:
    """Publish tables made by hand: one check, one claim, one takeback."""
    with writer(house.home) as place:
        work = place.work / "by_hand.duckdb"
        with duckdb.connect(str(work)) as connection:
            connection.execute(PUBLISHED.read_text())
        checks = [{"name": "balance", "severity": "warn", "says": "a check does not add up", "row_count": 2}]
        generations.keep(place, work, Note("000001-x", "x", "x", "", {}, checks))
    return house
