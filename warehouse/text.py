"""Words and columns for people: amounts, counts and aligned rows.

In: decimals, integers and rows of text. Out: lines. Never: a float, or a width that cuts anything off.
"""

import textwrap
from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal

# A page is as wide as most terminals are; long words, such as ids, are never broken.
WIDTH, MINIMUM = 140, 40
FULL = "█"


def money(amount: Decimal | None) -> str:
    """Write an amount with thousands and cents, `-` for none."""
    return "-" if amount is None else f"{amount:,.2f}"


def bar(start: Decimal, end: Decimal, low: Decimal, high: Decimal, width: int = 24) -> str:
    """Draw a step of a waterfall: the cells from one running amount to the next, on a scale from `low` to `high`."""
    scale = (high - low) or Decimal(1)
    cells = sorted(int((amount - low) * width / scale) for amount in (start, end))
    return f"{' ' * min(cells[0], width - 1)}{FULL * max(cells[1] - cells[0], 1)}"


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
    """Align rows of text; `alignment` has `<` or `>` for each column, `w` for a last one of words, wrapped."""
    widths = [max(len(cell) for cell in cells) for cells in zip(*rows, strict=True)]
    columns = [(side, width) for side, width in zip(alignment, widths, strict=bool(rows)) if side != "w"]
    lines = []
    for row in rows:
        cells = [f"{cell:{side}{width}}" for cell, (side, width) in zip(row, columns, strict=False)]
        head = indent + "  ".join(cells)
        lines += [head.rstrip()] if len(cells) == len(row) else _hanging(f"{head}  ", row[-1])
    return lines


def _hanging(head: str, words: str) -> list[str]:
    width = max(WIDTH - len(head), MINIMUM)
    first, *more = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False) or [""]
    return [(head + first).rstrip(), *(" " * len(head) + line for line in more)]
