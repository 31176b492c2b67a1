"""Commands of an operator: `takeback verify | rebuild | rollback | replay | retention | as-of | restatement | ...`.

In: parsed arguments. Out: a few lines on stdout, and 0 or 1. Never: a file name of the inbox or a value of a record,
but for `export`, which is asked for them.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from warehouse.commands.asking import say_json
from warehouse.home import Home, reader, setting

DONE, FAILED = 0, 1


def verify(options: argparse.Namespace) -> int:
    """Read every byte of raw, lake, quarantine and published, and compare its hash."""
    from warehouse.proving import verification

    found = verification.verify(_home(options))
    if options.json:
        say_json({"files": found.counts, "damage": found.damage})
        return FAILED if found.damage else DONE
    _say("  ".join(f"{kind} {count:,}" for kind, count in found.counts.items()) + " files read")
    _say(*(found.damage or ["every byte is what was stored"]))
    return FAILED if found.damage else DONE


def rebuild(options: argparse.Namespace) -> int:
    """Make lake and published tables again from raw alone, and say whether they are the same."""
    from warehouse.keeping import maintenance

    _say(maintenance.rebuild(_root(options)))
    return DONE


def rollback(options: argparse.Namespace) -> int:
    """Let an older generation serve again, until there are other inputs."""
    from warehouse.keeping import maintenance

    _say(f"generation {maintenance.rollback(_root(options), options.generation)} serves")
    return DONE


def replay(options: argparse.Namespace) -> int:
    """Read what was set aside again, after an upgrade, and publish."""
    from warehouse.keeping import maintenance

    _say(maintenance.replay(_root(options)))
    return DONE


def retention(options: argparse.Namespace) -> int:
    """Remove all but the newest generations and what was made anew since; raw files are never removed."""
    from warehouse.keeping import maintenance

    _say(*(f"removed {what}" for what in maintenance.retain(_root(options), options.keep)), "done")
    return DONE


def as_of(options: argparse.Namespace) -> int:
    """Make the tables as they were known on a day or after a run, in a file of their own."""
    from warehouse.keeping import maintenance

    _say(maintenance.as_known(_root(options), options.when))
    return DONE


def restatement(options: argparse.Namespace) -> int:
    """Show which closed months change by how much and why: what waits to be accepted, else what was published last."""
    from warehouse.keeping import maintenance

    _say(*maintenance.restatement(_root(options)))
    return DONE


def audit(options: argparse.Namespace) -> int:
    """Verify the run log: each line follows from the one before, and knows the generations that are there."""
    from warehouse.keeping import audit as log
    from warehouse.publishing import generations

    home = _home(options)
    head, broken = log.verify(home)
    known = {entry.get("digest") for entry in log.entries(home)} if not broken else set()
    notes = [generations.read_note(home, name) for name in generations.names(home)]
    if not broken:
        broken = [
            f"generation {note.name} is not in the run log" for note in notes if note and note.digest not in known
        ]
    _say(*(broken or [f"the run log is whole, its last line has SHA-256 {head or '-'}"]))
    return FAILED if broken else DONE


def export(options: argparse.Namespace) -> int:
    """Write one published table as CSV, Parquet or an Excel workbook, safe to open in a spreadsheet."""
    from warehouse.answering import export as writing

    path = Path(options.output).absolute() if options.output else None
    writing.export(_home(options), options.table, options.format, path, sys.stdout.buffer)
    return DONE


def add(commands: Any) -> None:
    """Add these commands to the command line's."""
    for command in (verify, rebuild, rollback, replay, retention, as_of, restatement, audit, export):
        words = (command.__doc__ or "").strip()
        name = command.__name__.replace("_", "-")
        sub = commands.add_parser(name, help=words[0].lower() + words[1:-1], description=words)
        sub.set_defaults(command=command)
        sub.add_argument("--home", metavar="DIR", help="where everything is kept (TAKEBACK_HOME)")
        sub.add_argument("--quiet", action="store_true", help="no progress on stderr")
        if command is verify:
            sub.add_argument("--json", action="store_true", help="for programs")
        if command is rollback:
            sub.add_argument("generation", nargs="?", default="", help="its name (default: the one before)")
        if command is retention:
            sub.add_argument("--keep", type=int, default=7, help="generations to keep (default: %(default)s)")
        if command is as_of:
            sub.add_argument("when", metavar="DAY|RUN", help="such as 2026-03-31 (UTC, with all of that day) or 000012")
        if command is audit:
            sub.add_argument("action", choices=["verify"], help="follow the chain of the run log")
        if command is export:
            sub.add_argument("table", help="name of a published table")
            sub.add_argument("--format", choices=["csv", "parquet", "xlsx"], default="csv", help="default: %(default)s")
            sub.add_argument("--output", metavar="FILE", help="default: standard output")


def _root(options: argparse.Namespace) -> Path:
    return setting("TAKEBACK_HOME", options.home)


def _home(options: argparse.Namespace) -> Home:
    return reader(_root(options))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
