"""Write a world: `python -m tests.world [HOME] [--seed N]`; without arguments, the bundled sample again."""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.world import inbox
from tests.world.payers import SAMPLE
from tests.world.world import make

SEED = 2026
HOME = Path(__file__).parent.parent / "sample"


def main() -> None:
    """Make the world of the sample's payers and write it."""
    parser = argparse.ArgumentParser(prog="python -m tests.world", description=__doc__)
    parser.add_argument("home", nargs="?", type=Path, default=HOME)
    parser.add_argument("--seed", type=int, default=SEED)
    chosen = parser.parse_args()
    inbox.write(make(SAMPLE, chosen.seed), chosen.home)


if __name__ == "__main__":
    main()
