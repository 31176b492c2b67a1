"""Connections to the build database and to the published one, opened in one way everywhere.

In: a path. Out: a DuckDB connection with fixed settings, closed at the end of the block.
Never: an extension fetched from the network, a setting of the machine that could reach a result.
"""

import os
import re
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse import durable
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.sql import literal_glob, quoted

Settings = dict[str, str | bool | int | float | list[str]]
LOCKED: Settings = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
"""What no connection of ours may do: fetch code."""
UNHURRIED: Settings = {
    "preserve_insertion_order": "false",
    "wal_autocheckpoint": "1GB",
    "force_compression": "uncompressed",
}
"""Tables are sorted where order counts, and when they are published. A build that breaks off is made anew, so that its
file is put in order (checkpoint) when a stage is done, not after every table. It lives for a night and each table is
read a few times: to compress it would cost a sixth of the build's work and save two thirds of its file."""
COMPRESSED = "set force_compression = 'auto'"
"""What is published from a build is compressed again: it is kept, and read often."""
LIMITS = {
    "threads": ("TAKEBACK_THREADS", r"[1-9]\d{0,3}", "a number of threads"),
    "memory_limit": ("TAKEBACK_MEMORY", r"\d+(\.\d+)? ?[KMGT]i?B", "an amount of memory such as 4GB"),
}
"""DuckDB setting -> the variable that sets it, the shape of its values, and that shape in words."""


@contextmanager
def building(home: Home, path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the build database, or another, for writing; what does not fit into memory spills into the work folder."""
    path = path or home.build_database
    settings: Settings = {
        **LOCKED,
        "temp_directory": str(path.with_suffix(".spill")),
        **UNHURRIED,
        **limits(),
    }
    with duckdb.connect(str(path), config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"set variable home = {quoted(literal_glob(str(home.root)))}")
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file, which nobody may write to, in a way that reaches no other file and no network."""
    settings: Settings = {**LOCKED, "enable_external_access": "false", "temp_directory": ""}
    with _opened(path, lambda name: duckdb.connect(name, read_only=True, config=settings)) as connection:
        connection.execute("set lock_configuration = true")
        yield connection


@contextmanager
def at_once(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Do all in one transaction: a table and its comments reach the disk together, which costs one fsync."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Attach a published file for reading."""
    _opened(path, lambda file: connection.execute(f"attach {quoted(file)} as {name} (read_only)"))


def _opened(path: Path, opens: Callable[[str], duckdb.DuckDBPyConnection]) -> duckdb.DuckDBPyConnection:
    """Open a published file, or a copy where somebody has it open for writing: DuckDB lets nobody else in then.

    An administrator may do that, whatever the file's mode says; it must not stop a night.
    """
    try:
        return opens(str(path))
    except duckdb.IOException:
        if not path.is_file() or not hasattr(os, "O_TMPFILE"):
            raise
    copy = durable.nameless_copy(path)
    try:
        return opens(f"/proc/self/fd/{copy}")
    finally:
        os.close(copy)


def parsing() -> duckdb.DuckDBPyConnection:
    """Open a database in memory that reaches nothing, to have statements understood."""
    return duckdb.connect(config={**LOCKED, "enable_external_access": "false"})


@contextmanager
def copying(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, to which files of ours are attached; it spills into the work folder."""
    settings: Settings = {**LOCKED, "temp_directory": str(home.work / "copy.spill"), **limits()}
    with duckdb.connect(config=settings) as connection:
        yield connection


def limits() -> dict[str, str]:
    """Take threads and memory from the environment where it names them; DuckDB's own choice otherwise.

    Where the process may not have all of the machine's memory (RLIMIT_AS), DuckDB gets a quarter of what it may have:
    the libraries' own mappings and the blocks of other threads count against that limit too.
    """
    limits = {}
    for setting, (name, shape, expected) in LIMITS.items():
        text = os.environ.get(name, "").strip()
        if text and not re.fullmatch(shape, text):
            raise SettingError(f"{name}: expected {expected}")
        if text:
            limits[setting] = text
    allowed = resource.getrlimit(resource.RLIMIT_AS)[0]
    if allowed != resource.RLIM_INFINITY:
        limits.setdefault("memory_limit", f"{allowed // 4 >> 20}MiB")
    return limits
