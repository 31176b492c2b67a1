"""Commands of a person who decides: `takeback decide` and `takeback template`; the DAG of decisions comes in here too.

In: the id of a provider adjustment, claims by their published ids, a reason. Out: a sheet of decisions, taken into
`raw/` and the log of deliveries at once, as if it had been delivered; the next run applies it, and so does every
rebuild. What a sheet must look like is said in one place, `edi/sheets/columns.csv`; templates are printed from it.
Never: a change to what is published, or a decision about a row that is not there.
"""

import argparse
import csv
import hashlib
import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.errors import BusyError, SettingError, TakebackError, without_values
from warehouse.home import Home, setting, writer

if TYPE_CHECKING:
    from edi.sheets import Sheet

PAUSE = 2.0
"""Seconds until the lock is asked for again."""
SHEETS = ("notices", "refunds", "disputes", "decisions")
ADJUSTMENT = "select amount from main.provider_adjustment where provider_adjustment_id = $1"
CLAIM = """
    select 1 from main.claim_payment where $1 in (claim_payment_id, claim_family_id, claim_id)
    union all select 1 from main.claim where $1 in (claim_id, 'family-' || claim_id)
    limit 1
"""


def decide(options: argparse.Namespace) -> int:
    """Match a provider adjustment to claims, unlink it, or dismiss it from suspense."""
    rows = list(_rows(options))
    name = take_in(setting("TAKEBACK_HOME", options.home), rows)
    sys.stdout.write(f"{name}: {options.action} noted, the next run applies it\n")
    return 0


def template(options: argparse.Namespace) -> int:
    """Print an empty sheet of notices, refunds, disputes or decisions, its columns explained."""
    sys.stdout.write("".join(f"{line}\n" for line in explained(_sheet_of(options.sheet))))
    return 0


def explained(sheet: "Sheet") -> Iterator[str]:
    """Say in remarks what a sheet's columns hold, then give its header."""
    needed = {"yes": ", needed", "one": ", one of these is needed", "": ""}
    yield f"# {sheet.name}: fill it in and put it into the inbox, under any name; UTF-8, commas, known by its header"
    yield "# Dates: 2026-03-31 or 03/31/2026. Amounts: 1204.50, above 0. Lines like this one may stay."
    for column in sheet.columns:
        words = f" ({' | '.join(column.choices)})" if column.choices else ""
        yield f"# {column.name}{needed[column.needed]}{words}: {column.meaning}"
    yield ",".join(column.name for column in sheet.columns)


@without_values
def take_in(root: Path, rows: list[dict[str, str]], patience: float = 0.0) -> str:
    """Keep a sheet of decisions durably, as a delivery; returns the name under which it is one.

    Waits so many seconds for a run that is at work on the home. Raises SettingError, BusyError.
    """
    until = time.monotonic() + patience
    while True:
        try:
            return _take_in(root, rows)
        except BusyError:
            if time.monotonic() >= until:
                raise
        time.sleep(PAUSE)


def _take_in(root: Path, rows: list[dict[str, str]]) -> str:
    from warehouse import durable
    from warehouse.keeping import audit
    from warehouse.landing import deliveries, loads

    with writer(root) as place:
        _refuse_unknown(place, rows)
        content = _sheet(rows)
        sha256 = hashlib.sha256(content).hexdigest()
        name = f"decision-{sha256[:12]}"
        run_id = audit.begin(place)
        path = loads.raw_path(place, sha256)
        durable.make_folder(path.parent)
        durable.write(path, content, durable.KEPT)
        deliveries.append(place, [deliveries.Delivery(name, sha256, len(content), run_id, sha256)])
        deliveries.mark_removed(place, 1)
        audit.note(place, "decided", run_id=run_id, rows=len(rows))
        return name


def _rows(options: argparse.Namespace) -> Iterator[dict[str, str]]:
    from warehouse.keeping import audit

    claims, amounts = options.claim or [""], options.amount or []
    if amounts and len(amounts) != len(claims):
        raise SettingError(f"expected an amount for each of {len(claims)} claims, found {len(amounts)}")
    for at, claim in enumerate(claims):
        yield {
            "provider_adjustment_id": options.adjustment,
            "action": options.action,
            "claim": claim,
            "amount": amounts[at] if amounts else "",
            "reason": options.reason,
            "decided_by": options.by or audit.user(),
            "decided_at": options.at or audit.now(),
        }


def _sheet(rows: list[dict[str, str]]) -> bytes:
    """Write rows as the sheet that the reader will read; SettingError where it would set one aside."""
    from edi.sheets.cells import Unreadable, value

    sheet = _sheet_of("decisions")
    for row in rows:
        for column in sheet.columns:
            try:
                value(row[column.name], column)
            except Unreadable as reason:
                raise SettingError(f"{column.name}: {reason}") from None
            if column.needed == "yes" and not row[column.name].strip():
                raise SettingError(f"{column.name}: expected a value, found nothing")
    text = io.StringIO()
    lines = csv.DictWriter(text, [column.name for column in sheet.columns], lineterminator="\n")
    lines.writeheader()
    lines.writerows(rows)
    return text.getvalue().encode()


def _sheet_of(name: str) -> "Sheet":
    from edi.sheets import sheets

    return next(sheet for sheet in sheets() if sheet.name == name)


def _refuse_unknown(place: Home, rows: list[dict[str, str]]) -> None:
    from warehouse import database
    from warehouse.publishing import generations

    path = generations.link_path(place)
    if not path.is_file():
        raise TakebackError("nothing has been published yet")
    with database.reading(path.resolve()) as connection:
        for row in rows:
            if not connection.execute(ADJUSTMENT, [row["provider_adjustment_id"]]).fetchall():
                raise SettingError("no provider adjustment of this id is published")
            if row["claim"] and not connection.execute(CLAIM, [row["claim"]]).fetchall():
                raise SettingError("no claim of this id is published")
            if row["action"] == "match" and not row["claim"]:
                raise SettingError("a match names a claim (--claim)")


def add(commands: Any) -> None:
    """Add these commands to the command line's."""
    for command in (decide, template):
        words = (command.__doc__ or "").strip()
        sub = commands.add_parser(command.__name__, help=words[0].lower() + words[1:-1], description=words)
        sub.set_defaults(command=command)
        sub.add_argument("--home", metavar="DIR", help="where everything is kept (TAKEBACK_HOME)")
        sub.add_argument("--quiet", action="store_true", help="no progress on stderr")
        if command is template:
            sub.add_argument("sheet", choices=SHEETS)
            continue
        sub.add_argument("action", choices=["match", "unlink", "dismiss"])
        sub.add_argument("adjustment", help="provider_adjustment_id, as in suspense")
        sub.add_argument("--claim", action="append", metavar="ID", help="claim_family_id or claim_id; may be repeated")
        sub.add_argument("--amount", action="append", metavar="N", help="part of the claim before it, without a sign")
        sub.add_argument("--reason", required=True, help="why")
        sub.add_argument("--by", default="", metavar="NAME", help="who decides (default: who runs this)")
        sub.add_argument("--at", default="", metavar="MOMENT", help="when it was decided (default: now)")
