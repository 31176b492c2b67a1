"""Commands of a person who asks: `takeback explain | query | report | serve | doctor | completion`.

In: parsed arguments. Out: an answer on stdout; 0, or 1 where there is none.
Never: a line in a log. `explain`, `query` and the pages show patients' data, because that is what was asked for.
"""

import argparse
import json
import os
import sys
from typing import Any

from warehouse.home import Home, reader, setting

DONE, FAILED = 0, 1


def explain(options: argparse.Namespace) -> int:
    """Tell the story of a check, a claim or a takeback."""
    from warehouse.answering import telling
    from warehouse.answering.explain import story

    found = story(_home(options), options.number)
    nothing = not any(rows for name, rows in found.items() if name != "nearest")
    if options.json:
        say_json(found)
    elif nothing:
        near = [f"{row['number']} ({row['what']})" for row in found["nearest"]]
        say("nothing on file under this number" + (f"; the nearest are {', '.join(near)}" if near else ""))
    else:
        _draw(telling.text_of(found))
    return FAILED if nothing else DONE


def query(options: argparse.Namespace) -> int:
    """Ask the published tables in SQL: a statement, or a prompt where none is given."""
    import duckdb

    from warehouse.answering import query as asking
    from warehouse.errors import SettingError
    from warehouse.publishing import deidentified, generations

    path = (deidentified if options.deidentified else generations).link_path(_home(options))
    if not path.is_file():
        raise SettingError("nothing has been published yet")
    if not options.sql and sys.stdin.isatty():
        asking.prompt(path.resolve(), options.format, sys.stdout)
        return DONE
    try:
        asking.ask(path.resolve(), options.sql or sys.stdin.read(), options.format, sys.stdout)
    except duckdb.Error as error:
        sys.stderr.write(f"{error}\n")  # the words are those of whoever asked, and only they read this
        return FAILED
    return DONE


def report(options: argparse.Namespace) -> int:
    """Write the pages of the present generation, to be opened in a browser from the disk."""
    from warehouse import report as pages

    say(str(pages.write(_home(options).root)))
    return DONE


def serve(options: argparse.Namespace) -> int:
    """Serve the pages on this machine only, to whoever has the link that is printed, until interrupted."""
    from warehouse.errors import SettingError
    from warehouse.report import serve as serving
    from warehouse.report import sites

    folder = sites.link_path(_home(options, "pages"), "report_deidentified" if options.deidentified else "report")
    if not folder.is_dir():
        raise SettingError("there are no pages yet: takeback report")
    with serving.Server(folder, options.port) as server:
        say(f"the pages are at {server.link}", "Ctrl-C ends it")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("")
    return DONE


def doctor(options: argparse.Namespace) -> int:
    """Look whether this machine, the settings and the home are fit for tonight."""
    from warehouse.keeping import doctor as looking
    from warehouse.keeping.machine import WRONG
    from warehouse.text import table

    inbox = options.inbox or os.environ.get("TAKEBACK_INBOX")
    lines = looking.examine(_home(options).root, setting("TAKEBACK_INBOX", inbox) if inbox else None)
    if options.json:
        say_json([{"what": line.what, "state": line.state, "words": line.words} for line in lines])
    else:
        say(*table([[line.state, line.what, line.words] for line in lines], "<<w", indent=""))
    return FAILED if any(line.state == WRONG for line in lines) else DONE


def completion(options: argparse.Namespace) -> int:
    """Write what a shell needs to complete commands: eval "$(takeback completion bash)"."""
    from warehouse.commands import completion as completing

    sys.stdout.write(completing.script(options.shell, options.parser))
    return DONE


def add(commands: Any, parser: argparse.ArgumentParser) -> None:
    """Add these commands to the command line's."""
    subs = {}
    for command in (explain, query, report, serve, doctor, completion):
        words = (command.__doc__ or "").strip()
        sub = subs[command] = commands.add_parser(
            command.__name__, help=words[0].lower() + words[1:-1], description=words
        )
        sub.set_defaults(command=command, parser=parser)
        sub.add_argument("--home", metavar="DIR", help="where everything is kept (TAKEBACK_HOME)")
        sub.add_argument("--quiet", action="store_true", help="no progress on stderr")
    for command in (explain, doctor):
        subs[command].add_argument("--json", action="store_true", help="for programs")
    for command in (query, serve):
        subs[command].add_argument("--deidentified", action="store_true", help="without patients")
    subs[explain].add_argument("number", help="trace number, account, payer claim control number, or an id of ours")
    subs[query].add_argument("sql", nargs="?", help="a statement; without one a prompt, or standard input")
    subs[query].add_argument("--format", choices=["table", "csv", "json"], default="table", help="default: %(default)s")
    subs[serve].add_argument("--port", type=int, default=0, help="default: any free one")
    subs[doctor].add_argument("--inbox", metavar="DIR", help="where files are delivered (TAKEBACK_INBOX)")
    subs[completion].add_argument("shell", choices=["bash", "zsh", "fish"])


def say(*lines: str) -> None:
    """Write lines on stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def say_json(content: Any) -> None:
    """Write something for a program; dates and amounts are text."""
    sys.stdout.write(json.dumps(content, indent=1, default=str) + "\n")


def _draw(text: str) -> None:
    """Write text with bars, which not every terminal can show."""
    from warehouse.text import FULL

    try:
        FULL.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = text.replace(FULL, "#").encode("ascii", "replace").decode("ascii")
    sys.stdout.write(text)


def _home(options: argparse.Namespace, role: str = "reader") -> Home:
    return reader(setting("TAKEBACK_HOME", options.home), role)
