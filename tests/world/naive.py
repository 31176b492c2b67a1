"""A reader of X12 that knows nothing but splitting, so that tests do not judge our reader and writer by themselves.

In: bytes. Out: lists of elements. It trusts the ISA for the delimiters and checks nothing.
"""

from __future__ import annotations


def segments(content: bytes) -> list[list[str]]:
    """Return every segment as its elements, the segment id first; composites are left as text."""
    element, terminator = content[3:4].decode(), content[105:106].decode()
    texts = (text.strip("\r\n") for text in content.decode().split(terminator))
    return [text.split(element) for text in texts if text]


def transactions(content: bytes) -> list[list[list[str]]]:
    """Return the segments ST..SE of each transaction set."""
    found: list[list[list[str]]] = []
    for segment in segments(content):
        if segment[0] == "ST":
            found.append([])
        if found and segment[0] not in {"ISA", "GS", "GE", "IEA"}:
            found[-1].append(segment)
    return found


def loops(transaction: list[list[str]], opener: str, closers: tuple[str, ...]) -> list[list[list[str]]]:
    """Return the runs of segments that each begin at `opener` and end before the next opener or closer."""
    found: list[list[list[str]]] = []
    inside = False
    for segment in transaction:
        if segment[0] == opener:
            found.append([])
            inside = True
        elif segment[0] in closers:
            inside = False
        if inside:
            found[-1].append(segment)
    return found
