"""Progress: what the job logs, as one line that grows on a terminal, or as lines of text where there is none.

In: the log records of `warehouse`. A record of level INFO is a step that is done, on a terminal and off it. Those of
level DEBUG are for the terminal alone: `part` is how far a long step is (done, of so many), `more` how many steps there
will be besides the tables; others only say what is being done.
Out: stderr. Never: a guess at the time that is left, or a byte on a pipe that a line of the log would not have.
"""

import logging
import shutil
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

FULL, EMPTY, WIDTH = "━", "─", 24
PAUSE = 0.1
"""Seconds between two pictures of a long step."""

log = logging.getLogger(__name__)
Thing = TypeVar("Thing")


def each(things: Collection[Thing], words: str) -> Iterator[Thing]:
    """Yield things, and show on a terminal how many of them are done; `words` say what they are."""
    shown = 0.0
    for done, thing in enumerate(things):
        if log.isEnabledFor(logging.DEBUG) and time.monotonic() > shown + PAUSE:
            shown = time.monotonic()
            log.debug("%s: %d of %d", words, done, len(things), extra={"part": (done, len(things))})
        yield thing


class Bar(logging.Handler):
    """Draws how many of the expected steps are done, and what is being done; warnings stay on the screen."""

    def __init__(self) -> None:
        from warehouse.building.models import TRANSFORMS

        super().__init__()
        self.done = 0
        self.expected = sum(1 for _ in TRANSFORMS.rglob("*.sql"))

    def emit(self, record: logging.LogRecord) -> None:
        """Count a step, or how far it is, and draw."""
        if record.levelno >= logging.WARNING:
            self.clear()
            sys.stderr.write(f"{record.getMessage()}\n")
            return
        self.expected += getattr(record, "more", 0)
        self.done += record.levelno >= logging.INFO
        done, of = getattr(record, "part", (self.done, max(self.expected, self.done + 1)))
        self.draw(done, of, record.getMessage())

    def draw(self, done: int, of: int, words: str) -> None:
        """Draw the line anew."""
        full = done * WIDTH // of
        line = f"{FULL * full}{EMPTY * (WIDTH - full)} {done * 100 // of:3} %  {words}"
        sys.stderr.write(f"\r\x1b[2K{line[: shutil.get_terminal_size().columns - 1]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Give the line back."""
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()


@contextmanager
def shown(log: logging.Logger, quiet: bool) -> Iterator[None]:
    """Show what is logged while the block runs: as a bar on a terminal, else line by line."""
    bar = None if quiet or not sys.stderr.isatty() else Bar()
    handler = bar or logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.WARNING if quiet else logging.DEBUG if bar else logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        if bar:
            bar.clear()
