"""Acknowledgement files: what would be answered to each interchange, for whoever has to talk with its sender.

In: acknowledgements made by `edi`. Out: `acknowledgements/<sha256>-<interchange ordinal>.ta1` and `.999` (in it a 997
where 4010 was received), for the owner's eyes alone, the same bytes for the same file.
Never: anything sent, or a file without bytes: an interchange without groups has no `.999`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from warehouse import durable
from warehouse.conforming.conformance import answers_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from edi.acknowledge import Acknowledgement
    from warehouse.home import Home

BATCH = 1000


@contextmanager
def batches(home: Home, work: Path) -> Iterator[Callable[[str, Iterable[Acknowledgement]], int]]:
    """Give a function that keeps a file's acknowledgements and says how many files that makes.

    They are durable at the end of the block; syncs are shared.
    """
    moves: list[tuple[Path, Path]] = []

    def keep(sha256: str, given: Iterable[Acknowledgement]) -> int:
        before = len(moves)
        for one in given:
            for suffix, content in (("ta1", one.ta1), ("999", one.functional)):
                name = f"{sha256}-{one.interchange_ordinal}.{suffix}"
                if content:
                    durable.spill(work / name, [content])
                    moves.append((work / name, answers_folder(home) / name))
        made = len(moves) - before
        if len(moves) >= BATCH:
            durable.settle_all(moves)
            moves.clear()
        return made

    yield keep
    durable.settle_all(moves)
