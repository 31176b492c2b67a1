"""The loop grammar is what pyx12's maps say, and places segments as the guides do."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from edi import grammar
from edi.grammar.from_pyx12 import compile_loops
from tests.edi.x12 import file_of, rows

DENTAL, PROFESSIONAL, INSTITUTIONAL = "005010X224A2", "005010X222A1", "005010X223A2"

# A dependent's claim, then the subscriber's own, with another payer on the first.
CLAIMS = [
    ("BHT", "0019", "00", "1", "20260301", "1200", "CH"),
    ("NM1", "41", "2", "SUBMITTER"),
    ("NM1", "40", "2", "RECEIVER"),
    ("HL", "1", None, "20", "1"),
    ("NM1", "85", "2", "CLINIC", None, None, None, None, "XX", "1999999984"),
    ("REF", "EI", "999999999"),
    ("HL", "2", "1", "22", "1"),
    ("SBR", "P", None, "G1", None, None, None, None, None, "CI"),
    ("NM1", "IL", "1", "ROE", "ANN", None, None, None, "MI", "M1"),
    ("NM1", "PR", "2", "PLAN", None, None, None, None, "PI", "P1"),
    ("HL", "3", "2", "23", "0"),
    ("PAT", "19"),
    ("NM1", "QC", "1", "ROE", "KIM"),
    ("DMG", "D8", "20150102", "F"),
    ("CLM", "A1", "100", None, None, ("11", "B", "1")),
    ("NM1", "82", "1", "DOC"),
    ("SBR", "S", "18"),
    ("CAS", "PR", "1", "5"),
    ("NM1", "IL", "1", "ROE", "SAM"),
    ("NM1", "PR", "2", "OTHER", None, None, None, None, "PI", "P2"),
    ("REF", "F8", "OTHER1"),
    ("LX", 1),
    ("SV1", ("HC", "99213", "25"), "100", "UN", "1"),
    ("REF", "6R", "L1"),
    ("SVD", "P2", "60", ("HC", "99213")),
    ("CAS", "CO", "45", "40"),
    ("HL", "4", "1", "22", "0"),
    ("SBR", "P", "18"),
    ("NM1", "IL", "1", "POE", "JO", None, None, None, "MI", "M2"),
    ("CLM", "A2", "50", None, None, ("11", "B", "7")),
    ("REF", "F8", "ICN9"),
    ("LX", 1),
    ("SV1", ("HC", "99214"), "50", "UN", "1"),
]


def test_the_committed_loops_are_what_the_maps_of_pyx12_say() -> None:
    text = files("edi.grammar").joinpath("loops.csv").read_text("utf-8").splitlines()
    committed = [tuple(row.values()) for row in csv.DictReader(text)]
    assert committed == [tuple(str(value) for value in row) for row in compile_loops()]


@pytest.mark.parametrize("guide", [PROFESSIONAL, DENTAL, INSTITUTIONAL])
def test_every_segment_of_a_claim_stands_in_the_loop_that_the_guide_names(guide: str) -> None:
    found = rows(file_of(CLAIMS, set_code="837", guide=guide))
    rendering = "2310D" if guide == INSTITUTIONAL else "2310B"
    assert [row["loop"] for row in found["name"]] == [
        "1000A", "1000B", "2010AA", "2010BA", "2010BB", "2010CA", rendering, "2330A", "2330B", "2010BA",
    ]  # fmt: skip
    assert [row["loop"] for row in found["reference"]] == ["2010AA", "2330B", "2400", "2300"]
    assert [row["loop"] for row in found["adjustment"]] == ["2320", "2430"]
    assert [row["loop"] for row in found["subscriber"]] == ["2000B", "2320", "2000B"]


def test_a_claim_knows_its_levels_and_a_new_subscriber_ends_the_patient() -> None:
    dependent, own = rows(file_of(CLAIMS, set_code="837"))["claim"]
    levels = ("billing_segment", "subscriber_segment", "patient_segment")
    assert [dependent[name] for name in levels] == [5, 8, 12]
    assert [own[name] for name in levels] == [5, 28, 0]


def test_lines_and_other_payers_do_not_mix_their_contexts() -> None:
    found = rows(file_of(CLAIMS, set_code="837"))
    by_claim, by_line = found["adjustment"]
    assert (by_claim["other_segment"] > 0, by_claim["line_segment"]) == (True, 0)
    assert (by_line["other_segment"], by_line["line_segment"] > 0) == (0, True)
    assert [row["charge_amount"] for row in found["claim_line"]] == [100, 50]


def test_a_party_out_of_order_is_still_a_party_of_its_own() -> None:
    body = [
        ("BPR", "I", "0", "C", "NON"),
        ("TRN", "1", "T", "1999999999"),
        ("N1", "PR", "PLAN"),
        ("N1", "PE", "CLINIC"),
        ("N1", "PR", "PLAN AGAIN"),
        ("N1", "PE", "CLINIC AGAIN"),
        ("REF", "TJ", "999999999"),
    ]
    found = rows(file_of(body))
    assert [row["loop"] for row in found["name"]] == ["1000A", "1000B", "1000A", "1000B"]
    assert [row["loop"] for row in found["reference"]] == ["1000B"]


def test_claims_without_their_levels_are_still_claims() -> None:
    found = rows(file_of([("CLM", "A1", "10"), ("LX", 1), ("SV1", ("HC", "1"), "10")], set_code="837"))
    assert [row["patient_control_number"] for row in found["claim"]] == ["A1"]
    assert [row["claim_segment"] for row in found["claim_line"]] == [2]


def test_guides_are_found_by_their_number_whatever_their_addenda() -> None:
    assert {grammar.guide(name).grammar for name in ("005010X222", "005010X222A2", "X222")} == {"837P"}  # type: ignore[union-attr]
    assert grammar.guide("005010X999A1") is None
