"""What the reader promises of any 835 or 837, told in its own words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edi import reader
from edi.delimiters import Delimiters
from edi.reader import schemas
from tests.edi.x12 import DAY, claim_payment, file_of, remittance, rows, spans_of, tables

ODD_DELIMITERS = [
    Delimiters(b"|", b">", b"^", b"\n"),
    Delimiters(b"\x1d", b"\x1f", b"\x1e", b"\x1c"),
    Delimiters(b"^", b":", b"!", b"\r"),
    Delimiters(b"+", b"<", b"#", b"'"),
]
# where a row stood in its file says how the file was written, not what it says
PLACES = ("transaction_key", "sha256", "byte_start", "byte_end")

TWO = file_of(
    remittance(claim_payment(), claim_payment("A2", "50"), paid="150", trace="T1"),
    remittance(
        claim_payment("A3", "70"), paid="20", trace="T2", plb=(("PLB", "1", DAY, ("WO", "ICNA1"), Decimal(50)),)
    ),
)


def test_every_value_of_a_claim_payment_lands_in_the_column_that_the_guide_names() -> None:
    found = rows(TWO)
    assert [row["paid_amount"] for row in found["claim_payment"]] == [Decimal(100), Decimal(50), Decimal(70)]
    assert [
        (row["group_code"], row["reason_code"], row["amount"], row["element_position"]) for row in found["adjustment"]
    ][:3] == [
        ("CO", "45", Decimal(30), 2),
        ("CO", "253", Decimal("-0.5"), 5),
        ("PR", "1", Decimal(10), 2),
    ]
    [taken] = found["provider_adjustment"]
    assert (taken["adjustment_reason_code"], taken["reference_id"], taken["amount"]) == ("WO", "ICNA1", Decimal(50))


def test_each_row_knows_its_parent_and_the_segment_it_stood_in() -> None:
    found = rows(TWO)
    claims = {(row["transaction_key"], row["segment_number"]) for row in found["claim_payment"]}
    assert {(row["transaction_key"], row["claim_segment"]) for row in found["service_payment"]} == claims
    sets = {row["transaction_key"]: TWO[row["byte_start"] :].split(b"~") for row in found["transaction"]}
    for name, start in (("claim_payment", b"CLP"), ("adjustment", b"CAS"), ("remark", b"LQ"), ("name", b"N")):
        stood = [sets[row["transaction_key"]][row["segment_number"] - 1] for row in found[name]]
        assert stood
        assert all(segment.startswith(start) for segment in stood)


def test_what_people_are_shown_is_found_in_the_file_by_its_bytes() -> None:
    found = rows(TWO)
    for name, start in (("claim_payment", b"CLP"), ("provider_adjustment", b"PLB")):
        quoted = [TWO[row["byte_start"] : row["byte_end"]] for row in found[name]]
        assert quoted
        assert all(segment.startswith(start) and segment.find(b"~") == len(segment) - 1 for segment in quoted)


def test_an_address_that_one_party_of_many_has_stands_at_that_party_only() -> None:
    patients = [claim_payment(f"A{number}", "10") for number in range(20)]
    patients[7].insert(3, ("N3", "1 TEST WAY"))
    patients[7].insert(4, ("N4", "ANYTOWN", "OH", "44109"))
    found = rows(file_of(remittance(*patients, paid="200")))["name"]
    addressed = [(row["address_line_1"], row["city_name"], row["postal_code"]) for row in found]
    assert len(addressed) == 22
    assert addressed[2 + 7] == ("1 TEST WAY", "ANYTOWN", "44109")
    assert set(addressed[: 2 + 7] + addressed[2 + 8 :]) == {(None, None, None)}


def test_an_element_of_spaces_is_empty_wherever_it_stands() -> None:
    body = remittance(claim_payment(), paid="100")
    given = file_of(body)
    spaced = given.replace(b"*ROE*PAT*", b"*  *PAT*")
    assert spaced != given
    [patient] = [row for row in rows(spaced)["name"] if row["entity_identifier_code"] == "QC"]
    assert (patient["last_name_or_organization_name"], patient["first_name"]) == (None, "PAT")


@pytest.mark.parametrize("delimiters", ODD_DELIMITERS)
@pytest.mark.parametrize("newline", [b"", b"\n", b"\r\n"])
def test_other_delimiters_give_the_same_rows(delimiters: Delimiters, newline: bytes) -> None:
    body = remittance(claim_payment(), paid="100")
    without = (*PLACES, "interchange_ordinal")
    usual = rows(file_of(body), without=without)
    odd = rows(file_of(body, delimiters=delimiters, newline=newline), without=without)
    assert {k: v for k, v in odd.items() if k != "span"} == {k: v for k, v in usual.items() if k != "span"}


def test_delimiters_may_change_between_the_interchanges_of_a_file() -> None:
    content = TWO + file_of(remittance(claim_payment("B1")), delimiters=ODD_DELIMITERS[0], control_number=7)
    assert [row["patient_control_number"] for row in rows(content)["claim_payment"]] == ["A1", "A2", "A3", "B1"]


def test_lines_may_be_wrapped_at_any_column() -> None:
    wrapped = b"\r\n".join(TWO[at : at + 80] for at in range(106, len(TWO), 80))
    assert rows(TWO[:106] + wrapped, without=PLACES)["adjustment"] == rows(TWO, without=PLACES)["adjustment"]


@pytest.mark.parametrize("block_size", [1, 200, 1000, 1 << 20])
def test_blocks_of_any_size_give_the_same_tables(block_size: int) -> None:
    files = (TWO, TWO[:-40], file_of(remittance(claim_payment("B1")), control_number=7))
    assert rows(*files, block_size=block_size) == rows(*files)


def test_a_transaction_too_large_for_a_block_goes_out_in_parts_and_reads_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = remittance(*(claim_payment(f"A{n}", "1") for n in range(200)), paid="200")
    content = file_of(body, remittance(claim_payment("Z")))
    whole = rows(content)
    monkeypatch.setattr(reader, "PART_SIZE", 2000)
    in_parts = rows(content, block_size=700)
    assert in_parts == whole
    assert len(in_parts["claim_payment"]) == 201


def test_small_files_packed_into_one_block_read_as_if_each_came_alone() -> None:
    files = [
        file_of(remittance(claim_payment(f"A{n}")), control_number=n, delimiters=ODD_DELIMITERS[n % 4])
        for n in range(1, 9)
    ]
    together, alone = rows(*files), [rows(file) for file in files]
    for name in together:
        assert together[name] == [row for found in alone for row in found.get(name, [])]


def test_a_transaction_in_a_new_envelope_has_the_same_identity() -> None:
    body = remittance(claim_payment())
    again = file_of(body, control_number=77, delimiters=ODD_DELIMITERS[1], newline=b"\n")
    first, second = (rows(content)["transaction"][0] for content in (file_of(body), again))
    assert first["transaction_id"] == second["transaction_id"]
    assert first["transaction_key"] != second["transaction_key"]
    other = rows(file_of(remittance(claim_payment(paid="99.99"))))["transaction"][0]
    assert other["transaction_id"] != first["transaction_id"]


def test_cut_at_any_byte_whole_transactions_land_unchanged_and_no_amount_is_another() -> None:
    whole = rows(TWO)
    ids = [row["transaction_id"] for row in whole["transaction"]]
    for length in range(0, len(TWO), 7):
        cut = rows(TWO[:length], without=("transaction_key", "sha256"))
        landed = [row for row in cut.get("transaction", []) if row["status"] == "landed"]
        assert [row["transaction_id"] for row in landed] == ids[: len(landed)]
        paid = [row["paid_amount"] for row in cut.get("claim_payment", [])]
        assert paid == [row["paid_amount"] for row in whole["claim_payment"]][: len(paid)]
        assert bool(paid) == bool(landed)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_bytes_give_tables_and_spans_that_partition_the_file(data: st.DataObject) -> None:
    content = bytearray(TWO)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 40))
        content[at : at + cut] = data.draw(
            st.binary(max_size=12) | st.sampled_from([b"~", b"*", b"~~", b"ISA*", b"SE*", b"\r\n"])
        )
    spans = spans_of(bytes(content))
    position = 0
    for span in spans:
        assert span["byte_start"] == position
        position = span["byte_end"]
    assert position == len(content)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (TWO.replace(b"SE*25*0001", b"SE*24*0001"), "segment_count_mismatch"),
        (TWO.replace(b"SE*25*0001", b"SE*25*0009"), "control_number_mismatch"),
        (TWO.replace(b"SE*25*0001~", b""), "missing_se"),
        (TWO.replace(b"CLP*A1*1*150*100*", b"CLP*A1*1*150*1OO*"), "amount_unreadable"),
        (TWO.replace(b"ST*835*0001*005010X221A1", b"ST*277*0001*005010X214"), "not_supported"),
        (TWO.replace(b"ST*835*0001*005010X221A1", b"ST*837*0001*005010X298"), "set_aside"),
    ],
)
def test_a_transaction_that_cannot_be_trusted_is_set_aside_and_its_neighbour_lands(broken: bytes, reason: str) -> None:
    assert broken != TWO
    found = rows(broken)
    assert [(row["status"], row["reason_code"]) for row in found["transaction"]] == [
        ("quarantined", reason),
        ("landed", None),
    ]
    assert [row["patient_control_number"] for row in found["claim_payment"]] == ["A3"]
    [aside] = [span for span in found["span"] if span["kind"] == "quarantined"]
    assert broken[aside["byte_start"] :].startswith(b"ST*")
    if b"ST*835*0001" in broken:
        assert aside["payment_amount"] == Decimal(150)


def test_one_bad_value_is_null_with_a_problem_that_says_where() -> None:
    found = rows(TWO.replace(b"CAS*CO*45*30", b"CAS*CO*45*3O", 1).replace(b"DTM*472*20260309", b"DTM*472*20260231", 1))
    assert [row["status"] for row in found["transaction"]] == ["landed", "landed"]
    assert [(row["segment_id"], row["element_position"], row["loop"], row["message"]) for row in found["problem"]] == [
        ("CAS", 3, "2100", "CAS03: expected an amount"),
        ("DTM", 2, "2110", "DTM02: expected a date"),
    ]
    assert found["adjustment"][0]["amount"] is None


def test_a_seventh_group_of_a_segment_is_not_read_but_told() -> None:
    pairs = [(("WO", f"ICN{number}"), Decimal(number)) for number in range(1, 8)]
    plb = ("PLB", "1", DAY, *(element for pair in pairs for element in pair))
    found = rows(file_of(remittance(claim_payment("A1", "70"), paid="42", plb=(plb,))))
    assert [row["amount"] for row in found["provider_adjustment"]] == [Decimal(number) for number in range(1, 7)]
    [told] = found["problem"]
    assert (told["code"], told["segment_id"], told["element_position"]) == ("too_many_groups", "PLB", 15)
    assert told["message"] == "PLB15: expected no more than 6 groups of elements"


@pytest.mark.parametrize(
    ("content", "seems"),
    [
        (b"", "an empty file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04zip", "a zip"),
        ("ISA*00*".encode("utf-16"), "UTF-16"),
        (b"a,b,c\n1,2,3\n", "CSV"),
        (b"~", "plain text"),
    ],
)
def test_what_is_no_x12_is_set_aside_whole_and_named(content: bytes, seems: str) -> None:
    [span] = spans_of(content)
    assert (span["kind"], span["byte_start"], span["byte_end"]) == ("quarantined", 0, len(content))
    assert seems in span["reason"]


def test_text_around_the_interchange_is_set_aside_as_junk() -> None:
    content = b"\xef\xbb\xbfFrom: clearinghouse\n" + TWO + b"\r\n-- end of mail --\r\n"
    kinds = [(span["kind"], content[span["byte_start"] : span["byte_end"]]) for span in spans_of(content)]
    assert kinds[0] == ("white_space", b"\xef\xbb\xbf")
    assert [text for kind, text in kinds if kind == "junk"] == [b"From: clearinghouse\n", b"-- end of mail --\r\n"]
    assert len(rows(content)["claim_payment"]) == 3


def test_empty_segments_and_a_missing_last_terminator_do_no_harm() -> None:
    content = TWO.replace(b"~CLP", b"~~\r\n~CLP").removesuffix(b"~")
    assert rows(content, without=PLACES)["claim_payment"] == rows(TWO, without=PLACES)["claim_payment"]


def test_names_beyond_ascii_are_text_whether_utf8_or_latin1() -> None:
    for encoding in ("utf-8", "latin-1"):
        content = TWO.replace(b"*ROE*", "*MUÑOZ*".encode(encoding))
        names = {
            row["last_name_or_organization_name"]
            for row in rows(content)["name"]
            if row["entity_identifier_code"] == "QC"
        }
        assert names == {"MUÑOZ"}


def test_a_component_delimiter_inside_plain_text_is_kept() -> None:
    assert "ICN:1" in {
        row["payer_claim_control_number"] for row in rows(TWO.replace(b"ICNA1", b"ICN:1"))["claim_payment"]
    }


def test_every_table_that_comes_out_has_the_schema_that_was_promised() -> None:
    for name, table in tables(TWO).items():
        assert table.schema == schemas()[name]


def test_many_files_in_one_reading_are_each_finished_once() -> None:
    files = [file_of(remittance(claim_payment(f"A{n}")), control_number=n) for n in range(1, 40)]
    for block_size in (500, 5000, 1 << 20):
        found = rows(*files, block_size=block_size)
        assert len(found["interchange"]) == 39
        assert len(found["claim_payment"]) == 39
