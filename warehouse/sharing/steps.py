"""The transforms of a night as steps that several workers take: in place of the stages from `takebacks` to `marts`.

In: a home whose stage `staging` is built, or is built on the way. Out: names of groups and row counts, which may be
logged anywhere. `share` makes what comes before the first round and names the groups; then in each round `apart` makes
one group's part, side by side with the others, and `together` unites them. After the last round the build database is
what the stages make one after the other, and the night goes on with the checks.
Never: another published row than a night in one process finds.

A step may be run again at any time: a part that is there is left as it is, and what a step needs and does not find (the
build database goes when a night is published) it makes first.
"""

from pathlib import Path

from warehouse import nightly
from warehouse.errors import without_values
from warehouse.home import Home, writer

BEFORE = nightly.STAGES[: nightly.STAGES.index("takebacks")]


@without_values
def share(home: Path, most: str | int = "") -> list[str]:
    """Divide the payee enterprises into at most so many groups (else the setting, else one); names the groups."""
    from warehouse.sharing import groups

    with writer(home) as place:
        nightly.build_missing(place, BEFORE)
        count = _begin(place, groups.wanted(most))
        return [str(group) for group in groups.all_of(count)]


@without_values
def apart(home: Path, name: str, number: int) -> dict[str, int]:
    """Make one group's part of a round; returns its row counts, none where it is there already."""
    from warehouse.building import models
    from warehouse.sharing import groups, parts, rounds

    group, laid = groups.named(name), rounds.rounds(models.load())
    if group.count == 1:
        with writer(home) as place:
            _catch_up(place, 1, number - 1)
            return _all_apart(place, number)
    with writer(home, shared=True) as place:
        at, count, inputs = _state(place)
        if inputs and parts.path_of(place, inputs, group, number).is_file():
            return {}
        if count == group.count and at >= number - 1:
            return parts.make(place, inputs, group, laid, number)
    with writer(home) as place:
        _catch_up(place, group.count, number - 1)
    return apart(home, name, number)


@without_values
def together(home: Path, number: int, most: str | int = "") -> tuple[list[str], dict[str, int]]:
    """Unite the parts of a round and make what looks across them; returns the groups' names again, and row counts."""
    from warehouse.sharing import groups

    with writer(home) as place:
        nightly.build_missing(place, BEFORE)
        count = _state(place)[1] or _begin(place, groups.wanted(most))
        _catch_up(place, count, number - 1)
        return [str(group) for group in groups.all_of(count)], _together(place, count, number)


def _begin(place: Home, most: int, *, exactly: bool = False) -> int:
    """Make what comes before the first round; returns the number of groups."""
    from warehouse import database
    from warehouse.building import models
    from warehouse.sharing import groups, rounds, whole

    with database.building(place) as connection:
        whole.begin(connection, rounds.rounds(models.load()))
        count = most if exactly else groups.fitting(connection, most)
        whole.divide(connection, count)
        return count


def _catch_up(place: Home, count: int, number: int) -> None:
    """Make all rounds up to this one that are not made."""
    nightly.build_missing(place, BEFORE)
    at, groups_there, _ = _state(place)
    if groups_there != count:
        at = 0
        _begin(place, count, exactly=True)
    for missing in range(at + 1, number + 1):
        _together(place, count, missing)


def _together(place: Home, count: int, number: int) -> dict[str, int]:
    """Unite a round; a part that is not there is made first."""
    from warehouse import database
    from warehouse.building import models
    from warehouse.sharing import groups, parts, rounds, whole

    laid, inputs, made = rounds.rounds(models.load()), _state(place)[2], []
    for group in groups.all_of(count) if count > 1 else ():
        parts.make(place, inputs, group, laid, number)
        made.append([parts.path_of(place, inputs, group, at) for at in range(1, number + 1)])
    with database.building(place) as connection:
        if not made and not whole.has_apart(connection, laid, number):
            whole.make_apart(connection, laid, number)
        return whole.unite(connection, laid, number, made)


def _all_apart(place: Home, number: int) -> dict[str, int]:
    from warehouse import database
    from warehouse.building import models
    from warehouse.sharing import rounds, whole

    with database.building(place) as connection:
        return whole.make_apart(connection, rounds.rounds(models.load()), number)


def _state(place: Home) -> tuple[int, int, str]:
    """Return the last round that was united, the number of groups, and what the build database was made from."""
    from warehouse import database
    from warehouse.publishing import inputs
    from warehouse.sharing import whole

    if not place.build_database.is_file():
        return -1, 0, ""
    with database.reading(place.build_database) as connection:
        has_lake = connection.execute("select 1 from duckdb_schemas() where schema_name = 'lake'").fetchall()
        return (*whole.state(connection), inputs.built_from(connection) if has_lake else "")
