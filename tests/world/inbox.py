"""A world as a clearinghouse delivers it: files of 837s and 835s, with the usual mishaps, and the truth beside them.

In: a world. Out: file names and bytes; `write` is the only function that touches a disk.
Never: a clock. ISA and GS numbers count files, ISA15 is T (test data).
"""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from edi.writer import Segment, group, interchange, render, transaction
from tests.world import truth, x835, x837

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.world.claims import Claim
    from tests.world.conventions import Payer
    from tests.world.remittances import Remittance
    from tests.world.world import World

CLAIM_FILE_DAYS: Final = 14
CLEARINGHOUSE: Final = "CLEARTEST"
RECEIVER: Final = "NORTHGATE"
# Not X12 at all: what a portal hands out when its download goes wrong.
NOT_X12: Final = (
    b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"
)


def claim_files(world: World) -> dict[str, bytes]:
    """Return 837 files: one per kind and fortnight, over all payers, as a practice sends its batches."""
    start = min(claim.submitted for claim in world.claims)

    def batch(claim: Claim) -> tuple[int, str]:
        return (claim.submitted - start).days // CLAIM_FILE_DAYS + -(-claim.late_days // CLAIM_FILE_DAYS), claim.kind

    files: dict[str, bytes] = {}
    on_file = sorted((claim for claim in world.claims if claim.on_file), key=batch)
    for serial, ((fortnight, kind), own) in enumerate(groupby(on_file, batch), start=1):
        sent = start + timedelta(days=CLAIM_FILE_DAYS * (fortnight + 1) - 1)
        body = x837.body(sorted(own, key=lambda claim: (claim.submitted, claim.clearinghouse_number)), f"B{serial:06}")
        made = transaction(body, set_code="837", guide=x837.GUIDES[kind], control_number=f"{serial:04}")
        name = f"claims/CLM.{RECEIVER}.837{kind}.{sent:%Y%m%d}.{serial:06}.837"
        files[name] = _enveloped([made], x837.GUIDES[kind], sent, RECEIVER, CLEARINGHOUSE, serial)
    return files


def remittance_files(world: World, *, apart: bool = False) -> dict[str, bytes]:
    """Return 835 files: one per payer and day, one transaction set per payee; or each remittance apart."""

    def delivery(check: Remittance) -> tuple[date, str]:
        return check.date, check.trace if apart else check.payer.key

    files: dict[str, bytes] = {}
    for serial, ((on, _), own) in enumerate(groupby(sorted(world.remittances, key=delivery), delivery), start=1):
        checks = list(own)
        payer = checks[0].payer
        made = [_remittance(check, f"{at:04}") for at, check in enumerate(checks, start=1)]
        content = _enveloped(made, x835.GUIDE, on, payer.claim_identifier, RECEIVER, 5000 + serial, payer)
        files[f"era/ERA.{payer.claim_identifier}.{on:%Y%m%d}.{serial:06}.835"] = content
    return files


def _remittance(check: Remittance, control_number: str) -> list[Segment]:
    return transaction(x835.body(check), set_code="835", control_number=control_number)


def _enveloped(
    made: list[list[Segment]], guide: str, on: date, sender: str, receiver: str, serial: int, payer: Payer | None = None
) -> bytes:
    whole = group(made, guide=guide, on=on, sender=sender, receiver=receiver, control_number=serial)
    segments = interchange([whole], on=on, sender=sender, receiver=receiver, control_number=serial)
    return render(segments, payer.delimiters, payer.newline) if payer else render(segments)


def mishaps(world: World, remittances: dict[str, bytes]) -> dict[str, bytes]:
    """Return a file sent twice under another name, one check in a new envelope, and one file that is not X12."""
    again = sorted(remittances)[len(remittances) // 3]
    check = world.remittances[len(world.remittances) // 2]
    later = check.date + timedelta(days=9)
    copy = _enveloped([_remittance(check, "9001")], x835.GUIDE, later, CLEARINGHOUSE, RECEIVER, 9001, check.payer)
    return {
        again.replace(".835", ".RESEND.835"): remittances[again],
        f"era/ERA.{CLEARINGHOUSE}.{later:%Y%m%d}.009001.835": copy,
        "era/ERA.CX202.PORTAL.835": NOT_X12,
    }


def files(world: World) -> dict[str, bytes]:
    """Return every file of the inbox by name."""
    remittances = remittance_files(world)
    return claim_files(world) | remittances | mishaps(world, remittances)


def truth_files(world: World) -> dict[str, bytes]:
    """Return the truth as CSV files by name."""
    return {f"{name}.csv": csv_of(list(rows(world))) for name, rows in truth.TABLES.items()}


def csv_of(rows: list[truth.Row]) -> bytes:
    """Return rows as CSV; the first row names the columns."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write(world: World, home: Path, beside: Mapping[str, bytes] = MappingProxyType({})) -> None:
    """Write inbox/ and truth/ under `home`; files of an earlier world that this one does not have are removed.

    beside: more files by name, such as truth that the bundled sample does not need.
    """
    wanted = {f"inbox/{name}": content for name, content in files(world).items()} | dict(beside)
    wanted |= {f"truth/{name}": content for name, content in truth_files(world).items()}
    for stale in [path for part in ("inbox", "truth") for path in (home / part).rglob("*") if path.is_file()]:
        if stale.relative_to(home).as_posix() not in wanted:
            stale.unlink()
    for name, content in wanted.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
