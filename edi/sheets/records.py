"""Records of a CSV file with their places: bytes in, cells with byte offsets and line numbers out.

Strategy: lines are cut first, then each record is parsed alone, so that a quote that is never closed costs one line and
not the rest of the file. A quoted cell may hold a few line breaks. In: a file's bytes. Out: `Record`s in order, whose
bytes partition the file. Never: a guess at the delimiter (a comma) or the encoding (UTF-8, with or without a mark).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edi.sniff import BYTE_ORDER_MARK

if TYPE_CHECKING:
    from collections.abc import Iterator

CELL_LINES = 20  # a record may go over so many lines
LINE_BYTES = 1 << 16
REMARK: tuple[int, tuple[str, ...], str] = (1, (), "")


@dataclass(frozen=True)
class Record:
    """One record; `problem` says why it has no cells, `is_blank` for remarks too."""

    line_number: int
    byte_start: int
    byte_end: int
    cells: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not self.problem and not any(cell.strip() for cell in self.cells)


def records(content: bytes) -> Iterator[Record]:
    """Cut a file into records; lines in front of the header that begin with # are remarks, and blank."""
    lines = content.splitlines(keepends=True)
    at = start = 0
    may_be_remark = True
    while at < len(lines):
        if may_be_remark and lines[at].removeprefix(BYTE_ORDER_MARK).lstrip(b' "').startswith(b"#"):
            taken, cells, problem = REMARK
        else:
            taken, cells, problem = _record(lines, at)
        record = Record(at + 1, start, start + sum(map(len, lines[at : at + taken])), cells, problem)
        may_be_remark = may_be_remark and record.is_blank
        yield record
        at, start = at + taken, record.byte_end


def _record(lines: list[bytes], at: int) -> tuple[int, tuple[str, ...], str]:
    """Parse the record that begins at a line; returns how many lines it has, its cells, and what is wrong with it."""
    unclosed = "expected a comma or an end of line behind a closing quote"
    for taken in range(1, min(CELL_LINES, len(lines) - at) + 1):
        raw = b"".join(lines[at : at + taken])
        if len(raw) > LINE_BYTES:
            return 1, (), unclosed if taken > 1 else f"expected at most {LINE_BYTES:,} bytes in a row"
        try:
            text = (raw if at else raw.removeprefix(BYTE_ORDER_MARK)).decode("utf-8").rstrip("\r\n")
            return taken, tuple(next(csv.reader([text], strict=True), ())), ""
        except UnicodeDecodeError:
            return 1, (), unclosed if taken > 1 else "expected UTF-8"
        except csv.Error:
            continue
    return 1, (), unclosed
