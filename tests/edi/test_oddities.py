"""What public files and careless senders really do to X12, each as a sentence: it is read as a careful person reads it.

In: a small remittance or claim with one oddity. Out: the rows of the plain one, or a reason that is true and precise.
Never: bytes of somebody else's file.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from edi import kinds
from edi.grammar.maps import segments
from tests.edi.test_differential import OLDER
from tests.edi.test_grammar import CLAIMS
from tests.edi.test_hostile import CLAIM_FILE, PLACES, TWO, but_envelopes, codes, is_partition, partitioned, statuses
from tests.edi.x12 import Rows, claim_payment, file_of, remittance, rows

LANDED = [("landed", None)] * 2


def but_transactions(content: bytes) -> dict[str, Rows]:
    """Return what the transactions of a file say, without what they are."""
    found = but_envelopes(rows(content, without=PLACES))
    return {name: found[name] for name in found if name != "transaction"}


@pytest.mark.parametrize("width", [20, 50, 64, 80, 85, 86, 87, 88, 105, 106, 107])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_a_file_wrapped_at_any_width_reads_as_if_it_were_not(width: int, line_end: bytes) -> None:
    wrapped = line_end.join(TWO[start : start + width] for start in range(0, len(TWO), width))
    found, plain = rows(wrapped, without=PLACES), rows(TWO, without=PLACES)
    assert but_envelopes(found) == but_envelopes(plain)
    assert found["interchange"] == plain["interchange"]  # the header itself is wrapped too
    assert partitioned(wrapped)


@pytest.mark.parametrize("standard", [b":", b"~", b"U", b" ", b"Z"])
def test_an_isa11_that_can_be_no_repetition_separator_is_none(standard: bytes) -> None:
    content = TWO.replace(b"*^*00501*", b"*" + standard + b"*00501*")
    assert statuses(content) == LANDED
    assert but_envelopes(rows(content, without=PLACES))["claim_payment"] == rows(TWO, without=PLACES)["claim_payment"]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_header_that_alone_has_a_terminator_or_alone_has_none_hides_nothing(line_end: bytes) -> None:
    plain = but_envelopes(rows(TWO, without=PLACES))
    forgotten = TWO.replace(b"~", b"~" + line_end).replace(b"*T*:~", b"*T*:", 1)
    for content in (forgotten, TWO[:106] + line_end + TWO[106:].replace(b"~", line_end)):
        assert but_envelopes(rows(content, without=PLACES)) == plain
        assert codes(content) == []
        assert partitioned(content)


def test_a_header_with_a_terminator_of_its_own_hides_nothing() -> None:
    content = TWO.replace(b"~", b"~\n").replace(b"*T*:~", b"*T*:\x1e", 1)
    assert but_envelopes(rows(content, without=PLACES)) == but_envelopes(rows(TWO, without=PLACES))


def test_a_mark_at_the_end_of_one_line_is_no_terminator() -> None:
    content = TWO.replace(b"~", b"\n").replace(b"005010X221A1\nST", b"005010X221A-\nST")
    assert statuses(content) == LANDED


def test_a_group_header_that_has_lost_its_terminator_hides_one_transaction_at_most() -> None:
    content = TWO.replace(b"~", b"~\n").replace(b"005010X221A1~\nST", b"005010X221A1\x1f\nST")
    assert statuses(content)[-1] == ("landed", None)
    assert rows(content, without=PLACES)["claim_payment"][-1] == rows(TWO, without=PLACES)["claim_payment"][-1]


@pytest.mark.parametrize("version", [b"005010", b"005010X221A1", b"5010", b"0050I", b"     ", b""])
@pytest.mark.parametrize("component", [b":", b"^"])
def test_whatever_isa12_holds_a_header_with_a_group_behind_it_is_a_header(version: bytes, component: bytes) -> None:
    content = TWO.replace(b"*00501*", b"*" + version + b"*").replace(b"*^*", b"*|*").replace(b":", component)
    for dressed in (content, content.replace(b"~", b"~\r\n"), content.replace(b"~", b"\n"), content.lower()):
        assert statuses(dressed) == LANDED
        assert [row["reference_id"] for row in rows(dressed.upper())["provider_adjustment"]] == ["ICN1", "T0"]
        assert partitioned(dressed)


ISA11, ISA16 = 82, 104  # the places of the repetition separator and of the component separator


def transaction_ids(content: bytes) -> list[str]:
    """Return the hash of the content of each transaction."""
    return [row["transaction_id"] for row in rows(content)["transaction"]]


@pytest.mark.parametrize("instead", [b"", b"X", b"*", b"~", b" ", b"\n", b":", b"^", b"|", b"\xff", b"~~", b"*:~GS*"])
@pytest.mark.parametrize("newline", [b"", b"\r\n"])
def test_a_damaged_header_never_changes_what_lands(instead: bytes, newline: bytes) -> None:
    content = TWO.replace(b"~", b"~" + newline).replace(b"*ROE*", b"*R^OE*")
    plain, ids = but_transactions(content), transaction_ids(content)
    landed = 0
    for place in {*range(ISA16)} - {ISA11}:
        damaged = content[:place] + instead + content[place + 1 :]
        found = rows(damaged)
        if "landed" in {row["status"] for row in found.get("transaction", [])}:
            assert but_transactions(damaged) == plain, place
            assert transaction_ids(damaged) == ids, place
            landed += 1
        assert is_partition(found["span"], damaged)
    assert landed > ISA16 // 2 or len(instead) > 1 or instead == b"~"


@pytest.mark.parametrize("place", [6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101])
def test_an_isa_that_has_lost_a_separator_is_read_at_its_fixed_places(place: int) -> None:
    found = rows(TWO[:place] + b"X" + TWO[place + 1 :], without=PLACES)
    assert but_envelopes(found) == but_envelopes(rows(TWO, without=PLACES))
    assert found["interchange"] == rows(TWO, without=PLACES)["interchange"]
    assert [problem["code"] for problem in found["problem"]] == ["damaged_header"]


@pytest.mark.parametrize(("sent", "instead"), [(b"*T*:", b"*:"), (b"*T*:", b"*T*X*:"), (b"SENDER ", b"SE*NDE*R ")])
def test_an_isa_of_more_or_fewer_elements_says_nothing_and_hides_nothing(sent: bytes, instead: bytes) -> None:
    found = rows(TWO.replace(sent, instead, 1), without=PLACES)
    assert but_envelopes(found)["claim_payment"] == rows(TWO, without=PLACES)["claim_payment"]
    [envelope] = found["interchange"]
    assert {envelope[name] for name in envelope if name.endswith(("_id", "_qualifier", "_control_number"))} == {""}
    assert "damaged_header" in {problem["code"] for problem in found["problem"]}


@pytest.mark.parametrize("component", [b"*", b"X", b""])
def test_a_damaged_header_that_does_not_say_what_separates_components_is_none(component: bytes) -> None:
    content = TWO.replace(b"*00501*", b"*0X501*").replace(b"*T*:~", b"*T*" + component + b"~")
    [span] = rows(content)["span"]
    assert (span["kind"], span["reason_code"]) == ("quarantined", "not_x12")


def test_an_isa_in_a_name_is_no_header_even_with_sixteen_elements_behind_it() -> None:
    content = TWO.replace(b"*ROE*", b"*ROE ISA" + b"*" * 16 + b":*GS*", 1)
    assert statuses(content) == LANDED
    assert len(rows(content)["interchange"]) == 1


def test_a_repetition_separator_in_a_name_is_shown_as_it_was_sent() -> None:
    content = TWO.replace(b"*ROE*", b"*R^OE*").replace(b"WO:ICN1*50", b"WO:IC^N1*50").replace(b"CLP*A1*", b"CLP*A^1*")
    found = rows(content)
    assert "R^OE" in {row["last_name_or_organization_name"] for row in found["name"]}
    assert found["provider_adjustment"][0]["reference_id"] == "IC^N1"
    assert found["claim_payment"][0]["patient_control_number"] == "A^1"


def test_a_segment_that_has_lost_its_id_is_counted_and_is_a_problem() -> None:
    content = TWO.replace(b"~TRN*1*T1", b"~*1*T1")
    assert statuses(content) == LANDED
    assert codes(content) == ["unknown_segment"]


def test_a_segment_of_no_guide_is_a_problem_that_does_not_repeat_its_id() -> None:
    content = TWO.replace(b"~SVC*", b"~SMITH*", 1)
    [problem] = rows(content)["problem"]
    assert (problem["code"], problem["segment_id"]) == ("unknown_segment", "")
    assert "SMIT" not in problem["message"]


@pytest.mark.parametrize("grammar_name", ["835", "837P", "837I", "837D", *OLDER])
def test_no_segment_of_a_guide_is_unknown(grammar_name: str) -> None:
    assert set(segments(grammar_name)) <= set(kinds.NAMES)


@pytest.mark.parametrize(("before", "behind"), [(b"", b"   "), (b" ", b""), (b"  ", b"  ")])
def test_a_date_that_is_filled_with_spaces_is_that_date(before: bytes, behind: bytes) -> None:
    content = TWO.replace(b"*20260309~", b"*" + before + b"20260309" + behind + b"~")
    found, plain = rows(content, without=PLACES), rows(TWO, without=PLACES)
    assert found["remittance"] == plain["remittance"]
    assert found["date"] == plain["date"]
    assert "problem" not in found


def test_a_date_of_spaces_alone_is_none_and_no_problem() -> None:
    content = TWO.replace(b"DTM*472*20260309", b"DTM*472*        ")
    assert codes(content) == []
    assert {row["date_from"] for row in rows(content)["date"] if row["date_time_qualifier"] == "472"} == {None}


@pytest.mark.parametrize(("line", "kind"), [("SV1", "P"), ("SV2", "I"), ("SV3", "D")])
@pytest.mark.parametrize("guide", ["005010X222A1", "005010X223A2", "005010X224A2", "004010X096A1"])
def test_the_service_lines_say_of_which_kind_claims_are_whatever_guide_is_named(
    line: str, kind: str, guide: str
) -> None:
    named = {"X222": "P", "X223": "I", "X224": "D", "X096": "I"}[guide[6:10]]
    content = file_of(CLAIMS, set_code="837", guide=guide).replace(b"~SV1*", b"~" + line.encode() + b"*")
    assert {row["claim_kind"] for row in rows(content)["transaction"]} == {kind}
    assert codes(content).count("another_guide") == (named != kind)


@pytest.mark.parametrize("guide", ["005010X222A1", "005010X223A2", "005010X298", "004010X098A1", "005010X279A1"])
def test_an_835_that_names_the_guide_of_another_set_is_an_835(guide: str) -> None:
    content = TWO.replace(b"005010X221A1", guide.encode())
    assert statuses(content) == LANDED
    assert but_transactions(content) == but_transactions(TWO)
    assert codes(content) == ([] if guide == "005010X279A1" else ["another_guide"] * 2)


def test_an_837_that_names_the_guide_of_the_835_is_of_the_kind_that_its_lines_are() -> None:
    content = CLAIM_FILE.replace(b"005010X222A1", b"005010X221A1")
    assert [(row["status"], row["claim_kind"]) for row in rows(content)["transaction"]] == [("landed", "P")] * 2
    assert codes(content) == ["another_guide"] * 2
    [transaction] = rows(content[: content.index(b"LX*")] + b"SE*10*0001~")["transaction"]
    assert transaction["reason_code"] in ("unknown_guide", "segment_count_mismatch")


@pytest.mark.parametrize(
    ("content", "stray"),
    [
        *((TWO, stray) for stray in (b"CLM*A1*100", b"HL*1**20", b"SV2*0300*HC:1*5")),
        *((CLAIM_FILE, stray) for stray in (b"PLB*1*20261231*WO:1*5", b"CLP*1*1*5*5", b"TRN*1*T1")),
    ],
)
def test_a_segment_of_another_transaction_set_is_a_problem_and_changes_nothing(content: bytes, stray: bytes) -> None:
    last = content.rindex(b"~SE*")
    count = content[last + 4 :].split(b"*")[0]
    with_stray = content[:last] + b"~" + stray + b"~SE*%d" % (int(count) + 1) + content[last + 4 + len(count) :]
    assert statuses(with_stray) == LANDED
    [problem] = rows(with_stray)["problem"]
    assert (problem["code"], problem["segment_id"]) == ("unknown_segment", stray.split(b"*")[0].decode())
    assert but_transactions(with_stray) == but_transactions(content)


def test_the_reason_names_the_element_whose_amount_cannot_be_read() -> None:
    content = file_of(remittance(claim_payment(), claim_payment("A2"), paid="200"))
    content = content.replace(b"CLP*A2*1*150*100*", b"CLP*A2*1*150*1OO*")
    [transaction] = rows(content)["transaction"]
    assert transaction["reason"] == "segment 16 CLP04: expected an amount that can be read"


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (TWO[TWO.index(b"GS*") :], "begins with a GS"),
        (TWO[TWO.index(b"ST*") :], "begins with an ST"),
        (TWO.replace(b"*00501*", b"*5010X*").replace(b"*T*:", b"*T*T"), "header (ISA) cannot be read"),
        (TWO.decode().encode("cp037"), "EBCDIC"),
        (TWO.decode().encode("utf-16"), "UTF-16"),
        (b"status, of, things\n", "CSV"),
    ],
)
def test_a_file_without_a_header_is_set_aside_and_told_what_it_seems_to_be(content: bytes, seems: str) -> None:
    [span] = rows(content)["span"]
    assert (span["kind"], span["reason_code"]) == ("quarantined", "not_x12")
    assert seems in span["reason"]


@pytest.mark.parametrize("content", [TWO, CLAIM_FILE], ids=["835", "837"])
def test_lines_that_are_filled_with_spaces_up_to_eighty_read_the_same(content: bytes) -> None:
    filled = b"\r\n".join((segment + b"~").ljust(80) for segment in content.split(b"~"))
    assert but_envelopes(rows(filled[:-80], without=PLACES)) == but_envelopes(rows(content, without=PLACES))


@pytest.mark.parametrize(
    ("text", "cents"),
    [(".5", 50), ("5.", 500), ("-.5", -50), ("-0", 0), ("007.50", 750), ("1.5000", 150), (" 5 ", 500), ("+5", 500)],
)
def test_an_amount_in_any_shape_that_can_mean_only_one_is_that_amount(text: str, cents: int) -> None:
    content = TWO.replace(b"CLP*A1*1*150*100*", f"CLP*A1*1*150*{text}*".encode())
    assert rows(content)["claim_payment"][0]["paid_amount"] == Decimal(cents).scaleb(-2)


@pytest.mark.parametrize(
    "text", ["1E3", "+-5", "1,000", "$5", "5-", "(5)", "- 5", "1.005", "NaN", "-", ".", "4^5", "٣"]
)
def test_an_amount_in_any_other_shape_sets_its_remittance_aside_and_no_other(text: str) -> None:
    content = TWO.replace(b"CLP*A1*1*150*100*", f"CLP*A1*1*150*{text}*".encode())
    assert statuses(content) == [("quarantined", "amount_unreadable"), ("landed", None)]


@pytest.mark.parametrize("damaged", [b"1\x000", b"1\x000\x000", b"10\x00*\x00", b"1\x1a0"])
def test_a_nul_where_a_figure_was_makes_no_other_amount(damaged: bytes) -> None:
    for content in (TWO, TWO.replace(b"~", b"~\r\n")):
        assert statuses(content.replace(b"CLP*A1*1*150*100*", b"CLP*A1*1*150*" + damaged + b"*")) == [
            ("quarantined", "amount_unreadable"),
            ("landed", None),
        ]


@pytest.mark.parametrize("damaged", [b"5.2\0", b"5\0 ", b"5\0\0"])
def test_a_nul_before_a_terminator_where_a_figure_was_makes_no_other_amount(damaged: bytes) -> None:
    content = TWO.replace(b"*-5.25~", b"*-" + damaged + b"~")
    assert content != TWO
    assert statuses(content) == [("landed", None), ("quarantined", "amount_unreadable")]


@pytest.mark.parametrize("before", [b"CLP*", b"ST*835", b"PLB*", b"SE*"])
def test_an_end_of_file_mark_between_segments_hides_none_of_them(before: bytes) -> None:
    for mark in (b"~\x1a", b"~\x1a~"):
        content = TWO.replace(b"~" + before, mark + before)
        assert content != TWO
        assert but_envelopes(rows(content, without=PLACES)) == but_envelopes(rows(TWO, without=PLACES))


def test_an_835_of_4010_that_names_the_guide_of_an_837_is_read_by_its_own() -> None:
    content = TWO.replace(b"005010X221A1", b"004010X096A1")
    assert [row["guide"] for row in rows(content)["transaction"]] == ["004010X096A1"] * 2
    assert {row["code"] for row in rows(content)["problem"]} >= {"another_guide"}


def test_nuls_that_fill_a_line_are_none_of_its_data() -> None:
    filled = b"\r\n".join((segment + b"~").ljust(80, b"\0") for segment in TWO.split(b"~"))
    assert but_envelopes(rows(filled[:-80], without=PLACES)) == but_envelopes(rows(TWO, without=PLACES))
    wrapped = b"\n".join(TWO[start : start + 64] + b"\0" * 16 for start in range(0, len(TWO), 64))
    assert but_envelopes(rows(wrapped, without=PLACES)) == but_envelopes(rows(TWO, without=PLACES))


def test_a_trace_number_behind_the_payer_is_still_that_of_the_payment() -> None:
    start, stop = TWO.index(b"TRN*1*T1"), TWO.index(b"N1*PR")
    content = TWO[:start] + TWO[stop:].replace(b"N1*PE", TWO[start:stop] + b"N1*PE", 1)
    assert rows(content, without=PLACES)["remittance"] == rows(TWO, without=PLACES)["remittance"]


def moved(segment_id: bytes, before: bytes) -> bytes:
    """Return the claims with the first segment of an id moved before the next one that begins so."""
    start = CLAIM_FILE.index(segment_id)
    stop = CLAIM_FILE.index(b"~", start) + 1
    place = CLAIM_FILE.index(before, stop)
    return CLAIM_FILE[:start] + CLAIM_FILE[stop:place] + CLAIM_FILE[start:stop] + CLAIM_FILE[place:]


def test_a_service_behind_a_provider_of_its_line_is_still_that_of_the_line() -> None:
    content = moved(b"SV1*", b"REF*6R").replace(b"LX*1~", b"LX*1~NM1*82*1*DOC~", 1)
    content = content.replace(b"SE*35*0001", b"SE*36*0001")
    expected = rows(CLAIM_FILE, without=PLACES)["claim_line"]
    assert [row["charge_amount"] for row in rows(content)["claim_line"]] == [row["charge_amount"] for row in expected]


def test_a_service_that_stands_in_another_claim_is_not_that_of_the_line_before() -> None:
    content = moved(b"SV1*HC:99213", b"REF*F8*ICN9")
    charges = [row["charge_amount"] for row in rows(content)["claim_line"]]
    assert charges == [None, Decimal(50), Decimal(100), Decimal(50)]
    assert codes(content) == ["misplaced_segment"]


@pytest.mark.parametrize("block_size", [300, 1 << 20])
def test_a_service_without_its_line_is_a_problem_whatever_lies_beside_it(block_size: int) -> None:
    content = file_of([segment for segment in CLAIMS if segment[0] != "LX"], CLAIMS, set_code="837")
    found = rows(content, block_size=block_size)
    assert [(row["code"], row["segment_id"]) for row in found["problem"]] == [("misplaced_segment", "SV1")] * 2
    assert found["problem"][0]["message"] == "SV1: expected LX before it and no other SV1 between"
    assert len(found["claim_line"]) == 2


@pytest.mark.parametrize("segment_id", ["GS", "GE"])
def test_what_a_trailer_or_header_swallows_for_want_of_terminators_is_set_aside(segment_id: str) -> None:
    other = file_of(remittance(claim_payment("B1"), trace="T3"))
    start, stop = other.index(b"GS*"), other.index(b"IEA*")
    lost = other[start:stop].replace(b"~", b"|")
    place = TWO.index(b"IEA*") if segment_id == "GS" else TWO.index(b"~IEA*")
    content = TWO[:place] + (b"" if segment_id == "GS" else b"|") + lost + TWO[place:]
    assert statuses(content) == LANDED
    [junk] = [span for span in rows(content)["span"] if span["kind"] == "junk"]
    assert lost.rstrip(b"|") in content[junk["byte_start"] : junk["byte_end"]]
    assert "unreadable_envelope" in codes(content)
    assert partitioned(content)
