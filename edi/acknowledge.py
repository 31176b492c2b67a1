"""Acknowledgements of what was received: a TA1 for each interchange, a 999 (in 4010 a 997) for its groups.

Strategy: written out of verdicts by the inverse writer, not by pyx12, whose own 999 knows the clock, invents control
numbers and fails on an 835. They are advice: a transaction with errors was accepted and they are noted (E); only a
quarantined one was rejected (R). What only acknowledges is not answered. In: a delivered file, its rows of
`transaction`, verdicts. Out: `Acknowledgement`s in bytes, the same for the same file: date, time and control number are
those of the interchange that is acknowledged.
Never: a copy of a bad value, a clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pyx12.segment import Segment as Pyx12Segment

from edi import grammar, writer
from edi.data import rows
from edi.functional import ACCEPTED, NOTED, REJECTED, clean, is_number, noted, of_group, states
from edi.grammar.maps import guide_map
from edi.isolate import COMPONENT, ELEMENT, TERMINATOR
from edi.received import Received, element, received

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from edi.conform import Verdict
    from edi.interchange import Buffer

UNDATED = date(2000, 1, 1)  # where ISA09 is no date
ACKNOWLEDGES = "FA"  # GS01 of a group of 999s or 997s


@dataclass(frozen=True)
class Acknowledgement:
    """What is answered to one interchange: an interchange with its TA1, and one with the 999 or 997 of its groups.

    functional: empty where the interchange has no group, or only groups that acknowledge.
    """

    interchange_ordinal: int
    ta1: bytes = field(repr=False)
    functional: bytes = field(repr=False)


def acknowledge(
    content: Buffer, transactions: Sequence[Mapping[str, Any]], verdicts: Mapping[str, Verdict]
) -> Iterator[Acknowledgement]:
    """Acknowledge the interchanges of one file.

    transactions: all its rows of `transaction`; verdicts: by transaction key. A transaction without a verdict counts as
    the reader judged it: landed is accepted.
    """
    for one in received(content, transactions):
        if one.answers and not one.groups:
            continue  # what only acknowledges is not acknowledged, or two systems would never end
        note = next(interchange_notes(one), "")
        landed = any(member.row["status"] == "landed" for group in one.groups for member in group.members)
        code = ACCEPTED if not note else NOTED if landed else REJECTED
        ta1 = ("TA1", *(clean(one.header.element(n)) for n in (13, 9, 10)), code, note or "000")
        yield Acknowledgement(one.ordinal, _enveloped(one, [ta1], []), _functional(one, verdicts))


def interchange_notes(one: Received) -> Iterator[str]:
    """Yield the notes (TA105) to an interchange, the weightiest first."""
    control = one.header.element(13)
    facts = {
        "IEA missing": not one.trailer,
        "IEA02": bool(one.trailer) and element(one.trailer, 2) != control,
        "IEA01": bool(one.trailer) and not states(element(one.trailer, 1), len(one.groups)),
        "GS missing": not one.groups,
        **dict.fromkeys(_bad_header_elements(one), True),
    }
    yield from noted("interchange_notes.csv", facts)


def _bad_header_elements(one: Received) -> Iterator[str]:
    """Name the elements of the ISA that pyx12 finds fault with."""
    values = [one.header.element(n).ljust(width) for n, width in enumerate(writer.ISA_WIDTHS[:-1], start=1)]
    values.append(one.header.delimiters.component.decode("latin-1"))
    guide = guide_map(_answer(one)["version"])
    header = Pyx12Segment(ELEMENT.join(["ISA", *values]), TERMINATOR, ELEMENT, COMPONENT)
    for error in guide.getnodebypath("/ISA_LOOP/ISA").is_valid_errors(header)[1]:
        if error.map_node is not None:
            yield str(error.map_node.refdes)


def _functional(one: Received, verdicts: Mapping[str, Verdict]) -> bytes:
    answer = _answer(one)
    groups = [group for group in one.groups if element(group.header, 1) != ACKNOWLEDGES]
    bodies = [list(of_group(group, verdicts, answer)) for group in groups]
    made = [
        writer.transaction(
            body,
            set_code=answer["transaction_set"],
            guide=answer["guide"] if answer["names_guide"] else None,
            control_number=f"{number:04}",
        )
        for number, body in enumerate(bodies, start=1)
    ]
    if not made:
        return b""
    sender, receiver = (clean(element(groups[0].header, n)) for n in (3, 2))
    group = writer.group(made, guide=answer["guide"], sender=sender, receiver=receiver, **_when(one))
    return _enveloped(one, [], [group])


def _answer(one: Received) -> dict[str, str]:
    """Return the row of acknowledgements.csv for the version of an interchange: the newest that is not newer."""
    answers = rows(grammar.__name__, "acknowledgements.csv")
    return next((row for row in answers if row["version"] <= one.header.element(12)), answers[-1])


def _when(one: Received) -> dict[str, Any]:
    control, time = one.header.element(13), one.header.element(10)
    return {
        "on": one.header.date or UNDATED,
        "time": time if is_number(time, 4) and len(time) == 4 else "0000",
        "control_number": int(control) if is_number(control, 9) else 1,
    }


def _enveloped(one: Received, before: list[writer.Segment], groups: list[list[writer.Segment]]) -> bytes:
    """Return an interchange back to the sender with these segments in front of its groups."""
    sender, receiver, sent_by, sent_to = (clean(one.header.element(n)) for n in (8, 6, 7, 5))
    header, *rest = writer.interchange(
        groups,
        sender=sender,
        receiver=receiver,
        qualifiers=(sent_by[:2], sent_to[:2]),
        usage_indicator="T" if one.header.element(15) == "T" else "P",
        **_when(one),
    )
    made = writer.render([header, *before, *rest])
    version = _answer(one)["version"].encode()
    standard = made[82:83] if version >= b"00402" else b"U"  # ISA11 was another element before 4020
    return made[:82] + standard + made[83:84] + version + made[89:]  # the ISA is the one segment of fixed width
