"""Files of `transforms/` read alike: a head that says what a row is, words in lower case, one select."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.transforms import chain
from warehouse.building.models import TRANSFORMS

if TYPE_CHECKING:
    from warehouse.building.models import Model

MODELS = chain.loaded()
CHECKS = [model for model in MODELS if model.stage == "checks"]


def code_of(model: Model) -> str:
    """Return the statement without comments and quoted text."""
    return re.sub(r"--[^\n]*|'[^']*'", "", model.sql)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_a_file_says_what_one_row_is(model: Model) -> None:
    named = {"severity", "says"} if model.stage == "checks" else {"grain"}
    assert named <= model.head.keys()
    assert model.stage == "checks" or model.head["grain"].startswith("one row per ")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_words_are_in_lower_case_and_lines_are_short(model: Model) -> None:
    assert code_of(model) == code_of(model).lower()
    assert "\t" not in model.sql
    assert max(map(len, model.sql.splitlines())) <= 120


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.table)
def test_no_fan_out_is_hidden_and_nothing_depends_on_chance(model: Model) -> None:
    code = code_of(model)
    assert not re.search(r"\bselect distinct\b(?! on)", code)
    assert not re.search(
        r"\b(now|random|uuid|current_date|current_timestamp|today|avg|any_value|first|last)\s*\(", code
    )
    assert not re.search(r"\b(double|float|real)\b", code)


def test_a_model_is_not_long() -> None:
    assert {model.table: len(model.sql.splitlines()) for model in MODELS if len(model.sql.splitlines()) > 175} == {}


def test_every_kind_of_finding_is_published() -> None:
    [finding] = [model for model in MODELS if model.table == "marts.finding"]
    kinds = {model.name: model for model in MODELS if model.stage == "findings"}
    assert finding.reads == {model.table for model in kinds.values()}
    assert [name for name, model in kinds.items() if f"'{name}'" not in model.sql] == []


def test_every_reason_for_which_something_is_open_is_explained() -> None:
    [suspense] = [model for model in MODELS if model.table == "matching.suspense"]
    reasons = set(re.findall(r"(?:then|else) '([a-z_]+)'", suspense.sql))
    explained = (TRANSFORMS / "codes" / "suspense_reason.csv").read_text().splitlines()[1:]
    assert reasons == {line.partition(",")[0] for line in explained}
