"""How long the tables take, from lake to published file: `python -m tests.bench.night 100000 1000000`.

Strategy: a home is filled with so many claim payments and their claims, and the rest of the night runs in a process of
its own, with two threads and 4 GB. In: sizes. Out: seconds by stage until readers have the new file, those spent
after that (the file without patients, the invariants), seconds of the processor, which a busy machine changes less, the
slowest models, the most memory, and what the larger size costs beside the smaller.
Never: the reading of X12, which has a bench of its own.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import takebacks
from tests.bench.ours import peak
from tests.bench.processes import module
from warehouse import nightly
from warehouse.home import Home
from warehouse.publishing import generations

SIZES = (100_000, 1_000_000)
SECONDS, MEGABYTES, GROWTH = 60, 4000, 12
LIMITS = {"TAKEBACK_THREADS": "2", "TAKEBACK_MEMORY": "3GB"}
SLOWEST = 12
MODEL = re.compile(r"(\S+): \d+ rows in ([\d.]+) s")


class Timer(logging.Handler):
    """Collects what the model runner says of its models."""

    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a model's seconds."""
        if found := MODEL.match(record.getMessage()):
            self.models[found[1]] = float(found[2])


def fill(home: Path, inbox: Path, payments: int) -> dict[str, int]:
    """Land so many claim payments under a home; returns what was written."""
    inbox.mkdir(parents=True)
    held = takebacks.write(inbox, payments)
    hour_ago = time.time() - 3600
    for path in inbox.iterdir():
        os.utime(path, (hour_ago, hour_ago))
    for load_id in nightly.discover(inbox, home):
        nightly.land(home, load_id)
    return held


def rest(home: Path) -> dict[str, object]:
    """Build, check and publish what has been landed; returns seconds by stage and by model."""
    timer = Timer()
    logging.getLogger("warehouse").addHandler(timer)
    logging.getLogger("warehouse").setLevel(logging.INFO)
    seconds: dict[str, float] = {}
    busy: dict[str, float] = {}
    steps = [(stage, lambda stage=stage: nightly.build(home, stage)) for stage in nightly.STAGES]
    for name, step in [*steps, ("check", lambda: nightly.check(home)), ("publish", lambda: nightly.publish(home))]:
        started, processed = time.time(), time.process_time()
        step()
        seconds[name], busy[name] = time.time() - started, time.process_time() - processed
    # From the moment in which the link points to the new file, readers have it; what is done then keeps nobody waiting.
    after = time.time() - generations.link_path(Home(home)).lstat().st_mtime
    seconds["publish"] -= after
    return {"stages": seconds, "after": after, "busy": busy, "models": timer.models, "peak": peak()}


def told(home: Path) -> dict[str, dict[str, float]]:
    """Run `rest` in a process of its own."""
    import subprocess

    command = module("tests.bench.night", "--rest", home)
    answer = subprocess.run(command, env={**os.environ, **LIMITS}, stdout=subprocess.PIPE, check=True, text=True)
    result: dict[str, dict[str, float]] = json.loads(answer.stdout)
    return result


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size and write what it cost."""
    wholes = []
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="takeback-bench-") as folder:
            home = Path(folder) / "home"
            held = fill(home, Path(folder) / "inbox", size)
            found = told(home)
        wholes.append(sum(found["stages"].values()))
        say(f"lake to published file, {', '.join(f'{count:,} {what}' for what, count in held.items())}")
        say(f"  {wholes[-1]:.1f} s (goal < {SECONDS} s at {SIZES[-1]:,})")
        say(f"  {found['peak']:.0f} MB (goal < {MEGABYTES} MB)")
        say("  " + listed(found["stages"]))
        say(f"  then {found['after']:.1f} s for the file without patients and the invariants")
        say(f"  processor {sum(found['busy'].values()):.1f} s: {listed(found['busy'])} (with what comes then)")
        slowest = sorted(found["models"].items(), key=lambda item: -item[1])[:SLOWEST]
        say("  slowest: " + listed(dict(slowest)))
    if len(sizes) > 1:
        say(f"  {sizes[-1] / sizes[0]:g} times the payments cost {wholes[-1] / wholes[0]:.1f} times (goal < {GROWTH})")


def listed(seconds: dict[str, float]) -> str:
    """Write names and their seconds."""
    return ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())


def say(line: str) -> None:
    """Write one line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--rest"]:
        say(json.dumps(rest(Path(sys.argv[2]))))
    else:
        main(tuple(map(int, sys.argv[1:])) or SIZES)
