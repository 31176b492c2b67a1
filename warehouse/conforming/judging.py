"""Judging: pyx12 judges some transactions of a landed load and all that are quarantined; interchanges are acknowledged.

In: a landed load and a share. Out: `conformance/<load>/` with Parquet of what was found and a manifest, written last;
`acknowledgements/` with a TA1 and a 999 (997 for 4010) for each interchange of the load, to be read, not sent.
Never: a load judged again that was judged with the same or a larger share, or a value of a transaction.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import durable
from warehouse.conforming import acknowledgements
from warehouse.conforming.conformance import Judged, damaged, folder, held, is_sampled, judge_version, present
from warehouse.errors import DamageError, TakebackError
from warehouse.home import Home
from warehouse.landing import loads, one_load, parquet
from warehouse.landing.loads import Manifest

COLUMNS = (
    "transaction_key",
    "transaction_id",
    "sha256",
    "interchange_ordinal",
    "guide",
    "byte_start",
    "byte_end",
    "status",
    "reason_code",
)
Row = Mapping[str, Any]


def judge(home: Home, load_id: str, share: float) -> Judged | None:
    """Judge a landed load, unless that has been done; None where the share is 0 and nothing of it is quarantined."""
    if not load_id.isalnum():
        raise TakebackError("not the id of a load")
    landed = loads.read_manifest(home.lake / load_id / "manifest.json")
    with held(home.lake / load_id / "manifest.json"):
        found = present(home, load_id)
        if found and found.share >= share:
            return found
        rows = _transactions(home, landed)
        if not share and all(row["status"] != "quarantined" for row in rows):
            return None
        return _judge(home, landed, rows, share)


def _judge(home: Home, landed: Manifest, rows: list[Row], share: float) -> Judged:
    work, final = home.work / f"conform-{landed.load_id}", folder(home) / landed.load_id
    answers = work.with_name(f"answer-{landed.load_id}")
    for half_made in (work, answers):
        durable.clear_folder(half_made)
        durable.make_folder(half_made)
    counts = Counter(transactions=len(rows))
    tables = one_load.entries(work, parquet.write_tables(work, _chunks(home, landed, rows, share, answers, counts)))
    judged = Judged(landed.load_id, judge_version(), share, tables, dict(sorted(counts.items())))
    durable.write(work / "manifest.json", json.dumps(asdict(judged), sort_keys=True, indent=1).encode())
    durable.clear_folder(final)
    durable.settle_folder(work, final)
    durable.clear_folder(answers)
    return judged


def _chunks(
    home: Home, landed: Manifest, rows: list[Row], share: float, answers: Path, counts: Counter[str]
) -> Iterator[dict[str, pa.Table]]:
    """Judge file after file; yields their tables, writes their acknowledgements and counts both."""
    from edi.acknowledge import acknowledge  # these load pyx12: 160 MB that no other step needs
    from edi.conform import isolate, judge, tables

    members: dict[str, list[Row]] = {file["sha256"]: [] for file in landed.files}
    for row in rows:
        members[row["sha256"]].append(row)
    with acknowledgements.batches(home, answers) as keep:
        for source in one_load.sources(home, list(members)):
            mine = members[source.sha256]
            verdicts = {one.transaction_key: one for one in map(judge, isolate(source.content, _chosen(mine, share)))}
            counts["acknowledgements"] += keep(source.sha256, acknowledge(source.content, mine, verdicts))
            counts.update(Counter(one.verdict for one in verdicts.values()))
            if verdicts:
                yield tables(verdicts.values())


def _chosen(rows: Iterable[Row], share: float) -> list[Row]:
    return [row for row in rows if row["status"] == "quarantined" or is_sampled(str(row["transaction_id"]), share)]


def _transactions(home: Home, landed: Manifest) -> list[Row]:
    """Rows of `transaction` of a load, as far as a judge needs them; raises DamageError."""
    place = home.lake / landed.load_id
    if "transaction" not in landed.tables:
        return []
    if damaged(place, {"transaction": landed.tables["transaction"]}):
        raise DamageError(f"load {landed.load_id}: transaction damaged; the next run lands it again")
    rows: list[Row] = pq.read_table(place / "transaction.parquet", columns=list(COLUMNS)).to_pylist()
    return rows
