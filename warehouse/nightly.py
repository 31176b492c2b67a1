"""The nightly job, step by step: what the command line and the DAG both call.

In: an inbox and a home. Out: counts, ids and digests, which may be logged anywhere.
Never: work done without the home's lock; each step takes it, and a whole run holds it from end to end.

A step may be run again at any time. `discover` and `land` are done once for each content; a stage drops what later
stages have made from older tables; `publish` changes nothing where the content is that of the present generation.
What a step raises quotes no record and no file name, since schedulers keep the text of exceptions.
Heavy modules are imported where they are used, so that a scheduler can read this one quickly.
"""

import logging
from pathlib import Path

from warehouse.errors import without_values
from warehouse.home import Home, reader, writer

STAGES = ("lake", "codes", "staging", "takebacks", "matching", "ledger", "findings", "marts")

log = logging.getLogger(__name__)


@without_values
def discover(inbox: Path, home: Path) -> list[str]:
    """Take delivered files in and plan the loads of all that has not been landed; returns the loads' ids."""
    from warehouse import space
    from warehouse.keeping import audit
    from warehouse.landing import loads
    from warehouse.landing.intake import take_in
    from warehouse.proving import soundness

    with writer(home) as place:
        run_id = audit.begin(place)
        damaged = soundness.drop_damaged(place)
        space.refuse_full(place, inbox)
        count = take_in(inbox, place, run_id)
        planned = loads.plan(place)
        audit.note(place, "discovered", run_id=run_id, files=count, loads=len(planned), damaged_loads=damaged)
        log.info("%d files taken in, %d loads to land", count, len(planned))
        return planned


@without_values
def land(home: Path, load_id: str) -> dict[str, int]:
    """Land one planned load, unless it is landed; returns its counts. Loads may be landed side by side."""
    from warehouse.landing import loads, one_load

    with writer(home, shared=True) as place:
        if (place.lake / load_id).is_dir() and load_id.isalnum():
            return loads.read_manifest(place.lake / load_id / "manifest.json").counts
        with loads.planned(place, load_id) as plan:
            one_load.land(place, load_id, plan)
            return _note_landed(place, load_id)


@without_values
def land_all(home: Path, load_ids: list[str]) -> None:
    """Land planned loads, several at a time where there are cores for it."""
    from warehouse.landing import landers

    log.debug("%d loads to land", len(load_ids), extra={"more": len(load_ids)})
    with writer(home, shared=True) as place:
        for load_id in landers.land_all(place, load_ids):
            _note_landed(place, load_id)


def land_pending(home: Path) -> int:
    """Land every raw file that the present reader has not read, as after an upgrade; returns the number of loads."""
    from warehouse.landing import loads

    with writer(home) as place:
        planned = loads.plan(place) if loads.pending(place) else []
        land_all(home, planned)
        return len(planned)


def _note_landed(place: Home, load_id: str) -> dict[str, int]:
    from warehouse.keeping import audit
    from warehouse.landing import loads

    manifest = loads.read_manifest(place.lake / load_id / "manifest.json")
    audit.note(place, "landed", load_id=load_id, **manifest.counts)
    log.info("load %s landed: %d files, payments of %s", load_id[:12], len(manifest.files), manifest.dollars["landed"])
    return manifest.counts


@without_values
def build(home: Path, stage: str, follows: bool = False) -> dict[str, int]:
    """Make one stage's tables, and first what is missing before it unless it `follows`; returns their row counts."""
    from warehouse import database
    from warehouse.building import codes, lake, models, rules
    from warehouse.publishing import closing, inputs

    with writer(home) as place:
        if stage == "lake":
            closing.forget_build(place)
        elif not follows:
            build_missing(place, STAGES[: STAGES.index(stage)])
        with database.building(place) as connection:
            if stage == "lake":
                counts = lake.prepare(connection, place)
                inputs.remember(connection, inputs.present(place))
                return counts
            if stage == "codes":
                return codes.prepare(connection, instead=rules.tables(place))
            connection.execute("drop schema if exists sharing cascade")  # nobody shares what is built here
            return models.run(connection, models.load(), stage)


@without_values
def check(home: Path) -> dict[str, int]:
    """Ask all checks; returns how many rows each found wrong. Raises CheckFailed where a `fail` check found any."""
    from warehouse import database
    from warehouse.building import checks, models

    with writer(home) as place:
        build_missing(place)
        with database.building(place) as connection:
            return {result.name: result.row_count for result in checks.run(connection, models.load())}


@without_values
def publish(home: Path, accept_restatement: bool = False) -> str:
    """Publish what was built and checked; returns the new generation's digest, '' where nothing changed.

    Raises RestatementError where closed months would change by more than the limit and nobody accepts that.
    """
    from warehouse import space
    from warehouse.building import models
    from warehouse.publishing import closing, release

    with writer(home) as place:
        space.refuse_full(place)
        if _missing(place):
            check(home)
        log.debug("writing the published file")
        digest = release.publish(place, models.load(), accept_restatement)
        log.debug("writing the file without patients, asking the invariants")
        closing.close(place, digest)
        return digest


@without_values
def summarize(home: Path) -> str:
    """Say in words what the present generation holds."""
    from warehouse.answering import summary

    return summary.summarize(reader(home))


@without_values
def rebuild(home: Path, accept_restatement: bool = False) -> str:
    """Build, check and publish, unless the present generation was made from the same inputs; returns as `publish`."""
    from warehouse.publishing import closing, generations, inputs

    with writer(home) as place:
        note = generations.intact(place)
        present = inputs.present(place)
        if note and note.inputs in {present, generations.held(present)}:
            closing.close(place, "")
            return ""
        land_pending(home)
        for stage in STAGES:
            build(home, stage, follows=True)
        check(home)
        return publish(home, accept_restatement)


@without_values
def night(inbox: Path, home: Path, accept_restatement: bool = False) -> str:
    """Do the whole job under one lock; returns the new generation's digest, '' where nothing changed."""
    with writer(home):
        land_all(home, discover(inbox, home))
        return rebuild(home, accept_restatement)


def build_missing(place: Home, stages: tuple[str, ...] = STAGES) -> None:
    """Make what these stages made, where a published night, or a stage that was built again, has dropped it."""
    for stage in _missing(place, stages):
        build(place.root, stage, follows=True)


def _missing(place: Home, stages: tuple[str, ...] = STAGES) -> list[str]:
    """List the stages of which the build database has nothing, in their order."""
    from warehouse import database

    if not place.build_database.is_file():
        return list(stages)
    with database.building(place) as connection:
        there = {name for (name,) in connection.execute("select schema_name from duckdb_schemas()").fetchall()}
    if "sharing" in there:  # workers who share a night have made a part of what comes after `staging`
        there &= {*STAGES[: STAGES.index("takebacks")]}
    return [stage for stage in stages if stage not in there]


def run(inbox: Path, home: Path) -> int:
    """Do the whole job; returns 0, the exit code of a run that did not fail."""
    night(inbox, home)
    return 0
