"""What is still to come, and what was denied, told by the stories."""

from __future__ import annotations

from typing import Any

from tests.stories import story
from tests.transforms import chain


def told(name: str, *queries: str) -> list[list[tuple[Any, ...]]]:
    connection = chain.of_files(story.files(story.HERE / name))
    return [[tuple(str(value) for value in row) for row in chain.rows(connection, sql)] for sql in queries]


EXPECTED = "select kind, amount, since_date, expected_date, explanation from marts.expected_takeback order by kind"


def test_what_was_delayed_and_not_collected_is_expected_after_as_many_days_as_this_payer_took() -> None:
    [rows] = told("delay_that_is_collected_in_part", EXPECTED)
    assert sorted(row[:4] for row in rows) == [
        ("open_receivable", "30.00", "2026-03-17", "2026-03-31"),
        ("open_receivable", "35.00", "2026-03-03", "2026-03-17"),
    ]
    assert {row[4].partition("; ")[2] for row in rows} == {"this payer took 14 days (median of 1)"}


def test_a_letter_that_nothing_came_of_yet_is_due_when_it_may_be_withheld() -> None:
    [[row]] = told("second_letter_repeats_the_first_and_nothing_is_taken_yet", EXPECTED)
    assert row[0] == "letter_due"
    assert row[4].startswith("asked for by the letter of ")


def test_a_payment_in_a_grace_period_announces_its_reversal() -> None:
    [[row]] = told("payment_in_a_grace_period_announces_its_reversal", EXPECTED)
    assert row[:2] == ("pending_reversal", "100.00")


def test_a_denial_is_what_its_remark_says_and_neither_contract_nor_deductible_is_one() -> None:
    sql = """
        select payer_claim_control_number, denial.denial_category, denied_amount
        from marts.denial join marts.claim_payment using (claim_payment_id) order by 1"""
    trend = "select denial_category, denied_claims, paid_or_denied_claims from marts.denial_trend order by 1 limit 1"
    denials, first = told("denials_are_what_their_remarks_say", sql, trend)
    assert denials == [
        ("CN100", "coding_error", "100.00"),
        ("CN200", "medical_necessity", "100.00"),
        ("CN300", "non_covered", "100.00"),
        ("CN400", "timely_filing", "100.00"),
        ("CN500", "eligibility", "100.00"),
    ]
    assert first == [("coding_error", "1", "8")]


def test_a_balance_that_went_forward_is_expected_from_the_check_that_sent_it() -> None:
    [[row]] = told("forward_balance_that_is_never_collected", EXPECTED)
    assert row[:4] == ("forward_balance", "100.00", "2026-02-17", "None")
    assert row[4].startswith("moved forward by check T2")


def test_a_second_payment_is_expected_to_be_taken_back() -> None:
    [[row]] = told("claim_paid_twice_and_nothing_asked_back_yet", EXPECTED)
    assert row[:3] == ("paid_twice", "100.00", "2026-01-27")


def test_a_second_payment_that_a_taking_in_suspense_may_have_brought_back_is_not_expected() -> None:
    assert told("claim_paid_twice_and_as_much_taken_that_another_claim_had_too", EXPECTED) == [[]]


def test_an_announced_reversal_that_was_asked_back_without_one_is_not_expected_again() -> None:
    assert told("payment_in_a_grace_period_is_collected_without_a_reversal", EXPECTED) == [[]]


def test_what_a_claim_was_asked_back_is_taken_off_its_announced_reversals_once() -> None:
    [rows] = told("two_payments_that_announce_a_reversal_and_a_part_of_one_collected", EXPECTED)
    assert sorted(row[:2] for row in rows) == [("pending_reversal", "50.00"), ("pending_reversal", "80.00")]


def test_each_taking_in_suspense_excuses_one_second_payment_before_it() -> None:
    [[row]] = told("three_claims_paid_twice_and_two_takings_that_may_be_theirs", EXPECTED)
    assert row[:3] == ("paid_twice", "73.31", "2026-02-10")


def test_the_rest_of_a_second_payment_that_a_taking_may_have_brought_back_is_not_expected_but_told() -> None:
    found = "select explanation from marts.finding where kind = 'claim_paid_twice'"
    rows, [[explanation]] = told("claim_paid_twice_taken_in_part_and_the_rest_maybe_without_a_number", EXPECTED, found)
    assert rows == []
    assert "check T4 took as much since" in explanation


def test_a_second_payment_is_expected_where_what_was_taken_since_may_only_be_of_other_claims() -> None:
    [[row]] = told("claim_paid_twice_and_as_much_taken_under_the_account_of_other_claims", EXPECTED)
    assert row[:2] == ("paid_twice", "100.00")
