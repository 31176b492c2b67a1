"""As known on a date: the tables as they were told from the files that had come by then.

In: a day or a run, the log of deliveries, the lake, the run log. Out: a DuckDB file of its own under
`published/as_of/`, and whether it is what was published then.
Never: a change to what is published, or a copy of every night kept for it. Tables follow from files alone, so the files
that a night knew make its tables again, and the log of deliveries says which these are. Where transforms have changed
since, the past is told by today's rules, and its digest is not the one that was published: that is said.

A day is one of UTC, as the run log has it; runs that began on it are known. Loads gather files of several nights after
an upgrade or a rebuild, so not loads but files are told apart: by hash, or by the transaction that a row belongs to.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse import database, durable
from warehouse.building import codes, lake, models, rules
from warehouse.errors import SettingError, TakebackError
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.landing import deliveries
from warehouse.publishing import release
from warehouse.publishing.digest import digest_of

KEYS = {
    "sha256": "select sha256 from lake.delivery",
    "transaction_key": "select transaction_key from lake.transaction",
    "transaction_id": "select transaction_id from lake.transaction",
}
"""How a row of the lake is told to be of a known file: by the first of these columns that its table has."""


@dataclass(frozen=True)
class Past:
    """What was known when a run had ended: its file, its digest, and the digest published then (empty: none was)."""

    run_id: str
    path: Path
    digest: str
    published: str


def make(home: Home, when: str) -> Past:
    """Make the file of a day (2026-03-31) or of a run (000012); raises SettingError where there is no such run."""
    run_id = _run(home, when)
    work, beside = home.work / "as_of.duckdb", home.work / "as_of-build.duckdb"
    for path in (work, beside):
        durable.remove([path, path.with_suffix(".duckdb.wal")])
    loaded = models.load()
    with database.building(home, beside) as connection:
        lake.prepare(connection, home)
        _forget_later_files(connection, run_id)
        codes.prepare(connection, instead=rules.tables(home))
        for stage in models.STAGES[: models.STAGES.index("checks")]:
            models.run(connection, loaded, stage)
        digest = digest_of(release.digests(connection))
        marts = {model.name: model for model in loaded if model.stage == "marts"}
        release.copy(connection, str(work), marts, release.macros())
    durable.remove([beside])
    final = folder(home) / f"{run_id}-{digest[:12]}.duckdb"
    durable.make_folder(final.parent)
    durable.settle(work, final, durable.READ_ONLY)
    audit.note(home, "as of", run_id=run_id, digest=digest)
    return Past(run_id, final, digest, _published(home, run_id))


def folder(home: Home) -> Path:
    """Give the folder of what was made so; `takeback retention` empties it."""
    return home.published / "as_of"


def _run(home: Home, when: str) -> str:
    """Find the last run that had begun by a day, or the run of a number."""
    begun = [
        (str(entry["run_id"]), str(entry["at"])[:10]) for entry in audit.entries(home) if entry["event"] == "begin"
    ]
    known = sorted({run_id for run_id, _ in begun} | {entry.run_id for entry in deliveries.read(home)[0]})
    if when in known:
        return when
    try:
        day = date.fromisoformat(when).isoformat()
    except ValueError:
        raise SettingError("expected a day such as 2026-03-31 or the number of a run such as 000012") from None
    by_then = [run_id for run_id, began_on in begun if began_on <= day]
    if not by_then:
        raise SettingError(f"the run log knows no run that had begun by {day}")
    return by_then[-1]


def _forget_later_files(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Leave only what files hold that this run or an earlier one took in."""
    connection.execute("delete from lake.delivery where run_id > $1", [run_id])
    tables = connection.execute("select view_name from duckdb_views() where schema_name = 'lake' order by 1").fetchall()
    names = sorted((name for (name,) in tables), key=lambda name: (name != "transaction", name))
    for name in names:
        columns = {row[0] for row in connection.execute(f'describe lake."{name}"').fetchall()}
        key = next((key for key in KEYS if key in columns), None)
        if key is None:
            raise TakebackError(f"lake.{name} does not say of which file its rows are")
        connection.execute(f'alter view lake."{name}" rename to "{name} of all files"')
        known = f'select * from lake."{name} of all files" where {key} in ({KEYS[key]})'
        connection.execute(f'create view lake."{name}" as {known}')


def _published(home: Home, run_id: str) -> str:
    """Read the digest that served when a run had ended; empty where the run log has none."""
    digest = ""
    for entry in audit.entries(home):
        if entry["event"] == "begin" and str(entry["run_id"]) > run_id:
            break
        if entry["event"] in {"published", "unchanged", "rollback"}:
            digest = str(entry["digest"])
    return digest


def sweep(home: Home) -> int:
    """Remove all that was made so; it can be made again. Returns how many files there were."""
    made = sorted(folder(home).glob("*.duckdb")) if folder(home).is_dir() else []
    durable.remove(made)
    return len(made)
