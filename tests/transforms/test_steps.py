"""The steps of a remittance say why its check was short: what was reversed, what replaced it, whose balance came in."""

from __future__ import annotations

from tests.stories import story
from tests.transforms import chain


def steps(name: str, trace_number: str) -> list[tuple[str, str, str]]:
    """Kind, amount and explanation of each step of one remittance of a story."""
    connection = chain.of_files(story.files(story.HERE / name))
    query = "from marts.remittance_step select step_kind, amount, explanation, trace_number order by step_ordinal"
    return [(row[0], str(row[1]), row[2]) for row in chain.rows(connection, query) if row[3] == trace_number]


def test_a_reversal_and_its_correction_stand_apart() -> None:
    assert steps("withheld_after_the_refund_had_come", "T2")[:3] == [
        ("payments", "250.00", "1 claim paid or denied"),
        ("claim_lowered", "-100.00", "claim CN100 of account ACCT1 reversed"),
        ("claim_lowered", "60.00", "claim CN100 of account ACCT1 corrected to 60.00"),
    ]


def test_a_forward_balance_names_its_check_and_the_claims_that_were_lowered_there() -> None:
    assert steps("negative_total_moves_forward_over_three_checks", "T3")[1:] == [
        (
            "forward_in",
            "-620.00",
            "PLB FB collects the balance of check T2: 620.00 for claim CN100 of account ACCT1 in check T2",
        ),
        (
            "forward_out",
            "500.00",
            (
                "PLB FB moves what this check is short of to a later one: "
                "500.00 for claim CN100 of account ACCT1 in check T2"
            ),
        ),
    ]
