"""Whether a file is whole as far as its two ends tell: X12 that begins with an ISA ends with an IEA.

In: a file's first and last bytes. Out: yes or no. Never: a reading of what lies between, or a verdict on it: the reader
decides what can be read. This is for whoever must decide whether a sender is still at work on the file.
"""

from __future__ import annotations

import re

from edi.sniff import BYTE_ORDER_MARK

ENDS = 256
"""Bytes of each end that are enough to tell."""
TRAILER = re.compile(rb"IEA([^A-Z0-9\s])\d{1,5}\1 *[A-Z0-9]{1,9} *[^A-Z0-9 ]\s*\Z", re.IGNORECASE)
"""The last segment with its terminator, which may be a line end; a number without one may go on."""


def lacks_its_end(beginning: bytes, end: bytes) -> bool:
    """Whether a file begins as an interchange does and does not end with a whole IEA segment."""
    begins = beginning.lstrip(BYTE_ORDER_MARK + b" \t\r\n\0")[:3].upper()
    return len(begins) > 0 and b"ISA".startswith(begins) and not TRAILER.search(end.rstrip(b"\0\x1a"))
