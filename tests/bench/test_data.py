"""What the bench's files must be, so that its figures mean something."""

from pathlib import Path

import pytest

from tests.bench import data, takebacks
from tests.bench.bodies import pool
from tests.bench.ours import sums


@pytest.mark.parametrize("claims", [20, 0])
def test_a_remittance_of_the_bench_is_read_to_the_cent(tmp_path: Path, claims: int) -> None:
    held = data.write(tmp_path / "835", "835", 100_000, claims)
    found = sums(str(tmp_path / "835"))
    assert (found["claims"], found["paid"], found["adjusted"]) == (held.claims, held.paid, held.adjusted)
    assert found["remittances"] == held.transactions
    assert found["remitted"] == held.paid - found["taken"]


@pytest.mark.parametrize("kind", ["835", "837P", "837I"])
def test_a_file_of_the_bench_is_the_same_at_every_run(tmp_path: Path, kind: str) -> None:
    data.write(tmp_path / "first", kind, 50_000)
    pool.cache_clear()
    data.write(tmp_path / "second", kind, 50_000)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_years_of_the_bench_add_up_and_hold_what_they_say(tmp_path: Path) -> None:
    held = takebacks.write(tmp_path, 60_000)
    found = [sums(str(path)) for path in sorted(tmp_path.glob("*.835"))]
    assert sum(one["claims"] for one in found) == held["claim payments"]
    assert sum(one["provider_adjustments"] for one in found) == held["PLB pairs"] > 0
    assert sum(one["remitted"] for one in found) == sum(one["paid"] - one["taken"] for one in found)
    assert {one["problems"] for one in found} == {0}
