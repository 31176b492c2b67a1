"""Measures anew what `docs/measured.md` shows: `make measured`.

In: the page, whose blocks name their commands. Out: the page with what those commands print now; it takes a while.
Never: a number that no command of the page prints.
"""

import re
import shlex
import subprocess
import sys

from tests.dags.airflow_process import ROOT
from tests.test_readme import CONSOLE, SHOWN

PAGE = ROOT / "docs" / "measured.md"


def commands() -> list[str]:
    """Name the commands of the page."""
    page = PAGE.read_text()
    typed = [command for block in CONSOLE.findall(page) for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE)]
    return [*typed, *(block["command"] for block in SHOWN.finditer(page))]


def printed(command: str) -> str:
    """Run a command of the page; return what it prints."""
    sys.stderr.write(f"{command}\n")
    done = subprocess.run(shlex.split(command), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.rstrip("\n")


def main() -> None:
    """Write the page anew."""
    page = CONSOLE.sub(
        lambda block: f"{block[0].splitlines()[0]}\n{printed(block[0].splitlines()[0][2:])}\n", PAGE.read_text()
    )
    PAGE.write_text(
        SHOWN.sub(lambda block: f"{block['command']}{block['between']}{printed(block['command'])}\n\n", page)
    )


if __name__ == "__main__":
    main()
