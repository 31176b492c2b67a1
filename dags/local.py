"""Runs the nightly DAG on this one machine, with an Airflow of its own that nobody has to set up.

In: the DAG beside this file, and the folders that TAKEBACK_INBOX and TAKEBACK_HOME name.
Out: `run` does one night in this process, writes a line per task and the summary, and ends with 1 where a task failed;
`ui` serves Airflow on the loopback interface until it is interrupted. Both keep everything under `.takeback/airflow`.
Never: somebody's Airflow (its home and settings are not read), an address other than 127.0.0.1, a record's content.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from pluggy import HookimplMarker

DAGS = Path(__file__).resolve().parent
AIRFLOW_HOME = Path(os.environ.get("TAKEBACK_AIRFLOW", DAGS.parent / ".takeback" / "airflow")).absolute()
LOG = AIRFLOW_HOME / "nightly.log"
# The log servers of scheduler and triggerer listen on every address and cannot be told otherwise. On one machine the
# UI reads the log files themselves, so nothing is lost without them.
COMPONENTS = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
UNITS = {"check": ("checks", "wrong rows")}  # what a task's counts are counts of, where not of a table's rows
VERDICTS = {"conforms": "conform", "defective": "defective", "not_evaluable": "not evaluable"}
LAST = "summarize"  # what ends a night's work on the money; whatever else fails is said, and fails nothing
heard = HookimplMarker("airflow")  # marks a listener's methods without importing Airflow before its settings are made


def settings(port: int) -> dict[str, str]:
    """Return Airflow's settings as environment variables; `port` is the UI's."""
    url = f"http://127.0.0.1:{port}"
    return {
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW_CONFIG": str(AIRFLOW_HOME / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{AIRFLOW_HOME}/airflow.db",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        # Tasks have to be told of a port other than the default as well, or they report to nobody.
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
    }


def counted(task_id: str, result: object) -> str:
    """Say in a few words what a task returned."""
    if task_id == "conform" and isinstance(result, Mapping):
        return ", ".join(f"{count:,} {VERDICTS[verdict]}" for verdict, count in result.items() if count)
    if isinstance(result, Mapping):
        what, of_it = UNITS.get(task_id, ("tables", "rows"))
        return f"{len(result)} {what}, {sum(result.values()):,} {of_it}"
    if isinstance(result, list):
        return f"{len(result):,} new {'load' if len(result) == 1 else 'loads'}"
    if isinstance(result, str):
        what = "tables" if task_id == "publish_conformance" else "generation"
        return f"{what} {result[:12]}" if result else "nothing changed"
    return ""


class Progress:
    """An Airflow listener that writes one line for each task that ended, and keeps why tasks failed."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.returned: dict[str, object] = {}
        self.failures: dict[str, str] = {}

    def write(self, task: Any, said: str) -> None:
        """Write a task's name, what it said and how long it took."""
        name = task.task_id if task.map_index < 0 else f"{task.task_id} {task.rendered_map_index}"
        took = (task.end_date - task.start_date).total_seconds()
        self.out.write(f"  {name:<24} {said:<36} {took:5.1f} s\n")
        self.out.flush()

    @heard
    def on_task_instance_success(self, task_instance: Any) -> None:
        """Write what the task returned."""
        mapped = task_instance.map_index if task_instance.map_index >= 0 else None
        returned = task_instance.xcom_pull(task_ids=task_instance.task_id, map_indexes=mapped)
        self.returned[task_instance.task_id] = returned
        self.write(task_instance, counted(task_instance.task_id, returned))

    @heard
    def on_task_instance_failed(self, task_instance: Any, error: object) -> None:
        """Write that the task failed; Airflow tries again where its retry policy says so."""
        self.failures[task_instance.task_id] = str(error)
        self.write(task_instance, "failed")


@contextmanager
def output_to(path: Path) -> Iterator[TextIO]:
    """Send all that this process and its libraries write into a file; yield what was standard output."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = [os.dup(1), os.dup(2)]
    with path.open("wb") as file, os.fdopen(os.dup(1), "w") as terminal:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield terminal
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, saved in enumerate(kept, start=1):
                os.dup2(saved, number)
                os.close(saved)


def run_dag(progress: Progress) -> bool:
    """Run the DAG once through Airflow, task after task in this process; return whether it succeeded."""
    from airflow.sdk.listener import get_listener_manager
    from airflow.utils.db import initdb

    initdb()
    from dags.takeback_nightly import nightly_dag

    get_listener_manager().add_listener(progress)  # type: ignore[no-untyped-call]
    return str(nightly_dag.test().state) == "success"


def run() -> int:
    """Do one night and say what was found; return 0, or 1 where a task failed."""
    from warehouse import nightly

    home = Path(os.environ["TAKEBACK_HOME"]).absolute()
    sys.stdout.write(f"takeback_nightly on Airflow {version('apache-airflow')}, its log: {LOG}\n")
    with output_to(LOG) as terminal:
        progress = Progress(terminal)
        run_dag(progress)
    published = LAST in progress.returned
    if progress.failures or not published:
        so_what = "but the night's work on the money is done" if published else "the last generation still serves"
        sys.stderr.write(f"\nfailed, {so_what}\n")
        sys.stderr.writelines(f"  {task}: {reason}\n" for task, reason in progress.failures.items())
    if not published:
        return 1
    changed = "" if progress.returned.get("publish") else "nothing changed\n"
    sys.stdout.write(f"\n{changed}{nightly.summarize(home)}\n")
    return 0


def ui(port: int) -> int:
    """Serve the UI, scheduler and all, until interrupted; return 1 where a component ended by itself."""
    airflow = shutil.which("airflow", path=str(Path(sys.executable).parent)) or "airflow"
    subprocess.run([airflow, "db", "migrate"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own Airflow
    running = {
        name: subprocess.Popen(  # noqa: S603 - our own Airflow, options from the table above
            [airflow, name, *options], stdout=(AIRFLOW_HOME / f"{name}.log").open("wb"), stderr=subprocess.STDOUT
        )
        for name, options in COMPONENTS.items()
    }
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        told = False
        while not (ended := [name for name, process in running.items() if process.poll() is not None]):
            if not told and is_up(port):
                told = True
                sys.stdout.write(
                    f"Airflow: http://127.0.0.1:{port}/dags/takeback_nightly\n"
                    f"user admin, password in {AIRFLOW_HOME}/simple_auth_manager_passwords.json.generated\n"
                    f"logs in {AIRFLOW_HOME}; Ctrl-C ends it\n"
                )
                sys.stdout.flush()
            time.sleep(0.5)
        sys.stderr.write("".join(f"{name} ended, see {AIRFLOW_HOME / name}.log\n" for name in ended))
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            process.wait()


def is_up(port: int) -> bool:
    """Tell whether the UI answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/monitor/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def main() -> int:
    """Read the command, make the settings, do it."""
    parser = argparse.ArgumentParser(prog="python -m dags.local", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("command", choices=("run", "ui"))
    parser.add_argument("--port", type=int, default=8080, help="the UI's (default: %(default)s)")
    arguments = parser.parse_args()
    os.umask(0o077)
    AIRFLOW_HOME.mkdir(parents=True, exist_ok=True)
    os.environ.update(settings(arguments.port))
    return run() if arguments.command == "run" else ui(arguments.port)


if __name__ == "__main__":
    sys.exit(main())
