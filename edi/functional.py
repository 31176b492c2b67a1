"""What a 999 (in 4010 a 997) says of one functional group.

Strategy: findings become notes on segments (IK3) and elements (IK4), a transaction's code follows from what the reader
did with it: landed is accepted, with errors noted where there are any; quarantined is rejected. What the two standards
call differently is a row of `acknowledgements.csv`. In: a `Group`, verdicts. Out: segments for the inverse writer.
Never: a copy of a bad value; IK404 is left out.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from edi import grammar
from edi.data import rows
from edi.findings import ERROR
from edi.received import element
from edi.writer import FUNCTIONAL_IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edi.conform import Verdict
    from edi.findings import Finding
    from edi.received import Group, Member
    from edi.writer import Segment

ACCEPTED, NOTED, PARTLY, REJECTED = "A", "E", "P", "R"
NOTES = 5  # as many codes as an IK5 or an AK9 takes
DELIMITERS = "*:^~"
READ = {FUNCTIONAL_IDENTIFIERS[transaction_set] for transaction_set in ("835", "837")}


def of_group(group: Group, verdicts: Mapping[str, Verdict], answer: dict[str, str]) -> Iterator[Segment]:
    """Yield AK1 to AK9 of one group; answer: the row of acknowledgements.csv."""
    named = 3 if answer["names_guide"] else 2
    yield ("AK1", *[_kind(group), *(clean(element(group.header, n)) or None for n in (6, 8))][:named])
    codes = []
    for member in group.members:
        yield ("AK2", *[clean(element(member.header, n)) or None for n in (1, 2, 3)][:named])
        verdict = verdicts.get(str(member.row["transaction_key"]))
        errors = [found for found in verdict.findings if found.severity == ERROR] if verdict else []
        yield from _errors(errors, answer)
        codes.append(_code(member, errors))
        yield (answer["trailer"], codes[-1], *_transaction_notes(member, errors))
    accepted = len(codes) - codes.count(REJECTED)
    notes = list(_group_notes(group))
    stated = element(group.trailer, 1)
    included = int(stated) if is_number(stated, 6) else len(codes)
    yield ("AK9", _group_code(codes, notes), included, len(codes), accepted, *notes[:NOTES])


def _kind(group: Group) -> str | None:
    """Return GS01 or, where that is no functional identifier, the one that belongs to the first transaction."""
    stated = clean(element(group.header, 1))
    if stated in FUNCTIONAL_IDENTIFIERS.values() or not group.members:
        return stated or None
    return FUNCTIONAL_IDENTIFIERS.get(element(group.members[0].header, 1), stated)


def _code(member: Member, errors: list[Finding]) -> str:
    if member.row["status"] != "landed":
        return REJECTED
    return NOTED if errors else ACCEPTED


def _group_code(codes: list[str], notes: list[str]) -> str:
    if REJECTED in codes:
        return PARTLY if set(codes) != {REJECTED} else REJECTED
    return NOTED if NOTED in codes or notes else ACCEPTED


def _errors(errors: list[Finding], answer: dict[str, str]) -> Iterator[Segment]:
    """Yield the notes to segments, each followed by those to its elements; what has no segment id cannot be noted."""
    placed = sorted(error for error in errors if error.segment_id and not error.code.startswith("IK502"))
    for (number, segment_id), found in groupby(placed, key=lambda error: (error.segment_number, error.segment_id)):
        here = [(error.code.partition("-"), error.element_position) for error in found]
        codes = dict.fromkeys(code for (note, _, code), _ in here if note == "IK304")
        elements = dict.fromkeys((place, code) for (note, _, code), place in here if note == "IK403")
        for code in [code for code in codes if code != "8"] + ["8"] * bool(elements or "8" in codes):
            yield (answer["segment_note"], segment_id, number, None, code)
        for place, code in elements:
            if place:
                yield (answer["element_note"], place, None, code)


def _transaction_notes(member: Member, errors: list[Finding]) -> list[str]:
    listed = {row["reason_code"]: row["note"] for row in rows(grammar.__name__, "quarantine_notes.csv")}
    reason = listed.get(str(member.row["reason_code"] or ""), "")
    of_set = {error.code.removeprefix("IK502-") for error in errors if error.code.startswith("IK502")}
    of_segments = {"5"} if any(not error.code.startswith("IK502") for error in errors) else set()
    return sorted(({reason} | of_set | of_segments) - {""})[:NOTES]


def _group_notes(group: Group) -> Iterator[str]:
    there = bool(group.trailer)
    is_read = _kind(group) in READ
    facts = {
        "GS01": not is_read,
        "guide unknown": is_read and grammar.guide(element(group.header, 8)) is None,
        "GE missing": not there,
        "GE02": there and element(group.trailer, 2) != element(group.header, 6),
        "GE01": there and not states(element(group.trailer, 1), len(group.members)),
    }
    yield from noted("group_notes.csv", facts)


def noted(table: str, facts: Mapping[str, bool]) -> Iterator[str]:
    """Yield the notes whose places are among the facts that hold, in the table's order."""
    yield from (row["note"] for row in rows(grammar.__name__, table) if facts.get(row["place"]))


def states(stated: str, counted: int) -> bool:
    """Tell whether a trailer states what was counted."""
    return stated.lstrip("0") == str(counted or "")


def is_number(text: str, digits: int) -> bool:
    """Tell whether a text is a number of at most so many digits."""
    return text.isascii() and text.isdigit() and len(text) <= digits


def clean(text: str) -> str:
    """Return a value of the envelope without what the answer's own delimiters would make of it."""
    return "".join(sign for sign in text if sign.isascii() and sign.isprintable() and sign not in DELIMITERS)[:15]
