"""The night on machines that share no folder: inbox and home lie on object storage, the result is the same."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLE
from tests.distributed import machines
from warehouse import nightly
from warehouse.home import reader, setting
from warehouse.keeping import audit, maintenance
from warehouse.proving import verification

pytest.importorskip("airflow.providers.celery", reason="make test-distributed has what this needs")
boto3 = pytest.importorskip("boto3", reason="make test-distributed has what this needs")
pytestmark = pytest.mark.skipif(bool(machines.missing()), reason=machines.missing())

HOME, INBOX = "s3://clinic/takeback/home", "s3://clinic/takeback/inbox"


def fill(client: Any) -> int:
    """Put the sample into the inbox; return how many objects that makes."""
    client.create_bucket(Bucket="clinic")
    files = [path for path in sorted(SAMPLE.rglob("*")) if path.is_file()]
    for path in files:
        client.upload_file(str(path), "clinic", f"takeback/inbox/{path.relative_to(SAMPLE).as_posix()}")
    return len(files)


def waiting(client: Any) -> int:
    """Count what is left in the inbox."""
    return int(client.list_objects_v2(Bucket="clinic", Prefix="takeback/inbox/")["KeyCount"])


def requests(log: Path) -> Counter[str]:
    """Count the requests that the object store has answered, by method and status."""
    return Counter(re.findall(r'"(?:\x1b\[[\d;]*m)*([A-Z]+) [^"]*" (?=\d)', log.read_text(errors="replace")))


def texts(folder: Path) -> Iterator[str]:
    """Read all that the machines have written but working copies: logs, settings, databases."""
    for path in folder.rglob("*"):
        if path.is_file() and "copies" not in path.parts:
            yield path.read_text(errors="replace")


def test_two_workers_without_a_shared_folder_publish_what_one_process_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone, together = tmp_path / "alone", tmp_path / "together"
    alone.mkdir()
    together.mkdir()
    shutil.copytree(SAMPLE, alone / "inbox")
    nightly.night(alone / "inbox", alone / "home")
    with machines.object_storage(together) as store:
        for name, value in (store | {"TAKEBACK_COPIES": str(tmp_path / "copies")}).items():
            monkeypatch.setenv(name, value)
        client = boto3.client("s3")
        assert fill(client) == sum(path.is_file() for path in SAMPLE.rglob("*"))
        places = {"TAKEBACK_HOME": HOME, "TAKEBACK_INBOX": INBOX}
        before = requests(together / "object_storage.log")
        with machines.cluster(
            together, TAKEBACK_LOAD_BYTES="250000", TAKEBACK_FANOUT="2", **places, **store
        ) as airflow:
            states, workers = airflow.first_night()
            assert "<html" in airflow.page("/takeback/report/index.html")
        asked = requests(together / "object_storage.log") - before
        home = reader(setting("TAKEBACK_HOME", HOME))
        served, damage = maintenance.served(home.root), verification.verify(home).damage
        left, broken = waiting(client), audit.verify(home)[1]
    loads = [name for name in states if name.startswith("land ")]
    said = f"{len(loads)} loads landed; tasks by worker: {workers}; requests: {dict(asked)}"
    print(said)  # noqa: T201 - what a reader of the run asks
    assert len(loads) > 1
    assert set(workers) == {"one", "two"}
    assert served == maintenance.served(alone / "home") != ""
    assert (left, damage, broken) == (0, [], [])
    assert not (together / "home").exists()
    assert not (together / "inbox").exists()
    assert not any(store["AWS_SECRET_ACCESS_KEY"] in text for text in texts(together))
