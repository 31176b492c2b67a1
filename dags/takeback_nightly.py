"""Takes a night's X12 files from the inbox into a new generation of the published DuckDB file.

**In**: the folder `inbox`. **Out**: the newest generation under `home`. **Never**: a patient's data. What tasks hand to
each other (XCom) and write into logs is load ids and counts; what a file or a payment says stays under `home`.

`discover` makes the delivered bytes durable and gathers them into loads → `land` reads one load each → `transform`
builds one stage of tables each → `check` asks every query of `transforms/checks` → `publish` swaps a link →
`summarize`. Beside them, and waited for by none of them, `conform` lets pyx12 judge a share of each landed load and all
that was quarantined of it, and `publish_conformance` publishes what it found in a file of its own: that is advice, and
where it fails the money is published all the same.

A file that cannot be read is set aside with its reason and fails nothing. A night without files builds the same tables
again and publishes nothing. Until `publish` has swapped the link, readers keep last night's generation.

#### When a task is red
| task | likely reason | what to do |
|---|---|---|
| `discover` | inbox or home cannot be reached, or another run is at work on the home | mend it, clear the task |
| `land` | disk full, or a defect of ours: bad X12 is set aside, it fails nothing | read its log, clear the instance |
| `transform.*` | a file of `transforms/<stage>` is wrong | mend the file, clear the stage and all after it |
| `check` | rows contradict each other: the log names the check | nothing was published; look at the rows |
| `conform` | disk full, or a defect of ours | the money does not mind; clear it, or `takeback conform` |
| `publish_conformance` | no space, or a file of the lake is damaged | as for `conform` |
| `publish` | no space beside the old generation | make room, clear the task |

Any task may be cleared and run again at any time: it does nothing, or the same again. What a task raises quotes no
record and no file name, since Airflow keeps it.
Only failures of I/O are tried again, with growing pauses; anything else would fail again in the same way.
"""

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

from airflow.sdk import (
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    TaskGroup,
    chain,
    dag,
    get_current_context,
    task,
    task_group,
)

from warehouse import nightly

log = logging.getLogger(__name__)


def folder_param(name: str, meaning: str) -> Param:
    """Describe a folder that a run may be given; TAKEBACK_<NAME> is its default, as it is the command line's."""
    default = os.environ.get(f"TAKEBACK_{name.upper()}", f"/var/lib/takeback/{name}")
    return Param(default, meaning, type="string", minLength=1)


def share_param() -> Param:
    """Describe the share of transactions that pyx12 judges; a wrong one fails `conform`, never the whole DAG."""
    default = os.environ.get("TAKEBACK_CONFORMANCE_SHARE", "0.05")
    return Param(default, "which share of the transactions pyx12 judges, 0 to 1", type=["string", "number"])


def folder(name: str) -> Path:
    """Return the folder that this run was given."""
    return Path(get_current_context()["params"][name])


@task
def discover() -> list[str]:
    """Take the delivered files in; return the ids of the loads that are not landed yet."""
    return nightly.discover(folder("inbox"), folder("home"))


# Loads may be landed side by side; each takes a core and some 300 MB. A mapped task does not take its docstring over.
@task(
    map_index_template="{{ task.op_kwargs['load_id'][:12] }}",
    max_active_tis_per_dag=4,
    doc_md="Read one load's files into the lake; return counts.",
)
def land(load_id: str) -> dict[str, int]:
    """Read one load's files into the lake; return counts."""
    return nightly.land(folder("home"), load_id)


# One at a time: pyx12 is slow, and the other cores are the money's.
@task(
    map_index_template="{{ task.op_kwargs['load_id'][:12] }}",
    max_active_tis_per_dag=1,
    doc_md="Let pyx12 judge a share of one landed load; return counts by verdict.",
)
def conform(load_id: str) -> dict[str, int]:
    """Let pyx12 judge a share of one landed load; return counts by verdict."""
    return nightly.conform(folder("home"), load_id, get_current_context()["params"]["conformance_share"])


# What could be judged is published, whatever became of the rest. This, not `conform`, ends the branch, so that a load
# that cannot be judged is seen in red and does not turn the night red.
@task(trigger_rule="all_done")
def publish_conformance() -> str:
    """Publish what pyx12 found in a file beside the money's; return its digest, or nothing where nothing changed."""
    return nightly.publish_conformance(folder("home"))


@task_group(prefix_group_id=False)
def load(load_id: str) -> None:
    """Land a load, then judge it; the money's next step waits for the landing alone."""
    chain(land(load_id=load_id), conform(load_id=load_id))


# A night without a load skips `land`; that is no reason to skip the rest. A landing that failed is.
@task(trigger_rule="none_failed")
def build(stage: str) -> dict[str, int]:
    """Build one stage's tables; return their row counts."""
    return nightly.build(folder("home"), stage)


@task_group
def transform() -> None:
    """Chain one task per stage."""
    chain(*(build.override(task_id=stage)(stage) for stage in nightly.STAGES))


@task
def check() -> dict[str, int]:
    """Ask every check; a failing one stops the night before anything is published."""
    return nightly.check(folder("home"))


@task
def publish() -> str:
    """Swap the link to the new generation; return its digest, or nothing where nothing changed."""
    return nightly.publish(folder("home"))


@task
def summarize() -> None:
    """Write the night's summary (counts and dollars) into this task's log."""
    log.info("%s", nightly.summarize(folder("home")))


@dag(
    dag_id="takeback_nightly",
    doc_md=__doc__,
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    tags=["takeback", "x12"],
    params={
        "inbox": folder_param("inbox", "where payers' and the billing system's X12 files are delivered"),
        "home": folder_param("home", "where raw files, lake and the published generations are kept"),
        "conformance_share": share_param(),
    },
    default_args={
        "owner": "takeback",
        "retries": 4,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2,
        "max_retry_delay": timedelta(minutes=15),
        "retry_policy": ExceptionRetryPolicy(
            [RetryRule(OSError, RetryAction.RETRY, reason="disk or network, may pass")], default=RetryAction.FAIL
        ),
    },
)
def takeback_nightly() -> None:
    """Chain the night's tasks."""
    loads = cast("TaskGroup", load.expand(load_id=discover()))
    chain(loads.children["land"], transform(), check(), publish(), summarize())
    chain(loads.children["conform"], publish_conformance())


nightly_dag = takeback_nightly()
