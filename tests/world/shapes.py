"""What payers put into a reference, one row per shape: the space from which `wide` draws payers.

In: nothing. Out: `SHAPES` (open and collect are the two legs of a deferral, letter and refund those of a letter) and
the formats of numbers. Every shape was seen at some payer or in advice of the standard's maintainers.
`drawn` makes shapes of its own from the same material.
Never: a payer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from edi.delimiters import Delimiters

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True)
class Shape:
    """References of one kind of payer; an empty refund is the same as letter. forms: of the whole reference."""

    name: str
    open: str
    collect: str
    letter: str
    refund: str = ""
    forms: tuple[str, ...] = ()


def _same(name: str, reference: str, forms: tuple[str, ...] = ()) -> Shape:
    return Shape(name, reference, reference, reference, forms=forms)


CLAIM: Final = "{claim_number}"
SHAPES: Final = (
    Shape("claim number", CLAIM, CLAIM, CLAIM),
    Shape("letter number", "{letter}", "{letter}", "{letter}"),
    Shape("trace number", "{trace}", "{trace}", "{paid_trace} {claim_number}"),
    _same("fixed 19 and 20", "{claim_number:<19.19}{account:<20.20}"),
    _same("fixed 19 and 20 with zeros", "{claim_number:0>19.19}{account:0>20.20}"),
    _same("fixed 14 and 15", "{letter:<14.14}{claim_number:<15.15}"),
    _same("fixed 00, 17 and 11", "00{claim_number:<17.17}{member:<11.11}"),
    _same("account claim", "{account} {claim_number}"),
    _same("account date claim", "{account}{service_date} {claim_number}"),
    _same("claim dot token", "{claim_number}X00.55{letter_tail}"),
    _same("letter member", "{letter:0>15.15} {member}"),
    _same("account claim trace", "{account:.35}{claim_number}{trace}"),
    Shape("check number", CLAIM, CLAIM, CLAIM, "{check_number}"),
    _same("account", "{sent_account}"),
    Shape("old and new number", CLAIM, "{new_claim_number}", CLAIM),
    Shape("account and claim", "{account}", CLAIM, CLAIM),
    Shape("words", "OVERPAYMENT RECOVERY", "TAKEBACK", "OVERPAYMENT {claim_number}"),
    Shape("nothing", "", "", CLAIM),
    Shape("opaque pair", "{letter}", "{letter}", CLAIM),
    _same("prefixed claim", "CLM#{claim_number}"),
    _same("words and claim", "RECOUP {claim_number} {last_name}"),
    _same("claim without version", "{claim_base}"),
    _same("claim without letters", "{claim_bare}"),
    _same("account and day", "{account} {service_mmddyy}"),
    _same("day glued to account", "{service_date}{account_bare}"),
    _same("claim glued to member", "{claim_number}{member}"),
    _same("claim slash account", "{claim_number}/{account_upper}"),
    _same("upper, no hyphens", "{claim_number}-{account}", forms=("upper", "no_hyphens")),
    _same("cut to thirty", "{claim_number} {account}", forms=("first_30",)),
    _same("trimmed and single spaced", "{claim_number:<19.19}{member:<12}{letter}", forms=("one_space",)),
)
# What drawn references are made of: a first part that names something, perhaps more parts, a way of putting each.
FIRST_PARTS: Final = ("claim_number",) * 4 + ("account", "sent_account", "claim_base", "claim_bare", "letter")
MORE_PARTS: Final = (
    "member",
    "service_date",
    "letter",
    "account",
    "claim_number",
    "last_name",
    "npi",
    "service_mmddyy",
)
PARTS_MORE: Final = (0, 0, 1, 1, 2)
SEPARATORS: Final = (" ", " ", "-", ".", "/", "_", "  ", "")
PREFIXES: Final = ("", "", "", "", "CLM ", "ICN#", "WO-", "DCN", "OVP ", "0000")
WIDTHS: Final = (14, 15, 17, 19, 20)
PUT: Final = ("{{{name}}}",) * 5 + (
    "{{{name}:<{width}.{width}}}",
    "{{{name}:0>{width}.{width}}}",
    "{{{name}:.{width}}}",
)
# (format, width of the version at its end). The prefix is put in front.
CONTROL_NUMBERS: Final = (
    ("{{year:02}}{{day:03}}{prefix}{{serial:06}}", 0),
    ("{prefix}{{serial:08}}{{version:02}}", 2),
    ("{{year:02}}{{day:03}}{{serial:08}}", 0),
    ("20{{year:02}}{{day:03}}{{serial:07}}-{{version:02}}", 3),
    ("{prefix}{{year:02}}{{serial:07}}{{letter}}", 1),
    ("0{{scrambled:010}}", 0),
    ("{prefix}{{scrambled:010}}{{version:02}}", 2),
    ("{{year:02}}{{day:03}}-{{serial:05}}-{prefix}", 0),
    ("02{{year:02}}{{day:03}}{prefix}{{serial:05}}0", 0),
    ("{prefix}4{{again:06}}7", 0),
)
TRACES: Final = ("{prefix}{{date:%y%m%d}}{{serial:05}}", "8{prefix}{{date:%Y%j}}{{serial:04}}", "{prefix}{{serial:09}}")
LETTERS: Final = (
    "FCN{date:%y%m%d}{serial:04}",
    "{date:%Y%m%d}DM{serial:05}",
    "{scrambled:010}",
    "75{serial:013}",
    "AR-{scrambled:010}-{serial:03}",
)
FORMS: Final = ((),) * 6 + (("upper",), ("first_30",), ("no_hyphens",), ("hyphens_are_spaces",), ("no_leading_zeros",))
ACCOUNT_FORMS: Final = (
    (),
    (),
    ("upper",),
    ("upper", "first_20"),
    ("first_17",),
    ("no_leading_zeros",),
    ("no_hyphens",),
    ("upper", "no_hyphens", "first_17"),
    ("no_leading_zeros", "upper"),
    ("always_zero",),
)
DELIMITERS: Final = (
    Delimiters(),
    Delimiters(),
    Delimiters(element=b"|", component=b">", repetition=b"!"),
    Delimiters(component=b">", terminator=b"\n"),
    Delimiters(element=b"\x1d", component=b"\x1f", terminator=b"\x1e"),
)
# Of a forward balance, on its way out and back in (None: the same). The guide wants the trace number on both.
FORWARDS: Final = (
    *(("{trace}", None),) * 4,
    ("{claim_number}", None),
    ("{trace}", ""),
    ("", None),
    ("{claim_number}", "{trace}"),
    ("BALANCE FORWARD", None),
)
# Accounts of a practice: per visit, or one per patient.
ACCOUNTS: Final = (
    "00{patient:05}-{visit:04}",
    "{prefix}{visit:05}{letters}-{patient:05}",
    "{prefix}{visit:07}{patient:05}-CAMPUS-EAST",
    "0{patient:06}{letters}",
    "PT{patient:07}",
    "{visit:04}{patient:06}",
    "{patient:08}",
    "{letters}{patient:05}.{visit:04}",
)


def drawn(rng: Random) -> Shape:
    """Draw a shape nobody has written down; most payers write all legs alike."""
    usual = reference(rng)
    first, second, third, fourth = (usual if rng.random() < 0.75 else reference(rng) for _ in range(4))
    return Shape("drawn", first, second, third, fourth, rng.choice(FORMS))


def reference(rng: Random) -> str:
    """Draw the format of one reference: parts, widths, a separator, a prefix."""
    names = [rng.choice(FIRST_PARTS)]
    names += [name for name in rng.sample(MORE_PARTS, rng.choice(PARTS_MORE)) if name not in names]
    rng.shuffle(names)
    parts = [rng.choice(PUT).format(name=name, width=rng.choice(WIDTHS)) for name in names]
    return rng.choice(PREFIXES) + rng.choice(SEPARATORS).join(parts)
