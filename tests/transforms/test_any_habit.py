"""Whatever habits a payer has, the night's checks hold: one odd payer must not keep all others from being published."""

from __future__ import annotations

import pytest

from tests.transforms import chain, habits


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_checks_hold_whatever_a_payer_does(seed: int) -> None:
    connection = chain.of_files(habits.files(seed, payers=80))
    [(pairs, matched)] = connection.execute(
        "select count(*), count(*) filter (where matched_amount <> 0) from marts.provider_adjustment"
    ).fetchall()
    assert pairs > 500  # else nothing was asked
    assert matched > 100
    assert chain.failed_checks(connection) == []
