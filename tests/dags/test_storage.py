"""A task tells the object store who it is as a connection of Airflow says, and nobody else."""

import json
from pathlib import Path

from tests.dags.airflow_process import python

CODE = """
import os
from dags import shared
shared.introduce()
names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN")
print(*(os.environ.get(name) for name in names))
"""


def test_a_connection_says_who_a_task_is(tmp_path: Path) -> None:
    known = {
        "conn_type": "generic",
        "login": "key",
        "password": "word",
        "extra": {"endpoint_url": "https://minio.example"},
    }
    own = {"AIRFLOW_HOME": str(tmp_path), "AIRFLOW_CONN_CLINIC": json.dumps(known)}
    told = python(tmp_path, "-c", CODE, TAKEBACK_STORAGE="clinic", **own)
    assert told.stdout.split()[-4:] == ["key", "word", "https://minio.example", "None"], told.stderr
    silent = python(tmp_path, "-c", CODE, **own)
    assert silent.stdout.split()[-4:] == ["None"] * 4
