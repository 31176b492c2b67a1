"""The lake as DuckDB sees it: schema `lake` of the build database.

In: manifests and the log of deliveries. Out: one view for each table of the reader over exactly the Parquet files that
manifests name, an empty table where there is none, and `lake.delivery`.
Never: a glob, or a Parquet file whose SHA-256 is not its manifest's (DuckDB reads most flipped bits without a word).
"""
# ruff: noqa: S608 - the names in these statements are our own tables and quoted paths

from pathlib import Path

import duckdb
import pyarrow as pa

from edi import reader
from warehouse.errors import DamageError, TakebackError
from warehouse.home import Home
from warehouse.landing import deliveries, loads
from warehouse.proving import soundness
from warehouse.sql import literal_glob, quoted
from warehouse.text import several

DELIVERY = pa.schema(
    [("file_name", pa.string()), ("sha256", pa.string()), ("byte_count", pa.int64()), ("run_id", pa.string())]
)


def prepare(connection: duckdb.DuckDBPyConnection, home: Home) -> dict[str, int]:
    """Make the schema `lake` anew; returns row counts as the manifests have them. Raises DamageError.

    Raises TakebackError where a delivered file is in no load, as after an upgrade of the reader: tables without it
    would say that its money never came.
    """
    loads.refuse_unlisted(home)
    if missing := len(loads.pending(home)):
        raise TakebackError(
            f"the lake lacks {several(missing, 'delivered file')}: run `takeback run` or `replay` first"
        )
    connection.execute("drop schema if exists lake cascade")
    connection.execute("create schema lake")
    manifests = loads.manifests(home)
    for manifest in manifests:
        if tables := soundness.damaged_tables(home, manifest):
            raise DamageError(f"load {manifest.load_id}: {', '.join(tables)} damaged; the next run lands it again")
    counts = {}
    for table, schema in reader.schemas().items():
        holders = [manifest for manifest in manifests if table in manifest.tables]
        counts[f"lake.{table}"] = sum(manifest.tables[table]["rows"] for manifest in holders)
        show(connection, home, table, schema, [home.lake / one.load_id / f"{table}.parquet" for one in holders])
    delivered = _deliveries(home)
    _create(connection, "delivery", delivered)
    return {**counts, "lake.delivery": delivered.num_rows}


def show(connection: duckdb.DuckDBPyConnection, home: Home, table: str, schema: pa.Schema, paths: list[Path]) -> None:
    """Make a view of schema `lake` over Parquet files, or an empty table where there are none.

    It names them below the home that the connection works for, since the next stage may find it in another place.
    """
    if paths:
        names = ", ".join(f'"{name}"' for name in schema.names)
        places = (f"/{path.relative_to(home.root)}" for path in paths)
        files = ", ".join(f"getvariable('home') || {quoted(literal_glob(place))}" for place in places)
        connection.execute(f'create view lake."{table}" as select {names} from read_parquet([{files}])')
    else:
        _create(connection, table, schema.empty_table())


def _deliveries(home: Home) -> pa.Table:
    entries = deliveries.read(home)[0]
    rows = [
        {
            "file_name": entry.readable_name,
            "sha256": entry.sha256,
            "byte_count": entry.byte_count,
            "run_id": entry.run_id,
        }
        for entry in entries
    ]
    return pa.Table.from_pylist(rows, DELIVERY)


def _create(connection: duckdb.DuckDBPyConnection, table: str, content: pa.Table) -> None:
    connection.register("arrow_rows", content)
    connection.execute(f'create table lake."{table}" as select * from arrow_rows')
    connection.unregister("arrow_rows")
