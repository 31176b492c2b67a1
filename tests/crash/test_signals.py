"""A night killed at any call to the system, DuckDB's and Arrow's own included: the next run ends as if there were none.

`TAKEBACK_CRASH_LAB=full` tries every call (some 350 kills, and a full disk and an I/O error at every fourth).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = "1000" if os.environ.get("TAKEBACK_CRASH_LAB") == "full" else "20"


@pytest.fixture(scope="module")
def preloaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compile the counter; where there is no C compiler, or no Linux, there is nothing to try."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if sys.platform != "linux" or not compiler:
        pytest.skip("no C compiler on this machine")
    library = tmp_path_factory.mktemp("signals") / "signals.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", library, Path(__file__).with_name("signals.c"), "-ldl"]
    compiled = subprocess.run(command, capture_output=True, text=True)
    if compiled.returncode:
        pytest.skip("the compiler of this machine cannot build it")
    return library


def test_a_night_killed_at_any_call_ends_well_the_next_time(preloaded: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "LD_PRELOAD": str(preloaded), "TAKEBACK_THREADS": "1"}
    command = [sys.executable, "-m", "tests.crash.signals", str(tmp_path), PLACES]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.stdout, ended.stderr
    found = json.loads(ended.stdout)
    sys.stdout.write(f"nights: {found['calls']} calls, tried {found['tried']}\n")
    assert found["bad"] == []
    assert found["calls"] > 100
    assert found["tried"]["kill"] == min(int(PLACES), found["calls"])
