"""The pages themselves: templates filled with counts and dollars, and the style and scripts beside them.

In: the work database, and how many rows each list has. Out: five HTML files and `assets/`.
Never: text that is not escaped (Jinja's autoescape is on, the scripts set text only), a script or style inside a page:
the pages' own policy forbids both, so that nothing that a payer wrote can run.
"""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from warehouse import durable
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.proving import invariants
from warehouse.publishing import generations
from warehouse.report import source
from warehouse.text import money, several, share

HERE = Path(__file__).parent
PAGES = {
    "index": "Tonight",
    "check": "Checks",
    "claim": "Claims",
    "worklists": "Worklists",
    "payers": "Payers",
}

Row = dict[str, Any]


def write(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    folder: Path,
    counts: dict[str, int],
    months: int,
    without_patients: bool,
) -> None:
    """Write the pages and what they look like into a work folder."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    day = _day(without_patients)
    templates.filters |= {"money": _minus, "part": _part, "day": day, "cents": _cents, "by_month": _by_month(day)}
    templates.globals |= {"share": share, "several": several, "without_patients": without_patients}
    facts = _facts(connection) | _home_facts(home) | {"counts": counts, "months": months, "lists": _lists()}
    facts["scope"] = {row["scope"]: row for row in facts["night"]}
    for page, title in PAGES.items():
        text = templates.get_template(f"{page}.html").render(page=page, title=title, pages=PAGES, **facts)
        durable.spill(folder / f"{page}.html", [text.encode()])
    durable.spill(folder / "data" / "lists.js", [f'takeback.root("lists",{json.dumps(_lists())});\n'.encode()])
    _copy_assets(folder / "assets")


def _facts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Row]]:
    """Ask each query of `queries/facts`; returns its rows by the query's name."""
    facts = {}
    for path in sorted((source.QUERIES / "facts").glob("*.sql")):
        cursor = connection.execute(path.read_text(encoding="utf-8"))
        names = [column[0] for column in cursor.description or []]
        facts[path.stem] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return facts


def _home_facts(home: Home) -> dict[str, Any]:
    """Tell which generation it is, when the last night ended, and what its checks and invariants said."""
    night = audit.last(home, "published", "unchanged")
    note = generations.present(home)
    return {
        "generation": note.name if note else "",
        "checks": note.checks if note else [],
        "finished_at": night["at"] if night else "",
        "broken": night["broken"] if night else None,
        "ways": len(invariants.WAYS),
    }


def _lists() -> dict[str, list[Row]]:
    """Read the columns of each list by its name."""
    with (HERE / "lists.csv").open(encoding="utf-8", newline="") as file:
        return {name: list(rows) for name, rows in groupby(csv.DictReader(file), key=lambda row: row["list"])}


def _part(amount: Decimal | None, whole: Decimal | None) -> Decimal:
    """Give a bar's length in percent of the longest one."""
    if not amount or not whole:
        return Decimal(0)
    return (abs(amount) * 100 / abs(whole)).quantize(Decimal("0.1"))


def _minus(amount: Decimal | None) -> str:
    """Write an amount with a real minus, as the scripts do."""
    return money(amount).replace("-", "−") if amount is not None else "-"


def _cents(amount: Decimal | None) -> int:
    return int((amount or Decimal(0)) * 100)


def _day(without_patients: bool) -> Callable[[Any], str]:
    """Write a date, or the year that stands for it where patients are not shown."""

    def day(value: Any) -> str:
        return "-" if value is None else str(value)[: 4 if without_patients else 10]

    return day


def _by_month(day: Callable[[Any], str]) -> Callable[[list[Decimal], list[Row]], str]:
    """Say in words what the small bars of some months show; months without anything are left out."""

    def told(amounts: list[Decimal], months: list[Row]) -> str:
        return ", ".join(
            f"{day(row['month'])[:7]}: {_minus(amount)}" for row, amount in zip(months, amounts, strict=True) if amount
        )

    return told


def _copy_assets(folder: Path) -> None:
    durable.make_folder(folder)
    for path in sorted((HERE / "assets").rglob("*")):
        if path.is_file():
            durable.spill(folder / path.name, [path.read_bytes()])
