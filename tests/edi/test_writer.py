"""Bytes from the writer come apart into the elements that went in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.composer import segments
from edi.delimiters import Delimiters
from edi.writer import UnwritableError, group, interchange, number, render, transaction
from tests.world import naive

DAY = date(2026, 3, 9)
UNUSUAL = Delimiters(element=b"|", component=b">", repetition=b"\\", terminator=b"\n")
DELIMITERS = st.sampled_from([Delimiters(), UNUSUAL])
WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz0123456789.,-/()&+'éÅ", min_size=1, max_size=20)
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=2)
SCALARS = st.one_of(st.none(), WORDS, AMOUNTS, st.integers(-(10**9), 10**9), st.dates(date(1, 1, 1)))
COMPOSITES = st.lists(SCALARS, min_size=1, max_size=5).map(tuple)
SEGMENTS = st.tuples(st.from_regex(r"[A-Z][A-Z0-9]{1,2}", fullmatch=True), *[st.one_of(SCALARS, COMPOSITES)] * 5)


def as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat().replace("-", "")
    return "" if value is None else str(value) if isinstance(value, str) else number(value)


def split_again(content: bytes, delimiters: Delimiters) -> list[list[list[str]]]:
    """Every segment as its elements, every element as its components."""
    body = content.decode().split(delimiters.terminator.decode())[:-1]
    elements = [text.split(delimiters.element.decode()) for text in body]
    return [[element.split(delimiters.component.decode()) for element in segment] for segment in elements]


def trimmed(values: list[str]) -> list[str]:
    while len(values) > 1 and not values[-1]:
        values = values[:-1]
    return values


@given(st.lists(SEGMENTS.filter(lambda segment: segment[0] != "ISA")), DELIMITERS)
def test_what_was_rendered_splits_into_what_was_given(given_segments: list[tuple], delimiters: Delimiters) -> None:
    def components(value: object) -> list[str]:
        return trimmed([as_text(part) for part in value]) if isinstance(value, tuple) else [as_text(value)]

    expected = []
    for segment in given_segments:
        elements = [components(value) for value in segment]
        while elements[-1] == [""]:
            elements.pop()
        expected.append(elements)
    assert split_again(render(given_segments, delimiters), delimiters) == expected


@given(AMOUNTS)
def test_an_amount_keeps_its_value_and_the_form_of_type_r(amount: Decimal) -> None:
    text = number(amount)
    assert Decimal(text) == amount
    assert text == "0" or not text.lstrip("-").startswith("0")
    assert "E" not in text
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.50", ".5"), ("-0.05", "-.05"), ("100.00", "100"), ("-0.00", "0"), ("1E+3", "1000"), ("10", "10")],
)
def test_numbers_in_x12s_shortest_form(amount: str, text: str) -> None:
    assert number(Decimal(amount)) == text


@pytest.mark.parametrize("delimiter", "*:^~")
def test_text_that_holds_a_delimiter_is_refused_without_naming_the_text(delimiter: str) -> None:
    with pytest.raises(UnwritableError, match="CLP02") as refused:
        render([("CLP", "1", f"SECRET{delimiter}NAME")])
    assert "SECRET" not in str(refused.value)


@pytest.mark.parametrize("value", [1.5, True, Decimal("NaN"), "line\nbreak"])
def test_what_x12_cannot_carry_is_refused(value: object) -> None:
    with pytest.raises(UnwritableError, match="AMT02"):
        render([("AMT", "I", value)])


def test_repetitions_stand_in_one_element() -> None:
    assert render([("DMG", "D8", [("A", "B"), "C"])]) == b"DMG*D8*A:B^C~"


@pytest.mark.parametrize("newline", [b"", b"\n", b"\r\n"])
def test_envelopes_count_what_they_hold(newline: bytes) -> None:
    remittances = [transaction([("BPR", "H")], set_code="835", control_number=n) for n in "12"]
    groups = [
        group(remittances, guide="005010X221A1", on=DAY, sender="PAYER", receiver="CLINIC", control_number=n)
        for n in (7, 8)
    ]
    content = render(interchange(groups, on=DAY, sender="PAYER", receiver="CLINIC", control_number=5), newline=newline)
    assert len(content.split(b"~")[0]) == 105
    assert content[81:84] == b"*^*"
    assert content[102:106] == b"T*:~"
    ends = [segment for segment in naive.segments(content) if segment[0] in {"SE", "GE", "IEA"}]
    transaction_ends = [["SE", "3", "1"], ["SE", "3", "2"]]
    assert ends == [*transaction_ends, ["GE", "2", "7"], *transaction_ends, ["GE", "2", "8"], ["IEA", "2", "000000005"]]


def test_an_interchange_announces_its_own_delimiters() -> None:
    content = render(interchange([], on=DAY, sender="A", receiver="B"), UNUSUAL)
    assert (content[3:4], content[82:83], content[104:105], content[105:106]) == (b"|", b"\\", b">", b"\n")


def test_an_isa_element_longer_than_its_width_is_refused() -> None:
    with pytest.raises(UnwritableError, match="ISA06: expected at most 15 characters, found 16"):
        render(interchange([], on=DAY, sender="SIXTEEN-LETTERS!", receiver="B"))


def test_provider_adjustments_fill_six_pairs_and_go_on_in_another_plb() -> None:
    pairs = [{"adjustment_reason_code": "WO", "reference_id": f"R{n}", "amount": Decimal(n)} for n in range(1, 8)]
    written = segments("provider_adjustment", provider_identifier="9", fiscal_period_date=DAY, repeats=pairs)
    assert render(written) == (
        b"PLB*9*20260309*WO:R1*1*WO:R2*2*WO:R3*3*WO:R4*4*WO:R5*5*WO:R6*6~PLB*9*20260309*WO:R7*7~"
    )


@pytest.mark.parametrize(
    ("using", "expected"),
    [
        ("LQ", b"LQ**M15~"),
        ("MIA", b"MIA*****M15~"),
        ("MIA@20", b"MIA********************M15~"),
        ("MOA", b"MOA***M15~"),
    ],
)
def test_a_remark_stands_where_its_anchor_says(using: str, expected: bytes) -> None:
    assert render(segments("remark", using, remark_code="M15")) == expected


def test_a_row_over_several_segments_is_written_in_their_order() -> None:
    written = segments(
        "name",
        "NM1",
        birth_date=date(1980, 1, 2),
        city_name="NOWHERE",
        entity_identifier_code="IL",
        address_line_1="1 TEST WAY",
    )
    assert render(written) == b"NM1*IL~N3*1 TEST WAY~N4*NOWHERE~DMG*D8*19800102~"


def test_the_kind_of_service_line_is_named_because_the_layout_has_three() -> None:
    with pytest.raises(UnwritableError, match=r"claim_line\.procedure_code may stand in SV1, SV2, SV3: name one"):
        segments("claim_line", procedure_code="99213")
    written = segments("claim_line", "SV2", line_number=1, revenue_code="0450", charge_amount=Decimal("12.50"))
    assert render(written) == b"LX*1~SV2*0450**12.5~"


@pytest.mark.parametrize(("stop", "text"), [(None, b"D8*20260309"), (date(2026, 3, 11), b"RD8*20260309-20260311")])
def test_a_period_is_written_as_one_element(stop: date | None, text: bytes) -> None:
    written = segments(
        "date", "DTP", date_time_qualifier="472", date_time_period_format_qualifier=None, date_from=DAY, date_to=stop
    )
    assert render(written) == b"DTP*472*" + text + b"~"


def test_a_column_that_the_layout_does_not_have_is_an_error() -> None:
    with pytest.raises(UnwritableError, match="no column payed_amount"):
        segments("claim_payment", payed_amount=Decimal(1))
