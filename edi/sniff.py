"""What a file seems to be that is not X12: a name for the person who delivered it.

Strategy: a table of first bytes. In: the first bytes of a file. Out: a few words. Never: a part of the content.
"""

from __future__ import annotations

ELEMENT_MARKS = (b"*", b"|", b"^", b"!", b"+", b"\x1d")  # what is seen between elements
BEGINNINGS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xff\xfe", "text in UTF-16"),
    (b"\xfe\xff", "text in UTF-16"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"<?xml", "XML"),
    (b"{", "JSON"),
    (b"[", "JSON"),
    (b"una:", "an EDIFACT interchange"),
    (b"unb+", "an EDIFACT interchange"),
    (b"\xc9\xe2\xc1", "X12 in EBCDIC"),
    *((b"isa" + mark, "X12 whose interchange header (ISA) cannot be read") for mark in ELEMENT_MARKS),
    *((b"gs" + mark, "X12 without its interchange header (ISA): it begins with a GS") for mark in ELEMENT_MARKS),
    *((b"st" + mark, "X12 without its interchange header (ISA): it begins with an ST") for mark in ELEMENT_MARKS),
)
SAMPLE_SIZE = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def seems(beginning: bytes) -> str:
    """Say what a file without any ISA seems to be, from its first `SAMPLE_SIZE` bytes."""
    if not beginning:
        return "an empty file"
    if not beginning.strip(BYTE_ORDER_MARK + b" \t\r\n"):
        return "nothing but white space"
    start = beginning.lstrip(BYTE_ORDER_MARK + b" \t\r\n").lower()
    known = next((name for mark, name in BEGINNINGS if beginning.startswith(mark) or start.startswith(mark)), None)
    if known:
        return known
    if b"\0" in beginning:
        return "binary data, or text in UTF-16"
    if b"," in beginning.partition(b"\n")[0]:
        return "CSV or other plain text"
    return "plain text" if beginning.isascii() else "binary data"
