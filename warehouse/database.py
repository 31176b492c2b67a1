"""Connections to the build database and to the published one, opened in one way everywhere.

In: a path. Out: a DuckDB connection with fixed settings, closed at the end of the block.
Never: an extension fetched from the network, a setting of the machine that could reach a result.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.home import Home


@contextmanager
def building(home: Home, path: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the build database, or another, for writing; what does not fit into memory spills into the work folder."""
    path = path or home.build_database
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "temp_directory": str(path.with_suffix(".spill")),
        **_limits(),
    }
    with duckdb.connect(str(path), config=settings) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a published file, which nobody may write to."""
    settings: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": "false"}
    with duckdb.connect(str(path), read_only=True, config=settings) as connection:
        yield connection


def _limits() -> dict[str, str]:
    """Take threads and memory from the environment where it names them; DuckDB's own choice otherwise."""
    names = {"threads": "TAKEBACK_THREADS", "memory_limit": "TAKEBACK_MEMORY"}
    return {setting: os.environ[name] for setting, name in names.items() if os.environ.get(name)}
