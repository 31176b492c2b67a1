"""What every night ends with, whether it has published something or not.

In: a home whose link is set. Out: the file without patients, fewer old generations, and a line of the run log that says
what serves and which invariants hold.
Never: a failure because an invariant is broken: the generation serves, and the log and the summary say what is wrong.
"""

import logging

from warehouse import durable
from warehouse.home import Home
from warehouse.keeping import audit, retention
from warehouse.proving import invariants
from warehouse.publishing import deidentified, generations

log = logging.getLogger(__name__)


def close(place: Home, digest: str) -> None:
    """Put the home in order and note how the night ended; `digest` is empty where nothing was published."""
    forget_build(place)
    deidentified.refresh(place)
    retention.apply(place)
    note = generations.present(place)
    if note is None:
        return
    broken = invariants.broken(place)
    audit.note(
        place,
        "published" if digest else "unchanged",
        generation=note.name,
        digest=note.digest,
        inputs=note.inputs,
        findings=note.tables.get("finding", {}).get("rows", 0),
        raw_files=invariants.raw_files(place),
        broken=broken,
        looked_at=invariants.looked_at(place),
    )
    for words in broken:
        log.warning("invariant broken: %s", words)


def forget_build(place: Home) -> None:
    """Remove the build database and its parts; they are made of patients' data and can be made again."""
    durable.remove([place.build_database, place.build_database.with_suffix(".duckdb.wal")])
    durable.clear_folder(place.parts)
