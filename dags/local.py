"""Runs the nightly DAG on this one machine, with an Airflow of its own that nobody has to set up.

In: the DAGs beside this file, and the folders that TAKEBACK_INBOX and TAKEBACK_HOME name.
Out: `run` does one night in this process, writes a line per task and the summary, and ends with 1 where a task failed;
`ui` serves Airflow on the loopback interface until it is interrupted. Both keep everything under `.takeback/airflow`.
Never: somebody's Airflow, a record's content.
"""

import argparse
import os
import sys
from importlib.metadata import version

from dags import servers
from dags.progress import Progress, output_to
from dags.servers import AIRFLOW_HOME, settings

LOG = AIRFLOW_HOME / "nightly.log"
LAST = "summarize"  # what ends a night's work on the money; whatever else fails is said, and fails nothing


def run_dag(progress: Progress) -> bool:
    """Run the DAG once through Airflow, task after task in this process; return whether it succeeded."""
    from airflow.sdk.listener import get_listener_manager

    servers.prepare()
    from dags.takeback_nightly import nightly_dag

    get_listener_manager().add_listener(progress)  # type: ignore[no-untyped-call]
    nightly_dag.deadline = None  # dag.test() of Airflow 3.3 fails after a run that has one (apache/airflow#73428)
    return str(nightly_dag.test().state) == "success"


def run() -> int:
    """Do one night and say what was found; return 0, or 1 where a task failed."""
    from warehouse import nightly
    from warehouse.home import setting

    home = setting("TAKEBACK_HOME", None)
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
    with output_to(AIRFLOW_HOME / "database.log"):
        servers.configure()
        servers.prepare()
    return servers.serve(port)


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
