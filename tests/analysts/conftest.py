"""The published file of the bundled sample, as an analyst finds it."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SAMPLE
from warehouse import nightly


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("analysts")
    shutil.copytree(SAMPLE, folder / "inbox")
    nightly.night(folder / "inbox", folder / "home")
    return folder / "home"


@pytest.fixture(scope="session")
def published(home: Path) -> Path:
    return (home / "published" / "takeback.duckdb").resolve()
