"""What tests of several rooms share: nights over the sample through Airflow, and the flag that rewrites expectations.

`pytest --rewrite` writes what came out into the README and the stories; a reviewer reads the difference.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.dags.airflow_process import ROOT, night

# What every test takes for granted that does not set it itself; Airflow's nights begin without any setting.
DEFAULTS = {
    "TAKEBACK_QUIET_SECONDS": "0",  # files lie still when they are delivered,
    "TAKEBACK_UNFINISHED_SECONDS": "0",  # and torn ones are torn for good; only tests/warehouse/test_inbox.py waits
    "TAKEBACK_THREADS": "1",  # of tables so small that sharing them out costs a quarter more
}
for name, value in DEFAULTS.items():
    os.environ.setdefault(name, value)

SAMPLE = ROOT / "tests" / "sample" / "inbox"


@dataclass(frozen=True)
class Nights:
    """A folder with inbox, home and Airflow's home, and two nights in it as `make run` does them."""

    folder: Path
    first: subprocess.CompletedProcess[str]
    second: subprocess.CompletedProcess[str]

    @property
    def published(self) -> Path:
        """The published database."""
        return self.folder / "home" / "published" / "takeback.duckdb"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that rewrites expectations."""
    parser.addoption("--rewrite", action="store_true", help="write what came out into README and stories")


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """One night over the bundled sample and one over the inbox that it left empty."""
    folder = tmp_path_factory.mktemp("nights")
    shutil.copytree(SAMPLE, folder / "inbox")
    return Nights(folder, night(folder), night(folder))
