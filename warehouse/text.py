"""Words and columns for people: amounts, counts and aligned rows.

In: decimals, integers and rows of text. Out: lines. Never: a float, or a width that cuts anything off.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal


def money(amount: Decimal | None) -> str:
    """Write an amount with thousands and cents, `-` for none."""
    return "-" if amount is None else f"{amount:,.2f}"


def share(part: Decimal, whole: Decimal) -> str:
    """Write a percentage, rounded down: 99.99 % must not look like all of it."""
    if not whole:
        return "-"
    return f"{(part * 100 / whole).quantize(Decimal('0.1'), ROUND_DOWN)} %"


def several(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """Write names with their counts, `3 landed, 1 duplicate`."""
    return ", ".join(f"{count:,} {name}" for name, count in counts)


def table(rows: Sequence[Sequence[str]], alignment: str, indent: str = "  ") -> list[str]:
    """Align rows of text; `alignment` has `<` or `>` for each column. The last column may be of any length."""
    if not rows:
        return []
    widths = [max(len(row[number]) for row in rows) for number in range(len(alignment))]
    return [
        indent
        + "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, alignment, widths, strict=True)).rstrip()
        for row in rows
    ]
