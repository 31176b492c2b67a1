"""From the guide's words to segments: the layout table read backwards.

In: a table of `edi/layout/tables.csv` and values by column name. Out: segments for `edi.writer.render`, the anchor
first, then its satellites (segments that hold further columns of the same row) in the layout's order.
Never: an element position in the code. The few qualifiers that the layout does not keep as columns are `IMPLIED`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, cast

from edi.layout import Anchor, Source, Table, tables
from edi.writer import Composite, Element, Segment, UnwritableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# An element that only says what its neighbour is: written whenever the neighbour is.
IMPLIED: Final[Mapping[str, Mapping[str, str]]] = {
    "BPR07": {"BPR06": "01"},
    "BPR09": {"BPR08": "DA"},
    "BPR13": {"BPR12": "01"},
    "BPR15": {"BPR14": "DA"},
    "CUR02": {"CUR01": "PR"},
    "DMG02": {"DMG01": "D8"},
    "PRV03": {"PRV01": "BI", "PRV02": "PXC"},
    "TOO02": {"TOO01": "JP"},
}
PERIOD_FORMATS: Final = ("date_time_period_format_qualifier", "date_from", "date_to")


@cache
def _layout() -> dict[str, Table]:
    return {table.name: table for table in tables()}


def segments(
    table: str,
    *using: str,
    repeats: Sequence[Mapping[str, Element]] = (),
    elements: Mapping[str, Element] | None = None,
    **columns: Element,
) -> list[Segment]:
    """Return the segments that a reader turns into one row of `table` (one row per group where the anchor repeats).

    using: segment ids that settle where a column may stand in several, such as "NM1" or "SV2"; the first anchor of
        the layout, if none is named. "MIA@20" names one of two anchors on the same segment.
    repeats: one mapping of repeating columns per group (CAS, PLB and HI pairs); a full segment is followed by another.
    elements: elements without a column, by their place: {"PRV01": "PE"}.
    """
    if table not in _layout():
        raise UnwritableError(f"the layout has no table {table}")
    anchors = _layout()[table].anchors
    sources = {column.name: column.sources for column in _layout()[table].columns}
    anchor = _chosen(anchors, using)
    written: list[Segment] = []
    groups = list(repeats) or [{}]
    for start in range(0, len(groups), anchor.times):
        places: dict[tuple[str, int, int], Element] = {}
        for at, group in enumerate(groups[start : start + anchor.times]):
            for name, value in _dated(columns | dict(group)):
                source = _place(table, name, sources, anchor, using)
                shift = anchor.first - _first(anchors, source) + at * anchor.step if source.repeats else 0
                places[source.segment, source.element + shift, source.component] = value
        order = [anchor.segment, *(source.segment for column in sources.values() for source in column)]
        written += _assembled(order, places, elements or {})
    return written


def _chosen(anchors: Sequence[Anchor], using: Sequence[str]) -> Anchor:
    named = [anchor for anchor in anchors if anchor.segment in using or f"{anchor.segment}@{anchor.first:02}" in using]
    return (named or list(anchors))[0]


def _place(
    table: str, name: str, sources: Mapping[str, tuple[Source, ...]], anchor: Anchor, using: Sequence[str]
) -> Source:
    if name not in sources:
        raise UnwritableError(f"the layout's table {table} has no column {name}")
    at_anchor = [source for source in sources[name] if source.segment == anchor.segment]
    named = [source for source in sources[name] if source.segment in using]
    candidates = at_anchor or named or list(sources[name])
    if len({source.segment for source in candidates}) > 1:
        places = ", ".join(source.segment for source in candidates)
        raise UnwritableError(f"{table}.{name} may stand in {places}: name one")
    return candidates[0]


def _first(anchors: Sequence[Anchor], source: Source) -> int:
    """Return where the group begins whose first repeat this source is (MIA has two anchors, each with its source)."""
    starts = [anchor.first for anchor in anchors if anchor.segment == source.segment and anchor.first <= source.element]
    return max(starts, default=1)


def _dated(columns: Mapping[str, Element]) -> Iterable[tuple[str, Element]]:
    """Yield the columns with date_from and date_to made one element, as D8 or RD8 where a format is written."""
    start, stop = columns.get("date_from"), columns.get("date_to")
    for name, value in columns.items():
        if name not in PERIOD_FORMATS:
            yield name, value
    if not isinstance(start, date):
        return
    ranged = isinstance(stop, date) and (stop != start or columns.get(PERIOD_FORMATS[0]) == "RD8")
    if PERIOD_FORMATS[0] in columns:
        yield PERIOD_FORMATS[0], "RD8" if ranged else "D8"
    yield "date_from", f"{start:%Y%m%d}-{stop:%Y%m%d}" if ranged else start


def _assembled(
    order: Iterable[str], places: Mapping[tuple[str, int, int], Element], extra: Mapping[str, Element]
) -> list[Segment]:
    filled: dict[str, dict[int, dict[int, Element]]] = {segment_id: {} for segment_id in order}
    for (segment_id, element, component), value in places.items():
        filled[segment_id].setdefault(element, {})[component] = value
        if value is not None:
            for place, text in IMPLIED.get(f"{segment_id}{element:02}", {}).items():
                filled[segment_id].setdefault(int(place[-2:]), {0: text})
    for place, value in extra.items():
        filled[place[:-2]][int(place[-2:])] = {0: value}
    return [_dense(segment_id, elements) for segment_id, elements in filled.items() if elements]


def _dense(segment_id: str, elements: Mapping[int, Mapping[int, Element]]) -> Segment:
    return (segment_id, *(_value(elements.get(at, {})) for at in range(1, max(elements) + 1)))


def _value(components: Mapping[int, Element]) -> Element:
    if set(components) <= {0}:
        return components.get(0)
    return cast("Composite", tuple(components.get(at) for at in range(1, max(components) + 1)))
