"""The invariants I1 to I12: what must be true of a home after every night, whatever happened in it.

In: manifests, the log of deliveries, the note and the published file of the present generation, the run log.
Out: a sentence for each invariant that does not hold. Counts only; they are shown in logs.
Never: a full proof where that would cost a second night. What is looked at in samples says so (`WAYS`, and `looked_at`
with tonight's numbers), `takeback verify` reads every byte, and the test suite shows what no single night can show.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from warehouse import database
from warehouse.errors import describe
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.landing import deliveries, loads
from warehouse.landing.loads import Manifest
from warehouse.proving import rereading
from warehouse.proving.independent import COUNTED
from warehouse.publishing import generations
from warehouse.publishing.digest import table_digest
from warehouse.publishing.generations import Note
from warehouse.remote import copies
from warehouse.text import several

log = logging.getLogger(__name__)

WAYS = {
    "I1": "the spans of each file partition it (every file)",
    "I2": "counts of segments, CLP, CLM, PLB are those of an independent count (every landed transaction)",
    "I3": "payments are claims less provider adjustments, and what landed and was set aside is what was delivered",
    "I4": "postings add up to 0, and matched and unmatched make the amount (every row)",
    "I5": "the same inputs have always given the same digest (all runs), a file read again the same rows (one a night)",
    "I6": "every content delivered is in the lake once (every file) and is what it is alone (one a night)",
    "I7": "raw only grows (every file is there in its size; `takeback verify` reads the bytes)",
    "I8": "tables have the digest that was noted (all, or one a night of large ones; any threads and TZ by the tests)",
    "I9": "the link names a whole generation (its SHA-256)",
    "I10": "every landed transaction is a span of its file (every file), a spoilt one changes no other (one a night)",
    "I11": "no name or number of a patient is in the run log (every claim)",
    "I12": "every published payment reaches its file and bytes (every row)",
}
CHECKS = {  # queries of transforms/checks that show a part of an invariant
    "I1": ("bytes_are_accounted_for",),
    "I3": ("cash_is_the_payment", "steps_make_the_payment", "every_claim_payment_is_there"),
    "I4": ("ledger_entries_add_up_to_zero", "matched_and_unmatched_make_the_amount"),
    "I12": ("references_are_intact", "ids_are_unique"),
}
UNREACHABLE = """
    select count(*) from main.remittance as remittance
    where not exists (
        select 1 from main.delivery as delivery
        where delivery.sha256 = remittance.sha256
            and remittance.byte_start between 0 and remittance.byte_end
            and remittance.byte_end <= delivery.byte_count
    )
"""
PATIENTS = """
    with word as (select unnest($1::varchar[]) as word)
    select count(*) from main.claim
    where patient_last_name in (from word) or member_id in (from word) or patient_control_number in (from word)
"""
SHORTEST_NAME = 6
"""Shorter values could be words or numbers of a log by chance."""
ALL_ROWS = 2_000_000
"""Up to so many published rows, all tables' digests are computed again each night: some two seconds."""


def broken(home: Home) -> list[str]:
    """Say of each invariant that does not hold what was expected and how often it is not so; empty where all hold."""
    note = generations.intact(home)
    manifests = loads.manifests(home)
    found = [f"I9 the link names no whole generation: {WAYS['I9']}"] if note is None else []
    counts = Counter(
        {
            "I2": sum(manifest.differences[name] for manifest in manifests for name in COUNTED),
            "I3": sum(not _adds_up(manifest.dollars) for manifest in manifests),
            "I5": _changed_digests(home),
            "I6": _not_once(home, manifests),
            "I7": _missing_raw(home),
            "I10": sum(manifest.differences["spans"] for manifest in manifests),
        }
    )
    counts.update(_read_again(home, manifests))
    if note:
        counts.update({name: _wrong_rows(note, name) for name in CHECKS})
        counts.update({"I8": _wrong_digest(home, note), "I11": _patients_in_log(home), "I12": _unreachable(home)})
    return found + [f"{name} does not hold, {counts[name]:,} times: {WAYS[name]}" for name in WAYS if counts[name]]


def looked_at(home: Home) -> str:
    """Say how much of what is looked at in samples was looked at tonight."""
    note = generations.present(home)
    files = sum(len(manifest.files) for manifest in loads.manifests(home))
    again = 1 if rereading.choice(loads.manifests(home), 0) else 0
    tables = _tables_of_tonight(home, note) if note else []
    return (
        f"I5, I6, I10: {again} of {several(files, 'file')} read again; "
        f"I8: {len(tables)} of {several(len(note.tables) if note else 0, 'table')} computed again"
    )


def _read_again(home: Home, manifests: list[Manifest]) -> dict[str, int]:
    """Read the file whose turn it is again; one that cannot be read again is one that differs, a lost one is I7's."""
    chosen = rereading.choice(manifests, len(audit.entries(home)))
    if chosen is None or not loads.raw_file(home, chosen[1]).is_file():
        return {}
    try:
        found = rereading.differences(home, *chosen)
    except Exception as error:  # noqa: BLE001 - whatever it is, a generation has been published and serves
        log.warning("a file could not be read again: %s", describe(error))
        found = {"again": 1, "beside": 0}
    return {"I5": found["again"], "I6": found["again"], "I10": found["beside"]}


def raw_files(home: Home) -> int:
    """Count the raw files that deliveries name."""
    return len({entry.sha256 for entry in deliveries.read(home)[0]})


def _adds_up(dollars: dict[str, str]) -> bool:
    cents = {name: int(amount.replace(".", "")) for name, amount in dollars.items()}
    return cents["landed"] + cents["quarantined"] == cents["delivered"]


def _wrong_rows(note: Note, name: str) -> int:
    return sum(check["row_count"] for check in note.checks if check["name"] in CHECKS[name])


def _changed_digests(home: Home) -> int:
    """Count inputs from which different content was published."""
    seen: dict[object, set[object]] = {}
    for entry in audit.entries(home):
        if entry["event"] in {"published", "unchanged"} and "inputs" in entry:
            seen.setdefault(entry["inputs"], set()).add(entry["digest"])
    return sum(len(digests) > 1 for digests in seen.values())


def _not_once(home: Home, manifests: list[Manifest]) -> int:
    landed = [file["sha256"] for manifest in manifests for file in manifest.files]
    delivered = {entry.sha256 for entry in deliveries.read(home)[0]}
    return len(landed) - len(set(landed)) + len(delivered ^ set(landed))


def _missing_raw(home: Home) -> int:
    """Count delivered contents that are not there in their size, and how many fewer there are than the last time."""
    sizes = {entry.sha256: entry.byte_count for entry in deliveries.read(home)[0]}
    last = audit.last(home, "published", "unchanged")
    before = int(str(last.get("raw_files", 0))) if last else 0
    there = copies.sizes(home.root) or {sha256: _size(loads.raw_path(home, sha256)) for sha256 in sizes}
    return sum(there.get(sha256) != size for sha256, size in sizes.items()) + max(0, before - len(sizes))


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _wrong_digest(home: Home, note: Note) -> int:
    """Compute digests again, and count those that are not what was noted."""
    with database.reading(generations.link_path(home).resolve()) as connection:
        return sum(
            table_digest(connection, "main", table) != note.tables[table]["digest"]
            for table in _tables_of_tonight(home, note)
        )


def _tables_of_tonight(home: Home, note: Note) -> list[str]:
    tables = sorted(note.tables)
    if sum(entry["rows"] for entry in note.tables.values()) <= ALL_ROWS:
        return tables
    return [tables[len(audit.entries(home)) % len(tables)]]


def _unreachable(home: Home) -> int:
    return _asked(home, UNREACHABLE, lambda rows: int(str(rows[0][0])))


def _patients_in_log(home: Home) -> int:
    """Count claims of which a name or number is a value in the run log."""
    words = {str(word) for entry in audit.entries(home) for value in entry.values() for word in _words(value)}
    long = sorted(word for word in words if len(word) >= SHORTEST_NAME)
    return _asked(home, PATIENTS, lambda rows: int(str(rows[0][0])), [long])


def _words(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else [value]


def _asked(
    home: Home, sql: str, count: Callable[[list[tuple[object, ...]]], int], values: list[list[str]] | None = None
) -> int:
    try:
        with database.reading(generations.link_path(home).resolve()) as connection:
            return count(connection.execute(sql, values or []).fetchall())
    except (duckdb.CatalogException, duckdb.BinderException):  # a house without these tables (ours always has them)
        return 0
