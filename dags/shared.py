"""What our DAGs share: settings, parameters, assets, when a task is tried again, how a task explains itself.

In: environment variables `TAKEBACK_*`, read while Airflow parses a DAG file; dags/README.md lists them.
Out: values that DAG files put into their decorators. Never: a heavy import, a database, a connection to anything: all
this is done again with every parse. A setting that makes no sense is an import error, which Airflow shows on its first
page, and never a DAG that runs otherwise than somebody thinks.
"""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.sdk import (
    DAG,
    Asset,
    CronTriggerTimetable,
    ExceptionRetryPolicy,
    Param,
    RetryAction,
    RetryRule,
    get_current_context,
)
from airflow.sdk.definitions.mappedoperator import MappedOperator

from warehouse.errors import BusyError
from warehouse.home import setting

# Names for DAGs of others to be scheduled on. They say what changed, not where it lies: the home is a parameter.
LAKE = Asset(name="takeback_lake", uri="x-takeback://lake", group="takeback")
WAREHOUSE = Asset(name="takeback_warehouse", uri="x-takeback://warehouse", group="takeback")

# Only one task may write to a home. The home's own lock makes sure of it; a pool of one slot lets the others wait in
# the scheduler instead of being refused and tried again. A task whose pool does not exist waits for ever, so a pool is
# named by setting only, and Airflow's default pool always exists.
POOL = os.environ.get("TAKEBACK_POOL", "default_pool")
TIMEZONE = os.environ.get("TAKEBACK_TIMEZONE", "UTC")
START_AT = os.environ.get("TAKEBACK_START_AT", "02:30")
FRESH_BY = os.environ.get("TAKEBACK_FRESH_BY", "07:00")

# What an Airflow connection to an object store may say beside its login and password, by the variable that boto3 reads.
STORAGE = {
    "AWS_SESSION_TOKEN": "aws_session_token",
    "AWS_ENDPOINT_URL": "endpoint_url",
    "AWS_DEFAULT_REGION": "region_name",
}

START = datetime(2026, 1, 1, tzinfo=UTC)
RETRIES = {
    "owner": "takeback",
    "retries": 4,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": ExceptionRetryPolicy(
        [
            RetryRule(BusyError, retry_delay=timedelta(minutes=10), reason="another run is at work on the home"),
            RetryRule(OSError, reason="disk or network, may pass"),
        ],
        default=RetryAction.FAIL,  # bad X12, a wrong setting, a failing check, a defect: it would fail again
    ),
}


def clock(name: str, text: str) -> timedelta:
    """Return a setting that is a time of day as the time since midnight; ValueError where it is none."""
    hour, _, minute = text.partition(":")
    if not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise ValueError(f"{name}: expected a time of day such as 07:00")
    return timedelta(hours=int(hour), minutes=int(minute))


def every_night() -> CronTriggerTimetable:
    """Start at TAKEBACK_START_AT, in the zone that TAKEBACK_TIMEZONE names."""
    minutes = clock("TAKEBACK_START_AT", START_AT) // timedelta(minutes=1)
    return CronTriggerTimetable(f"{minutes % 60} {minutes // 60} * * *", timezone=TIMEZONE)


def fresh_within() -> timedelta:
    """Return how long after its start a night must be done, so that the warehouse is fresh by TAKEBACK_FRESH_BY."""
    return (clock("TAKEBACK_FRESH_BY", FRESH_BY) - clock("TAKEBACK_START_AT", START_AT)) % timedelta(days=1)


def folder_param(name: str, title: str, meaning: str) -> Param:
    """Describe a folder that a run may be given; TAKEBACK_<NAME> is its default, as it is the command line's."""
    default = os.environ.get(f"TAKEBACK_{name.upper()}", f"/var/lib/takeback/{name}")
    return Param(default, meaning, type="string", minLength=1, title=title)


def inbox_param() -> Param:
    """Describe the inbox."""
    return folder_param(
        "inbox", "Inbox", "Where payers' and the billing system's X12 files are delivered: a folder, or s3://..."
    )


def home_param() -> Param:
    """Describe the home."""
    return folder_param(
        "home", "Home", "Where raw files, lake and the published generations are kept: a folder, or s3://..."
    )


def share_param() -> Param:
    """Describe the share of transactions that pyx12 judges; a wrong default fails `conform`, never the whole DAG."""
    default = os.environ.get("TAKEBACK_CONFORMANCE_SHARE", "0.05")
    meaning = "Share of the transactions that pyx12 judges, 0 to 1. That is advice, and slow."
    if re.fullmatch(r"0?\.\d+|[01](\.0*)?", default):
        return Param(float(default), meaning, type="number", minimum=0, maximum=1, title="Conformance share")
    return Param(default, meaning, type=["string", "number"], title="Conformance share")


def fanout_param() -> Param:
    """Describe into how many groups the transforms are divided; a wrong default fails `share`, never the whole DAG."""
    default = os.environ.get("TAKEBACK_FANOUT", "1")
    meaning = "Groups of payee enterprises whose tables are built side by side, at most. For several workers."
    if re.fullmatch(r"[1-9]\d{0,3}", default):
        return Param(int(default), meaning, type="integer", minimum=1, title="Groups of payee enterprises")
    return Param(default, meaning, type=["string", "integer"], title="Groups of payee enterprises")


def folder(name: str) -> Path:
    """Return the folder that this run was given, or the one that stands for its place on object storage."""
    introduce()
    return setting(f"TAKEBACK_{name.upper()}", get_current_context()["params"][name])


def introduce() -> None:
    """Tell this task's process who it is to an object store, where a connection says so; Airflow masks its password.

    Each task is a process of its own, so that this ends with it.
    """
    if name := os.environ.get("TAKEBACK_STORAGE"):
        from airflow.sdk import BaseHook

        connection = BaseHook.get_connection(name)
        known = {"AWS_ACCESS_KEY_ID": connection.login, "AWS_SECRET_ACCESS_KEY": connection.password}
        known |= {variable: connection.extra_dejson.get(key) for variable, key in STORAGE.items()}
        os.environ.update({variable: str(value) for variable, value in known.items() if value})


def _explained(triage: str, task: str, sentence: str) -> str:
    """Return a task's notes: what it does, then its rows of the DAG's table of triage; ValueError where it has none."""
    rows = [line.split("|")[2:4] for line in triage.splitlines() if line.startswith(f"| `{task}` |")]
    if not rows:
        raise ValueError(f"the table of triage says nothing of {task}")
    notes = [f"**When it is red**: {reason.strip()}\n\n**What to do**: {remedy.strip()}" for reason, remedy in rows]
    return "\n\n".join([sentence, *notes])


def explain(dag: DAG) -> DAG:
    """Give each task its notes: the first line of its docstring, or what it says of itself, and its rows of triage.

    The tasks of a group with a name share that group's rows.
    """
    for task in dag.tasks:
        said = (task.doc_md or "").strip().partition("\n")[0]
        notes = _explained(dag.doc_md or "", task.task_id.partition(".")[0], said)
        if isinstance(task, MappedOperator):
            task.partial_kwargs["doc_md"] = notes
        else:
            task.doc_md = notes
    return dag
