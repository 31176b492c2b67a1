"""What looks across enterprises: made in the build database, before the first round and after each.

In: the build database, and the parts that all groups made in a round. Out: of their tables those that are read across
enterprises, with the rows of all groups, and the models that read them. After the last round the build database holds
what a night in one process makes there, as far as anything reads it.
Never: a part that is changed, or a part at all where there is one group: its tables are made right here.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse.building import models
from warehouse.building.models import Model
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


def make_apart(connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int) -> dict[str, int]:
    """Make a round's tables for all enterprises: those that groups make apart, where there is more than one."""
    _forget(connection, [model for each in laid[:number] for model in (*each.apart, *each.whole)])
    return {model.table: models.create(connection, model) for model in laid[number].apart}


def unite(
    connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int, parts: Sequence[Sequence[Path]]
) -> dict[str, int]:
    """Unite a round's parts, of each group those of all rounds so far, and make its whole models.

    Without parts the tables made apart are here already.
    """
    here = () if parts else laid[number].apart
    _forget(connection, [*here, *(model for each in laid[:number] for model in (*each.apart, *each.whole))])
    if parts:
        _gather(connection, laid, number, parts)
    made = [model for model in laid[number].whole if model.stage != "checks"]
    counts = {model.table: models.create(connection, model) for model in made}
    counts = {model.table: counts[model.table] for model in made if model.kind == "table"}
    connection.execute(f"update {STATE} set round = {number}")
    if number == len(laid) - 1:
        connection.execute(f"drop schema {groups.SCHEMA} cascade")
    return counts


def has_apart(connection: duckdb.DuckDBPyConnection, laid: Sequence[Round], number: int) -> bool:
    """Whether the build database holds all tables that a round makes apart."""
    return {model.table for model in laid[number].apart} <= _there(connection).keys()


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


def _forget(connection: duckdb.DuckDBPyConnection, but: Sequence[Model]) -> None:
    """Drop what was made of older tables, should a round be made again."""
    kept = {model.table for model in but}
    for table, kind in _there(connection).items():
        if table not in kept:
            connection.execute(f"drop {kind} {table}")


def _there(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Name all that is made after the first stage, each with whether it is a table or a view."""
    stages = ", ".join(quoted(stage) for stage in models.STAGES[1:])
    query = f"""
        select table_schema || '.' || table_name, if(table_type = 'VIEW', 'view', 'table')
        from information_schema.tables
        where table_schema in ({stages}) and table_catalog = current_database()"""
    return dict(connection.execute(query).fetchall())
