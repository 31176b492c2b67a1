"""The command line: `takeback run | land | publish | conform | summary`, those of `operating`, `asking`, `deciding`.

In: arguments and two settings. Out: a summary or a story on stdout, progress on stderr, an exit code of the contract.
Never: a traceback or a foreign message on stderr: they could quote a record.
"""

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from warehouse import nightly, progress, report
from warehouse.commands import asking, deciding, operating
from warehouse.conforming import steps as conforming
from warehouse.home import setting
from warehouse.text import several

DONE, FAILED, REFUSED, BUSY = 0, 1, 2, 3

log = logging.getLogger("warehouse")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns 0 done, 1 failed, 2 bad arguments or configuration, 3 another run is at work."""
    options = _parser().parse_args(arguments)
    from warehouse.errors import BusyError, SettingError, describe

    command: Callable[[argparse.Namespace], int] = options.command
    try:
        with progress.shown(log, options.quiet):
            return command(options)
    except BusyError as error:
        return _end(BUSY, str(error))
    except SettingError as error:
        return _end(REFUSED, str(error))
    except KeyboardInterrupt:
        return _end(FAILED, "interrupted, the last generation still serves; the next run goes on from here")
    except Exception as error:  # noqa: BLE001 - the last resort, so that no foreign message reaches a log
        return _end(FAILED, f"failed, the last generation still serves: {describe(error)}")


def run(options: argparse.Namespace) -> int:
    """Land, transform, check, publish, judge some of it, and say what was found."""
    _refuse_bad_settings()
    home = _home(options)
    digest = nightly.night(setting("TAKEBACK_INBOX", options.inbox), home, options.accept_restatement)
    _beside("conformance was not judged", lambda: conforming.conform_all(home))
    _beside("the pages were not written, they are older than the tables", lambda: report.keep(home))
    return _report(options, digest)


def land(options: argparse.Namespace) -> int:
    """Take files in and read them into the lake."""
    home = _home(options)
    loads = nightly.discover(setting("TAKEBACK_INBOX", options.inbox), home)
    nightly.land_all(home, loads)
    asking.say_json({"loads": loads}) if options.json else asking.say(f"{several(len(loads), 'load')} landed")
    return DONE


def publish(options: argparse.Namespace) -> int:
    """Build the tables from the lake, check and publish them."""
    home = _home(options)
    digest = nightly.rebuild(home, options.accept_restatement)
    _beside("the pages were not written, they are older than the tables", lambda: report.keep(home))
    return _report(options, digest)


def conform(options: argparse.Namespace) -> int:
    """Let pyx12 judge what was landed, acknowledge it, and publish what was found beside the money."""
    home = _home(options)
    digest = conforming.conform_all(home, options.share)
    sys.stdout.write(f"{'' if digest else 'nothing changed'}\n{conforming.say(home)}\n".lstrip("\n"))
    return DONE


def summary(options: argparse.Namespace) -> int:
    """Say what the present generation holds."""
    return _summarize(options)


def _refuse_bad_settings() -> None:
    """Raise SettingError for what a night would come to only at its end, or only on some nights."""
    from warehouse.building import history
    from warehouse.conforming import conformance

    history.limit()
    conformance.share_of()


def _beside(words: str, work: Callable[[], object]) -> None:
    """Do what stands beside the money; where that fails it is said, and the money is published all the same."""
    from warehouse.errors import describe

    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is no failure of the money
        log.warning("%s: %s", words, describe(error))


def _report(options: argparse.Namespace, digest: str) -> int:
    if not digest and not options.json:
        asking.say("nothing changed")
    return _summarize(options, changed=bool(digest))


def _summarize(options: argparse.Namespace, **more: bool) -> int:
    from warehouse.answering.figures import figures
    from warehouse.home import reader

    home = _home(options)
    asking.say_json({**more, **figures(reader(home))}) if options.json else asking.say(nightly.summarize(home))
    return DONE


def _home(options: argparse.Namespace) -> Path:
    return setting("TAKEBACK_HOME", options.home)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="takeback", description="A payer took money back. Which claim was it for, and is it right?"
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (run, land, publish, conform, summary):
        words = (command.__doc__ or "").strip()
        sub = commands.add_parser(command.__name__, help=words[0].lower() + words[1:-1], description=words)
        sub.set_defaults(command=command)
        sub.add_argument("--home", metavar="DIR", help="where everything is kept (TAKEBACK_HOME)")
        sub.add_argument("--quiet", action="store_true", help="no progress on stderr")
        if command in (run, land):
            sub.add_argument("--inbox", metavar="DIR", help="where files are delivered (TAKEBACK_INBOX)")
        if command in (run, publish):
            words = "publish also where closed months change by more than TAKEBACK_RESTATEMENT_LIMIT dollars"
            sub.add_argument("--accept-restatement", action="store_true", help=words)
        if command is conform:
            sub.add_argument("--share", default="", help="of the transactions, 0 to 1 (TAKEBACK_CONFORMANCE_SHARE)")
        if command is not conform:
            sub.add_argument("--json", action="store_true", help="for programs")
    operating.add(commands)
    deciding.add(commands)
    asking.add(commands, parser)
    return parser


def _end(code: int, message: str) -> int:
    sys.stderr.write(f"takeback: {message}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
