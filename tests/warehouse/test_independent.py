"""The independent count agrees with the reader on files that are dressed oddly: no alarm where nothing is wrong."""

from __future__ import annotations

import hashlib

import pytest

from edi.reader import Source, read
from tests.edi.test_hostile import CLAIM_FILE, TWO
from warehouse.proving.independent import Comparison

DRESSED = {
    "plain": TWO,
    "lines": TWO.replace(b"~", b"~\r\n"),
    "lines without terminators": TWO.replace(b"~", b"\n"),
    "a line break in an identifier": TWO.replace(b"~", b"\n").replace(b"\nBPR*", b"\nBPR\r*"),
    "wrapped at 7": b"\r\n".join(TWO[at : at + 7] for at in range(0, len(TWO), 7)),
    "wrapped at 64": b"\n".join(TWO[at : at + 64] for at in range(0, len(TWO), 64)),
    "wrapped at 80": b"\r\n".join(TWO[at : at + 80] for at in range(0, len(TWO), 80)),
    "a segment without an id": TWO.replace(b"~TRN*1*T1", b"~*1*T1"),
    "ends within its last trailer": TWO[: TWO.index(b"SE*17") + len(b"SE*17*0002")],
    "lower case": TWO.lower(),
    "padded with NUL": TWO.replace(b"~", b"~\0\0"),
    "a NUL in an identifier": TWO.replace(b"~CLP*", b"~C\0P*", 1),
    "NULs at the ends of lines": b"\n".join(TWO[at : at + 64] + b"\0" * 16 for at in range(0, len(TWO), 64)),
    "an end of file mark before segments": TWO.replace(b"~CLP*", b"~\x1aCLP*").replace(b"~PLB*", b"~\x1a\r\nPLB*"),
    "an end of file mark before a transaction": TWO.replace(b"~ST*", b"~\x1aST*"),
    "line breaks within ST": TWO.replace(b"~ST*", b"~S" + b"\r\n" * 8 + b"T*"),
    "NULs before terminators": TWO.replace(b"~LQ*HE*N130~", b"~LQ*HE*N130\0~"),
    "claims": CLAIM_FILE.replace(b"~", b"~\n"),
    "claims with segments of a remittance": CLAIM_FILE.replace(
        b"~SE*35*0001", b"~BPR*I*5~CLP*1*1*5*5~PLB*1*20261231*WO:1*5~SE*38*0001"
    ),
    "a remittance with a claim in it": TWO.replace(b"~SE*17*", b"~CLM*1*5~SE*18*"),
}  # fmt: skip


def differences(content: bytes) -> dict[str, int]:
    """Read a file and count it a second time; what differs, and in how many transactions."""
    comparison = Comparison()
    for chunk in read(comparison.watched(iter([Source(hashlib.sha256(content).hexdigest(), content)]))):
        comparison.add(chunk)
    return {name: count for name, count in comparison.finish().items() if count}


@pytest.mark.parametrize("dress", DRESSED)
def test_the_second_count_is_the_readers(dress: str) -> None:
    assert differences(DRESSED[dress]) == {}


def test_a_row_that_the_reader_loses_is_seen() -> None:
    comparison = Comparison()
    for chunk in read(comparison.watched(iter([Source(hashlib.sha256(TWO).hexdigest(), TWO)]))):
        comparison.add({name: table.slice(1) if name == "claim_payment" else table for name, table in chunk.items()})
    assert comparison.finish()["CLP"] == 1
