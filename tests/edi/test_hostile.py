"""Hostile and odd input, each as a sentence: it reads as it should, or it is set aside with a reason, and nothing else.

In: the public samples where they lie beside the project, and files of our own. Out: the same rows whatever the file's
dress; the same bytes in one span each; no amount that is silently another.
"""

from __future__ import annotations

import inspect
import mmap
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from edi import interchange, reader
from edi.canonical import slices
from edi.delimiters import Delimiters
from edi.limits import Limits
from edi.reader import Source, read
from tests.edi.test_grammar import CLAIMS
from tests.edi.x12 import DAY, Rows, claim_payment, file_of, remittance, rows, spans_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edi.writer import Segment

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
INBOX = Path(__file__).resolve().parents[1] / "sample" / "inbox"
PUBLIC = sorted(path for path in SAMPLES.glob("*/*") if path.is_file() and path.suffix not in (".md", ".tsv"))
FILES = PUBLIC or sorted(INBOX.glob("*/*"))[:20]
OF_THE_FILE = ("transaction_key", "sha256")
PLACES = (*OF_THE_FILE, "byte_start", "byte_end")

PLB: tuple[Segment, ...] = (("PLB", "1", DAY, ("WO", "ICN1"), Decimal(50), ("FB", "T0"), Decimal("-5.25")),)
TWO = file_of(
    remittance(claim_payment(), claim_payment("A2", "50"), paid="150", trace="T1"),
    remittance(claim_payment("A3", "70"), paid="25.25", trace="T2", plb=PLB),
)
CLAIM_FILE = file_of(CLAIMS, CLAIMS, set_code="837")


def statuses(content: bytes) -> list[tuple[str, str | None]]:
    """Return status and reason of each transaction of a file."""
    return [(row["status"], row["reason_code"]) for row in rows(content).get("transaction", [])]


def codes(content: bytes) -> list[str]:
    """Return the codes of all problems of a file."""
    return [row["code"] for row in rows(content).get("problem", [])]


def but_envelopes(found: dict[str, Rows]) -> dict[str, Rows]:
    """Leave out the tables that describe the file itself."""
    return {name: found[name] for name in found if name not in ("span", "interchange", "functional_group", "problem")}


def partitioned(content: bytes) -> bool:
    """Tell whether the spans of a file are its bytes, each once."""
    return is_partition(spans_of(content), content)


def is_partition(spans: Rows, content: bytes) -> bool:
    """Tell whether spans are a file's bytes, each once."""
    starts, ends = [span["byte_start"] for span in spans], [span["byte_end"] for span in spans]
    return [0, *ends] == [*starts, len(content)]


# --- how a file is dressed ---


def unused(content: bytes) -> Iterator[bytes]:
    """Yield bytes that can be delimiters and that a file has not."""
    yield from (bytes([octet]) for octet in b"\x1d\x1f\x1e\x1c|>!^#%\x01\x02\x03" if octet not in content)


def in_other_delimiters(content: bytes) -> bytes | None:
    """Translate each interchange of a file to delimiters that it does not hold; None if it has no interchange."""
    found = interchange.find(content)
    free = unused(content)
    new = Delimiters(*(next(free) for _ in range(4)))
    written = bytearray(content[: found[0].byte_start] if found else b"")
    for header in found:
        old = header.delimiters
        pairs = [
            (getattr(old, name)[0], getattr(new, name)[0])
            for name in ("element", "component", "repetition", "terminator")
            if getattr(old, name)
        ]
        table = bytearray(range(256))
        for before, after in pairs:
            table[before] = after
        written += content[header.byte_start : header.byte_end].translate(bytes(table))
    return bytes(written) if found else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_in_other_delimiters_gives_the_same_rows_at_the_same_bytes(path: Path) -> None:
    content = path.read_bytes()
    other = in_other_delimiters(content)
    if other is None:
        pytest.skip("no interchange")
    assert other != content
    assert rows(other, without=OF_THE_FILE) == rows(content, without=OF_THE_FILE)


@pytest.mark.parametrize("path", FILES[::7], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_reads_the_same_from_memory_and_from_a_map_of_the_disk(path: Path) -> None:
    with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        found: dict[str, Rows] = {}
        for block in read([Source("0" * 64, mapped)]):
            for name, table in block.items():
                found.setdefault(name, []).extend(table.to_pylist())
        without = {name: [{**row, "sha256": 0, "transaction_key": 0} for row in rows] for name, rows in found.items()}
    expected = rows(path.read_bytes())
    assert without == {
        name: [{**row, "sha256": 0, "transaction_key": 0} for row in mine] for name, mine in expected.items()
    }


def test_a_file_with_a_line_for_each_segment_reads_the_same_with_and_without_terminators() -> None:
    usual = but_envelopes(rows(TWO, without=PLACES))
    for terminator, newline in ((b"\n", b""), (b"\r", b"\n"), (b"~", b"\n"), (b"~", b"\r\n")):
        dressed = TWO.replace(b"~", terminator + newline)
        assert but_envelopes(rows(dressed, without=PLACES)) == usual


@pytest.mark.parametrize("content", [TWO, CLAIM_FILE], ids=["835", "837"])
def test_line_breaks_nuls_and_blank_lines_anywhere_between_segments_do_no_harm(content: bytes) -> None:
    usual = but_envelopes(rows(content, without=PLACES))
    for between in (b"~\r\n\r\n", b"~ \r\n ", b"~" + b" " * 99, b"~\0\0\0", b"~\t", b"~~~\n~", b"\r\n~"):
        dressed = content.replace(b"~", between)
        assert but_envelopes(rows(dressed, without=PLACES)) == usual, between
        assert partitioned(dressed)


@pytest.mark.parametrize("content", [TWO, CLAIM_FILE], ids=["835", "837"])
def test_a_file_all_in_lower_case_gives_the_same_rows(content: bytes) -> None:
    lower, usual = (rows(written, without=OF_THE_FILE) for written in (content.lower(), content.upper()))
    assert lower == usual


@pytest.mark.parametrize(
    "header",
    [
        b"ISA*00**00**ZZ*SENDER*ZZ*RECEIVER*260309*0600*^*00501*1*0*T*:~",
        b"ISA*00*          *00*          *ZZ*SENDER WITH A LONGER NAME*ZZ*RECEIVER       *260309*0600*^*00501*1*0*T*:~",
        b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260309*0600*^*00501*000000001*0*T*: ~",
        b"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260309*0600*^*00501*1*0*T*:~\r\n",
        b"isa*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260309*0600*^*00501*000000001*0*T*:~\0",
    ],
    ids=["short", "long", "padded", "line", "lower"],
)
def test_a_header_that_is_not_106_bytes_long_is_a_header(header: bytes) -> None:
    found = rows(header + TWO[106:], without=PLACES)
    assert found["claim_payment"] == rows(TWO, without=PLACES)["claim_payment"]
    [envelope] = found["interchange"]
    assert (envelope["interchange_control_number"].lstrip("0"), envelope["is_complete"]) == ("1", True)


@pytest.mark.parametrize("newline", [b"", b"\r\n"])
def test_a_header_without_a_component_delimiter_still_says_what_ends_a_segment(newline: bytes) -> None:
    content = TWO.replace(b"*T*:~", b"*T*~").replace(b"~", b"~" + newline)
    assert [row["paid_amount"] for row in rows(content)["claim_payment"]] == [100, 50, 70]


def test_each_interchange_has_its_own_delimiters() -> None:
    odd = Delimiters(b"|", b">", b"!", b"\n")
    content = TWO + b"\r\n" + file_of(remittance(claim_payment("B1")), delimiters=odd, control_number=7) + TWO
    assert [row["patient_control_number"] for row in rows(content)["claim_payment"]] == [
        "A1", "A2", "A3", "B1", "A1", "A2", "A3",
    ]  # fmt: skip
    assert [span["kind"] for span in spans_of(content)].count("junk") == 0
    assert partitioned(content)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf", b""),
        (b"Received: by ISA mail*server\n\n", b""),
        (b"\r\n \t\n", b"\x1a"),
        (b"\0" * 600, b"\0" * 600),
        (b"", b"\r\n-- \r\nSent by a clearinghouse\r\n"),
        (b"LISA*VISA*ISA*" * 20, b"ISA*00*"),
        (b"ISA*00*          *00*   ~", b"ST*835*0003~SE*"),
    ],
    ids=["mark", "mail", "blank", "padding", "signature", "names", "cut"],
)
def test_what_stands_around_an_interchange_is_accounted_for_and_changes_nothing(before: bytes, after: bytes) -> None:
    content = before + TWO + after
    assert rows(content, without=PLACES)["claim_payment"] == rows(TWO, without=PLACES)["claim_payment"]
    assert statuses(content)[:2] == [("landed", None)] * 2
    assert partitioned(content)
    assert {span["kind"] for span in spans_of(content)} <= {
        "white_space",
        "junk",
        "envelope",
        "transaction",
        "quarantined",
    }


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_file_in_two_bytes_a_letter_is_set_aside_whole(encoding: str) -> None:
    content = TWO.decode().encode(encoding)
    [span] = spans_of(content)
    assert (span["kind"], span["reason_code"], span["byte_end"]) == ("quarantined", "not_x12", len(content))
    assert "UTF-16" in span["reason"]


def test_a_name_reads_the_same_whatever_lies_beside_it_in_its_file() -> None:
    spanish = TWO.replace(b"*ROE*", "*MUÑOZ*".encode())
    french = TWO.replace(b"*ROE*", "*LEFÈVRE*".encode("latin-1"))
    alone = {row["transaction_id"] for row in rows(spanish)["transaction"]}
    beside = rows(spanish + french)
    assert alone <= {row["transaction_id"] for row in beside["transaction"]}
    names = {row["last_name_or_organization_name"] for row in beside["name"] if row["entity_identifier_code"] == "QC"}
    assert names == {"MUÑOZ", "LEFÈVRE"}


# --- envelopes that do not fit ---


@pytest.mark.parametrize(
    ("found", "instead", "problem"),
    [
        (b"GE*2*1", b"GE*1*1", "group_count_mismatch"),
        (b"GE*2*1", b"GE*2*9", "group_control_number_mismatch"),
        (b"GE*2*1", "GE*²*1".encode(), "group_count_mismatch"),
        (b"GE*2*1~", b"", "missing_ge"),
        (b"IEA*1*", b"IEA*2*", "interchange_count_mismatch"),
        (b"IEA*1*000000001", b"IEA*1*000000009", "interchange_control_number_mismatch"),
        (b"IEA*1*", b"IEA*" + b"9" * 5000 + b"*", "interchange_count_mismatch"),
        (b"IEA*1*000000001~", b"", "missing_iea"),
        (b"GE*2*1~IEA*1*000000001~", b"", "missing_iea"),
        (b"GS*HP*SENDER*RECEIVER*20260309*0600*1*X*005010X221A1~", b"", "missing_gs"),
    ],
)
def test_a_group_or_interchange_that_does_not_close_is_a_problem_and_its_transactions_land(
    found: bytes, instead: bytes, problem: str
) -> None:
    content = TWO.replace(found, instead)
    assert content != TWO
    assert statuses(content) == [("landed", None)] * 2
    assert problem in codes(content)
    assert partitioned(content)


@pytest.mark.parametrize("stated", ["24", "0", "", "-25", "²⁵", "25.0", "9" * 5000, "٢٥"])
def test_a_wrong_count_of_segments_sets_that_transaction_aside_and_no_other(stated: str) -> None:
    content = TWO.replace(b"SE*25*0001", f"SE*{stated}*0001".encode())
    assert statuses(content) == [("quarantined", "segment_count_mismatch"), ("landed", None)]
    assert [row["patient_control_number"] for row in rows(content)["claim_payment"]] == ["A3"]


def test_a_transaction_inside_another_sets_the_outer_one_aside() -> None:
    content = TWO.replace(b"LX*1~CLP*A1", b"LX*1~ST*835*0009~BPR*I*1*C*NON~SE*3*0009~CLP*A1")
    assert statuses(content) == [("quarantined", "missing_se"), ("landed", None), ("landed", None)]
    assert partitioned(content)
    assert [span["kind"] for span in spans_of(content)].count("junk") == 1  # what is left of the outer one


def test_what_lies_outside_of_a_transaction_is_junk_with_a_reason() -> None:
    content = TWO.replace(b"~ST*835*0002", b"~CLP*STRAY*1*1*1~SE*3*0008~ST*835*0002")
    [junk] = [span for span in spans_of(content) if span["kind"] == "junk"]
    assert content[junk["byte_start"] : junk["byte_end"]] == b"CLP*STRAY*1*1*1~SE*3*0008~"
    assert junk["reason_code"] == "outside_transaction"
    assert [row["patient_control_number"] for row in rows(content)["claim_payment"]] == ["A1", "A2", "A3"]


def test_groups_and_interchanges_without_end_are_still_told_apart() -> None:
    content = TWO.replace(b"IEA*1*000000001~", b"") + TWO.replace(b"GE*2*1~", b"") + TWO
    found = rows(content)
    assert [row["is_complete"] for row in found["interchange"]] == [False, True, True]
    assert [row["interchange_ordinal"] for row in found["transaction"]] == [1, 1, 2, 2, 3, 3]
    assert {row["status"] for row in found["transaction"]} == {"landed"}
    assert partitioned(content)


def test_a_transaction_behind_the_last_iea_lands_but_belongs_to_no_interchange() -> None:
    start, stop = TWO.index(b"ST*835*0002"), TWO.index(b"GE*2")
    content = TWO + TWO[start:stop]
    last = rows(content)["transaction"][-1]
    assert (last["status"], last["interchange_ordinal"], last["interchange_sender_id"]) == ("landed", 0, None)
    assert "missing_isa" in codes(content)


def test_a_second_header_that_cannot_be_read_is_a_problem() -> None:
    content = TWO + TWO.replace(b"*00501*", b"*5010X*").replace(b"*T*:", b"*T*T")
    assert "unreadable_header" in codes(content)
    assert len(rows(content)["claim_payment"]) == 6
    assert partitioned(content)


@pytest.mark.parametrize(("guide", "named"), [("005010X298", "professional"), ("005010X299A1", "institutional")])
def test_post_adjudicated_claims_data_is_set_aside_by_name(guide: str, named: str) -> None:
    content = file_of(CLAIMS, set_code="837", guide=guide)
    assert statuses(content) == [("quarantined", "set_aside")]
    [row] = rows(content)["transaction"]
    assert guide in row["reason"]
    assert f"post-adjudicated claims data ({named})" in row["reason"]
    assert "claim" not in rows(content)


# --- remittances that payers really send ---


def test_a_remittance_of_version_4010_reads_as_one_of_5010() -> None:
    content = file_of(remittance(claim_payment(), paid="100"), guide="004010X091A1")
    content = content.replace(b"*^*00501*", b"*U*00401*").replace(b"ST*835*0001*004010X091A1", b"ST*835*0001")
    content = content.replace(b"CAS*CO*45", b"CAS*CR*45")
    found = rows(content)
    assert statuses(content) == [("landed", None)]
    assert [row["group_code"] for row in found["adjustment"]][:1] == ["CR"]
    assert {row["guide"] for row in found["transaction"]} == {"004010X091A1"}


def test_a_remittance_of_provider_adjustments_alone_lands() -> None:
    body = [segment for segment in remittance(paid="0", plb=PLB) if segment[0] != "LX"]
    found = rows(file_of(body))
    assert [row["status"] for row in found["transaction"]] == ["landed"]
    assert [row["amount"] for row in found["provider_adjustment"]] == [Decimal(50), Decimal("-5.25")]
    assert "claim_payment" not in found


def test_an_empty_claim_that_only_carries_a_provider_adjustment_is_no_reason_to_stop() -> None:
    content = file_of(remittance(claim_payment(), paid="0", plb=PLB))
    content = re.sub(rb"CLP\*[^~]*~", b"CLP* * * *~", content)
    assert statuses(content) == [("landed", None)]
    [claim] = rows(content)["claim_payment"]
    assert (claim["patient_control_number"], claim["paid_amount"]) == (None, None)


@pytest.mark.parametrize(
    ("plb", "expected"),
    [
        (b"PLB*1*20260309*WO*50", [("WO", None, Decimal(50))]),
        (b"PLB*1*20260309*:ICN1*50", [(None, "ICN1", Decimal(50))]),
        (b"PLB*1*20260309**50", [(None, None, Decimal(50))]),
        (b"PLB*1*20260309*WO:ICN1*", [("WO", "ICN1", None)]),
        (b"PLB*1*20260309*WO:ICN1*50**", [("WO", "ICN1", Decimal(50))]),
        (b"PLB*1**WO:ICN1*50*FB", [("WO", "ICN1", Decimal(50)), ("FB", None, None)]),
        (b"PLB*1*20260309", None),
    ],
)
def test_a_provider_adjustment_with_something_missing_is_read_as_far_as_it_goes(
    plb: bytes, expected: list[tuple[Any, ...]] | None
) -> None:
    content = re.sub(rb"PLB\*[^~]*", plb, TWO)
    assert statuses(content) == [("landed", None)] * 2
    found = rows(content).get("provider_adjustment")
    shown = [(row["adjustment_reason_code"], row["reference_id"], row["amount"]) for row in found] if found else None
    assert shown == expected


def test_a_provider_adjustment_whose_amount_stands_in_the_wrong_place_sets_the_remittance_aside() -> None:
    content = re.sub(rb"PLB\*[^~]*", b"PLB*1*20260309**WO:ICN1*50", TWO)
    assert statuses(content) == [("landed", None), ("quarantined", "amount_unreadable")]


@pytest.mark.parametrize(
    ("found", "instead", "reason"),
    [
        (b"BPR*I*25.25*", b"BPR*I**", "missing_amount"),
        (b"BPR*I*25.25*", b"BPR*I*25,25*", "amount_unreadable"),
        (b"TRN*1*T2", b"BPR*I*7*C~TRN*1*T2", "repeated_bpr"),
    ],
)
def test_a_remittance_whose_payment_is_not_known_is_set_aside(found: bytes, instead: bytes, reason: str) -> None:
    content = TWO.replace(found, instead)
    if reason == "repeated_bpr":
        content = content.replace(b"SE*17*0002", b"SE*18*0002")
    assert statuses(content) == [("landed", None), ("quarantined", reason)]


def test_segments_of_any_length_are_read_whole() -> None:
    for length in (6_000, 70_000, 900_000):
        content = TWO.replace(b"*EXAMPLE HEALTH PLAN*", b"*" + b"X" * length + b"*")
        found = rows(content)
        assert {row["status"] for row in found["transaction"]} == {"landed"}
        assert len(found["name"][0]["last_name_or_organization_name"]) == length


# --- one bad value ---


def amounts(content: bytes) -> list[int]:
    """Return the places of all digits of the amounts that a remittance stands on or adds up from."""
    places = {"BPR": (2,), "CLP": (3, 4, 5), "CAS": (3, 6), "SVC": (2, 3), "PLB": (4, 6)}
    found = []
    for segment in re.finditer(rb"[^~]+", content):
        elements = segment.group().split(b"*")
        at = segment.start()
        for number, element in enumerate(elements):
            if number in places.get(elements[0].decode(), ()):
                found += [at + i for i, octet in enumerate(element) if chr(octet).isdigit()]
            at += len(element) + 1
    return found


def money(content: bytes) -> tuple[Any, ...]:
    """Return everything that a reader of amounts would see: the amounts, what was set aside, and the problems."""
    found = rows(content)
    tables = ("remittance", "claim_payment", "service_payment", "adjustment", "provider_adjustment")
    values = [
        value for name in tables for row in found.get(name, []) for value in row.values() if isinstance(value, Decimal)
    ]
    return (values, statuses(content), [row["code"] for row in found.get("problem", [])])


def test_no_digit_of_an_amount_can_change_unseen() -> None:
    usual = money(TWO)
    for at in amounts(TWO):
        for instead in (b"%d" % ((TWO[at] - ord("0") + 1) % 10), b"O", b" ", b"-", b"."):
            changed = TWO[:at] + instead + TWO[at + 1 :]
            seen = money(changed)
            if seen == usual:  # the value is the same number written otherwise: 150. for 1500 is not, 05 for 5 is
                assert values_equal(TWO, changed, at), TWO[at - 9 : at + 9]


def values_equal(content: bytes, changed: bytes, at: int) -> bool:
    """Tell whether the element at a place is the same number in both."""
    start, stop = content.rindex(b"*", 0, at) + 1, re.compile(rb"[*~]").search(content, at).start()  # type: ignore[union-attr]
    return Decimal(content[start:stop].decode()) == Decimal(changed[start:stop].decode().strip() or "0")


def test_an_amount_of_many_digits_is_read_exactly_or_not_at_all() -> None:
    for text, expected in (
        ("1." + "0" * 40 + "1", None),
        ("1." + "0" * 40, Decimal(1)),
        ("٣", None),
        ("9" * 16 + ".99", Decimal("9" * 16 + ".99")),
        ("9" * 17, None),
        ("1E2", None),
        ("9E999", None),
    ):
        content = TWO.replace(b"CAS*CO*45*30*", f"CAS*CO*45*{text}*".encode(), 1)
        assert rows(content)["adjustment"][0]["amount"] == expected, text
        assert ("unreadable_value" in codes(content)) is (expected is None)


def test_a_problem_never_repeats_the_value_that_it_is_about() -> None:
    content = TWO.replace(b"CAS*CO*45*30*", b"CAS*CO*45*CANARY*").replace(b"*20260309*", b"*CANARY77*")
    content = content.replace(b"GE*2*1", b"GE*CANARY*CANARY").replace(b"SE*25*0001", b"SE*CANARY*CANARY")
    found = rows(content)
    texts = [row["message"] for row in found["problem"]] + [row["reason"] or "" for row in found["transaction"]]
    assert texts
    assert not any("CANARY" in text for text in texts)


# --- cut at every byte ---


@pytest.mark.parametrize("content", [TWO, CLAIM_FILE], ids=["835", "837"])
def test_cut_at_every_byte_whole_transactions_land_unchanged_and_nothing_else_does(content: bytes) -> None:
    whole = rows(content, without=(*OF_THE_FILE, "interchange_ordinal"))
    table, money_column = ("claim", "total_charge_amount") if b"ST*837" in content else ("claim_payment", "paid_amount")
    ends = [row["byte_end"] for row in whole["transaction"]]
    expected = [row[money_column] for row in whole[table]]
    for length in range(len(content)):
        cut = rows(content[:length], without=(*OF_THE_FILE, "interchange_ordinal"))
        assert is_partition(cut["span"], content[:length]), length
        landed = [row for row in cut.get("transaction", []) if row["status"] == "landed"]
        # the last terminator may be missing, which changes no value: SE*25*0001 is whole without it
        assert len(landed) in (sum(end <= length for end in ends), sum(end - 1 <= length for end in ends))
        assert [row["transaction_id"] for row in landed] == [
            row["transaction_id"] for row in whole["transaction"][: len(landed)]
        ]
        paid = [row[money_column] for row in cut.get(table, [])]
        assert paid == expected[: len(paid)]
        assert bool(paid) == bool(landed)


# --- limits ---


def takes_limits() -> bool:
    """Tell whether `read` has the parameter."""
    return "limits" in inspect.signature(reader.read).parameters


def test_a_segment_beyond_the_limit_is_never_held_but_has_its_place() -> None:
    [header] = interchange.find(TWO)
    for size in (50, 400, 1 << 20):
        cut = list(slices(TWO, header, size, longest=60))
        assert sum(piece.canonical.count(b"\x1c") for piece in cut) == TWO.count(b"~")
        last = cut[-1]
        assert (last.places[1][-1] if last.places else last.byte_start + len(last.canonical)) == len(TWO)
        assert max(len(segment) for piece in cut for segment in piece.canonical.split(b"\x1c")) <= 4 + 1 + 64


@pytest.mark.skipif(not takes_limits(), reason="read() does not take limits yet")
def test_a_segment_beyond_the_limit_sets_its_transaction_aside_and_no_other() -> None:
    content = TWO.replace(b"*EXAMPLE HEALTH PLAN*", b"*" + b"X" * 4000 + b"*", 1)
    for block_size in (1000, 1 << 20):
        found = rows(content, limits=Limits(segment_bytes=1000), block_size=block_size)
        assert [(row["status"], row["reason_code"]) for row in found["transaction"]] == [
            ("quarantined", "segment_too_long"),
            ("landed", None),
        ]
        assert "1000 bytes" in found["transaction"][0]["reason"]


@pytest.mark.skipif(not takes_limits(), reason="read() does not take limits yet")
def test_problems_beyond_the_limit_are_counted() -> None:
    content = TWO.replace(b"*45*30*", b"*45*X*").replace(b"DTM*472*20260309", b"DTM*472*20260231")
    assert codes(content) == ["unreadable_value"] * 6
    found = rows(content, limits=Limits(problems=1))["problem"]
    assert [row["code"] for row in found] == ["unreadable_value", "more_problems", "unreadable_value", "more_problems"]
    assert found[1]["message"] == "3 more problems are not listed"


def test_a_large_transaction_that_loses_its_end_between_two_blocks_keeps_its_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "PART_SIZE", 300)
    body = remittance(*(claim_payment(f"A{n}", "1") for n in range(20)), paid="20")
    content = file_of(body)
    for tail in (b"", b"ST*835*0002~SE*2*0002~", b"IEA*1*000000001~"):
        for head in (content[: content.index(b"CLP*A5")], content[: content.index(b"LX*1")]):
            for block_size in (64, 200, 450, 1000):
                broken = head + tail
                found = rows(broken, block_size=block_size)
                assert is_partition(found["span"], broken)
                assert found["transaction"][0]["reason_code"] == "missing_se"
