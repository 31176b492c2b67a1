"""What looks across enterprises: made in the build database, before the first round and after each.

In: the build database, and the parts that all groups made in a round. Out: of their tables those that are read across
enterprises, with the rows of all groups, and the models that read them. After the last round the build database holds
what a night in one process makes there, as far as anything reads it.
Never: a part that is changed. Where there is one group, nothing is apart: its tables are made right here.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.building import models
from warehouse.sharing import groups
from warehouse.sharing.rounds import Round, read_whole, round_of
from warehouse.sql import quoted

STATE = f"{groups.SCHEMA}.state"


def begin(connection: duckdb.DuckDBPyConnection, laid: Sequence[Round]) -> None:
    """Make what is made before the first round."""
    connection.execute(f"drop schema if exists {groups.SCHEMA} cascade")
    for stage in models.STAGES[1:]:
        connection.execute(f"drop schema if exists {stage} cascade")
        connection.execute(f"create schema {stage}")
    for model in laid[0].whole:
        if model.stage != models.STAGES[0]:
            models.create(connection, model)


def divide(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Divide the enterprises into so many groups, which are to make the first round."""
    groups.divide(connection, count)
    connection.execute(f"create table {STATE} as select 0 as round, {count} as groups")


def state(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the last round that was united and the number of groups; -1 and 0 where sharing has not begun."""
    schema, table = STATE.split(".")
    known = "select 1 from duckdb_tables() where schema_name = $1 and table_name = $2"
    if not connection.execute(known, [schema, table]).fetchall():
        return -1, 0
    [(number, count)] = connection.execute(f"select round, groups from {STATE}").fetchall()
    return number, count


def unite(
    connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int, parts: Sequence[Sequence[Path]]
) -> dict[str, int]:
    """Unite a round's parts and make its whole models; `parts`: of each group those of all rounds so far."""
    _forget_since(connection, laid, number)
    made = [model for model in laid[number].whole if model.stage != "checks"]
    if len(parts) == 1:
        made = [*laid[number].apart, *made]
    else:
        _gather(connection, laid, number, parts)
    counts = {model.table: models.create(connection, model) for model in made}
    connection.execute(f"update {STATE} set round = {number}")
    if number == len(laid) - 1:
        connection.execute(f"drop schema {groups.SCHEMA} cascade")
    return counts


def _gather(
    connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int, parts: Sequence[Sequence[Path]]
) -> None:
    wanted = {table: round_of(laid, table) for table in read_whole(laid, number)}
    names = {(of, at): f"part_{of}_{at}" for of in range(len(parts)) for at in sorted(set(wanted.values()))}
    for (of, at), name in names.items():
        connection.execute(f"attach {quoted(str(parts[of][at - 1]))} as {name} (read_only)")
    for table, at in wanted.items():
        rows = " union all ".join(f"select * from {names[of, at]}.{table}" for of in range(len(parts)))
        connection.execute(f"create or replace table {table} as {rows}")
    for name in names.values():
        connection.execute(f"detach {name}")


def _forget_since(connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int) -> None:
    """Drop what this round and later ones had made, should it be made again."""
    kept = {model.table for each in laid[:number] for model in (*each.apart, *each.whole)}
    stages = ", ".join(quoted(stage) for stage in models.STAGES[1:])
    query = f"""
        select table_schema || '.' || table_name, if(table_type = 'VIEW', 'view', 'table')
        from information_schema.tables
        where table_schema in ({stages}) and table_catalog = current_database()"""
    for table, kind in connection.execute(query).fetchall():
        if table not in kept:
            connection.execute(f"drop {kind} {table}")
