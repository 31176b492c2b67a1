"""Evidence: the segments that a page quotes, as they stand in the raw files.

In: the places that the pages need (table `place`). Out: table `segment` with their bytes and text beside the place.
Never: a whole file in memory, or a file that is not there asked for twice: what cannot be read is not quoted.
"""

from collections.abc import Iterator
from itertools import groupby

import duckdb
import pyarrow as pa

from warehouse.home import Home
from warehouse.landing import loads

ROWS = 50_000
LONGEST = 400
"""A segment longer than that is quoted up to there; the place tells where the rest is."""
MADE = "create table segment (place_id varchar, byte_start bigint, byte_end bigint, text varchar)"
PLACES = "select sha256, place_id, byte_start, byte_end from place order by sha256, byte_start"

Quoted = tuple[str, int, int, str | None]


def quote(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Make the table `segment`."""
    connection.execute(MADE)
    with connection.cursor() as places:
        places.execute(PLACES)
        while rows := places.fetchmany(ROWS):
            quoted = list(_read(home, rows))
            names = ("place_id", "byte_start", "byte_end", "text")
            columns = dict(zip(names, map(list, zip(*quoted, strict=True)), strict=True))
            connection.register("quoted_rows", pa.table(columns, schema=_schema()))
            connection.execute("insert into segment select * from quoted_rows")
            connection.unregister("quoted_rows")


def _schema() -> pa.Schema:
    return pa.schema(
        [("place_id", pa.string()), ("byte_start", pa.int64()), ("byte_end", pa.int64()), ("text", pa.string())]
    )


def _read(home: Home, rows: list[tuple[str, str, int, int]]) -> Iterator[Quoted]:
    loads.bring(home, {row[0] for row in rows})
    for sha256, places in groupby(rows, key=lambda row: row[0]):
        path = loads.raw_path(home, sha256)
        if not path.is_file():
            yield from ((place_id, start, end, None) for _, place_id, start, end in places)
            continue
        with path.open("rb") as file:
            for _, place_id, start, end in places:
                file.seek(start)
                text = file.read(min(end - start, LONGEST)).decode("utf-8", "replace").strip()
                yield place_id, start, end, text
