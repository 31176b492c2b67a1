"""pyx12 as judge: does a transaction keep to its guide? Rows that advise; they never stop the money.

Strategy: each transaction is judged alone, by the guide it names or that guide's sibling, so that a defect of one never
hides another. What cannot be judged is said to be so, and why; it is not a defect. Codes that a payer may know better
than a list (CARC, PLB, CLP02, CAS01, remarks) are warnings. In: `Isolated` transactions. Out: `Verdict`s, and the
tables `conformance` (what was found) and `verdict` (what was judged). Never: a value of the transaction, an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from edi.findings import CONFORMANCE, ERROR, NOT_EVALUABLE, Finding, finding
from edi.grammar import guide
from edi.grammar.maps import guide_map, version
from edi.isolate import ELEMENT, Isolated, isolate
from edi.judge import READ_SETS
from edi.problems import table_of
from edi.pyx12_walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edi.grammar import Guide

FINDING_LIMIT = 1000
CONFORMS, DEFECTIVE = "conforms", "defective"

VERDICT = pa.schema(
    [
        ("transaction_key", pa.string()),
        ("guide", pa.string()),
        ("judged_by", pa.string()),
        ("verdict", pa.string()),
        ("error_count", pa.int32()),
        ("warning_count", pa.int32()),
    ]
)

__all__ = ["Isolated", "Verdict", "isolate", "judge", "schemas", "tables"]


@dataclass(frozen=True)
class Verdict:
    """What came of judging one transaction; judged_by: the identifier of the map, '' where there is none."""

    transaction_key: str
    guide: str
    judged_by: str
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> str:
        """Return conforms, defective or not_evaluable (nothing or not all of it could be judged)."""
        severities = {finding.severity for finding in self.findings}
        if ERROR in severities:
            return DEFECTIVE
        return NOT_EVALUABLE if NOT_EVALUABLE in severities else CONFORMS

    def count(self, severity: str) -> int:
        """Return how many findings have this severity."""
        return sum(finding.severity == severity for finding in self.findings)


def judge(one: Isolated, finding_limit: int = FINDING_LIMIT) -> Verdict:
    """Judge one transaction; at most `finding_limit` findings are kept."""
    known = guide(one.guide)
    refusal = one.refusal or ("unknown_guide" if known is None or not one.segments else "")
    if known is not None and known.set_aside:
        refusal = "set_aside"
    if known is not None and _is_of_another_set(one, known):
        refusal = "unknown_guide"
    if refusal or known is None:
        return Verdict(one.transaction_key, one.guide, "", (finding("judge", refusal),))
    judged_by = version(guide_map(known.grammar))
    first, *others = one.segments
    found = list(islice(walk(known.grammar, [_as_named(first, judged_by), *others]), finding_limit + 1))
    if len(found) > finding_limit:
        found[-1] = finding("judge", "more")
    if one.guide.upper() != judged_by:
        found.insert(0, finding("judge", "sibling", named=judged_by))
    return Verdict(one.transaction_key, one.guide, judged_by, tuple(found))


def _is_of_another_set(one: Isolated, named: Guide) -> bool:
    """Tell whether the guide that is named belongs to another set that we know: no element would be in its place."""
    set_code = "".join(one.segments[0].split(ELEMENT)[1:2]) if one.segments else ""
    return set_code in READ_SETS and set_code != named.transaction_set_code


def schemas() -> dict[str, pa.Schema]:
    """Return the schemas of the tables that `tables` returns."""
    return {"conformance": CONFORMANCE, "verdict": VERDICT}


def tables(verdicts: Iterable[Verdict]) -> dict[str, pa.Table]:
    """Return verdicts as the tables `conformance` and `verdict`."""
    given = list(verdicts)
    found: list[tuple[Any, ...]] = [(one.transaction_key, *finding) for one in given for finding in one.findings]
    judged: list[tuple[Any, ...]] = [
        (one.transaction_key, one.guide, one.judged_by, one.verdict, one.count(ERROR), one.count("warning"))
        for one in given
    ]
    return {"conformance": table_of(found, CONFORMANCE), "verdict": table_of(judged, VERDICT)}


def _as_named(header: str, identifier: str) -> str:
    """Let ST03, where it is given, name the guide that judges: being of another addendum is no defect."""
    elements = header.split(ELEMENT)
    return ELEMENT.join([*elements[:3], identifier, *elements[4:]]) if len(elements) > 3 and elements[3] else header
