"""pyx12 judges each transaction alone, says what it cannot judge, and never what a value was."""

from __future__ import annotations

import logging
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from edi.conform import Verdict, isolate, judge, schemas, tables
from edi.data import rows as data_rows
from edi.delimiters import Delimiters
from edi.grammar.from_pyx12 import _loops
from edi.grammar.maps import guide_map, open_codes, version
from edi.isolate import COMPONENT, ELEMENT, Isolated
from tests.edi.test_grammar import CLAIMS
from tests.edi.x12 import DAY, file_of
from tests.edi.x12 import rows as rows_of

if TYPE_CHECKING:
    from edi.findings import Finding
    from edi.writer import Segment

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "tests" / "sample" / "inbox").rglob("*.83?"))[::7]
CANARY = "CANARYSMITH"

REMITTANCE: list[Segment] = [
    ("BPR", "I", Decimal(100), "C", "CHK", *[None] * 11, DAY),
    ("TRN", "1", "T1", "1999999999"),
    ("N1", "PR", "EXAMPLE HEALTH PLAN"),
    ("N3", "1 PLAN ROAD"),
    ("N4", "SAMPLEVILLE", "AK", "99999"),
    ("PER", "BL", "EDI DESK", "TE", "5550100000"),
    ("N1", "PE", "EXAMPLE CLINIC", "XX", "1999999984"),
    ("LX", 1),
    ("CLP", "A1", "1", Decimal(150), Decimal(100), None, "12", "ICN1"),
    ("CAS", "CO", "45", Decimal(50)),
    ("NM1", "QC", "1", CANARY, "PAT", None, None, None, "MI", "M1"),
    ("SVC", ("HC", "99213"), Decimal(150), Decimal(100)),
    ("DTM", "472", DAY),
    ("CAS", "CO", "45", Decimal(50)),
]


def plain(*bodies: list[Segment], **how: Any) -> bytes:
    """Return a file of remittances as payers write them: only the group names the guide."""
    return re.sub(rb"(ST.835.\d{4}).00[45]010X\w+", rb"\1", file_of(*bodies, **how))


def with_changes(*changes: tuple[int, Segment | None]) -> list[Segment]:
    """Return the remittance with some segments (0-based, BPR first) replaced, or left out."""
    body: list[Segment | None] = list(REMITTANCE)
    for place, segment in changes:
        body[place] = segment
    return [segment for segment in body if segment is not None]


def verdicts_of(content: bytes) -> list[Verdict]:
    """Judge every transaction of a file."""
    return [judge(one) for one in isolate(content, rows_of(content)["transaction"])]


def findings(*changes: tuple[int, Segment | None]) -> list[Finding]:
    """Judge the remittance with some segments replaced."""
    (verdict,) = verdicts_of(plain(with_changes(*changes)))
    return list(verdict.findings)


def short(found: list[Finding]) -> list[tuple[object, ...]]:
    """Return findings without their sentences."""
    return [finding[:6] for finding in found]


def test_a_transaction_that_keeps_to_its_guide_has_no_findings() -> None:
    (verdict,) = verdicts_of(plain(REMITTANCE))
    assert (verdict.verdict, verdict.judged_by, verdict.findings) == ("conforms", "005010X221A1", ())


def test_the_bundled_world_conforms() -> None:
    judged = [one for path in SAMPLES for one in verdicts_of(path.read_bytes()) if one.guide]
    assert {verdict.judged_by for verdict in judged} > {"005010X221A1", "005010X222A1", "005010X223A2"}
    assert {verdict.verdict for verdict in judged} == {"conforms"}


def test_a_defect_of_one_transaction_is_no_defect_of_its_neighbours() -> None:
    bad = with_changes((2, None), (8, ("CLP", "A1", "1")))
    verdicts = verdicts_of(plain(REMITTANCE, bad, REMITTANCE))
    assert [verdict.verdict for verdict in verdicts] == ["conforms", "defective", "conforms"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((3, None), (5, "1000A", "N3", 0, "IK304-3", "error")),
        ((8, ("CLP", "A1", "1", "x", "100", None, "12", "ICN1")), (10, "2100", "CLP", 3, "IK403-6", "error")),
        ((8, ("CLP", None, "1", "150", "100", None, "12", "ICN1")), (10, "2100", "CLP", 1, "IK403-1", "error")),
        ((12, ("DTM", "472", "20260231")), (14, "2110", "DTM", 2, "IK403-8", "error")),
        ((12, ("SV1", "X")), (14, "2110", "", 0, "IK304-1", "error")),
        ((12, ("HCP", "00")), (14, "2110", "", 0, "IK304-1", "error")),
        ((12, ("N3", "A")), (14, "2110", "N3", 0, "IK304-1", "error")),
        ((13, ("CAS", "CO", "45")), (15, "2110", "CAS", 3, "IK403-1", "error")),
    ],
)  # fmt: skip
def test_a_defect_is_a_row_with_its_place(change: tuple[int, Segment | None], expected: tuple[object, ...]) -> None:
    assert expected in short(findings(change))


@pytest.mark.parametrize(
    ("change", "segment_id", "element"),
    [
        ((8, ("CLP", "A1", "99", Decimal(150), Decimal(100), None, "12", "ICN1")), "CLP", 2),
        ((9, ("CAS", "ZZ", "45", Decimal(50))), "CAS", 1),
        ((9, ("CAS", "CO", "Q77", Decimal(50))), "CAS", 2),
        ((9, ("CAS", "CO", "45", Decimal(40), None, "Q77", Decimal(10))), "CAS", 5),
        ((13, ("PLB", "1999999984", date(2026, 12, 31), ("ZZ", "R"), Decimal(5))), "PLB", 3),
        ((13, ("PLB", "1999999984", date(2026, 12, 31), ("WO", "R"), 5, ("ZZ", "R"), 5)), "PLB", 5),
    ],
)  # fmt: skip
def test_a_code_that_a_payer_may_know_better_is_a_warning(
    change: tuple[int, Segment | None], segment_id: str, element: int
) -> None:
    found = findings(change)
    assert {finding.severity for finding in found} == {"warning"}
    assert [(one.segment_id, one.element_position, one.code) for one in found] == [(segment_id, element, "IK403-7")]


def test_a_remark_code_that_pyx12_does_not_know_is_a_warning() -> None:
    outpatient = ("MOA", None, None, "N9999")
    found = findings((11, outpatient), (12, None), (13, None))
    assert short(found) == [(13, "2100", "MOA", 3, "IK403-7", "warning")]


def test_the_trailer_is_judged_too() -> None:
    content = plain(REMITTANCE).replace(b"SE*16*0001", b"SE*17*0002")
    (verdict,) = verdicts_of(content)
    assert [(one.code, one.element_position) for one in verdict.findings] == [("IK502-3", 2), ("IK502-4", 1)]
    (verdict,) = verdicts_of(plain(REMITTANCE).replace(b"SE*16*0001~", b""))
    assert [one.code for one in verdict.findings] == ["IK502-2"]


def test_a_sibling_of_a_guide_is_judged_by_the_one_that_pyx12_has() -> None:
    own, sibling = (
        verdicts_of(file_of(CLAIMS, set_code="837", guide=guide))[0] for guide in ("005010X222A1", "005010X222A2")
    )
    assert sibling.judged_by == own.judged_by == "005010X222A1"
    assert [found for found in sibling.findings if found.severity != "note"] == list(own.findings)
    assert [found.code for found in sibling.findings if found.severity == "note"] == ["sibling_guide"]


def test_what_cannot_be_judged_is_no_defect_and_has_its_reason() -> None:
    unknown, aside = (
        verdicts_of(file_of(CLAIMS, set_code="837", guide=guide))[0] for guide in ("005010X999", "005010X298")
    )
    content = plain(REMITTANCE)
    (misnamed,) = verdicts_of(content.replace(b"005010X221A1", b"005010X222A1"))
    (large,) = (judge(one) for one in isolate(content, rows_of(content)["transaction"], byte_limit=100))
    verdicts = [unknown, misnamed, aside, large]
    reasons = ["unknown_guide", "unknown_guide", "set_aside", "too_large"]
    assert [verdict.findings[0].code for verdict in verdicts] == reasons
    assert {verdict.verdict for verdict in verdicts} == {"not_evaluable"}
    assert {finding.severity for verdict in verdicts for finding in verdict.findings} == {"not_evaluable"}


def test_where_pyx12_falls_over_the_judgement_goes_on_behind() -> None:
    claim = [*CLAIMS, ("DTP", "472", "RD8", "1-2-3"), ("REF", "6R")]
    (verdict,) = verdicts_of(file_of(claim, set_code="837", guide="005010X222A1"))
    place = len(CLAIMS) + 2
    assert [short([one])[0][1:] for one in verdict.findings if one.segment_number >= place][:2] == [
        ("2400", "DTP", 0, "judge_failed", "not_evaluable"),
        ("2400", "REF", 2, "IK403-1", "error"),
    ]


def test_too_many_components_are_a_finding_like_any_other() -> None:
    service = ("SVC", ("HC", "99213", *"ABCDEFGHIJ"), Decimal(150), Decimal(100))
    found = findings((11, service), (12, ("DTM", "472", "2026")))
    assert short(found)[0] == (13, "2110", "SVC", 1, "IK403-3", "error")
    assert (14, "2110", "DTM", 2, "IK403-8", "error") in short(found)


def test_an_interchange_header_inside_of_a_transaction_is_only_not_expected() -> None:
    content = plain(with_changes((12, ("XYZ", "1")), (13, ("CAS", "CO", "45")))).replace(b"~XYZ*1~", b"~ISA*1*2~")
    (verdict,) = verdicts_of(content)
    assert {(one.segment_number, one.code) for one in verdict.findings} >= {(14, "IK304-1"), (15, "IK403-1")}


def test_segments_larger_than_the_buffer_of_pyx12_are_judged_whole() -> None:
    found = findings((3, ("N3", "X" * 40_000)))
    assert short(found) == [(5, "1000A", "N3", 1, "IK403-5", "error")]


def test_delimiters_of_the_delivery_do_not_matter() -> None:
    other = Delimiters(b"|", b">", b"!", b"\n")
    bad = with_changes((3, None), (2, ("N1", "PR", "A * B : C ~ D")))
    here, there = (verdicts_of(plain(with_changes((3, None)))), verdicts_of(plain(bad, delimiters=other)))
    assert here[0].findings == there[0].findings


def test_no_value_is_said_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    places = range(len(REMITTANCE))
    with caplog.at_level(logging.DEBUG):
        for place in places:
            name, *elements = REMITTANCE[place]
            for at in range(len(elements)):
                changed = (name, *elements[:at], CANARY, *elements[at + 1 :])
                assert CANARY not in repr(findings((place, changed)))
            assert CANARY not in repr(findings((place, (CANARY, *elements))))
        content = plain(REMITTANCE)
        assert CANARY not in repr(list(isolate(content, rows_of(content)["transaction"])))
    assert CANARY not in caplog.text


def test_whatever_is_done_to_a_transaction_it_gets_a_verdict_without_its_values() -> None:
    chance = Random(835)  # noqa: S311 - repeatable, not secret
    wholes = [one for path in SAMPLES for one in isolate(path.read_bytes(), rows_of(path.read_bytes())["transaction"])]
    for _ in range(150):
        whole = chance.choice(wholes)
        segments = list(whole.segments[: chance.randint(1, 60)])
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(segments))
            cut = chance.randint(0, len(segments[at]))
            put = chance.choice(
                [ELEMENT, COMPONENT, "-", "", " ", "²", CANARY, segments[at], f"{ELEMENT}1-2-3{ELEMENT}"]
            )
            segments[at] = segments[at][:cut] + put + segments[at][cut + chance.choice([0, 0, 1, 5]) :]
            segments.insert(at, segments.pop(chance.randrange(len(segments))))
        filled = tuple(segment for segment in segments if segment.strip(" ")) or ("ST",)
        verdict = judge(Isolated("key", whole.guide, filled))
        assert verdict.verdict in ("conforms", "defective", "not_evaluable")
        assert CANARY not in repr(verdict)
        assert {finding.code for finding in verdict.findings if not finding.segment_number} <= {"sibling_guide"}


def test_findings_have_a_limit_and_say_so() -> None:
    body = [*REMITTANCE, *[("N3", "A")] * 20]
    content = plain(body)
    (one,) = isolate(content, rows_of(content)["transaction"])
    found = judge(one, finding_limit=5).findings
    assert [finding.code for finding in found] == ["IK304-1"] * 5 + ["more_findings"]


def test_the_tables_have_a_row_for_each_finding_and_for_each_transaction() -> None:
    made = tables(verdicts_of(plain(REMITTANCE, with_changes((3, None)))))
    assert {name: table.schema for name, table in made.items()} == schemas()
    assert made["conformance"].num_rows == 1
    assert made["verdict"].column("verdict").to_pylist() == ["conforms", "defective"]
    assert tables([])["conformance"].num_rows == 0


def test_the_dental_map_has_the_loops_that_the_reader_places() -> None:
    committed = [tuple(row.values()) for row in data_rows("edi.grammar", "loops_837d.csv")]
    composed = [tuple(map(str, row)) for row in _loops("837D", guide_map("837D"))]
    assert sorted(composed) == sorted(committed)
    assert version(guide_map("837D")) == "005010X224A2"


def test_a_dental_claim_is_judged_by_our_own_map() -> None:
    path = next((ROOT / "tests" / "sample" / "inbox" / "claims").glob("*837D*"))
    content = path.read_bytes()
    one = next(isolate(content, rows_of(content)["transaction"]))
    tooth = next(n for n, segment in enumerate(one.segments) if segment.startswith("TOO"))
    segments = list(one.segments)
    segments[tooth] = ELEMENT.join(["TOO", "ZZ", "2"])
    segments[tooth - 1] = segments[tooth - 1].replace("AD", "HC")
    found = judge(Isolated("key", one.guide, tuple(segments))).findings
    assert {(finding.segment_number, finding.segment_id) for finding in found} >= {(tooth, "SV3"), (tooth + 1, "TOO")}


def test_the_open_codes_are_those_of_the_code_tables() -> None:
    carc = [row["code"] for row in data_rows("transforms.codes", "carc.csv")]
    plb = [row["code"] for row in data_rows("transforms.codes", "plb_codes.csv")]
    assert open_codes()["CAS02"].split() == carc
    assert open_codes()["PLB13-01"].split() == plb
