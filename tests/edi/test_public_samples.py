"""The public sample files, counted a second time by code that knows nothing of the reader.

In: files of public repositories that lie beside the project (a stranger's clone does not hold them; then this is
skipped). Out: for each transaction the same counts and sums, or a reason for setting it aside that the naive facts bear
out. Never: an import of the reader's own parts, or a list of which file is expected to fail.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import pytest

from edi.reader import Source, read

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
FILES = sorted(path for path in SAMPLES.glob("*/*") if path.is_file())
COUNTED = {  # table of the reader: segment, first element of the repeating group, elements per group, repeats
    "claim_payment": ("CLP", 1, 99, 1),
    "claim": ("CLM", 1, 99, 1),
    "service_payment": ("SVC", 1, 99, 1),
    "adjustment": ("CAS", 2, 3, 6),
    "provider_adjustment": ("PLB", 3, 2, 6),
}
SUMMED = {  # table and column of the reader: segment, elements that hold the amounts
    ("claim_payment", "paid_amount"): ("CLP", (4,)),
    ("claim", "total_charge_amount"): ("CLM", (2,)),
    ("adjustment", "amount"): ("CAS", (3, 6, 9, 12, 15, 18)),
    ("provider_adjustment", "amount"): ("PLB", (4, 6, 8, 10, 12, 14)),
}


@dataclass
class Naive:
    """What a naive count says of one ST: its segments up to SE (or to whatever came instead), and its place."""

    start: int
    end: int
    segments: list[list[str]]
    closed: bool

    def elements(self, segment_id: str) -> list[list[str]]:
        return [segment for segment in self.segments if segment[0] == segment_id]

    def count(self, segment_id: str, first: int, width: int, repeats: int) -> int:
        return sum(
            any(segment[at : at + width])
            for segment in self.elements(segment_id)
            for at in range(first, first + width * repeats, width)
        )

    def sum(self, segment_id: str, at: tuple[int, ...]) -> Decimal:
        amounts = [segment[i] for segment in self.elements(segment_id) for i in at if i < len(segment) and segment[i]]
        return sum(map(Decimal, amounts), Decimal(0))


def interchanges(content: bytes) -> list[tuple[int, str]]:
    """Split a file where an ISA with sixteen elements begins; each part with its place."""
    text = content.decode("latin-1")
    starts = [
        found.start() for found in re.finditer(r"(?<![A-Za-z0-9])ISA(?=([^A-Za-z0-9\s]))(?:\1[^\r\n]{0,15}?){16}", text)
    ]
    return [(at, text[at:end]) for at, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def transactions(content: bytes) -> Iterator[Naive]:
    """Yield each ST of a file, split by the delimiters of its ISA."""
    for at, text in interchanges(content):
        separator = text[3]
        terminator = text[re.match(rf"ISA(?:[^{re.escape(separator)}]*{re.escape(separator)}){{16}}.", text).end()]
        open_st: Naive | None = None
        for found in re.finditer(rf"[^{re.escape(terminator)}]+", text):
            body = re.sub(r"[\r\n]", "", found.group()).strip(" ")
            segment = body.split(separator)
            if segment[0] in ("ST", "ISA", "IEA", "GS", "GE") and open_st:
                yield open_st
                open_st = None
            if segment[0] == "ST":
                lead = len(found.group()) - len(found.group().lstrip())
                open_st = Naive(at + found.start() + lead, 0, [], closed=False)
            if open_st:
                open_st.segments.append(segment)
                open_st.end = at + min(found.end() + 1, len(text))
                if segment[0] == "SE":
                    open_st.closed = True
                    yield open_st
                    open_st = None
        if open_st:
            yield open_st


def is_amount(text: str) -> bool:
    """Tell whether an element holds an amount."""
    try:
        return not text or Decimal(text).is_finite()
    except InvalidOperation:
        return False


def element(segment: list[str], number: int) -> str:
    """Return an element, or nothing where the segment ends before it."""
    return segment[number] if number < len(segment) else ""


def says_counts(naive: Naive, reason: str) -> bool:
    """Bear out that SE01 is wrong, with both numbers as the reason says them."""
    said = element(naive.segments[-1], 1)
    return (
        naive.closed
        and said != str(len(naive.segments))
        and {said, str(len(naive.segments))} <= set(re.findall(r"\w+", reason))
    )


REASONS = {  # reason_code: what must then be true of the naive transaction
    "segment_count_mismatch": says_counts,
    "missing_se": lambda naive, _: not naive.closed,
    "control_number_mismatch": lambda naive, _: element(naive.segments[0], 2) != element(naive.segments[-1], 2),
    "missing_bpr": lambda naive, _: not naive.elements("BPR"),
    "not_supported": lambda naive, reason: (
        naive.segments[0][1] not in ("835", "837") and naive.segments[0][1] in reason
    ),
    "amount_unreadable": lambda naive, _: (
        not all(
            is_amount(element(segment, at))
            for name, places in SUMMED.values()
            for segment in naive.elements(name)
            for at in places
        )
    ),
}


def is_whole(naive: Naive) -> bool:
    """Tell whether SE closes the ST with the right count and control number."""
    return (
        naive.closed
        and element(naive.segments[-1], 1) == str(len(naive.segments))
        and element(naive.segments[0], 2) == element(naive.segments[-1], 2)
    )


def rows(content: bytes) -> dict[str, list[dict[str, object]]]:
    """Read one file with the reader under test; all rows by table."""
    tables: dict[str, list[dict[str, object]]] = {}
    for chunk in read([Source(hashlib.sha256(content).hexdigest(), content)]):
        for name, table in chunk.items():
            tables.setdefault(name, []).extend(table.to_pylist())
    return tables


@pytest.mark.skipif(not FILES, reason="the public samples do not lie beside this clone")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_public_file_counts_as_a_naive_count_does(path: Path) -> None:
    content = path.read_bytes()
    tables = rows(content)
    counted = list(transactions(content))
    found = sorted(tables.get("transaction", []), key=lambda row: row["byte_start"])
    assert len(tables.get("interchange", [])) == len(interchanges(content))
    assert [row["byte_start"] for row in found] == [naive.start for naive in counted]
    for row, naive in zip(found, counted, strict=True):
        place = f"ST at byte {naive.start}"
        if row["status"] == "quarantined":
            assert REASONS[row["reason_code"]](naive, row["reason"]), f"{place}: {row['reason_code']} is not true"
            continue
        assert is_whole(naive), f"{place} landed, but its SE does not fit"
        assert row["byte_end"] == naive.end, place
        assert row["segment_count"] == len(naive.segments), place
        key = row["transaction_key"]
        mine = {name: [r for r in tables.get(name, []) if r["transaction_key"] == key] for name in COUNTED}
        assert {name: len(mine[name]) for name in COUNTED} == {n: naive.count(*c) for n, c in COUNTED.items()}, place
        sums = {(n, c): sum((r[c] or Decimal(0) for r in mine[n]), Decimal(0)) for n, c in SUMMED}
        assert sums == {place: naive.sum(*what) for place, what in SUMMED.items()}, place


@pytest.mark.skipif(not FILES, reason="the public samples do not lie beside this clone")
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_byte_of_a_public_file_lies_in_one_span(path: Path) -> None:
    content = path.read_bytes()
    spans = sorted((row["byte_start"], row["byte_end"]) for row in rows(content)["span"])
    assert [start for start, _ in spans] == [0, *(end for _, end in spans[:-1])]
    assert spans[-1][1] == len(content)
    assert all(start < end for start, end in spans)


@pytest.mark.skipif(not FILES, reason="the public samples do not lie beside this clone")
def test_the_public_files_hold_each_counted_segment_in_a_transaction_that_landed() -> None:
    landed: dict[str, int] = dict.fromkeys(COUNTED, 0)
    for path in FILES:
        tables = rows(path.read_bytes())
        for name in COUNTED:
            landed[name] += len(tables.get(name, []))
    assert min(landed.values()) > 0, landed


def test_the_naive_count_is_right_on_a_file_counted_by_hand() -> None:
    isa = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*^*00501*000000001*0*P*:~"
    gs = "GS*HP*A*B*20260101*1200*1*X*005010X221A1~"
    body = (
        "ST*835*0001~\r\nCLP*1*1*9.50*8.25~CAS*CO*45*1**2**3*PR*1*1~PLB*1*20261231*WO:1*-2.5*FB*1~SE*5*0001~"
        "GE*1*1~IEA*1*000000001~"
    )
    [naive] = transactions((isa + gs + body).encode())
    assert (naive.start, naive.closed, len(naive.segments)) == (len(isa + gs), True, 5)
    assert naive.count(*COUNTED["adjustment"]) == 3
    assert naive.count(*COUNTED["provider_adjustment"]) == 2
    assert naive.sum("PLB", (4, 6)) == Decimal("-1.5")
    assert naive.sum("CLP", (4,)) == Decimal("8.25")
