"""The four delimiters of an interchange.

Strategy: one frozen value that reader and writer share. Never guessed here: the reader finds them in the ISA,
the writer is told them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Delimiters:
    """The separators that one ISA announces, each a single byte.

    element: ISA byte 4 (index 3); repetition: ISA11; component: ISA16; terminator: the byte after ISA16.
    """

    element: bytes = b"*"
    component: bytes = b":"
    repetition: bytes = b"^"
    terminator: bytes = b"~"
