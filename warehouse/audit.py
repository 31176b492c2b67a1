"""The run log: what each run did and when, in counts.

In: an event and numbers. Out: `audit/run.jsonl`, a line each, durable.
Never: data. The clock is read here and nowhere else; no table is made from this log but for the number of a run.
"""

import json
from datetime import UTC, datetime

from warehouse import durable
from warehouse.home import Home


def begin(home: Home) -> str:
    """Note the beginning of a run and number it, `000001` being a home's first."""
    number = sum(entry["event"] == "begin" for entry in entries(home)) + 1
    note(home, "begin", run_id=f"{number:06d}")
    return f"{number:06d}"


def note(home: Home, event: str, **facts: int | str) -> None:
    """Note an event with counts, digests or ids of our own."""
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **facts})
    durable.append(home.audit / "run.jsonl", f"{line}\n".encode("ascii"))


def entries(home: Home) -> list[dict[str, int | str]]:
    """Read all whole lines of the log."""
    path = home.audit / "run.jsonl"
    content = path.read_bytes() if path.is_file() else b""
    return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
