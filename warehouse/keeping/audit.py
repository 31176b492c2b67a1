"""The run log: who ran what and when, from what, with what result; in counts and digests, each line tied to the last.

In: an event and numbers. Out: `audit/run.jsonl`, a line each, durable. A line holds the SHA-256 of the line before it,
so nothing in the middle can be changed, added or left out unseen; who keeps the last hash elsewhere sees a cut end too.
Never: data. The clock is read here and nowhere else; no table is made from this log but for the number of a run.
"""

import hashlib
import json
import os
import pwd
from datetime import UTC, datetime

from warehouse import durable
from warehouse.home import Home
from warehouse.landing import deliveries

Entry = dict[str, int | str | list[str]]


def begin(home: Home) -> str:
    """Note the beginning of a run and number it, `000001` being a home's first.

    The log of deliveries counts too: a home restored from raw files alone goes on where they end.
    """
    known = [*(run_id for run_id, _ in begun(home)), *(entry.run_id for entry in deliveries.read(home)[0][-1:])]
    run_id = f"{max(map(int, known), default=0) + 1:06d}"
    note(home, "begin", run_id=run_id)
    return run_id


def note(home: Home, event: str, **facts: int | str | list[str]) -> None:
    """Note an event with counts, digests or ids of our own."""
    at = now()

    def line(last: bytes) -> bytes:
        entry = {"at": at, "by": user(), "event": event, **facts, "previous": _hash(last)}
        return f"{json.dumps(entry)}\n".encode("ascii")

    durable.append(home.audit / "run.jsonl", line)


def continued(before: bytes, lines: bytes) -> bytes:
    """Append lines to a log that they were not written after: the chain is made anew from there on."""
    log = before.splitlines(keepends=True)
    for line in lines.splitlines():
        entry = {**json.loads(line), "previous": _hash(log[-1] if log else b"")}
        log.append(f"{json.dumps(entry)}\n".encode("ascii"))
    return b"".join(log)


def entries(home: Home) -> list[Entry]:
    """Read all whole lines of the log."""
    return [json.loads(line) for line in _lines(home)]


def begun(home: Home) -> list[tuple[str, str]]:
    """List the runs in their order, each with the day (UTC) on which it began."""
    return [(str(entry["run_id"]), str(entry["at"])[:10]) for entry in entries(home) if entry["event"] == "begin"]


def last(home: Home, *events: str) -> Entry | None:
    """Read the last entry of one of some events."""
    return next((entry for entry in reversed(entries(home)) if entry["event"] in events), None)


def verify(home: Home) -> tuple[str, list[str]]:
    """Follow the chain; returns the hash of the last line and a sentence for each place where it is broken."""
    broken = []
    before = b""
    for number, line in enumerate(_lines(home), start=1):
        try:
            fits = json.loads(line)["previous"] == _hash(before)
        except (ValueError, TypeError, KeyError):
            fits = False
        if not fits:
            broken.append(f"line {number} of the run log does not follow from the line before it")
        before = line
    return _hash(before), broken


def _lines(home: Home) -> list[bytes]:
    path = home.audit / "run.jsonl"
    content = path.read_bytes() if path.is_file() else b""
    return content[: content.rfind(b"\n") + 1].splitlines(keepends=True)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest() if line else ""


def now() -> str:
    """Say what time it is, for the log and for what a person decides now."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def user() -> str:
    """Name who runs this."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
