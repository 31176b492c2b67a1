"""Code tables and macros: what the models are given beside the lake.

In: `transforms/codes/*.csv`, what a user has put in place of some of them, and `transforms/macros/*.sql`. Out: schema
`codes`, a table of text columns for each file, and the macros.
Never: a guess at a type; a code like `01` is text.
"""
# ruff: noqa: S608 - the names in these statements are those of our own files

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from warehouse.building import models
from warehouse.errors import ModelError
from warehouse.sql import literal_glob, quoted


def prepare(
    connection: duckdb.DuckDBPyConnection,
    folder: Path | None = None,
    instead: Mapping[str, pa.Table] = MappingProxyType({}),
) -> dict[str, int]:
    """Make the schema `codes` and the macros anew; returns row counts. `instead`: tables that replace those shipped."""
    connection.execute("drop schema if exists codes cascade")
    connection.execute("create schema codes")
    counts = {}
    folder = folder or models.TRANSFORMS
    for path in sorted((folder / "codes").glob("*.csv")):
        if path.stem in instead:
            connection.register("rules", instead[path.stem])
            connection.execute(f'create table codes."{path.stem}" as from rules')
            connection.unregister("rules")
        else:
            source = quoted(literal_glob(str(path)))
            connection.execute(
                f'create table codes."{path.stem}" as '
                f"from read_csv({source}, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"
            )
        counts[f"codes.{path.stem}"] = connection.execute(f'select count(*) from codes."{path.stem}"').fetchall()[0][0]
    make_macros(connection, folder)
    return counts


def make_macros(connection: duckdb.DuckDBPyConnection, folder: Path | None = None) -> None:
    """Make the macros that models share; they look at no table."""
    for path in sorted(((folder or models.TRANSFORMS) / "macros").glob("*.sql")):
        try:
            connection.execute(path.read_text(encoding="utf-8"))
        except duckdb.Error as error:
            raise ModelError(f"macros/{path.name}: {error}") from None
