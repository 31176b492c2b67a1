"""Groups of payee enterprises, of about as many rows each: what a worker gets.

In: the build database with its enterprises, and how many groups are wanted. Out: their names (`2 of 5`), and table
`sharing.member`, which says whose group an enterprise is in.
Never: an enterprise in two groups, or another division for the same tables and the same wish.
"""

import heapq
import os
import re
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.errors import SettingError

SETTING = "TAKEBACK_FANOUT"
SCHEMA = "sharing"
WEIGHT = """
    select relation.enterprise_number, count(*) as rows
    from staging.claim_payment
    join takebacks.relation as relation using (relation_number)
    group by all
    union all
    select enterprise.enterprise_number, count(*)
    from staging.claim as claim
    join takebacks.enterprise as enterprise on enterprise.party_key = claim.billing_key
    group by all
    union all
    select enterprise_number, 0 from takebacks.enterprise
"""


@dataclass(frozen=True)
class Group:
    """One of so many groups."""

    number: int
    count: int

    def __str__(self) -> str:
        """Name it as tasks hand it on."""
        return f"{self.number} of {self.count}"


def named(name: str) -> Group:
    """Return the group of a name."""
    found = re.fullmatch(r"([1-9]\d*) of ([1-9]\d*)", name)
    if not found or int(found[1]) > int(found[2]):
        raise SettingError("a group is named like '2 of 5'")
    return Group(int(found[1]), int(found[2]))


def wanted(text: str | int = "") -> int:
    """Read how many groups are wanted at most; one, unless the text or the setting says more."""
    asked = str(text or os.environ.get(SETTING) or 1).strip()
    if not re.fullmatch(r"[1-9]\d{0,3}", asked):
        raise SettingError(f"{SETTING}: expected a number of groups")
    return int(asked)


def fitting(connection: duckdb.DuckDBPyConnection, most: int) -> int:
    """Return how many groups there can be: at most so many, none without an enterprise, but always one."""
    query = "select count(distinct enterprise_number) from takebacks.enterprise"
    enterprises: int = connection.execute(query).fetchall()[0][0]
    return max(1, min(most, enterprises))


def divide(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """Divide the enterprises into so many groups and note who is in which."""
    query = f"select enterprise_number, sum(rows)::bigint from ({WEIGHT}) group by all"  # noqa: S608 - our own text
    weights = connection.execute(query).fetchall()
    loads = [(0, number) for number in range(1, count + 1)]
    members = []
    for enterprise, rows in sorted(weights, key=lambda weight: (-weight[1], weight[0])):
        load, number = heapq.heappop(loads)
        members.append((enterprise, number))
        heapq.heappush(loads, (load + rows, number))
    columns = [pa.array([member[at] for member in members], pa.int64()) for at in (0, 1)]
    connection.execute(f"create schema {SCHEMA}")
    connection.register("members", pa.table(columns, names=["enterprise_number", "group_number"]))
    connection.execute(f"create table {SCHEMA}.member as from members")
    connection.unregister("members")


def all_of(count: int) -> list[Group]:
    """List so many groups."""
    return [Group(number, count) for number in range(1, count + 1)]
