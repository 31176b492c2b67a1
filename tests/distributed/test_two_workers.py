"""The night on several machines: what two Celery workers publish is what one process publishes."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SAMPLE
from tests.distributed import machines
from warehouse import nightly
from warehouse.keeping import maintenance

pytest.importorskip("airflow.providers.celery", reason="make test-distributed has what this needs")
pytestmark = pytest.mark.skipif(bool(machines.missing()), reason=machines.missing())


def test_two_workers_publish_what_one_process_publishes(tmp_path: Path) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    for folder in (alone, together):
        folder.mkdir()
        shutil.copytree(SAMPLE, folder / "inbox")
    nightly.night(alone / "inbox", alone / "home")
    with machines.cluster(together, TAKEBACK_LOAD_BYTES="20000") as airflow:
        states, workers = airflow.first_night()
    loads = [name for name in states if name.startswith("land ")]
    print(f"{len(loads)} loads landed; tasks by worker: {workers}")  # noqa: T201 - what a reader of the run asks
    assert len(loads) > 2
    assert set(workers) == {"one", "two"}
    assert maintenance.served(together / "home") == maintenance.served(alone / "home") != ""
