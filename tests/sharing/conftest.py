"""Payee enterprises with the same payers, as a billing company has them, and one night of theirs built in one process.

In: worlds of a generator. Out: a home whose tables are built by stages, before anything is published.
Never: an enterprise that is easy to tell from the others. Payers, their habits, members and account forms are the
same; letters of one enterprise name no payee; a person has matched across two of them, and decided about nothing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pytest

from tests.files import write
from tests.world import inbox, letters, wide
from warehouse import nightly
from warehouse.home import Home
from warehouse.publishing import release

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SEED, ENTERPRISES, PAYERS = 5, 4, 4  # each enterprise has four tax ids, which are numbered through
NO_PAYEE: Final = 1  # the enterprise whose sheets leave the payee out


@dataclass(frozen=True)
class Night:
    """A home with all stages built in one process, a copy of that build database, and what it would publish."""

    home: Path
    alone: Path
    digests: dict[str, str]

    @property
    def folders(self) -> Home:
        """Its folders."""
        return Home(self.home)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the copy."""
        with duckdb.connect(str(self.alone), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Build the night of several enterprises by stages."""
    folder = tmp_path_factory.mktemp("enterprises")
    home = folder / "home"
    deliver(folder / "inbox", ENTERPRISES, PAYERS)
    _build(folder / "inbox", home)
    with duckdb.connect(str(Home(home).build_database), read_only=True) as connection:
        decisions = _decisions(connection)
    write(folder / "inbox", {"decisions.csv": decisions})
    _build(folder / "inbox", home)
    alone = folder / "alone.duckdb"
    alone.write_bytes(Home(home).build_database.read_bytes())
    with duckdb.connect(str(alone), read_only=True) as connection:
        digests = release.digests(connection)
    return Night(home, alone, digests)


def deliver(folder: Path, enterprises: int, payers: int) -> None:
    """Write what so many enterprises get of so many payers, with their sheets."""
    for enterprise in range(enterprises):
        world = wide.world(SEED, 1, payers, enterprise)
        sheets = {name: _sheet(content, enterprise) for name, content in letters.files(world).items()}
        answers = {f"{kind}.csv": text for kind, text in _answers(sheets.values()).items()}
        write(folder / f"enterprise {enterprise}", {**inbox.files(world), **sheets, **answers})


def _build(folder: Path, home: Path) -> None:
    for load in nightly.discover(folder, home):
        nightly.land(home, load)
    for stage in nightly.STAGES:
        nightly.build(home, stage)
    nightly.check(home)


def _sheet(content: bytes, enterprise: int) -> bytes:
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    for row in rows:
        row["payee"] = "" if enterprise == NO_PAYEE else row["payee"]
    return _csv(rows)


def _answers(sheets: Iterable[bytes]) -> dict[str, bytes]:
    """Pay back every seventh letter's claim by check, and dispute every ninth."""
    asked = [row for sheet in sheets for row in csv.DictReader(io.StringIO(sheet.decode()))]
    claim = "payer_claim_control_number"
    refunds = [
        {name: row[name] for name in ("payer", "payee", claim, "amount")}
        | {"check_number": f"9{at:05}", "check_date": row["letter_date"]}
        for at, row in enumerate(asked)
        if at % 7 == 0
    ]
    disputes = [
        {name: row[name] for name in ("payer", "payee", "letter_number", claim)}
        | {"dispute_level": "first", "filed_date": row["letter_date"], "outcome": ("open", "won")[at % 2]}
        for at, row in enumerate(asked)
        if at % 9 == 0
    ]
    return {"refunds": _csv(refunds), "disputes": _csv(disputes)}


def _decisions(connection: duckdb.DuckDBPyConnection) -> bytes:
    """Decide about an adjustment of one enterprise by a claim of another, and about one that is nowhere."""
    [(adjustment, claim)] = connection.execute("""
        select adjustment.provider_adjustment_id, payment.claim_payment_id
        from marts.provider_adjustment as adjustment
        join marts.remittance as here using (remittance_id)
        join marts.remittance as there on there.payer_id = here.payer_id and there.payee_tin > here.payee_tin
        join marts.claim_payment as payment on payment.remittance_id = there.remittance_id
        where adjustment.kind = 'recoupment' and adjustment.unmatched_amount <> 0
            and (right(here.payee_tin, 2)::int - 1) // 4 = 2 and (right(there.payee_tin, 2)::int - 1) // 4 = 3
        order by all limit 1""").fetchall()
    row = {"action": "match", "reason": "asked", "decided_by": "pat", "decided_at": "2026-03-20"}
    return _csv(
        [{"provider_adjustment_id": about, "claim": claim, **row} for about in (adjustment, "nothing on file-1-2")]
    )


def _csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
