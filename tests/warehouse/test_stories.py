"""The summary and `explain`, over published tables made by hand: one check, one claim, one takeback."""

from decimal import Decimal

import pytest

from warehouse import cli, durable, text
from warehouse.answering import explain, summary

SUMMARY = """\
generation 000001-x

files           3 files delivered: 1 duplicate, 1 landed, 1 quarantined
                set aside: 1 span  pdf    looks like a PDF
remittances     2 of 1 payer, paid 2025-01-05 to 2025-02-05
claims          2 (837): 1 P, 1 I
claim payments  1 (835): 1 original; 1 answer a claim on file
paid            160.00
taken back      40.00 by recoupment, 30.00 (75.0 %) of it tied to claims
                15.00 on claims reversed and corrected, 0.00 of it deferred
  provider adjustments  pairs  amount  tied to claims   open
  recoupment                1   40.00           30.00  10.00
in suspense     10.00: 1 no candidate
overpayments    1 claim family: identified 40.00, outstanding 10.00
                recovered 30.00, refunded 0.00, given back 0.00, forgiven 0.00
findings        1
  no_notice  1  30.00
checks          0 checks passed, 1 warning
  balance  2 rows  a check does not add up

DuckDB file: """


def test_the_summary_says_what_was_found_and_where_it_is(published) -> None:
    assert summary.summarize(published.folders) == SUMMARY + str(published.link)


def test_the_summary_of_a_home_without_a_generation_is_one_sentence(house) -> None:
    assert summary.summarize(house.folders) == "nothing has been published yet"


def test_a_check_is_explained_down_to_what_was_paid(published) -> None:
    assert explain.explain(published.folders, "T2").splitlines() == [
        "check T2 of PAYER, paid 2025-02-05",
        "  step             amount    so far",
        "  claim payment  1,100.00  1,100.00  ████████████████████████  one claim",
        "  claim lowered    -15.00  1,085.00                         █  another claim",
        (
            "  recoupment       -40.00  1,045.00                        █   reference ICN1; 30.00 for claim ICN1 "
            "of account A-1 in check T1; PLB WO"
        ),
        "  does not add up: the steps make 1,045.00, BPR02 is 60.00 (-985.00 apart)",
        "  finding no_notice 30.00: taken without a notice",
        "",
    ]


@pytest.mark.parametrize("number", ["A-1", "ICN1-", "r1-4", "c1", "f1"])
def test_a_claim_is_told_from_its_first_day_to_what_is_still_owed(published, number: str) -> None:
    story = explain.explain(published.folders, number.rstrip("-") if number == "ICN1-" else number)
    assert "claim family f1" in story
    told = [line for line in story.splitlines() if line.startswith("  20")]
    assert [line.split()[:3] for line in told] == [
        ["2024-12-01", "claim", "150.00"],
        ["2025-01-05", "original", "100.00"],
        ["2025-01-15", "letter", "40.00"],
        ["2025-01-20", "refund", "check"],
        ["2025-01-25", "dispute", "0.00"],
        ["2025-02-05", "recoupment", "30.00"],
        ["2025-02-07", "decision", "0.00"],
    ]
    assert "  overpayment (unknown, open): identified 40.00, recovered 30.00" in story
    assert "  finding no_notice 30.00: taken without a notice" in story


def test_letters_refund_checks_appeals_and_decisions_are_part_of_a_claims_story(published) -> None:
    told = explain.explain(published.folders, "A-1").splitlines()
    words = {line.split()[0]: " ".join(line.split()[1:]) for line in told if line.startswith("  20")}
    assert words["2025-01-15"] == "letter 40.00 the first letter FCN7 asks this back for paid twice due 2025-02-14"
    assert words["2025-01-20"] == "refund check 40.00 check 501 sent, acknowledged 0.00"
    assert words["2025-01-25"] == "dispute 0.00 level first lost on 2025-02-01 next appeal until 2025-07-31"
    assert words["2025-02-07"] == "decision 0.00 match by pat applied: seen in the portal"


def test_a_takeback_is_told_with_its_matches_and_what_is_open(published) -> None:
    story = explain.explain(published.folders, "r2-9-3").splitlines()
    assert story[0] == "provider adjustment WO ICN1 (recoupment) of 40.00 in check T2, paid 2025-02-05"
    assert story[1] == "  tied to claims 30.00, open 10.00"
    assert "family f1  payer_claim_control_number  claim ICN1 of account A-1 in check T1; reference" in story[2]
    assert "  open for 31 days: no_candidate; candidates: none" in story
    assert "  finding no_notice 30.00: taken without a notice" in story


def test_a_claim_without_a_payment_is_told_too(published) -> None:
    assert "no payment on file" in explain.explain(published.folders, "A-2")


def test_a_number_that_is_not_on_file_ends_with_1(published, capsys) -> None:
    assert cli.main(["explain", "--home", str(published.home), "'; drop table claim"]) == 1
    assert capsys.readouterr().out == "nothing on file under this number\n"


def test_long_words_go_on_below_and_nothing_is_cut_off() -> None:
    lines = text.table([["step", "evidence " * 30]], "<w")
    assert max(map(len, lines)) <= text.WIDTH
    assert "".join(lines).count("evidence") == 30
    assert lines[1].startswith(" " * 8 + "evidence")


def test_the_last_cent_keeps_a_share_below_all_of_it() -> None:
    assert text.share(Decimal("999.99"), Decimal("1000.00")) == "99.9 %"
    assert text.share(Decimal(0), Decimal(0)) == "-"


def test_bad_arguments_and_settings_end_with_2(house, monkeypatch) -> None:
    monkeypatch.delenv("TAKEBACK_HOME", raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.main(["runn"])
    assert ended.value.code == 2
    assert cli.main(["run", "--inbox", str(house.inbox)]) == 2
    assert cli.main(["run", "--inbox", "/nowhere", "--home", str(house.home)]) == 2
    (house.inbox / "file").write_bytes(b"")
    assert cli.main(["publish", "--home", str(house.inbox / "file")]) == 2


def test_a_failure_ends_with_1_and_quotes_no_record(house, capsys, monkeypatch) -> None:
    def fails(*_) -> None:
        raise ValueError("SMITH")

    monkeypatch.setattr(durable, "append", fails)
    house.deliver("SMITH.835")
    assert cli.main(["run", "--inbox", str(house.inbox), "--home", str(house.home)]) == 1
    printed = capsys.readouterr()
    assert "SMITH" not in printed.err + printed.out
    assert "the last generation still serves" in printed.err
