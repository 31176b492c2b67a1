"""Airflow for tests: always in a process of its own, with a metadata database that nobody else sees.

In: a folder of the test, and what to run. Out: the ended process. Never: this process's own Airflow settings.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def surroundings(folder: Path, paths: tuple[Path, ...] = (), **settings: str) -> dict[str, str]:
    """Return an environment with `folder` as inbox, home and Airflow's home; `paths` shadow the project's packages."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TAKEBACK", "PYTHON"))},
        "TAKEBACK_INBOX": str(folder / "inbox"),
        "TAKEBACK_HOME": str(folder / "home"),
        "TAKEBACK_AIRFLOW": str(folder / "airflow"),
        "PYTHONPATH": os.pathsep.join(map(str, (*paths, ROOT))),
        **settings,
    }


def python(
    folder: Path, *arguments: str, paths: tuple[Path, ...] = (), **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run Python to its end in such an environment."""
    return subprocess.run(
        [sys.executable, "-P", *arguments],
        cwd=folder,
        env=surroundings(folder, paths, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def night(folder: Path) -> subprocess.CompletedProcess[str]:
    """Do what `make run` does."""
    return python(folder, "-m", "dags.local", "run")
