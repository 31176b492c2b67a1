"""A house of our own for these tests: an inbox, a home, a reader of one-line files and four small models.

A file of the toy reader holds lines `PAY <trace> <cents>`; any other line is set aside. So these tests say what the
warehouse does with bytes, tables and SQL, and know nothing of X12 and of the real transforms.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from warehouse import inbox, lake, landing, models, nightly
from warehouse.home import Home, writer

MONEY = pa.decimal128(18, 2)
SCHEMAS = {
    "transaction": pa.schema(
        [
            ("transaction_id", pa.string()),
            ("sha256", pa.string()),
            ("byte_start", pa.int64()),
            ("status", pa.string()),
            ("payment_amount", MONEY),
        ]
    ),
    "span": pa.schema(
        [
            ("sha256", pa.string()),
            ("byte_start", pa.int64()),
            ("byte_end", pa.int64()),
            ("kind", pa.string()),
            ("reason_code", pa.string()),
            ("reason", pa.string()),
        ]
    ),
    "payment": pa.schema([("transaction_id", pa.string()), ("trace_number", pa.string()), ("amount", MONEY)]),
}
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


@dataclass(frozen=True)
class Source:
    """One delivered file, as the real reader's."""

    sha256: str
    content: Any


def read(sources: Iterable[Source]) -> Iterator[dict[str, pa.Table]]:
    for source in sources:
        yield {name: table for name, table in _tables(source).items() if table.num_rows}


def _tables(source: Source) -> dict[str, pa.Table]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    start = 0
    for line in bytes(source.content).splitlines(keepends=True) or [b""]:
        span = {"sha256": source.sha256, "byte_start": start, "byte_end": start + len(line)}
        start += len(line)
        word, *rest = line.split()[:3] or [b""]
        if word != b"PAY":
            rows["span"].append({**span, "kind": "quarantined", "reason_code": "not_x12", "reason": "no payment"})
            continue
        transaction = {
            "transaction_id": hashlib.sha256(line).hexdigest()[:32],
            "amount": Decimal(rest[1].decode()) / 100,
        }
        rows["span"].append({**span, "kind": "transaction"})
        rows["payment"].append({**transaction, "trace_number": rest[0].decode()})
        rows["transaction"].append({**span, **transaction, "status": "landed", "payment_amount": transaction["amount"]})
    return {name: pa.Table.from_pylist(rows[name], schema) for name, schema in SCHEMAS.items()}


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
                if path.is_file()
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
    toy = SimpleNamespace(Source=Source, read=read, schemas=lambda: SCHEMAS)
    monkeypatch.setattr(landing, "reader", toy)
    monkeypatch.setattr(lake, "reader", toy)
    monkeypatch.setattr(inbox, "QUIET_SECONDS", 0.0)

    def make(name: str) -> House:
        (tmp_path / name).mkdir()
        house = House(tmp_path / name)
        monkeypatch.setattr(models, "TRANSFORMS", house.transforms)
        return house

    return make


@pytest.fixture
def house(make_house: Callable[[str], House]) -> House:
    return make_house("house")
