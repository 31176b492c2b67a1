"""How well the matching does on worlds that nobody tuned it to: `python -m tests.world.measure [--seed N] [--scale K]`.

In: seeds, a scale. Out: for each seed the tables of `accuracy`, per payer and per pattern; several seeds are followed
by their sum per pattern and one line each; `--markdown` prints that sum
alone, as a table for a page. `--keep DIR` keeps inbox, truth and home for a closer look, `--show N` lists
mistakes by id, `--letters` delivers the payers' letters too: what they decide that no 835 does. Exit code 1 where a
seed's night published nothing.
Never: a world that depends on anything but its seed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.world import letters, mistakes, wide
from tests.world.accuracy import markdown, measure, report
from warehouse import nightly
from warehouse.errors import TakebackError


def night(seed: int, scale: int, payers: int, place: Path, *, with_letters: bool = False) -> Path:
    """Write the world of a seed under `place` and run the nightly job over a copy of its inbox."""
    world = wide.world(seed, scale, payers)
    wide.write(world, place)
    for name, content in letters.files(world).items() if with_letters else []:
        (place / "inbox" / name).parent.mkdir(exist_ok=True)
        (place / "inbox" / name).write_bytes(content)
    shutil.rmtree(place / "home", ignore_errors=True)
    shutil.copytree(place / "inbox", place / "intake", dirs_exist_ok=True)
    nightly.run(place / "intake", place / "home")
    return place / "home" / "published" / "takeback.duckdb"


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


def _sum(left: dict[str, dict[str, Any]], right: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return both tables as one; the row of all stays last."""
    names = [*sorted({*left, *right} - {"all"}), "all"]
    return {
        name: {key: left.get(name, {}).get(key, 0) + right.get(name, {}).get(key, 0) for key in right["all"]}
        for name in names
    }


def main() -> None:
    """Generate, run, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.world.measure", description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", default=[1])
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--payers", type=int, default=wide.PAYERS)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--letters", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    chosen = parser.parse_args()
    whole: dict[str, dict[str, Any]] = {}
    patterns: dict[str, dict[str, Any]] = {}
    failed = False
    for seed in chosen.seed:
        with tempfile.TemporaryDirectory() as scratch:
            place = (chosen.keep or Path(scratch)) / f"seed {seed}"
            start = time.monotonic()
            try:
                published = night(seed, chosen.scale, chosen.payers, place, with_letters=chosen.letters)
            except TakebackError as failure:
                failed = True
                _say(f"seed {seed}, scale {chosen.scale}: nothing published: {failure}", "")
                continue
            by_payer, by_pattern = (measure(published, place / "truth", by) for by in ("payer", "pattern"))
            patterns = _sum(patterns, by_pattern)
            if chosen.markdown:
                continue
            _say(f"seed {seed}, scale {chosen.scale}, {chosen.payers} payers: {time.monotonic() - start:.0f} s")
            whole[f"seed {seed}"] = by_payer["all"]
            _say(*report(by_payer), "", *report(by_pattern))
            _say(*mistakes.listed(published, place / "truth", chosen.show) if chosen.show else "")
    if chosen.markdown and patterns:
        _say(*markdown(patterns, "pattern"))
    if len(whole) > 1:
        _say("all seeds", *report(patterns), "", *report(whole))
    if failed:
        sys.exit(1)


if __name__ == "__main__":
    main()
