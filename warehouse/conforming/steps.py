"""Conformance, step by step, beside the nightly job: what the command line and the DAG both call.

In: a home whose loads have landed. Out: counts, digests and words, which may be logged anywhere. Never: the home's
lock, or anything that the night's money waits for.

Heavy modules are imported where they are used, so that a scheduler can read this one quickly.
"""

from pathlib import Path

from warehouse.errors import without_values
from warehouse.home import reader


@without_values
def conform(home: Path, load_id: str, share: str | float = "") -> dict[str, int]:
    """Let pyx12 judge a share of one landed load, and all that is quarantined of it; returns counts by verdict.

    Neither this nor `publish` takes the home's lock: the money must not wait for advice.
    """
    from warehouse.conforming import conformance, judging
    from warehouse.keeping import audit

    with conformance.advising(home) as place:
        judged = judging.judge(place, load_id, conformance.share_of(share))
        counts = judged.counts if judged else {}
        audit.note(place, "judged", load_id=load_id, **counts)
        return {name: counts.get(name, 0) for name in ("conforms", "defective", "not_evaluable")}


@without_values
def publish(home: Path) -> str:
    """Publish all that was judged in a file beside the money's; returns a digest, '' where nothing changed."""
    from warehouse.conforming import advice, conformance
    from warehouse.keeping import audit

    if not reader(home).lake.is_dir():
        return ""
    with conformance.advising(home, alone=True) as place:
        digest = advice.publish(place)
        audit.note(place, "conformance published" if digest else "conformance unchanged", digest=digest)
        return digest


@without_values
def conform_all(home: Path, share: str | float = "") -> str:
    """Judge every landed load not yet judged with that share; returns as `publish`."""
    from warehouse.conforming import conformance

    with conformance.advising(home) as place:
        wanting = conformance.wanting(place, conformance.share_of(share))
    for load_id in wanting:
        conform(home, load_id, share)
    return publish(home)


@without_values
def say(home: Path) -> str:
    """Say in a line what was judged, and where the tables are."""
    from warehouse.conforming import advice

    place = reader(home)
    return "\n".join([*advice.lines(place), f"DuckDB file: {advice.link_path(place)}"])
