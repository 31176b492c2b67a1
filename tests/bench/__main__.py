"""How fast the reader is, beside others that do the same with the same bytes in the same run: `make bench`.

Strategy: the files are made first, what we read of them is compared with what oxedi reads and with what was written,
then all race. In: TAKEBACK_BENCH_MB (100), TAKEBACK_BENCH_ROUNDS (5), TAKEBACK_BENCH_GB=1 for memory on a gigabyte and
five million claims (8 GB of disk). Out: one table, then what the tables cost from lake to published file (`night`), but
for `--reader`. Never: a verdict; absolute figures of a busy machine drift, ratios drift less, and what the clock says
of two processes holds on two idle cores only. Their seconds of the processor say what those would give.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench import data, night
from tests.bench.processes import ours, peer, run
from tests.bench.race import MEGABYTE, Field, race, ratio, typical

SIZE = int(os.environ.get("TAKEBACK_BENCH_MB", "100")) * MEGABYTE
ROUNDS = int(os.environ.get("TAKEBACK_BENCH_ROUNDS", "5"))
GIGABYTE = bool(os.environ.get("TAKEBACK_BENCH_GB"))
# measure, our contender, the one beside it, and the ratio that is the goal
ROWS = [
    ("835 bytes to all Arrow tables / oxedi's five", "835", "oxedi", 2.5),
    ("835 bytes to all Arrow tables / numpy finding delimiters", "835", "numpy", 1 / 12),
    ("835 in one single ST / 835 in many", "one", "835", 1.0),
    ("837P bytes to all Arrow tables / our 835", "837P", "835", 1.0),
    ("837I bytes to all Arrow tables / our 835", "837I", "835", 1.0),
    ("835 bytes to all Arrow tables / pyx12 segment reader", "835", "pyx12_segments", 15.0),
    ("835 bytes to all Arrow tables / pyx12 context reader", "835", "pyx12_context", 300.0),
    ("23 KB files to all Arrow tables / one big file", "small", "835", 0.9),
    ("835 landed as Parquet, whole process / oxedi's five tables", "parquet", "oxedi parquet", 1.8),
    ("the same, two processes / oxedi", "two", "oxedi parquet", 3.2),
    ("the same, two processes / one", "two", "parquet", 1.8),
    ("the same by the clock, one process / oxedi", "parquet by the clock", "oxedi parquet by the clock", 1.8),
    ("the same by the clock, two processes / oxedi", "two by the clock", "oxedi parquet by the clock", 3.2),
    ("the same by the clock, two processes / one", "two by the clock", "parquet by the clock", 1.8),
    ("23 KB files landed as Parquet, whole process / one big file", "small parquet", "parquet", 0.9),
]
LINE = "{:<70} {:>9} {:>9} {:>8} {:>8}\n"
LARGEST, LATE, LONGEST = 300, 0.3, 35  # MB of memory; seconds beyond the interpreter's start, and for all the claims
CLAIMS = 5_000_000


def main() -> None:
    """Make the files, compare, race, and write the table."""
    with tempfile.TemporaryDirectory(prefix="takeback-bench-") as folder:
        files = Field(Path(folder), SIZE)
        before = os.getloadavg()[0]
        agree(files)
        rounds = race(files, ROUNDS)
        sys.stdout.write(f"medians of {ROUNDS} rounds, {SIZE // MEGABYTE} MB, one core, MB/s by the processor's time; ")
        sys.stdout.write(f"before it began {before:.1f} others wanted one of {os.cpu_count()} cores\n")
        sys.stdout.write(LINE.format("measure", "ours", "beside", "ratio", "goal"))
        for label, name, other, goal in ROWS:
            line(label, typical(rounds, name), typical(rounds, other), ratio(rounds, name, other), f">= {goal:.3g}")
        for name in ("tiny", "tiny by the clock"):
            label = name.replace("tiny", "a 10 KB file landed, seconds beyond interpreter start")
            late = typical(rounds, name)
            line(label, late, LATE, late / LATE, "<= 1", digits=2)
        memory(files)
        if GIGABYTE:
            millions(files)
    if "--reader" not in sys.argv:
        night.main()


def line(label: str, mine: float, other: float, share: float, goal: str, digits: int = 1) -> None:
    """Write one line of the table."""
    sys.stdout.write(LINE.format(label, f"{mine:.{digits}f}", f"{other:.{digits}f}", f"{share:.3g}", goal))
    sys.stdout.flush()


def agree(files: Field) -> None:
    """Stop unless we read what oxedi reads and what was written, to the cent."""
    for name in ("835", "one"):
        mine, its = run(ours("sums", files.root / name)).told, run(peer("oxedi_sums", files.root / name)).told
        held = files.held[name]
        written = {"claims": held.claims, "paid": held.paid, "adjusted": held.adjusted}
        different = [what for what in its if mine[what] != its[what]]
        different += [what for what in written if mine[what] != written[what]]
        if different or mine["problems"]:
            raise SystemExit(
                f"not the same in {name}: {different or 'problems'}: ours {mine}, oxedi's {its}, {written}"
            )
    sys.stdout.write("ours and oxedi's agree: claims, lines, adjustments, PLB; sums paid, adjusted, remitted, taken\n")


def memory(files: Field) -> None:
    """Write the most memory that landing takes, from 10 MB up, in many ST and in a single one."""
    sizes = [10 * MEGABYTE, 100 * MEGABYTE] + [1000 * MEGABYTE] * GIGABYTE
    for shape, claims in (("many ST", data.CLAIMS), ("one single ST", 0)):
        for size in sizes:
            files.held["large"] = data.write(files.root / "large", "835", size, claims)
            peak = run(files.landing("large")).told["peak"]
            label = f"peak memory of landing {size // MEGABYTE} MB in {shape}, MB"
            line(label, peak, LARGEST, peak / LARGEST, "<= 1", digits=0)
            files.clear()


def millions(files: Field) -> None:
    """Write how long two processes take for five million claims, about 3 GB."""
    held = files.held["large"] = data.write(files.root / "large", "835", CLAIMS // 2 * data.mean("835"))
    done = run(files.landing("large"), files.landing("large"))
    label = f"{2 * held.claims / 1e6:.1f} million claims, {2 * held.byte_count / 1e9:.1f} GB, two processes, seconds"
    line(f"{label} by the clock", done.wall, LONGEST, done.wall / LONGEST, "<= 1")
    line(f"{label} of each one's processor", done.cpu / 2, LONGEST, done.cpu / 2 / LONGEST, "<= 1")
    files.clear()


if __name__ == "__main__":
    main()
