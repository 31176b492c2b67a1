"""Faults that must do no harm, and the test that shows it: `faults.csv` names both, and each test is there.

A row without a fault goes on with the one above; a path to a folder of `tests/stories` is a story.
"""

import ast
import csv
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = list(csv.DictReader((ROOT / "tests" / "faults.csv").open(encoding="utf-8", newline="")))
STORY = "tests/stories/"


@cache
def named_in(path: Path) -> set[str]:
    """Name the tests of a file."""
    return {node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("test", [row["test"] for row in ROWS])
def test_a_fault_is_shown_by_a_test_that_exists(test: str) -> None:
    path, _, name = test.partition("::")
    if path.startswith(STORY):
        assert (ROOT / path).is_dir()
    else:
        assert name in named_in(ROOT / path)
        assert name.startswith("test_")


def test_every_row_is_whole_and_said_once() -> None:
    assert ROWS[0]["fault"]
    assert all(set(row) == {"fault", "holds", "test"} for row in ROWS)
    assert len({row["test"] for row in ROWS}) == len(ROWS)
    assert sum(bool(row["fault"]) for row in ROWS) >= 20
