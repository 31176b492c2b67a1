"""What a fuzzer once broke stays whole, and what it begins with is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edi import rows_of
from tests.edi.fuzz_reader import CRASHERS, check, seeds

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("path", sorted(CRASHERS.iterdir()), ids=lambda path: path.name)
def test_an_input_that_once_broke_the_reader_gives_tables_and_problems(path: Path) -> None:
    check(path.read_bytes())


def test_what_the_fuzzer_begins_with_lands_at_least_in_part() -> None:
    for content in seeds():
        check(content)


def test_the_sentence_is_false_where_a_byte_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    partition = rows_of.partition
    monkeypatch.setattr(rows_of, "partition", lambda *file: partition(*file)[1:])
    with pytest.raises(AssertionError, match="not its bytes"):
        check(next(seeds()))
