"""Progress: what the job logs, as one line that grows on a terminal, or as lines of text where there is none.

In: the log records of `warehouse`. Out: stderr. Never: a guess at the time that is left, or a byte on a pipe that a
line of the log would not have.
"""

import logging
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

FULL, EMPTY, WIDTH = "━", "─", 24
LOADS = "%d files taken in, %d loads to land"
TABLES = 120
"""About as many tables are built and checked in a night; a bar that is a little off does no harm."""


class Bar(logging.Handler):
    """Draws how many of the expected lines have come, and the newest; warnings stay on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.done, self.expected = 0, TABLES

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line and draw."""
        if record.levelno >= logging.WARNING:
            self.clear()
            sys.stderr.write(f"{record.getMessage()}\n")
            return
        if record.msg == LOADS and isinstance(record.args, tuple):
            self.expected += int(str(record.args[1]))
        self.done += 1
        self.expected = max(self.expected, self.done + 1)
        full = self.done * WIDTH // self.expected
        width = shutil.get_terminal_size().columns - 1
        line = f"{FULL * full}{EMPTY * (WIDTH - full)} {self.done * 100 // self.expected:3} %  {record.getMessage()}"
        sys.stderr.write(f"\r\x1b[2K{line[:width]}")
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
    log.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(handler)
        if bar:
            bar.clear()
