"""Any bytes give tables and problems: never an exception, never a lost byte, never other tables for other blocks.

In: bytes that atheris (coverage-guided) makes out of small files of ours and of the words of X12. Out: nothing, or the
input that broke the sentence, in tests/edi/crashers, where the suite reads it from then on. It runs in an environment
of its own (requirements/fuzz.txt): `python -m tests.edi.fuzz_reader SECONDS`. Never: a file of a payer.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

CRASHERS = Path(__file__).parent / "crashers"
INBOX = Path(__file__).resolve().parents[1] / "sample" / "inbox"
LONGEST_SEED = 2_500  # bytes; small inputs are what makes a fuzzer fast
SEED = 835
BLOCKS = (1 << 20, 700, 150)
SHARE = 8  # one input in so many is read in small blocks too
LOOSE = ("junk", "white_space", "envelope")
ORDER = ("transaction_key", "sha256", "segment_number", "byte_start", "byte_end", "element_position", "code")

WORDS = (
    "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*1200*^*00501*000000001*0*P*:~",
    "isa|00||00||ZZ|A|ZZ|B|260101|1200|!|00501|1|0|T|>\n",
    *("IEA*1*000000001~", "GS*HP*A*B*20260101*1200*1*X*005010X221A1~", "GE*1*1~", "ST*835*0001~", "SE*9*0001~"),
    *("ST*837*0001*005010X222A1~", "BPR*I*100*C*CHK************20260101~", "TRN*1*T1*1999999999~", "LX*1~"),
    *("N1*PR*", "N1*PE*", "NM1*IL*", "NM1*85*", "NM1*QC*", "HL*1**20*1~", "HL*2*1*22*0~", "HL*3*2*23~", "SBR*P*18~"),
    *("CLP*A*1*100*50*10*12*ICN~", "CLP* * * *~", "SVC*HC:99213*50*40~", "CAS*CO*45*10*1*253*-.5~", "CLM*A*100~"),
    *("PLB*1*20261231*WO:ICN*50*FB*-1~", "SV1*HC:1*5~", "SV2*0300*HC:1*5~", "SVD*P*1*HC:1~", "LQ*HE*N1~", "AMT*I*1~"),
    *("DTM*472*20260101~", "DTP*472*RD8*20260101-20260131~", "HI*ABK:A1*ABF:B2~", "MIA*1****MA01~", "MOA***MA01~"),
    *(
        "REF*F8*1~",
        "PER*CX**TE*1~",
        "~~",
        "\r\n",
        "\0",
        "\x1a",
        "\x1c",
        "\x1d",
        "\x1f",
        "\u00d1",
        "9" * 40,
        "-",
        ".",
        "²",
    ),
)


def check(content: bytes) -> None:
    """Read bytes as a file, or as what a whole 835 ('5' in front) or 837 ('7') holds, so that most of these land."""
    holds(whole(content[1:], content[:1]) if content[:1] in (b"5", b"7") else content)


def whole(body: bytes, kind: bytes) -> bytes:
    """Return an interchange around the body of a transaction, whose SE counts the segments of it."""
    start = b"ST*83%s*0001~%s" % (kind, b"BPR*I*1~" if kind == b"5" else b"")
    segments = sum(bool(segment.strip(b" \t\r\n\0")) for segment in (start + body).split(b"~"))
    guide = b"005010X221A1" if kind == b"5" else b"005010X222A1"
    header = WORDS[0].encode() + b"GS*HP*A*B*20260101*1200*1*X*%s~" % guide
    return header + start + body + b"~SE*%d*0001~GE*1*1~IEA*1*000000001~" % (segments + 1)


def holds(content: bytes) -> None:
    """Read a file in one block, some also in many; raise where the sentence does not hold."""
    first: dict[str, list[dict[str, Any]]] | None = None
    for size in BLOCKS if hashlib.sha256(content).digest()[0] % SHARE == 0 else BLOCKS[:1]:
        found = tables(content, size)
        edges = [(row["byte_start"], row["byte_end"]) for row in found["span"]]
        if content and [(0, 0), *edges, (len(content),) * 2] != sorted([(0, 0), *edges, (len(content),) * 2]):
            raise AssertionError("the spans of a file are not in its order")
        if [0, *(end for _, end in edges)] != [*(start for start, _ in edges), len(content)]:
            raise AssertionError("the spans of a file are not its bytes")
        if any(before[1] < before[0] for before, _ in pairwise(edges)):
            raise AssertionError("a span ends before it begins")
        found["span"] = together(found["span"])
        if first is not None and found != first:
            raise AssertionError("blocks of another size give other tables")
        first = first or found


def tables(content: bytes, block_size: int) -> dict[str, list[dict[str, Any]]]:
    """Read one file; return the rows of each table, in an order that does not depend on the blocks."""
    from edi.reader import Source, read  # here, so that atheris can instrument the import

    found: dict[str, list[dict[str, Any]]] = {}
    for block in read([Source(hashlib.sha256(content).hexdigest(), content)], block_size):
        for name, table in block.items():
            found.setdefault(name, []).extend(table.to_pylist())
    return {
        name: sorted(rows, key=lambda row: [str(row.get(column)).rjust(20) for column in ORDER])
        if name == "problem"
        else rows
        for name, rows in found.items()
    }


def together(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make one span of what lies between two transactions: junk comes in pieces where blocks end."""
    whole: list[dict[str, Any]] = []
    for span in spans:
        if span["kind"] in LOOSE and whole and whole[-1]["kind"] in LOOSE:
            whole[-1] = {**whole[-1], "byte_end": span["byte_end"]}
        else:
            whole.append({**span, "kind": "junk", "reason": "", "reason_code": ""} if span["kind"] in LOOSE else span)
    return whole


def seeds() -> Iterator[bytes]:
    """Yield small files to begin with: the words, and whole transactions in several dresses."""
    from edi.delimiters import Delimiters
    from tests.edi.x12 import claim_payment, file_of, remittance

    yield "".join(WORDS).encode()
    yield from (kind + "".join(WORDS[6:]).encode() for kind in (b"5", b"7"))
    body = remittance(claim_payment(), claim_payment("A2", "5"), plb=(("PLB", "1", None, ("WO", "ICN"), "1"),))
    for delimiters in (
        Delimiters(),
        Delimiters(b"|", b">", b"!", b"\n"),
        Delimiters(b"\x1d", b"\x1f", b"\x1e", b"\x1c"),
    ):
        yield file_of(body, body, delimiters=delimiters)
    for path in sorted(INBOX.glob("*/*"))[::6]:
        content = path.read_bytes()
        yield content[:LONGEST_SEED]
        if found := re.search(rb"ST\*83([57])[^~]*~\s*(?:BPR[^~]*~)?([^*]+\*.*?)SE\*", content, re.DOTALL):
            yield found[1] + found[2][:LONGEST_SEED]
    yield from (path.read_bytes() for path in sorted(CRASHERS.iterdir()))


def main(seconds: int) -> None:
    """Fuzz for some seconds on one core; libFuzzer prints how many inputs it tried, and exits 77 at a crasher."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["edi"]):
        import edi.reader  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        corpus, words = Path(folder, "corpus"), Path(folder, "words")
        corpus.mkdir()
        for number, content in enumerate(seeds()):
            (corpus / f"{number}").write_bytes(content)
        shown = ("".join(f"\\x{octet:02x}" for octet in word.encode()) for word in WORDS)
        words.write_text("".join(f'"{word}"\n' for word in shown))
        options = [
            f"-max_total_time={seconds}",
            f"-artifact_prefix={CRASHERS}/",
            f"-dict={words}",
            f"-seed={SEED}",
            f"-max_len={LONGEST_SEED}",
            "-timeout=20",
            "-print_final_stats=1",
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus)], check)
        atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
