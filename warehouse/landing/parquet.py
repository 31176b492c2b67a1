"""Parquet: chunks of Arrow tables become one file for each table.

In: chunks, as the reader yields them. Out: files in a work folder, not yet durable, and how many rows each has.
Never: more in memory than two flushes; or trust in a file because it can be read: one whose writer has died is shorter
and valid, and nobody will ever name it.

How a column is written follows from what it is: `ENCODINGS`. Nothing asks for the least and greatest value of a column,
because every model reads whole tables; so no statistics are kept.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from edi import layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLUSH_BYTES = 64 << 20
CHUNK_BYTES, CELL_BYTES = 1 << 20, 6
"""What a chunk is taken to weigh: the text of a block of X12, and so much for each cell. Arrow's own count looks at all
buffers (measured: a twentieth of the time)."""
DICTIONARY_BYTES = 1 << 16
"""Text of a column beyond which it goes on without a dictionary: it is names and numbers, which hardly recur."""
WORTH_COMPRESSING = 1 << 6
"""Rows below which no compressor is made (Zstandard's takes as long to make as to compress 10 KB)."""
DIFFERENCES = "DELTA_BINARY_PACKED"


class Encoding(NamedTuple):
    """How the values of a column are written: with a dictionary, or by an encoding of Parquet's; then the codec."""

    dictionary: bool
    encoding: str | None
    codec: str


ENCODINGS = {
    "text": Encoding(True, None, "zstd"),
    "code": Encoding(True, None, "lz4"),
    "enclosing": Encoding(False, DIFFERENCES, "lz4"),
    "quantity": Encoding(False, DIFFERENCES, "lz4"),
    "number": Encoding(False, DIFFERENCES, "none"),
    "flag": Encoding(False, None, "none"),
}
"""By kind of column (measured on 835 and 837, column by column). Differences of amounts, days and places are packed to
the bit, and no codec finds anything in them; units and the segments that enclose a row come in runs, as codes do, and
there the quickest codec is nearly as good as Zstandard."""


def write_tables(work: Path, chunks: Iterator[dict[str, pa.Table]]) -> dict[str, int]:
    """Write chunks to one Parquet file per table; returns row counts.

    All tables are flushed together, into one row group each: a small slice kept for later would keep its whole chunk.
    A thread writes while the next chunks are read, because Arrow needs no interpreter for it; it is never two flushes
    behind, so that memory stays flat.
    """
    writers: dict[str, pq.ParquetWriter] = {}
    rows: Counter[str] = Counter()
    held: dict[str, list[pa.Table]] = {}
    size = 0
    with ThreadPoolExecutor(1) as thread:
        written = thread.submit(_flush, work, writers, {})
        try:
            for chunk in chunks:
                for table, content in chunk.items():
                    held.setdefault(table, []).append(content)
                    rows[table] += content.num_rows
                    size += CELL_BYTES * content.num_rows * content.num_columns
                size += CHUNK_BYTES
                if size >= FLUSH_BYTES:
                    written.result()
                    written, held, size = thread.submit(_flush, work, writers, held), {}, 0
            written.result()
            written = thread.submit(_flush, work, writers, held)  # the same thread: another takes memory of its own
            written.result()
        finally:
            wait([written])
            for writer in writers.values():
                writer.close()
    return dict(rows)


def _flush(work: Path, writers: dict[str, pq.ParquetWriter], held: dict[str, list[pa.Table]]) -> None:
    for table, contents in held.items():
        content = pa.concat_tables(contents).unify_dictionaries()  # one for all, or it is written as plain text
        if table not in writers:
            writers[table] = pq.ParquetWriter(work / f"{table}.parquet", content.schema, **settings(table, content))
        writers[table].write_table(content, row_group_size=max(1, content.num_rows))
    held.clear()


def settings(table: str, content: pa.Table) -> dict[str, Any]:
    """Return how a table's file is written, from the kinds of its columns and the size of its first rows."""
    columns = {field.name: ENCODINGS[kind_of(table, field)] for field in content.schema}
    codecs = {name: column.codec for name, column in columns.items() if _is_worth_compressing(content[name])}
    return {
        "compression": codecs,
        "compression_level": {name: 1 for name, codec in codecs.items() if codec == "zstd"},
        "use_dictionary": [name for name, column in columns.items() if column.dictionary],
        "dictionary_pagesize_limit": DICTIONARY_BYTES,
        "column_encoding": {name: column.encoding for name, column in columns.items() if column.encoding},
        "store_decimal_as_integer": True,
        "write_statistics": False,
    }


def _is_worth_compressing(column: pa.ChunkedArray) -> bool:
    return bool(len(column) >= WORTH_COMPRESSING and column.null_count < len(column))


def kind_of(table: str, field: pa.Field) -> str:
    """Return what a column is: what the layout says of it, else what its type says."""
    return _kinds_of_layout().get((table, field.name)) or _kind_of_type(field.type)


@cache
def _kinds_of_layout() -> dict[tuple[str, str], str]:
    kinds = {(table.name, name): "enclosing" for table in layout.tables() for name in table.enclosing}
    columns = {(table.name, column.name): column.type for table in layout.tables() for column in table.columns}
    return kinds | {place: kind for place, kind in columns.items() if kind in ENCODINGS}


def _kind_of_type(kind: pa.DataType) -> str:
    if pa.types.is_string(kind):
        return "text"
    if pa.types.is_dictionary(kind):
        return "code"
    return "flag" if pa.types.is_boolean(kind) else "number"
