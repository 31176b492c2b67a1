"""The README is true: its commands exist and give what it shows, its queries give the rows that it shows.

In: the README and two nights over the bundled sample. Out: the README again, with every output as it is today; the test
is that nothing differs that a reader could mind; `--rewrite` writes it. Never: an output made by hand.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Nights
from tests.dags.airflow_process import ROOT

README = ROOT / "README.md"
SHOWN_HOME = "~/takeback/.takeback"
CONSOLE = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
# A table that a command prints: <!-- shows: COMMAND -->, its lines, <!-- end -->
SHOWN = re.compile(
    r"(?<=<!-- shows: )(?P<command>[^\n]*?)(?= -->)(?P<between> -->\n\n?)(?P<lines>.*?)(?=<!-- end -->)", re.DOTALL
)
QUERY = re.compile(r"(?<=```sql\n)(?P<sql>.*?)(?P<between>```\n\n)(?P<rows>(?:\|[^\n]*\n)+)", re.DOTALL)
# What a reader of the README cannot mind: how long a task took, how many rows an inner table has, a content's digest.
PASSING = re.compile(r"(?<=^  )(\S+).* \d+\.\d s$|(?<=^generation )\S+$", re.MULTILINE)
# Advice is given beside the money and the pages beside the summary, so that their lines stand in any place of a night.
BESIDE = re.compile(r"^  (?:conform|publish_conformance|report) .* \d+\.\d s\n", re.MULTILINE)
PROGRAMS = {".venv/bin/python": [sys.executable], ".venv/bin/takeback": [sys.executable, "-m", "warehouse.cli"]}


def output(command: str, nights: Nights) -> str:
    """Return what a command writes on standard output, in the words of somebody whose clone is ~/takeback."""
    if command == "make run":
        said = nights.first.stdout
    else:
        program, *arguments = shlex.split(command.replace(".takeback/", f"{nights.folder}/"))
        ended = subprocess.run([*PROGRAMS[program], *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
        said = ended.stdout
    return said.replace(str(nights.folder), SHOWN_HOME).rstrip("\n")


def table(published: Path, sql: str) -> str:
    """Return the rows of a query as a Markdown table, numbers to the right."""
    with duckdb.connect(str(published), read_only=True) as connection:
        result = connection.execute(sql)
        names = [column[0] for column in result.description]
        rows = [["" if value is None else f"{value}" for value in row] for row in result.fetchall()]
    right = [all(re.fullmatch(r"-?[\d.]*", row[at]) for row in rows) for at in range(len(names))]
    lines = [names, ["--:" if numbers else "---" for numbers in right], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def refreshed(readme: str, nights: Nights) -> str:
    """Return the README with all its outputs as they are now."""

    def console(block: re.Match[str]) -> str:
        commands = re.findall(r"^\$ (.*)$", block[0], re.MULTILINE)
        return "".join(f"$ {command}\n{output(command, nights)}\n" for command in commands)

    def query(block: re.Match[str]) -> str:
        return block["sql"] + block["between"] + table(nights.published, block["sql"])

    def shown(block: re.Match[str]) -> str:
        return f"{block['command']}{block['between']}{output(block['command'], nights)}\n\n"

    return SHOWN.sub(shown, QUERY.sub(query, CONSOLE.sub(console, readme)))


def lasting(readme: str) -> str:
    """Return the README without what may differ from one night to the next."""
    return PASSING.sub(r"\1", BESIDE.sub("", readme))


def test_every_output_in_the_readme_is_what_comes_out(nights: Nights, request: pytest.FixtureRequest) -> None:
    readme = README.read_text()
    now = refreshed(readme, nights)
    if request.config.getoption("--rewrite"):
        README.write_text(now)
        return
    assert lasting(now) == lasting(readme), "pytest tests/test_readme.py --rewrite"


def test_every_make_target_in_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", README.read_text()))
    assert named
    assert named <= targets


def test_every_takeback_command_in_the_readme_exists() -> None:
    named = set(re.findall(r"takeback ([a-z]+) (?:--|<)", README.read_text()))
    assert named
    for command in named:
        ended = subprocess.run(
            [sys.executable, "-m", "warehouse.cli", command, "--help"], cwd=ROOT, capture_output=True
        )
        assert ended.returncode == 0, command


def test_every_published_table_is_listed_in_the_readme(nights: Nights) -> None:
    with duckdb.connect(str(nights.published), read_only=True) as connection:
        published = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    assert published <= set(re.findall(r"^\| `([a-z_]+)` \|", README.read_text(), re.MULTILINE))


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:dags|edi|tests|transforms|warehouse)/[\w./]*)`", README.read_text())
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
