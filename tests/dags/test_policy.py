"""What the nightly DAG promises before it runs: when, how often, what is tried again, what it costs to read it."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from dags.servers import COMPONENTS
from tests.dags.airflow_process import ROOT, python

DESCRIBE = """
import json, os, sys, time
from dags.servers import AIRFLOW_HOME, DAGS, settings
AIRFLOW_HOME.mkdir(parents=True)
os.environ.update(settings(8080))
if "FOREIGN" in os.environ:  # an Airflow in which nobody has made a pool for us
    del os.environ["TAKEBACK_POOL"]
import airflow.sdk
from airflow.dag_processing.dagbag import DagBag
before, started = set(sys.modules), time.perf_counter()
folder = type(DAGS)(os.environ.get("FOLDER", DAGS))
bag = DagBag(dag_folder=str(folder), bundle_path=folder, bundle_name="dags-folder")
took = time.perf_counter() - started
heavy = {"duckdb", "numpy", "pandas", "pyarrow", "pyx12", "edi"} & (set(sys.modules) - before)
from edi.problems import X12Error
from warehouse.errors import BusyError, CheckFailed
def decision(task, error):
    return task.retry_policy.evaluate(error, 1, 4).action.value
def kept(task, name):  # what a mapped task was given is in its partial arguments
    return getattr(task, name, None) or getattr(task, "partial_kwargs", {}).get(name)
def described(dag):
    return {
        "paused": dag.is_paused_upon_creation,
        "waits": {t.task_id: w.total_seconds() for t in dag.tasks if (w := kept(t, "response_timeout"))},
        "max_active_runs": dag.max_active_runs, "catchup": dag.catchup, "tags": sorted(dag.tags), "doc_md": dag.doc_md,
        "description": dag.description,
        "assets": [a.name for a in getattr(getattr(dag.timetable, "asset_condition", None), "objects", [])],
        "schedule": str(getattr(dag.timetable, "expression", None)),
        "timezone": str(getattr(dag.timetable, "timezone", None)),
        "params": {k: {"value": v.value, "about": v.description, **v.schema} for k, v in dag.params.items()},
        "deadlines": [[a.interval.total_seconds(), a.callback.path] for a in dag.deadline or []],
        "on_failure": getattr(dag.on_failure_callback, "__qualname__", None),
        "retries": {t.task_id: t.retries for t in dag.tasks},
        "backoff": {t.retry_exponential_backoff for t in dag.tasks}.pop(),
        "rules": {t.task_id: t.trigger_rule.value for t in dag.tasks},
        "at_once": {t.task_id: t.max_active_tis_per_dag for t in dag.tasks},
        "pools": {t.task_id: kept(t, "pool") for t in dag.tasks},
        "outlets": {t.task_id: [o.name for o in kept(t, "outlets") or []] for t in dag.tasks},
        "divided": [t.task_id for t in dag.tasks if kept(t, "multiple_outputs")],
        "names": {t.task_id: name for t in dag.tasks if (name := kept(t, "map_index_template"))},
        "downstream": {t.task_id: sorted(t.downstream_task_ids) for t in dag.tasks},
        "notes": {t.task_id: kept(t, "doc_md") or "" for t in dag.tasks},
        "decisions": [
            {e.__name__: decision(t, e()) for e in (OSError, BusyError, X12Error, CheckFailed, ValueError, MemoryError)}
            for t in dag.tasks if t.retry_policy
        ],
    }
print(json.dumps({
    "errors": {str(k): v for k, v in bag.import_errors.items()}, "took": took, "heavy": sorted(heavy),
    "ignored": sorted(p.name for p in DAGS.glob("*.py") if p.name in (DAGS / ".airflowignore").read_text().split()),
    "files": sorted(p.name for p in DAGS.glob("*.py")),
    "dags": {name: described(dag) for name, dag in bag.dags.items()},
    "settings": settings(8081),
}))
"""
STAGES = ("lake", "codes", "staging", "share", "takebacks", "numbers", "candidates", "layouts", "decisions", "marts")
SIDE_BY_SIDE = {"takebacks", "candidates", "decisions"}
ORDER = [
    "discover",
    "land",
    *(f"transform.{stage}" for stage in STAGES),
    "check",
    "publish",
    "summarize",
]
ALONE = {f"transform.{stage}" for stage in STAGES if stage not in SIDE_BY_SIDE}
WRITERS = {"discover", *ALONE, "check", "publish", "report", "replay", "rebuild"}


def read(folder: Path, **settings: str) -> dict[str, Any]:
    """Let Airflow's own DAG bag read the DAG folder and describe what it found."""
    ended = python(folder, "-c", DESCRIBE, **settings)
    assert ended.returncode == 0, ended.stderr
    description: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return description


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Describe all DAGs, as the settings of `make airflow` have them."""
    return read(tmp_path_factory.mktemp("policy"))


@pytest.fixture(scope="module")
def dag(bag: dict[str, Any]) -> dict[str, Any]:
    """Describe the nightly one."""
    nightly: dict[str, Any] = bag["dags"]["takeback_nightly"]
    return nightly


def test_the_folder_holds_our_dags_and_no_import_error(bag: dict[str, Any]) -> None:
    assert (sorted(bag["dags"]), bag["errors"]) == (["takeback_again", "takeback_decisions", "takeback_nightly"], {})
    assert [name for name in bag["files"] if name not in bag["ignored"]] == [
        f"{name}.py" for name in sorted(bag["dags"])
    ]


def test_reading_the_dags_is_cheap(bag: dict[str, Any]) -> None:
    assert bag["heavy"] == []
    assert bag["took"] < 3


def test_it_runs_nightly_and_never_twice_at_once(dag: dict[str, Any]) -> None:
    minute, hour, *days = dag["schedule"].split()
    assert minute.isdigit()
    assert hour.isdigit()
    assert days == ["*", "*", "*"]
    assert (dag["max_active_runs"], dag["catchup"]) == (1, False)


def test_each_dag_and_each_task_says_what_to_do_when_it_is_red(bag: dict[str, Any]) -> None:
    for dag in bag["dags"].values():
        assert "When a task is red" in dag["doc_md"]
        assert dag["description"]
        assert "takeback" in dag["tags"]
        for task, notes in dag["notes"].items():
            assert f"| `{task.partition('.')[0]}` |" in dag["doc_md"]
            assert "**When it is red**: " in notes, task
            assert "**What to do**: " in notes, task


def test_each_parameter_has_a_type_a_title_and_a_meaning(bag: dict[str, Any]) -> None:
    for dag in bag["dags"].values():
        for name, param in dag["params"].items():
            assert param["type"], name
            assert param["title"], name
            assert param["about"].endswith("."), name


def test_the_tasks_of_the_money_follow_one_another(dag: dict[str, Any]) -> None:
    after = {task: [follows] for task, follows in pairwise(ORDER)} | {ORDER[-1]: []}
    after |= {task: sorted([*after[task], "conform"]) for task in ("discover", "land")}
    after |= {"land": ["announce_lake", *after["land"]], "publish": ["announce_warehouse", "report", "summarize"]}
    rest: dict[str, list[str]] = {"conform": ["publish_conformance"], "publish_conformance": []}
    assert dag["downstream"] == after | rest | {"announce_lake": [], "announce_warehouse": [], "report": []}


def test_other_dags_can_wait_for_the_lake_and_the_warehouse(bag: dict[str, Any]) -> None:
    outlets = {
        (name, task): names for name, dag in bag["dags"].items() for task, names in dag["outlets"].items() if names
    }
    assert outlets == {
        ("takeback_nightly", "announce_lake"): ["takeback_lake"],
        ("takeback_nightly", "announce_warehouse"): ["takeback_warehouse"],
        ("takeback_again", "announce_warehouse"): ["takeback_warehouse"],
    }
    assert dict.fromkeys(("announce_lake", "announce_warehouse"), "all_success").items() <= (
        bag["dags"]["takeback_nightly"]["rules"].items()
    ), "who waits is not run in vain: nothing landed skips one, nothing changed the other"


def test_the_example_of_a_dag_that_waits_for_the_warehouse_is_one(tmp_path: Path) -> None:
    notes = (ROOT / "dags" / "README.md").read_text()
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "worklist.py").write_text(notes.partition("```python\n")[2].partition("```")[0])
    found = read(tmp_path, FOLDER=str(tmp_path / "dags"))
    assert found["errors"] == {}
    assert found["dags"]["worklist"]["assets"] == ["takeback_warehouse"]


def test_each_setting_is_in_the_notes(bag: dict[str, Any]) -> None:
    notes = (ROOT / "dags" / "README.md").read_text()
    code = "".join((ROOT / "dags" / name).read_text() for name in bag["files"])
    named = set(re.findall(r"TAKEBACK_[A-Z_]+[A-Z]", code)) - {"TAKEBACK_AIRFLOW", "TAKEBACK_RESTATEMENT_LIMIT"}
    assert {name for name in named if f"`{name}" not in notes} == set()


def test_a_pod_sees_the_folders_is_nobody_of_rank_and_keeps_no_secret() -> None:
    spec = yaml.safe_load((ROOT / "dags" / "pod_template.yaml").read_text())["spec"]
    (container,) = spec["containers"]
    assert (container["name"], spec["restartPolicy"]) == ("base", "Never"), "as KubernetesExecutor wants it"
    settings = {each["name"]: each["value"] for each in container["env"]}
    (shared,) = (mount["mountPath"] for mount in container["volumeMounts"] if mount["name"] == "takeback")
    assert {Path(settings[f"TAKEBACK_{name}"]).parent for name in ("INBOX", "HOME")} == {Path(shared)}
    notes = (ROOT / "README.md").read_text() + (ROOT / "dags" / "README.md").read_text()
    assert {name for name in settings if name.startswith("TAKEBACK") and f"`{name}" not in notes} == set()
    assert (spec["securityContext"]["runAsNonRoot"], spec["automountServiceAccountToken"]) == (True, False)
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert "secretKeyRef" not in str(spec)


def test_one_task_at_a_time_writes_where_there_is_a_pool(bag: dict[str, Any], tmp_path: Path) -> None:
    for dag in bag["dags"].values():
        assert {task for task, pool in dag["pools"].items() if pool == "takeback_writer"} == WRITERS & set(dag["pools"])
    foreign = read(tmp_path, FOREIGN="yes")["dags"]
    assert {pool for dag in foreign.values() for pool in dag["pools"].values()} == {"default_pool"}, (
        "a task whose pool does not exist waits for ever"
    )


def test_the_counts_of_a_task_are_kept_as_one_value_and_not_again_for_each_table(bag: dict[str, Any]) -> None:
    assert {task for dag in bag["dags"].values() for task in dag["divided"]} == set()


def test_mapped_tasks_are_named_by_what_they_are_about(bag: dict[str, Any]) -> None:
    names = {task: name for dag in bag["dags"].values() for task, name in dag["names"].items()}
    groups = [f"transform.{task}" for task in sorted(SIDE_BY_SIDE)]
    assert sorted(names) == ["conform", "decide", "land", *groups]
    assert all("load_id'][:12]" in names[task] for task in ("conform", "land"))
    assert all("group'] }}" in names[task] for task in groups)


def test_a_person_is_asked_after_a_publish_and_nothing_waits_for_the_answer(bag: dict[str, Any]) -> None:
    asking = bag["dags"]["takeback_decisions"]
    assert asking["assets"] == ["takeback_warehouse"]
    assert asking["paused"], "whoever wants to be asked switches it on"
    assert asking["outlets"] == {"list_undecided": [], "decide": []}, "it sets nothing off"
    assert 0 < asking["waits"]["decide"] < 24 * 3600, "before the next night's questions come"
    assert asking["params"]["above"]["value"] == 1000


def test_a_night_has_an_hour_by_which_it_must_be_done(dag: dict[str, Any], tmp_path: Path) -> None:
    assert dag["deadlines"] == [[4.5 * 3600, "dags.alerts.late"]], "02:30 to 07:00"
    other = read(tmp_path, TAKEBACK_START_AT="22:45", TAKEBACK_FRESH_BY="06:15", TAKEBACK_TIMEZONE="America/New_York")[
        "dags"
    ]["takeback_nightly"]
    assert (other["schedule"], other["timezone"]) == ("45 22 * * *", "America/New_York")
    assert other["deadlines"] == [[7.5 * 3600, "dags.alerts.late"]]


def test_a_setting_that_makes_no_sense_is_an_import_error(tmp_path: Path) -> None:
    found = read(tmp_path, TAKEBACK_FRESH_BY="seven")
    assert "takeback_nightly" not in found["dags"]
    assert any("TAKEBACK_FRESH_BY: expected a time of day such as 07:00" in error for error in found["errors"].values())


def test_whom_to_tell_is_asked_when_a_run_fails(bag: dict[str, Any]) -> None:
    assert {dag["on_failure"] for dag in bag["dags"].values()} == {"failed"}


def test_the_money_waits_for_no_advice(dag: dict[str, Any]) -> None:
    reached, left = set(), ["conform"]
    while left:
        reached.add(task := left.pop())
        left += dag["downstream"][task]
    assert reached == {"conform", "publish_conformance"}
    assert dag["rules"]["publish_conformance"] == "all_done", "a load that cannot be judged turns no night red"
    assert dag["at_once"]["conform"] == 1, "the other cores are the money's"


def test_only_failures_of_io_are_tried_again(bag: dict[str, Any]) -> None:
    for dag in bag["dags"].values():
        for decisions in dag["decisions"]:
            assert decisions == {
                "OSError": "retry", "BusyError": "retry",
                "X12Error": "fail", "CheckFailed": "fail", "ValueError": "fail", "MemoryError": "fail",
            }  # fmt: skip
        assert set(dag["retries"].values()) == {4}
        assert dag["backoff"] > 1


def test_its_folders_come_from_the_settings_of_the_command_line(dag: dict[str, Any], tmp_path: Path) -> None:
    values = {name: param["value"] for name, param in dag["params"].items()}
    assert [values.pop(name) for name in ("conformance_share", "accept_restatement", "fanout")] == [0.05, False, 1]
    assert {name: Path(folder).name for name, folder in values.items()} == {"inbox": "inbox", "home": "home"}
    assert all(tmp_path.parent in Path(folder).parents for folder in values.values())


def test_a_share_is_a_number_from_0_to_1_and_a_wrong_default_is_no_import_error(
    dag: dict[str, Any], tmp_path: Path
) -> None:
    share = dag["params"]["conformance_share"]
    assert (share["type"], share["minimum"], share["maximum"]) == ("number", 0, 1)
    found = read(tmp_path, TAKEBACK_CONFORMANCE_SHARE="1.5")
    assert found["dags"]["takeback_nightly"]["params"]["conformance_share"]["value"] == "1.5"


def test_our_own_airflow_listens_on_loopback_shows_no_examples_and_tells_nobody(bag: dict[str, Any]) -> None:
    settings = bag["settings"]
    assert settings["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert all("127.0.0.1:8081" in url for url in settings.values() if url.startswith("http"))
    assert settings["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert settings["AIRFLOW__USAGE_DATA_COLLECTION__ENABLED"] == "False"
    assert settings["AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS"] == "0o700"
    assert settings["AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS"] == "0o600"
    assert {name for name, options in COMPONENTS.items() if "--skip-serve-logs" in options} == {
        "scheduler",
        "triggerer",
    }
