"""The inverse writer: segments to X12 bytes, and the envelopes around them.

In: segments, each a sequence `(segment_id, element, ...)`. An element is None, str, int, Decimal, date, a tuple (the
components of a composite) or a list (repetitions of any of these). Out: bytes that a reader takes apart into the same
elements. Trailing empty elements and components are left out, as X12 asks.
Never: a file, a clock, a control number of its own making, or a value in an error message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from edi.delimiters import Delimiters

Scalar = str | int | Decimal | date | None
Composite = tuple[Scalar, ...]
Element = Scalar | Composite | Sequence["Scalar | Composite"]
Segment = Sequence[Element]

# Widths of ISA01..ISA16: the ISA is the one segment of fixed width, 106 bytes with its delimiters.
ISA_WIDTHS: Final = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
USUAL: Final = Delimiters()
FUNCTIONAL_IDENTIFIERS: Final = {"835": "HP", "837": "HC", "999": "FA", "997": "FA", "277": "HN", "TA1": "TA"}


class UnwritableError(ValueError):
    """A value that X12 cannot carry at this place; says which place and why, never the value."""


def render(segments: Iterable[Segment], delimiters: Delimiters = USUAL, newline: bytes = b"") -> bytes:
    """Return the segments as X12 bytes, each ended by the terminator and `newline` (nothing, LF or CR LF)."""
    end = delimiters.terminator + newline
    return b"".join(_segment(segment, delimiters) + end for segment in segments)


def number(value: Decimal | int) -> str:
    """Return an amount or count in X12's type R: no exponent, no trailing and no leading zeros, `-` in front."""
    if not Decimal(value).is_finite():
        raise UnwritableError("a number must be finite")
    digits = format(Decimal(value), "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    digits = digits.lstrip("0")
    return sign + digits if digits else "0"


def _segment(segment: Segment, delimiters: Delimiters) -> bytes:
    segment_id, elements = str(segment[0]), segment[1:]
    if segment_id == "ISA":
        return _interchange_header(elements, delimiters)
    rendered = [_element(value, f"{segment_id}{at:02}", delimiters) for at, value in enumerate(elements, start=1)]
    return _joined([segment_id.encode(), *rendered], delimiters.element)


def _element(value: Element, place: str, delimiters: Delimiters) -> bytes:
    if isinstance(value, tuple):
        return _joined([_scalar(part, place, delimiters) for part in value], delimiters.component)
    if isinstance(value, list):
        return delimiters.repetition.join(_element(part, place, delimiters) for part in value)
    return _scalar(value, place, delimiters)


def _scalar(value: object, place: str, delimiters: Delimiters) -> bytes:
    try:
        text = _text(value)
    except UnwritableError as error:
        raise UnwritableError(f"{place}: {error}") from None
    content = text.encode()
    held = (delimiters.element, delimiters.component, delimiters.repetition, delimiters.terminator)
    if any(delimiter in content for delimiter in held):
        raise UnwritableError(f"{place}: the text holds a delimiter of this interchange")
    if not text.isprintable():
        raise UnwritableError(f"{place}: the text holds a control character")
    return content


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value.year:04}{value.month:02}{value.day:02}"
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return number(value)
    raise UnwritableError(f"expected text, a number or a date, found a {type(value).__name__}")


def _joined(parts: list[bytes], separator: bytes) -> bytes:
    while parts and not parts[-1]:
        parts.pop()
    return separator.join(parts)


def _interchange_header(elements: Sequence[Element], delimiters: Delimiters) -> bytes:
    """Return the ISA at its fixed widths; ISA11 and ISA16 are the delimiters themselves, whatever was given."""
    if len(elements) > len(ISA_WIDTHS):
        raise UnwritableError(f"ISA: expected at most {len(ISA_WIDTHS)} elements, found {len(elements)}")
    given = [*elements, *[None] * (len(ISA_WIDTHS) - len(elements))]
    given[10] = given[15] = None
    parts = [_scalar(value, f"ISA{at:02}", delimiters) for at, value in enumerate(given, start=1)]
    parts[10], parts[15] = delimiters.repetition, delimiters.component
    for at, (part, width) in enumerate(zip(parts, ISA_WIDTHS, strict=True), start=1):
        if len(part) > width:
            raise UnwritableError(f"ISA{at:02}: expected at most {width} characters, found {len(part)}")
    return delimiters.element.join([b"ISA", *map(bytes.ljust, parts, ISA_WIDTHS)])


def transaction(
    body: Sequence[Segment], *, set_code: str, guide: str | None = None, control_number: str = "0001"
) -> list[Segment]:
    """Return ST, the body and SE with the true segment count (SE01 counts ST and SE too).

    guide: ST03, which an 837 carries and an 835 does not.
    """
    header = ("ST", set_code, control_number, guide)
    return [header, *body, ("SE", len(body) + 2, control_number)]


def group(
    transactions: Sequence[Sequence[Segment]],
    *,
    guide: str,
    on: date,
    sender: str,
    receiver: str,
    time: str = "0600",
    control_number: int = 1,
) -> list[Segment]:
    """Return GS, the transactions (each ST..SE) and GE; GS01 follows the first ST, GS08 is the guide."""
    functional = FUNCTIONAL_IDENTIFIERS[str(transactions[0][0][1])]
    header = ("GS", functional, sender, receiver, on, time, control_number, "X", guide)
    body = [segment for one in transactions for segment in one]
    return [header, *body, ("GE", len(transactions), control_number)]


def interchange(
    groups: Sequence[Sequence[Segment]],
    *,
    on: date,
    sender: str,
    receiver: str,
    time: str = "0600",
    control_number: int = 1,
    qualifiers: tuple[str, str] = ("ZZ", "ZZ"),
    usage_indicator: str = "T",
) -> list[Segment]:
    """Return ISA, the groups (each GS..GE) and IEA; several interchanges are lists put one after the other."""
    serial = f"{control_number:09}"
    security = ("00", None, "00", None)
    parties = (qualifiers[0], sender, qualifiers[1], receiver)
    header = ("ISA", *security, *parties, f"{on:%y%m%d}", time, None, "00501", serial, "0", usage_indicator)
    return [header, *[segment for one in groups for segment in one], ("IEA", len(groups), serial)]
