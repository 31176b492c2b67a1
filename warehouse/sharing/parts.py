"""What one group of enterprises makes in one round: a part, a DuckDB file of its own in the work folder.

In: the build database, read only, as views over the group's own rows; and the group's parts of earlier rounds. Out: a
file with the round's tables, written whole, under a name that follows from all that it was made from: whoever makes it
again finds it.
Never: a write to the build database, or a row of another group.
"""
# ruff: noqa: S608 - the names in these statements are those of our own tables

import os
from collections.abc import Sequence
from pathlib import Path

import duckdb

from warehouse import database, durable
from warehouse.building import codes, models, rules
from warehouse.home import Home, hold
from warehouse.landing import loads
from warehouse.sharing.groups import Group
from warehouse.sharing.rounds import Round, read_apart, round_of
from warehouse.sql import quoted

OWN = {
    "relation_number": """
        select relation.relation_number
        from whole.takebacks.relation as relation
        join whole.sharing.member as member using (enterprise_number)
        where member.group_number = {number}
        union all
        select null
        where {number} = 1""",
    "remittance_id": """
        select remittance.remittance_id
        from whole.staging.remittance as remittance
        semi join own.relation_number as relation using (relation_number)""",
    "claim_id": """
        select claim.claim_id
        from whole.staging.claim as claim
        join whole.takebacks.enterprise as enterprise on enterprise.party_key = claim.billing_key
        join whole.sharing.member as member using (enterprise_number)
        where member.group_number = {number}""",
}
"""Whose a row is, is told by the first of these columns that its table has. What has none of them is everybody's; what
is of no known payer and payee is the first group's."""


def path_of(home: Home, inputs: str, group: Group, number: int) -> Path:
    """Return where the part of a group and a round lies that is made from these inputs."""
    made_from = {"inputs": inputs, "group": str(group), "round": str(number)}
    name = loads.content_hash({key: text.encode() for key, text in made_from.items()})
    return home.parts / name / "part.duckdb"


def make(home: Home, inputs: str, group: Group, laid: Sequence[Round], number: int) -> dict[str, int]:
    """Make a group's part of a round; returns its row counts, none where it is there already.

    Raises BusyError where somebody else is making it.
    """
    final = path_of(home, inputs, group, number)
    durable.make_folder(final.parent)
    claim = hold(final.parent)
    try:
        if final.is_file():
            return {}
        work = final.with_name("making.duckdb")
        durable.remove([work, work.with_name("making.duckdb.wal")])
        earlier = [path_of(home, inputs, group, before) for before in range(1, number)]
        with database.building(home, work) as connection:
            _attach(connection, {"whole": home.build_database} | {f"round_{at}": p for at, p in enumerate(earlier, 1)})
            codes.prepare(connection, instead=rules.tables(home))
            counts = fill(connection, group, laid, number)
        durable.settle(work, final)
        return counts
    finally:
        os.close(claim)


def fill(connection: duckdb.DuckDBPyConnection, group: Group, laid: Sequence[Round], number: int) -> dict[str, int]:
    """Make a round's tables from what is attached: `whole`, and `round_1` and so on, the group's earlier parts."""
    connection.execute("create schema own")
    for column, query in OWN.items():
        connection.execute(f"create table own.{column} as {query.format(number=group.number)}")
    for stage in models.STAGES:
        connection.execute(f"create schema {stage}")
    shown = [table for table in read_apart(laid, number) if not table.startswith("codes.")]
    for table in shown:
        made_in = round_of(laid, table)
        rows = f"from round_{made_in}.{table}" if made_in else _own_rows(connection, table)
        connection.execute(f"create view {table} as {rows}")
    counts = {model.table: models.create(connection, model) for model in laid[number].apart}
    for table in shown:
        connection.execute(f"drop view {table}")
    return counts


def _own_rows(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Write the query of a whole table's rows that are the group's."""
    columns = [row[0] for row in connection.execute(f"describe whole.{table}").fetchall()]
    column = next((column for column in OWN if column in columns), None)
    if column is None:
        return f"from whole.{table}"
    same = f"own.{column} is not distinct from theirs.{column}"
    return f"select theirs.* from whole.{table} as theirs semi join own.{column} as own on {same}"


def _attach(connection: duckdb.DuckDBPyConnection, files: dict[str, Path]) -> None:
    for name, path in files.items():
        connection.execute(f"attach {quoted(str(path))} as {name} (read_only)")
