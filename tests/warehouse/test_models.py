"""The model runner: order from the SQL, comments from the head, and errors that name the file."""

import textwrap
from pathlib import Path

import duckdb
import pytest

from tests.files import write
from warehouse import nightly
from warehouse.building import models
from warehouse.errors import ModelError


def order(folder: Path, files: dict[str, str]) -> list[str]:
    return [model.table for model in models.load(write(folder, files))]


def test_a_model_runs_after_those_that_it_reads_whatever_their_names(tmp_path: Path) -> None:
    files = {
        "staging/a.sql": "select * from staging.b join staging.c using (id)",
        "staging/b.sql": "select * from staging.c",
        "staging/c.sql": "select 1 as id",
        "marts/x.sql": "with z as (select * from ledger.y) select * from z",
        "ledger/y.sql": "select * from staging.a where exists (select 1 from staging.b)",
    }
    assert order(tmp_path, files) == ["staging.c", "staging.b", "staging.a", "ledger.y", "marts.x"]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("select * from staging.nowhere", "staging/a.sql: reads staging.nowhere, which no file makes"),
        ("select * from payment", "staging/a.sql: table without a schema: payment"),
        ("select * from marts.later", "staging/a.sql: reads marts.later of a later stage"),
        ("selec 1", "staging/a.sql: .*syntax error"),
        ("select 1; select 2", "staging/a.sql: expected one statement, found 2"),
        ("create table t as select 1", "staging/a.sql: Only SELECT"),
        ("select * from elsewhere.t", "staging/a.sql: reads elsewhere.t, which no file makes"),
    ],
)
def test_a_bad_reference_is_an_error_that_names_the_file(tmp_path: Path, sql: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        order(tmp_path, {"staging/a.sql": sql, "marts/later.sql": "select 1 as id"})


def test_models_that_read_each_other_are_named(tmp_path: Path) -> None:
    files = {"staging/a.sql": "from staging.b", "staging/b.sql": "from staging.a"}
    with pytest.raises(
        ModelError, match=r"staging\.a -> staging\.b -> staging\.a|staging\.b -> staging\.a -> staging\.b"
    ):
        order(tmp_path, files)


def test_a_recursive_cte_and_an_asof_join_are_read(tmp_path: Path) -> None:
    files = {
        "staging/a.sql": "with recursive r as (select 1 as id union all select id + 1 from r where id < 3) from r",
        "staging/b.sql": "select a.id from staging.a as a asof join staging.a as other on a.id >= other.id",
    }
    assert order(tmp_path, files) == ["staging.a", "staging.b"]


def test_the_head_becomes_comments(tmp_path: Path) -> None:
    sql = textwrap.dedent("""\
        -- grain: one row per claim,
        --   at one payer
        -- id: its key; it's stable
        -- order: id
        --
        -- why: no column
        select 1 as id
    """)
    loaded = models.load(write(tmp_path, {"marts/claim.sql": sql}))
    assert loaded[0].order == ["id"]
    with duckdb.connect() as connection:
        assert models.run(connection, loaded, "marts") == {"marts.claim": 1}
        assert connection.execute("select comment from duckdb_tables()").fetchall() == [
            ("one row per claim, at one payer",)
        ]
        assert connection.execute("select comment from duckdb_columns() where table_name = 'claim'").fetchall() == [
            ("its key; it's stable",)
        ]


def test_what_is_not_stored_is_a_view_with_the_same_comments(tmp_path: Path) -> None:
    sql = "-- grain: one row per claim\n-- stored: no\n-- id: its key\nselect 1 as id"
    loaded = models.load(write(tmp_path, {"marts/claim.sql": sql}))
    with duckdb.connect() as connection:
        assert models.run(connection, loaded, "marts") == {}
        assert connection.execute("from marts.claim").fetchall() == [(1,)]
        assert connection.execute("select comment from duckdb_views() where not internal").fetchall() == [
            ("one row per claim",)
        ]
        assert connection.execute("select comment from duckdb_columns() where table_name = 'claim'").fetchall() == [
            ("its key",)
        ]


def test_a_comment_on_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    loaded = models.load(write(tmp_path, {"marts/claim.sql": "-- grain: x\n-- idd: its key\nselect 1 as id"}))
    with duckdb.connect() as connection, pytest.raises(ModelError, match=r"marts/claim\.sql: .* idd"):
        models.run(connection, loaded, "marts")


def test_an_error_met_in_the_data_names_the_file_and_no_value(tmp_path: Path) -> None:
    loaded = models.load(write(tmp_path, {"marts/claim.sql": "select cast(x as integer) from (values ('SMITH')) t(x)"}))
    with (
        duckdb.connect() as connection,
        pytest.raises(ModelError, match=r"marts/claim\.sql: ConversionException") as raised,
    ):
        models.run(connection, loaded, "marts")
    assert "SMITH" not in str(raised.value)


def test_a_stage_that_is_built_again_drops_what_later_stages_made_of_it(house) -> None:
    house.deliver("a.835")
    house.night()
    nightly.build(house.home, "staging")
    with duckdb.connect(str(house.folders.build_database)) as connection:
        left = connection.execute("select distinct schema_name from duckdb_tables() order by 1").fetchall()
    assert left == [("codes",), ("lake",), ("staging",)]


def test_code_tables_are_text(house) -> None:
    house.night()
    nightly.build(house.home, "staging")
    with duckdb.connect(str(house.folders.build_database)) as connection:
        assert connection.execute("from codes.kind").fetchall() == [("01", "first, of all")]


def test_the_steps_of_a_night_are_the_stages_of_the_runner() -> None:
    assert ["lake", "codes", *models.STAGES[:-1]] == list(nightly.STAGES)
