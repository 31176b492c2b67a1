"""The failures that a run can end in; each one is a sentence that may be logged.

In: nothing. Out: exception classes, and one function that turns any exception into a line for the log.
Never: a value of a name, an identifier or a file name of the inbox. Messages of foreign exceptions may quote data, so
only the ones that cannot have seen data (a wrong table or column name) are passed on.
"""

import errno
import os
import traceback
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class TakebackError(Exception):
    """A failure with a message made by us, without any element value."""


class BusyError(TakebackError, BlockingIOError):
    """Another run is at work on this home (exit code 3); an error of the system's kind, since it may pass."""


class SettingError(TakebackError):
    """Bad arguments or configuration (exit code 2)."""


class DamageError(TakebackError):
    """Stored bytes are not those that were stored."""


class ModelError(TakebackError):
    """A file under `transforms/` cannot be run; the message names the file."""


class CheckFailed(TakebackError):  # noqa: N818 - a check that failed, as the contract words it
    """A check of severity `fail` returned rows, so nothing may be published."""


# What DuckDB raises while it plans a statement, before it has read a row. By name: a scheduler reads this module often,
# and must not load an engine for it.
PLANNING = {"BinderException", "CatalogException", "NotImplementedException", "ParserException", "SyntaxException"}
# What it raises where the system has refused to read or write, also in the middle of a commit or checkpoint (we alone
# write to its files, so there is no other reason). It may pass, so it becomes an error of the system's kind.
SYSTEM = {"IOException", "TransactionException", "FatalException"}

OURS = "in takeback's own words"
"""Noted on an error of the system that quotes nothing, so that the steps around it pass it on as it is."""


def is_of_planning(error: BaseException) -> bool:
    """Whether an error is about a statement's words and cannot quote a row."""
    return type(error).__name__ in PLANNING and "duckdb" in type(error).__module__


def is_of_the_system(error: BaseException) -> bool:
    """Whether an engine could not read or write, as when a disk is full: nothing that is wrong with a row."""
    return type(error).__name__ in SYSTEM and "duckdb" in type(error).__module__


def describe(error: BaseException) -> str:
    """One line about any exception, without values: our own words, or the type and the place in the code."""
    if isinstance(error, TakebackError) or is_of_planning(error):
        return str(error)
    if isinstance(error, OSError) and OURS in getattr(error, "__notes__", ()):
        return str(error.strerror)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    detail = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{detail}{place}"


def without_values(step: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Let a step raise our own errors and nameless errors of the system only, with no foreign one in their context.

    Schedulers keep the text of exceptions. An error of the system stays one, so that it can be tried again.
    """

    @wraps(step)
    def guarded(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        try:
            return step(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be passed on as it is
            failure = _safe(error)
        raise failure

    return guarded


def _safe(error: Exception) -> Exception:
    if isinstance(error, TakebackError):
        error.__context__ = error.__cause__ = None
        return error
    if isinstance(error, OSError) and OURS in getattr(error, "__notes__", ()):
        error.__context__ = error.__cause__ = None
        return error
    if isinstance(error, OSError):
        return _of_the_system(error.errno, f"{error.strerror} ({describe(error)})")
    if is_of_the_system(error):
        return _of_the_system(errno.EIO, f"{os.strerror(errno.EIO)} ({describe(error)})")
    return TakebackError(describe(error))


def _of_the_system(number: int | None, words: str) -> OSError:
    error = OSError(number, words)
    error.add_note(OURS)
    return error


def tell(error: Exception) -> dict[str, str | int]:
    """Put a failure that a step has raised into words and numbers, for another process."""
    if isinstance(error, OSError) and not isinstance(error, TakebackError):
        return {"kind": "OSError", "number": error.errno or errno.EIO, "text": str(error.strerror)}
    return {"kind": type(error).__name__, "text": describe(error)}


def told(words: dict[str, str | int]) -> Exception:
    """Make the failure again that another process has told of."""
    if words["kind"] == "OSError":
        return _of_the_system(int(words["number"]), str(words["text"]))
    kinds = {kind.__name__: kind for kind in TakebackError.__subclasses__()}
    return kinds.get(str(words["kind"]), TakebackError)(words["text"])
