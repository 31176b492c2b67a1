"""Rounds follow from who reads whom; a head says which models look across enterprises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.files import write
from warehouse.building import models
from warehouse.sharing import rounds

if TYPE_CHECKING:
    from pathlib import Path

MODELS = models.load()


def laid(folder: Path, files: dict[str, str]) -> list[tuple[list[str], list[str]]]:
    found = rounds.rounds(models.load(write(folder, files)))
    return [([model.table for model in each.apart], [model.table for model in each.whole]) for each in found]


def test_what_looks_across_enterprises_waits_for_a_round_and_begins_another(tmp_path: Path) -> None:
    files = {
        "staging/payment.sql": "select 1 as id",
        "takebacks/counted.sql": "from staging.payment",
        "takebacks/learned.sql": "-- scope: whole\nfrom takebacks.counted",
        "matching/decision.sql": "from takebacks.learned join takebacks.counted using (id)",
        "marts/payment.sql": "from staging.payment",
        "marts/decision.sql": "from matching.decision",
    }
    assert laid(tmp_path, files) == [
        ([], ["staging.payment"]),
        (["takebacks.counted"], ["takebacks.learned"]),
        (["matching.decision"], ["marts.decision", "marts.payment"]),
    ]


def test_of_what_is_made_apart_only_what_is_read_across_is_united_and_once(tmp_path: Path) -> None:
    files = {
        "takebacks/a.sql": "select 1 as id",
        "takebacks/b.sql": "from takebacks.a",
        "takebacks/all_b.sql": "-- scope: whole\nfrom takebacks.b",
        "matching/c.sql": "from takebacks.all_b join takebacks.a using (id)",
        "marts/d.sql": "from matching.c join takebacks.b using (id)",
    }
    laid(tmp_path, files)
    found = rounds.rounds(models.load(tmp_path))
    assert [rounds.read_whole(found, number) for number in (1, 2)] == [["takebacks.b"], ["matching.c"]]
    assert [rounds.read_apart(found, number) for number in (1, 2)] == [[], ["takebacks.a", "takebacks.all_b"]]


def test_whoever_draws_a_graph_of_the_rounds_knows_how_many_there_are() -> None:
    assert len(rounds.rounds(MODELS)) == rounds.COUNT + 1


def test_a_scope_is_whole_and_is_said_where_it_is_not_plain() -> None:
    said = {model.table: model for model in MODELS if "scope" in model.head}
    assert {model.head["scope"] for model in said.values()} == {"whole"}
    assert not {model.stage for model in said.values()} & set(rounds.WHOLE_STAGES)


def test_every_model_is_in_one_round() -> None:
    listed = [model.table for each in rounds.rounds(MODELS) for model in (*each.apart, *each.whole)]
    assert sorted(listed) == sorted(model.table for model in MODELS)


def test_what_goes_from_one_database_to_another_is_stored() -> None:
    kinds = {model.table: model.kind for model in MODELS}
    found = rounds.rounds(MODELS)
    handed_on = {table for number in range(len(found)) for table in rounds.read_apart(found, number)}
    handed_on |= {model.table for each in found for model in each.apart}
    assert {kinds[table] for table in handed_on & kinds.keys()} == {"table"}
