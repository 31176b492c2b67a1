"""Advice: what pyx12 found, published as a second DuckDB file beside the money, and as a line of the summary.

In: the manifests and Parquet of judged loads. Out: `published/conformance.duckdb`, a link to a read-only file with the
tables of `transforms/conformance`; a sentence with counts.
Never: a change to a generation of the money. Its tables follow from what was delivered alone; which transactions have
been judged by tonight does not, and a table of them there would give the same files two digests.

A file is named by what it was made from and by its own hash, so that its name says whether it is as it should be.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb

from warehouse import database, durable
from warehouse.building import lake, models
from warehouse.conforming import conformance
from warehouse.conforming.conformance import Judged
from warehouse.errors import DamageError
from warehouse.home import Home
from warehouse.landing import loads
from warehouse.publishing import release
from warehouse.text import listed, several

VERDICTS = {"conforms": "conform", "defective": "defective", "not_evaluable": "not evaluable"}


def link_path(home: Home) -> Path:
    """Give the path that readers open."""
    return home.published / "conformance.duckdb"


def publish(home: Home) -> str:
    """Publish all that was judged; returns the hash of what it was made from, '' where nothing changed."""
    _sweep(home)
    judged = conformance.all_present(home)
    digest = _digest(judged)
    if not judged or _is_published(home, digest):
        return ""
    work = home.work / "conformance.duckdb"
    durable.remove([work, work.with_suffix(".duckdb.wal")])
    _build(home, judged, work)
    final = home.published / "conformance" / f"{digest[:12]}-{loads.file_hash(work)[:12]}.duckdb"
    durable.make_folder(final.parent)
    durable.settle(work, final, durable.READ_ONLY)
    durable.point(link_path(home), f"conformance/{final.name}")
    durable.remove(path for path in final.parent.iterdir() if path != final)
    return digest


def lines(home: Home) -> Iterator[str]:
    """Say what was judged and how it ended; nothing where nothing ever was."""
    try:
        judged, landed = conformance.all_present(home), loads.manifests(home)
    except (OSError, DamageError):  # the money's summary does not depend on it
        return
    if judged:
        counts = Counter[str]()
        for one in judged:
            counts.update(one.counts)
        total = sum(manifest.counts.get("transaction", 0) for manifest in landed)
        verdicts = listed((words, counts[name]) for name, words in VERDICTS.items() if counts[name])
        said = f"{sum(counts[name] for name in VERDICTS):,} of {several(total, 'transaction set')} judged by pyx12"
        yield f"conformance     {said}{f': {verdicts}' if verdicts else ''}"
        if rest := len(landed) - len(judged):
            yield f"                {several(rest, 'load')} not judged"


def _build(home: Home, judged: list[Judged], path: Path) -> None:
    """Make the tables beside the money's build database and copy them into a file of their own."""
    loaded = models.load(models.TRANSFORMS / "conformance")
    beside = home.work / "conformance-build.duckdb"
    durable.remove([beside, beside.with_suffix(".duckdb.wal")])
    with database.building(home, beside) as connection:
        _lake(connection, home, judged)
        models.run(connection, loaded, "marts")
        release.copy(connection, str(path), {model.name: model for model in loaded})
    durable.remove([beside])


def _lake(connection: duckdb.DuckDBPyConnection, home: Home, judged: list[Judged]) -> None:
    """Show the judged loads as schema `lake`; raises DamageError."""
    from edi import conform, reader  # pyx12 comes with it

    landed = {manifest.load_id: manifest.tables for manifest in loads.manifests(home)}
    known = {one.load_id: landed[one.load_id]["transaction"] for one in judged if "verdict" in one.tables}
    for load_id, entry in known.items():
        if conformance.damaged(home.lake / load_id, {"transaction": entry}):
            raise DamageError(f"load {load_id}: transaction damaged; the next run lands it again")
    connection.execute("create schema lake")
    for table, schema in conform.schemas().items():
        paths = [conformance.folder(home) / load_id / f"{table}.parquet" for load_id in known]
        lake.show(connection, home, table, schema, paths)
    paths = [home.lake / load_id / "transaction.parquet" for load_id in known]
    lake.show(connection, home, "transaction", reader.schemas()["transaction"], paths)


def _digest(judged: list[Judged]) -> str:
    parts = {"duckdb": duckdb.__version__.encode()}
    parts |= {one.load_id: json.dumps(asdict(one), sort_keys=True).encode() for one in judged}
    parts |= {path.name: path.read_bytes() for path in sorted((models.TRANSFORMS / "conformance").rglob("*.sql"))}
    return loads.content_hash(parts)


def _is_published(home: Home, digest: str) -> bool:
    path = link_path(home).resolve()
    made_from, _, content = path.stem.partition("-")
    return path.is_file() and digest.startswith(made_from) and loads.file_hash(path).startswith(content or "-")


def _sweep(home: Home) -> None:
    """Drop what was judged of loads that are no more, and what judges that died have left half made."""
    known = {manifest.load_id for manifest in loads.manifests(home)}
    gone = [place for place in conformance.folder(home).iterdir() if place.name not in known]
    for place in [*gone, *home.work.glob("conform-*"), *home.work.glob("answer-*")]:
        durable.clear_folder(place)
