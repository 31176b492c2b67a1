"""An Airflow of our own on this one machine: its settings, its database, its components.

In: the folder that TAKEBACK_AIRFLOW names (`.takeback/airflow`), and a port. Out: environment variables, and running
components until they are interrupted. Never: somebody's Airflow (its home and settings are not read), an address other
than 127.0.0.1, a word to anybody outside of this machine.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

DAGS = Path(__file__).resolve().parent
AIRFLOW_HOME = Path(os.environ.get("TAKEBACK_AIRFLOW", DAGS.parent / ".takeback" / "airflow")).absolute()
# The log servers of scheduler and triggerer listen on every address and cannot be told otherwise. On one machine the
# UI reads the log files themselves, so nothing is lost without them.
COMPONENTS = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
POOL = "takeback_writer"


def settings(port: int) -> dict[str, str]:
    """Return Airflow's settings as environment variables; `port` is the UI's."""
    url = f"http://127.0.0.1:{port}"
    return {
        "AIRFLOW_HOME": str(AIRFLOW_HOME),
        "AIRFLOW_CONFIG": str(AIRFLOW_HOME / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(max(4, os.cpu_count() or 1)),  # processes that wait for tasks, 32 if not said
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{AIRFLOW_HOME}/airflow.db",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "AIRFLOW__LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        # Tasks have to be told of a port other than the default as well, or they report to nobody.
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "TAKEBACK_POOL": POOL,
    }


def command() -> str:
    """Return the path of Airflow's command."""
    return shutil.which("airflow", path=str(Path(sys.executable).parent)) or "airflow"


def configure() -> None:
    """Let Airflow's command write its configuration, with secrets that it makes up.

    Components that found none would write one each, and then refuse each other's tokens.
    """
    subprocess.run([command(), "db", "migrate"], check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own Airflow


def prepare() -> None:
    """Make Airflow's database, and in it the pool of one slot for the one writer."""
    from airflow.models.pool import Pool
    from airflow.utils.db import initdb

    initdb()
    Pool.create_or_update_pool(POOL, 1, "one task at a time writes to the home", include_deferred=False)


def serve(port: int) -> int:
    """Serve the UI, scheduler and all, until interrupted; return 1 where a component ended by itself."""
    running = {
        name: subprocess.Popen(  # noqa: S603 - our own Airflow, options from the table above
            [command(), name, *options], stdout=(AIRFLOW_HOME / f"{name}.log").open("wb"), stderr=subprocess.STDOUT
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
