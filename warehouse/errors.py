"""The failures that a run can end in; each one is a sentence that may be logged.

In: nothing. Out: exception classes, and one function that turns any exception into a line for the log.
Never: a value of a name, an identifier or a file name of the inbox. Messages of foreign exceptions may quote data, so
only the ones that cannot have seen data (a wrong table or column name) are passed on.
"""

import traceback

import duckdb


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


# Raised while a statement is planned, before DuckDB has read a single row.
PLANNING_ERRORS = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.NotImplementedException,
)


def describe(error: BaseException) -> str:
    """One line about any exception, without values: our own words, or the type and the place in the code."""
    if isinstance(error, (TakebackError, *PLANNING_ERRORS)):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    detail = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return f"{type(error).__name__}{detail}{place}"
