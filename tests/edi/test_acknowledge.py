"""Every interchange is acknowledged: what was received, what of it was accepted, and what was wrong with it."""

from __future__ import annotations

from typing import Any

import pytest

from edi.acknowledge import Acknowledgement, acknowledge
from edi.conform import isolate, judge
from edi.pyx12_walk import walk
from tests.edi.test_conform import CANARY, REMITTANCE, plain, with_changes
from tests.edi.test_grammar import CLAIMS
from tests.edi.x12 import file_of, rows

DATE_TIME = ("260309", "0600")


def answers(content: bytes, judged: bool = True) -> list[Acknowledgement]:
    """Read, judge and acknowledge a file."""
    received = rows(content)["transaction"]
    verdicts = {one.transaction_key: judge(one) for one in isolate(content, received) if judged}
    return list(acknowledge(content, received, verdicts))


def lines(answer: bytes) -> list[str]:
    """Return an answer's segments."""
    return answer.decode().split("~")[:-1]


def ta1(content: bytes) -> str:
    """Return the one TA1 that answers a file."""
    (answer,) = answers(content)
    (segment,) = [line for line in lines(answer.ta1) if line.startswith("TA1")]
    return segment


def body(content: bytes, **how: Any) -> list[str]:
    """Return the answer to the groups of a file, without its envelope."""
    (answer,) = answers(content, **how)
    return [line for line in lines(answer.functional) if line[:2] not in ("IS", "GS", "ST", "SE", "GE", "IE")]


def test_a_remittance_without_defect_is_accepted() -> None:
    assert body(plain(REMITTANCE)) == ["AK1*HP*1*005010X221A1", "AK2*835*0001", "IK5*A", "AK9*A*1*1*1"]
    assert ta1(plain(REMITTANCE)) == "TA1*000000001*260309*0600*A*000"


def test_what_is_wrong_is_noted_but_accepted_and_no_bad_value_is_copied() -> None:
    bad = with_changes((3, None), (12, ("DTM", "472", CANARY)))
    assert body(plain(REMITTANCE, bad)) == [
        "AK1*HP*1*005010X221A1",
        "AK2*835*0001",
        "IK5*A",
        "AK2*835*0002",
        "IK3*N3*5**3",
        "IK3*DTM*13**8",
        "IK4*2**5",
        "IK4*2**8",
        "IK5*E*5",
        "AK9*E*2*2*2",
    ]
    assert CANARY.encode() not in b"".join(answer.functional + answer.ta1 for answer in answers(plain(bad)))


def test_a_warning_is_not_noted() -> None:
    assert body(plain(with_changes((9, ("CAS", "CO", "Q77", "50")))))[2:] == ["IK5*A", "AK9*A*1*1*1"]


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [(b"SE*16*0001", b"SE*17*0001", "4"), (b"SE*16*0001", b"SE*16*0009", "3"), (b"SE*16*0001~", b"", "2")],
)
def test_a_quarantined_transaction_is_rejected(old: bytes, new: bytes, note: str) -> None:
    content = plain(REMITTANCE).replace(old, new)
    assert body(content)[-2:] == [f"IK5*R*{note}", "AK9*R*1*1*0"]
    assert body(content, judged=False)[-2:] == [f"IK5*R*{note}", "AK9*R*1*1*0"]


def test_one_rejected_transaction_leaves_the_group_partly_accepted() -> None:
    assert body(plain(REMITTANCE, REMITTANCE).replace(b"SE*16*0002", b"SE*1*0002"))[-1] == "AK9*P*2*2*1"


def test_a_claim_file_answers_with_its_guide() -> None:
    answer = body(file_of(CLAIMS, set_code="837", guide="005010X222A2"))
    assert answer[:2] == ["AK1*HC*1*005010X222A2", "AK2*837*0001*005010X222A2"]


@pytest.mark.parametrize(
    ("old", "new", "notes"),
    [(b"GE*1*1~", b"GE*2*1~", "2*1*1*5"), (b"GE*1*1~", b"GE*1*7~", "1*1*1*4"), (b"GE*1*1~", b"", "1*1*1*3")],
)
def test_what_is_wrong_with_a_group_is_noted(old: bytes, new: bytes, notes: str) -> None:
    assert body(plain(REMITTANCE).replace(old, new))[-1] == f"AK9*E*{notes}"


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (b"IEA*1*000000001", b"IEA*1*000000002", "001"),
        (b"IEA*1*000000001", b"IEA*2*000000001", "021"),
        (b"IEA*1*000000001~", b"", "023"),
        (b"*260309*0600*^", b"*261399*0600*^", "014"),
        (b"*260309*0600*^", b"*260309*9900*^", "015"),
        (b"*ZZ*SENDER", b"*QQ*SENDER", "005"),
        (b"*ZZ*RECEIVER", b"*QQ*RECEIVER", "007"),
        (b"*0*T*:", b"*0*X*:", "020"),
    ],
)
def test_what_is_wrong_with_an_interchange_is_noted_in_its_ta1(old: bytes, new: bytes, note: str) -> None:
    content = plain(REMITTANCE)
    assert old in content
    assert ta1(content.replace(old, new)).split("*")[4:] == ["E", note]


def test_an_interchange_without_groups_is_rejected() -> None:
    content = plain(REMITTANCE)
    empty = content[:106] + b"IEA*0*000000001~"
    (answer,) = acknowledge(empty, [], {})
    assert lines(answer.ta1)[1].endswith("*R*024")
    assert answer.functional == b""


def test_what_only_acknowledges_is_not_acknowledged() -> None:
    content = plain(REMITTANCE)
    alone = content[:106] + b"TA1*000000009*260309*0600*A*000~IEA*0*000000001~"
    assert list(acknowledge(alone, [], {})) == []
    functional = file_of([("AK1", "HP", "1"), ("AK9", "A", 1, 1, 1)], set_code="999", guide="005010X231A1")
    (answer,) = answers(functional)
    assert answer.functional == b""
    assert ta1(functional).endswith("*A*000")
    beside = content[:106] + b"TA1*000000009*260309*0600*A*000~" + content[106:]
    assert body(beside)[-1] == "AK9*A*1*1*1"


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (file_of([("BHT", "0022", "13")], set_code="277", guide="005010X212"), ["IK5*R*1", "AK9*R*1*1*0*1"]),
        (file_of(CLAIMS, set_code="837", guide="005010X298"), ["IK5*R*1", "AK9*R*1*1*0"]),
        (file_of(CLAIMS[:10], set_code="837", guide="005010X999"), ["IK5*R*1", "AK9*R*1*1*0*2"]),
    ],
    ids=["another group", "post-adjudicated", "unknown guide"],
)
def test_what_is_not_read_is_rejected_as_not_supported(content: bytes, notes: list[str]) -> None:
    assert body(content)[-2:] == notes


def test_a_4010_interchange_is_answered_in_4010() -> None:
    content = plain(REMITTANCE, guide="004010X091A1").replace(b"*^*00501*", b"*U*00401*")
    (answer,) = answers(content)
    assert b"*U*00401*" in answer.functional[:106]
    assert lines(answer.functional)[1].endswith("*X*004010")
    assert {line.partition("*")[0] for line in lines(answer.functional)} >= {"AK1", "AK2", "AK5", "AK9"}
    assert lines(answer.functional)[2:5] == ["ST*997*0001", "AK1*HP*1", "AK2*835*0001"]


def test_the_parties_change_places_and_nothing_comes_from_a_clock() -> None:
    content = plain(REMITTANCE)
    assert answers(content) == answers(content)
    (answer,) = answers(content)
    header, group = (line.split("*") for line in lines(answer.functional)[:2])
    assert (header[6].strip(), header[8].strip(), tuple(header[9:11])) == ("RECEIVER", "SENDER", DATE_TIME)
    assert group[1:6] == ["FA", "RECEIVER", "SENDER", "20260309", "0600"]


def test_every_interchange_of_a_file_has_its_own_answer() -> None:
    content = plain(REMITTANCE) + b"\r\n" + plain(REMITTANCE, with_changes((3, None)), control_number=2)
    first, second = answers(content)
    assert (first.interchange_ordinal, second.interchange_ordinal) == (1, 2)
    assert [line for line in lines(first.functional) if line.startswith("AK9")] == ["AK9*A*1*1*1"]
    assert [line for line in lines(second.functional) if line.startswith("AK9")] == ["AK9*E*2*2*2"]


@pytest.mark.parametrize("version", ["005010X221A1", "004010X091A1"])
def test_pyx12_finds_our_acknowledgements_valid(version: str) -> None:
    bad = with_changes((2, None), (8, ("CLP", "A1", "1")), (12, ("DTM", "472", "2026")), (13, ("HCP", "00")))
    content = plain(REMITTANCE, bad, REMITTANCE, guide=version).replace(b"SE*16*0003", b"SE*15*0003")
    if version.startswith("004010"):
        content = content.replace(b"*^*00501*", b"*U*00401*")
    (answer,) = answers(content)
    for written in (answer.functional, answer.ta1):
        found = rows(written)
        assert {span["kind"] for span in found["span"]} <= {"envelope", "quarantined"}  # no set that we read
        assert "problem" not in found
        for one in isolate(written, found.get("transaction", [])):
            assert list(walk("999" if version.startswith("005010") else "997", one.segments)) == []
