"""Sheets of notices, refunds, disputes and decisions: recognised by their header, read row by row, never by name."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from edi import reader
from edi.sheets import sheets
from edi.sheets.reading import BAD_ROWS, SIZE_LIMIT

NOTICES = b"payer,letter_number,letter_date,payer_claim_control_number,amount\n"
DECISIONS = b"provider_adjustment_id,action,claim,reason,decided_by,decided_at\n"


def read(content: bytes) -> dict[str, list[dict[str, Any]]]:
    source = reader.Source(hashlib.sha256(content).hexdigest(), content)
    found: dict[str, list[dict[str, Any]]] = {}
    for tables in reader.read([source]):
        for name, table in tables.items():
            found.setdefault(name, []).extend(table.to_pylist())
    return found


def spans(found: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str | None]]:
    return [(span["kind"], span["reason"]) for span in found["span"]]


def covers(found: dict[str, list[dict[str, Any]]], content: bytes) -> bool:
    ends = [0, *(span["byte_end"] for span in found["span"])]
    return ends[-1] == len(content) and ends[:-1] == [span["byte_start"] for span in found["span"]]


def test_a_letter_is_one_row_for_each_claim() -> None:
    content = NOTICES + b'P1,L7,2026-03-31,C1,"1,204.50"\nP1,L7,03/31/2026,C2,$40\n'
    found = read(content)
    assert [(row["payer_claim_control_number"], row["letter_date"], row["amount"]) for row in found["notice"]] == [
        ("C1", date(2026, 3, 31), Decimal("1204.50")),
        ("C2", date(2026, 3, 31), Decimal("40.00")),
    ]
    assert spans(found) == [("sheet", None)]
    assert covers(found, content)


@pytest.mark.parametrize(
    "header",
    [
        b"Payer,Letter Number,LETTER-DATE,payer claim control number, Amount ,\r\n",
        b"\xef\xbb\xbfpayer,letter_number,letter_date,payer_claim_control_number,amount\r\n",
        b'# in words\n"# and ""more"""\n\npayer,letter_number,letter_date,payer_claim_control_number,amount\n',
        b"amount,payer,letter_date,payer_claim_control_number\n",
    ],
)
def test_a_header_may_be_written_as_people_and_spreadsheets_do(header: bytes) -> None:
    assert spans(read(header)) == [("sheet", None)]


def test_the_file_that_a_template_makes_is_a_sheet_without_rows() -> None:
    for sheet in sheets():
        header = ",".join(column.name for column in sheet.columns)
        assert spans(read(header.encode())) == [("sheet", None)]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (b"payer,letter_number,payer_claim_control_number,amount\n", "notices, but column letter_date is missing"),
        (NOTICES.replace(b"amount", b"amount,SMITH"), "notices, but column 6 is none of its columns"),
        (NOTICES.replace(b"amount", b"amount,payer"), "notices, but column 6 stands there twice"),
        (
            b"payer,letter_number,letter_date,amount,reason\n",
            "notices, but one of the columns payer_claim_control_number, patient_control_number is needed",
        ),
    ],
)
def test_a_header_that_is_nearly_ours_is_told_what_is_wrong_and_nothing_lands(header: bytes, reason: str) -> None:
    found = read(header + b"P1,L7,2026-03-31,C1,5,6\n")
    assert spans(found) == [("quarantined", f"looks like a sheet of {reason}")]
    assert "notice" not in found


@pytest.mark.parametrize(
    "content", [b"name,amount\nA,1\n", b"payer,amount\n", b"hello, world\n", b"\n,,,\n", b'"a,b\n']
)
def test_any_other_csv_stays_set_aside(content: bytes) -> None:
    ((kind, reason),) = spans(read(content))
    assert kind == "quarantined"
    assert reason is not None
    assert reason.startswith("not X12")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"P1,L7,2026-13-31,C1,5", "column 3 (letter_date): expected a date such as 2026-03-31 or 03/31/2026"),
        (b"P1,L7,31/03/2026,C1,5", "column 3 (letter_date): expected a date such as 2026-03-31 or 03/31/2026"),
        (b"P1,L7,03/31/26,C1,5", "column 3 (letter_date): expected a date such as 2026-03-31 or 03/31/2026"),
        (b"P1,L7,2026-03-31,C1,-5", "column 5 (amount): expected an amount above 0"),
        (b"P1,L7,2026-03-31,C1,5.005", "column 5 (amount): expected an amount above 0"),
        (b"P1,L7,2026-03-31,C1,1e3", "column 5 (amount): expected an amount above 0"),
        (b'P1,L7,2026-03-31,C1,"1,20"', "column 5 (amount): expected an amount above 0"),
        (b"P1,L7,2026-03-31,C1,0.00", "column 5 (amount): expected an amount above 0"),
        (b"P1,L7,2026-03-31,C1," + b"9" * 17, "column 5 (amount): expected an amount above 0"),
        (b"P1,L7,2026-03-31,C1,", "column 5 (amount): expected a value, found nothing"),
        (b"P1,L7,2026-03-31", "column 5 (amount): expected a value, found nothing"),
        (b"P1,L7,2026-03-31,,5", "expected one of payer_claim_control_number, patient_control_number, found none"),
        (b"P1,L7,2026-03-31,C1,5,6", "expected 5 cells, found 6"),
        (b"P1,\x00,2026-03-31,C1,5", "column 2 (letter_number): expected at most 1,000 printable characters"),
        (b"P1,SM\xcdTH,2026-03-31,C1,5", "expected UTF-8"),
        (b'P1,"SMITH"X,2026-03-31,C1,5', "expected a comma or an end of line behind a closing quote"),
        (b'P1,"SMITH,2026-03-31,C1,5', "expected a comma or an end of line behind a closing quote"),
        (b"P1," + b"x" * 70_000 + b",2026-03-31,C1,5", "expected at most 65,536 bytes in a row"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_place_and_its_neighbours_land(row: bytes, reason: str) -> None:
    good = b"P1,L7,2026-03-31,C1,5\n"
    content = NOTICES + good + row + b"\n" + good
    found = read(content)
    assert [landed["line_number"] for landed in found["notice"]] == [2, 4]
    assert [span["kind"] for span in found["span"]] == ["sheet", "quarantined", "sheet"]
    bad = found["span"][1]
    assert content[bad["byte_start"] : bad["byte_end"]] == row + b"\n"
    assert bad["reason"].startswith(f"line 3, {reason}")
    (problem,) = found["problem"]
    assert (problem["segment_id"], problem["segment_number"]) == ("notices", 3)
    assert "SM" not in problem["message"] + bad["reason"]
    assert covers(found, content)


def test_a_quoted_reason_may_go_over_lines() -> None:
    found = read(DECISIONS + b'a1,match,c1,"paid\r\ntwice",me,2026-03-31T14:05:00-04:00\na2,Dismiss,,no,me,3/5/2026\n')
    first, second = found["decision"]
    assert first["reason"] == "paid\r\ntwice"
    assert first["decided_at"] == datetime(2026, 3, 31, 18, 5)  # noqa: DTZ001 - moments land in UTC
    assert (second["action"], second["line_number"]) == ("dismiss", 4)
    assert second["decided_at"] == datetime(2026, 3, 5)  # noqa: DTZ001


def test_a_word_that_is_no_action_is_told_which_there_are() -> None:
    found = read(DECISIONS + b"a1,SMITH,c1,why,me,2026-03-31\n")
    assert spans(found)[1] == (
        "quarantined",
        "line 2, column 2 (action): expected match or unlink or dismiss, found 5 characters",
    )


def test_rows_that_are_bad_side_by_side_are_one_span() -> None:
    found = read(NOTICES + b"x\ny\nz\n")
    assert spans(found)[1] == (
        "quarantined",
        "line 2, column 3 (letter_date): expected a value, found nothing (3 rows)",
    )
    assert len(found["problem"]) == 3


def test_a_sheet_of_rubbish_is_set_aside_as_a_whole_from_some_row_on() -> None:
    good = b"P1,L7,2026-03-31,C1,5\n"
    content = NOTICES + (good + b"x\n") * (BAD_ROWS + 50)
    found = read(content)
    assert len(found["notice"]) == BAD_ROWS
    assert len(found["span"]) == 2 * BAD_ROWS
    assert covers(found, content)
    assert found["problem"][-1]["code"] == "more_problems"


def test_a_sheet_beyond_the_limit_is_set_aside_and_not_read() -> None:
    found = read(NOTICES + b"P1,L7,2026-03-31,C1,5\n" * (SIZE_LIMIT // 22 + 1))
    assert spans(found) == [("quarantined", "expected at most 32 MB in a sheet of notices")]
    assert "notice" not in found
