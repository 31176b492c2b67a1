"""The tasks that DAGs of ours are chained of; each calls one function of `warehouse` on the folders of its run.

In: the parameters of a run. Out: load ids, digests and counts, which Airflow keeps. The notes of a task are the first
line of its docstring and its rows of the DAG's table of triage (`shared.explain`). Counts are kept as one value
(`multiple_outputs=False`): Airflow would keep each table's once more by itself, with a request to its server each, 260
in a night.
Never: logic, a record, a file name.
"""

import logging
from collections.abc import Sequence
from typing import Any

from airflow.sdk import chain, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from dags.shared import LAKE, POOL, WAREHOUSE, folder
from warehouse import nightly
from warehouse import report as pages
from warehouse.conforming import steps as conforming

log = logging.getLogger(__name__)


@task(pool=POOL)
def discover() -> list[str]:
    """Take the delivered files in; return the ids of the loads that are not landed yet."""
    return nightly.discover(folder("inbox"), folder("home"))


# Loads may be landed side by side, so they are in no pool of one slot; each takes a core and some 300 MB.
@task(
    map_index_template="load {{ task.op_kwargs['load_id'][:12] }}",
    max_active_tis_per_dag=4,
    multiple_outputs=False,
)
def land(load_id: str) -> dict[str, int]:
    """Read one load's files into the lake; return counts."""
    return nightly.land(folder("home"), load_id)


# Skipped with `land` where a night brought nothing.
@task(outlets=[LAKE])
def announce_lake() -> None:
    """Let DAGs run that wait for new loads."""


# One at a time: pyx12 is slow, and the other cores are the money's.
@task(
    map_index_template="load {{ task.op_kwargs['load_id'][:12] }}",
    max_active_tis_per_dag=1,
    multiple_outputs=False,
)
def conform(load_id: str) -> dict[str, int]:
    """Let pyx12 judge a share of one landed load; return counts by verdict."""
    return conforming.conform(folder("home"), load_id, get_current_context()["params"]["conformance_share"])


# What could be judged is published, whatever became of the rest. This, not `conform`, ends the branch, so that a load
# that cannot be judged is seen in red and does not turn the night red.
@task(trigger_rule="all_done")
def publish_conformance() -> str:
    """Publish what pyx12 found; return its digest, or nothing where nothing changed."""
    return conforming.publish(folder("home"))


@task_group(prefix_group_id=False, tooltip="One load each: landed, then judged beside the money")
def load(load_id: str) -> None:
    """Land a load, then judge it; the money's next step waits for the landing alone."""
    chain(land(load_id=load_id), conform(load_id=load_id))


@task(pool=POOL, multiple_outputs=False)
def check() -> dict[str, int]:
    """Ask every check; return how many rows each found wrong."""
    return nightly.check(folder("home"))


@task(pool=POOL)
def publish() -> str:
    """Swap the link to the new generation; return its digest, or nothing where nothing changed."""
    return nightly.publish(folder("home"), bool(get_current_context()["params"]["accept_restatement"]))


@task(outlets=[WAREHOUSE])
def announce_warehouse(digests: Sequence[Any], *, outlet_events: Any = None) -> None:
    """Let DAGs run that wait for a new generation, and tell them its digest; skipped where nothing changed."""
    digest = next((digest for digest in digests if digest), "")  # a branch that was not taken has none
    if not digest:
        raise AirflowSkipException("nothing changed")
    outlet_events[WAREHOUSE].extra = {"digest": digest}


@task(pool=POOL)
def report() -> None:
    """Write the pages of the present generation; a site that is there already is left as it is."""
    pages.write(folder("home"))


@task
def summarize() -> None:
    """Write the night's summary (counts and dollars) into this task's log."""
    log.info("%s", nightly.summarize(folder("home")))
