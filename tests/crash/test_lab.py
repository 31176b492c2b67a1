"""Whatever operation fails, in whatever way, nothing is lost, nothing counts twice, and the lab would see it.

`TAKEBACK_CRASH_LAB=full` tries every single fault in every world and 500 pairs in each (three minutes on two cores).
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.crash.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
FULL = os.environ.get("TAKEBACK_CRASH_LAB") == "full"
EXTENT = ("--pairs", "500") if FULL else ("--every", "8", "--pairs", "25")


def lab(*arguments: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.crash.lab", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout, ended.stderr
    return json.loads(ended.stdout)


def test_after_any_faults_the_next_run_ends_as_if_there_had_been_none() -> None:
    worlds = lab(*EXTENT)
    assert [(world["world"], world["bad"]) for world in worlds if world["bad"]] == []
    tried = sum(sum(world["tried"].values()) for world in worlds)
    sys.stdout.write(f"crash lab: {tried} schedules, none bad\n")
    assert tried > (4000 if FULL else 500)


def test_a_protocol_with_a_step_dropped_or_swapped_is_caught() -> None:
    found = lab("--mutants", "--every", "2", "--pairs", "150")
    assert len(found) == len(MUTANTS)
    assert [mutant["mutant"] for mutant in found if not mutant["bad"]] == []
    assert not any(complaint == "the lab failed" for mutant in found for _, complaint in mutant["bad"])
