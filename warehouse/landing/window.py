"""A raw file seen through a window: as large as it may be, little of it is in memory at a time.

In: a path. Out: what the reader asks of bytes: a length, slices, and where something stands.
Never: a map. Mapped pages count as this process's memory, a map of a gigabyte needs as much of a limited address space,
and a disk that fails under a map is a signal, not an error that can be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.errors import DamageError

if TYPE_CHECKING:
    from pathlib import Path

WINDOW = 1 << 21
"""Twice what the reader cuts off at a time: it looks for an end first, and then takes what is before it."""


class Window:
    """The bytes of a file that nobody changes any more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.start, self.block = 0, b""

    def __len__(self) -> int:
        return self.size

    def __bytes__(self) -> bytes:
        return self[:]

    def __getitem__(self, wanted: slice) -> bytes:
        start, end, step = wanted.indices(self.size)
        if step != 1:
            raise ValueError("bytes are read one after the other")
        if start < self.start or end > self.start + len(self.block):
            self._look(start, max(end, start))
        return self.block[start - self.start : max(end, start) - self.start]

    def find(self, sought: bytes, start: int = 0, end: int | None = None) -> int:
        """Return the first place of some bytes from `start` on that end before `end`, -1 where there is none."""
        end = self.size if end is None else min(end, self.size)
        for begin in range(start, end, WINDOW):
            place = self[begin : min(begin + WINDOW + len(sought) - 1, end)].find(sought)
            if place >= 0:
                return begin + place
        return -1

    def rfind(self, sought: bytes, start: int = 0, end: int | None = None) -> int:
        """Return the last place of some bytes from `start` on that end before `end`, -1 where there is none."""
        end = self.size if end is None else min(end, self.size)
        for begin in reversed(range(start, end, WINDOW)):
            place = self[begin : min(begin + WINDOW + len(sought) - 1, end)].rfind(sought)
            if place >= 0:
                return begin + place
        return -1

    def _look(self, start: int, end: int) -> None:
        """Move the window; what is asked for at once is read at once, and let go with the next look."""
        self.block = b""  # first, so that two are never held
        with self.path.open("rb") as file:
            file.seek(start)
            self.block = file.read(max(end - start, WINDOW))
        self.start = start
        if start + len(self.block) < end:
            raise DamageError(f"raw file {self.path.name[:12]} is damaged: it has become shorter while it was read")
