"""Writes a line for each task that ends, while a night runs in this process.

In: what Airflow tells its listeners. Out: lines on the terminal; all else that is written goes into a file.
Never: more of a task's result than counts and ids.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from pluggy import HookimplMarker

UNITS = {"check": ("checks", "wrong rows")}  # what a task's counts are counts of, where not of a table's rows
LISTS = dict.fromkeys(("transform.share", "transform.numbers", "transform.layouts"), "group")  # else: new load
VERDICTS = {"conforms": "conform", "defective": "defective", "not_evaluable": "not evaluable"}
heard = HookimplMarker("airflow")  # marks a listener's methods without importing Airflow before its settings are made


def counted(task_id: str, result: object) -> str:
    """Say in a few words what a task returned."""
    if task_id == "conform" and isinstance(result, Mapping):
        return ", ".join(f"{count:,} {VERDICTS[verdict]}" for verdict, count in result.items() if count)
    if isinstance(result, Mapping):
        what, of_it = UNITS.get(task_id, ("tables", "rows"))
        return f"{len(result)} {what}, {sum(result.values()):,} {of_it}"
    if isinstance(result, list):
        what = LISTS.get(task_id, "new load")
        return f"{len(result):,} {what if len(result) == 1 else what + 's'}"
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
        name = task.task_id if task.map_index < 0 else f"{task.task_id} {task.rendered_map_index.partition(' ')[2]}"
        took = (task.end_date - task.start_date).total_seconds()
        self.out.write(f"  {name:<28} {said:<32} {took:5.1f} s\n")
        self.out.flush()

    @heard
    def on_task_instance_success(self, task_instance: Any) -> None:
        """Write what the task returned."""
        mapped = task_instance.map_index if task_instance.map_index >= 0 else None
        returned = task_instance.xcom_pull(task_ids=task_instance.task_id, map_indexes=mapped)
        self.returned[task_instance.task_id] = returned
        if not task_instance.task_id.startswith("announce_"):  # it is for DAGs that wait, and nobody waits here
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
