"""What the nightly DAG promises before it runs: when, how often, what is tried again, what it costs to read it."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.dags.airflow_process import python

DESCRIBE = """
import json, os, sys, time
from dags.local import AIRFLOW_HOME, DAGS, settings
AIRFLOW_HOME.mkdir(parents=True)
os.environ.update(settings(8080))
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
before, started = set(sys.modules), time.perf_counter()
bag = DagBag(dag_folder=str(DAGS), bundle_path=DAGS, bundle_name="dags-folder")
took = time.perf_counter() - started
heavy = {"duckdb", "numpy", "pandas", "pyarrow", "pyx12", "edi"} & (set(sys.modules) - before)
dag = bag.dags["takeback_nightly"]
from warehouse.errors import BusyError, CheckFailed
def decision(error):
    return dag.tasks[0].retry_policy.evaluate(error, 1, 4).action.value
print(json.dumps({
    "dags": sorted(bag.dags), "errors": {str(k): v for k, v in bag.import_errors.items()},
    "took": took, "heavy": sorted(heavy),
    "max_active_runs": dag.max_active_runs, "catchup": dag.catchup, "tags": sorted(dag.tags), "doc_md": dag.doc_md,
    "schedule": str(dag.timetable.expression), "params": {k: dag.params[k] for k in dag.params},
    "retries": {t.task_id: t.retries for t in dag.tasks},
    "backoff": {t.retry_exponential_backoff for t in dag.tasks}.pop(),
    "rules": {t.task_id: t.trigger_rule.value for t in dag.tasks},
    "at_once": {t.task_id: t.max_active_tis_per_dag for t in dag.tasks},
    "downstream": {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks},
    "described": {t.task_id: bool(t.doc_md or getattr(t, "partial_kwargs", {}).get("doc_md")) for t in dag.tasks},
    "decisions": {e.__name__: decision(e()) for e in (OSError, BusyError, CheckFailed, ValueError, MemoryError)},
}))
"""
ORDER = [
    "discover",
    "land",
    *(f"transform.{stage}" for stage in ("lake", "codes", "staging", "takebacks", "matching")),
    *(f"transform.{stage}" for stage in ("ledger", "findings", "marts")),
    "check",
    "publish",
    "summarize",
]


@pytest.fixture(scope="module")
def dag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Let Airflow's own DAG bag read the DAG folder and describe what it found."""
    ended = python(tmp_path_factory.mktemp("policy"), "-c", DESCRIBE)
    assert ended.returncode == 0, ended.stderr
    description: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return description


def test_the_folder_holds_one_dag_and_no_import_error(dag: dict[str, Any]) -> None:
    assert (dag["dags"], dag["errors"]) == (["takeback_nightly"], {})


def test_reading_the_dag_is_cheap(dag: dict[str, Any]) -> None:
    assert dag["heavy"] == []
    assert dag["took"] < 3


def test_it_runs_nightly_and_never_twice_at_once(dag: dict[str, Any]) -> None:
    minute, hour, *days = dag["schedule"].split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert days == ["*", "*", "*"]
    assert (dag["max_active_runs"], dag["catchup"]) == (1, False)


def test_it_explains_itself(dag: dict[str, Any]) -> None:
    assert "When a task is red" in dag["doc_md"]
    for task in ("discover", "land", "transform", "check", "publish", "conform", "publish_conformance"):
        assert f"| `{task}" in dag["doc_md"]
    assert "takeback" in dag["tags"]
    assert all(dag["described"].values())


def test_the_tasks_of_the_money_follow_one_another(dag: dict[str, Any]) -> None:
    after = {task: [follows] for task, follows in pairwise(ORDER)} | {ORDER[-1]: []}
    after |= {task: sorted([*after[task], "conform"]) for task in ("discover", "land")}
    assert dag["downstream"] == {**after, "conform": ["publish_conformance"], "publish_conformance": []}


def test_the_money_waits_for_no_advice(dag: dict[str, Any]) -> None:
    reached, left = set(), ["conform"]
    while left:
        reached.add(task := left.pop())
        left += dag["downstream"][task]
    assert reached == {"conform", "publish_conformance"}
    assert dag["rules"]["publish_conformance"] == "all_done", "a load that cannot be judged turns no night red"
    assert dag["at_once"]["conform"] == 1, "the other cores are the money's"


def test_only_failures_of_io_are_tried_again(dag: dict[str, Any]) -> None:
    assert dag["decisions"] == {
        "OSError": "retry", "BusyError": "retry", "CheckFailed": "fail", "ValueError": "fail", "MemoryError": "fail",
    }  # fmt: skip
    assert set(dag["retries"].values()) == {4}
    assert dag["backoff"] > 1


def test_its_folders_come_from_the_settings_of_the_command_line(dag: dict[str, Any], tmp_path: Path) -> None:
    assert dag["params"].pop("conformance_share") == "0.05"
    assert {name: Path(folder).name for name, folder in dag["params"].items()} == {"inbox": "inbox", "home": "home"}
    assert all(tmp_path.parent in Path(folder).parents for folder in dag["params"].values())
