"""Whatever operation fails, in whatever way, nothing is lost, nothing counts twice, and the lab would see it.

`TAKEBACK_CRASH_LAB=full` tries every single fault in every world, 500 pairs in each that include errors that a run
survives and cuts of what an earlier run had left unsynced, and in every world all pairs of faults that end a run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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


def test_all_pairs_of_faults_that_end_a_run_end_well_by_what_they_leave() -> None:
    small = ("--world", "one_file", "--world", "publishing", "--world", "publishing_alone")
    worlds = lab("--states", "2", *(() if FULL else small))
    assert [(world["world"], world["bad"]) for world in worlds if world["bad"]] == []
    pairs = sum(world["tried"]["pairs"] for world in worlds)
    sys.stdout.write(f"crash lab: {pairs} pairs leave {sum(world['worlds'] for world in worlds)} worlds, none bad\n")
    assert pairs > 50_000


def test_any_row_of_faults_during_a_publish_ends_well() -> None:
    for world in lab("--states", "99", "--world", "publishing", "--world", "publishing_alone"):
        assert world["bad"] == []


@pytest.mark.parametrize("mutant", ["note_comes_after_the_link", "generation_left_by_a_crash_stays"])
def test_worlds_that_a_mutant_leaves_are_found_to_be_bad(mutant: str) -> None:
    (world,) = lab("--states", "2", "--world", "publishing", "--mutant", mutant)
    assert world["bad"]
    assert "the lab failed" not in str(world["bad"])
