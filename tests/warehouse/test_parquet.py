"""How the lake's Parquet files are written: each kind of column in its own way, and nothing lost by it."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from edi import reader
from tests.bench import data
from warehouse.landing import parquet

KINDS = ("835", "837P", "837I")


def chunks(folder: Path, kind: str, size: int = 200_000) -> list[dict[str, pa.Table]]:
    data.write(folder / kind, kind, size)
    return list(reader.read([reader.Source("0" * 64, (folder / kind).read_bytes())], block_size=1 << 16))


def written(folder: Path, table: str, column: str) -> tuple[set[str], str]:
    """Say how a column of the first row group was written: its encodings, and its codec."""
    group = pq.read_metadata(folder / f"{table}.parquet").row_group(0)
    (found,) = [group.column(n) for n in range(group.num_columns) if group.column(n).path_in_schema == column]
    return set(found.encodings) - {"RLE"}, found.compression


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_written_is_what_was_read(tmp_path: Path, kind: str) -> None:
    found = chunks(tmp_path, kind)
    rows = parquet.write_tables(tmp_path, iter(found))
    for table, count in rows.items():
        expected = pa.concat_tables([chunk[table] for chunk in found if table in chunk])
        kept = pq.read_table(tmp_path / f"{table}.parquet")
        assert (kept.num_rows, kept.to_pylist()) == (count, expected.to_pylist())
        assert kept.schema.equals(reader.schemas()[table])


def test_each_column_is_written_as_its_kind_is(tmp_path: Path) -> None:
    parquet.write_tables(tmp_path, iter(chunks(tmp_path, "835")))
    differences, dictionary = {"DELTA_BINARY_PACKED"}, {"PLAIN", "RLE_DICTIONARY"}
    assert written(tmp_path, "adjustment", "amount") == (differences, "UNCOMPRESSED")
    assert written(tmp_path, "adjustment", "segment_number") == (differences, "UNCOMPRESSED")
    assert written(tmp_path, "adjustment", "line_segment") == (differences, "LZ4")
    assert written(tmp_path, "adjustment", "reason_code") == (dictionary, "LZ4")
    assert written(tmp_path, "adjustment", "transaction_key") == (dictionary, "LZ4")
    assert written(tmp_path, "reference", "reference_identification") == (dictionary, "ZSTD")


def test_a_column_with_nothing_in_it_has_no_compressor(tmp_path: Path) -> None:
    parquet.write_tables(tmp_path, iter(chunks(tmp_path, "835")))
    assert written(tmp_path, "name", "name_suffix")[1] == "UNCOMPRESSED"
    assert written(tmp_path, "interchange", "interchange_sender_id")[1] == "UNCOMPRESSED"


def test_every_column_of_the_reader_has_a_way_to_be_written() -> None:
    kinds = {parquet.kind_of(table, field) for table, schema in reader.schemas().items() for field in schema}
    assert kinds == set(parquet.ENCODINGS)


def test_a_place_is_never_missing() -> None:
    schema = reader.schemas()["adjustment"]
    places = ["transaction_key", "segment_number", "element_position", "loop"]
    places += ["claim_segment", "line_segment", "other_segment"]
    assert [field.name for field in schema if not field.nullable] == places
