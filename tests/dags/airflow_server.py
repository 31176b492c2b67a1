"""A whole Airflow for tests, as `make airflow` starts it: all its components, on loopback.

In: a folder, further settings. Out: answers of its API. Never: a component that outlives the `with` block.
"""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.dags.airflow_process import surroundings

PATIENCE = 300  # seconds that a busy machine may take for anything


class Server:
    """A running Airflow; `password` is that of its one user, `admin`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.url = f"http://127.0.0.1:{port}"
        self.token = ""

    def status(self, path: str, token: str | None = None) -> int:
        """Ask for a page, with a token or without; return the status code."""
        return self._answer("GET", path, None, token or "")[0]

    def page(self, path: str) -> str:
        """Ask for a page as `admin`."""
        return self._answer("GET", path, None, self.token)[1]

    def call(self, method: str, path: str, **body: Any) -> Any:
        """Call the API as `admin`; raises LookupError where it refuses."""
        status, text = self._answer(method, f"/api/v2{path}", body if method != "GET" else None, self.token)
        if status >= 400:
            raise LookupError(f"{method} {path}: {status} {text[:500]}")
        return json.loads(text)

    def sign_in(self) -> None:
        """Get a token with the password that Airflow made up at its first start."""
        passwords = json.loads((self.folder / "airflow" / "simple_auth_manager_passwords.json.generated").read_text())
        self.password = passwords["admin"]
        body = {"username": "admin", "password": self.password}
        self.token = json.loads(self._answer("POST", "/auth/token", body, "")[1])["access_token"]

    def run(self, dag_id: str, **conf: Any) -> str:
        """Trigger a DAG; return the id of the run."""
        self.call("PATCH", f"/dags/{dag_id}", is_paused=False)
        return str(self.call("POST", f"/dags/{dag_id}/dagRuns", logical_date=None, conf=conf)["dag_run_id"])

    def first_run(self, dag_id: str) -> str:
        """Unpause a DAG that Airflow schedules; return the id of its first run."""
        self.call("PATCH", f"/dags/{dag_id}", is_paused=False)
        return str(wait(lambda: self.call("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"])[0]["dag_run_id"])

    def first_night(self) -> tuple[dict[str, str], dict[str, int]]:
        """Let the scheduler do its first night, which must end well; return its tasks' states and what machines did."""
        nightly = "takeback_nightly"
        wait(lambda: self.status(f"/api/v2/dags/{nightly}", self.token) == 200)
        run = self.first_run(nightly)
        state, states = self.wait_for_run(nightly, run), self.states(nightly, run)
        assert state == "success", states
        return states, self.workers(nightly, run)

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """Return the state of each task of a run, of a mapped one with its name."""
        found = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200")["task_instances"]
        return {f"{task['task_id']} {task['rendered_map_index'] or ''}".strip(): task["state"] for task in found}

    def workers(self, dag_id: str, run_id: str) -> dict[str, int]:
        """Return how many tasks of a run each machine did."""
        found = self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances?limit=200")["task_instances"]
        return dict(Counter(task["hostname"] for task in found))

    def wait_for_run(self, dag_id: str, run_id: str) -> str:
        """Wait until a run has ended; return its state."""
        ended = {"success", "failed"}
        return wait(
            lambda: (state := self.call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]) in ended and str(state)
        )

    def _answer(self, method: str, path: str, body: Any, token: str) -> tuple[int, str]:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        content = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, content, headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - loopback
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def wait(ask: Any, patience: float = PATIENCE) -> Any:
    """Ask again until the answer is true; raises TimeoutError when patience ends."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if answer := ask():
            return answer
        time.sleep(1)
    raise TimeoutError("Airflow did not come to it in time")


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Server]:
    """Start Airflow with `folder` as inbox, home and Airflow's home; end it with all its processes."""
    port = free_port()
    with (folder / "ui.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dags.local", "ui", "--port", str(port)],
            cwd=folder,
            env=surroundings(folder, (folder,), **settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait(lambda: process.poll() is not None or "Ctrl-C" in (folder / "ui.log").read_text())
        assert process.poll() is None, (folder / "ui.log").read_text()
        server = Server(folder, port)
        server.sign_in()
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)
