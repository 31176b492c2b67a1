"""What `docs/` says is true: the dictionary is the file's own, each query answers as shown, the notebook runs."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from tests.analysts import dictionary
from tests.dags.airflow_process import ROOT
from tests.test_readme import table

DOCS = ROOT / "docs"
SQL = re.compile(r"```sql\n(.*?)```(\n\n(?:\|[^\n]*\n)+)?", re.DOTALL)
COOKBOOK = (DOCS / "cookbook.md").read_text()
QUESTIONS = dict(re.findall(r"### (\d+)\. [^\n]*\n.*?```sql\n(.*?)```", COOKBOOK, re.DOTALL))


def compare(path: Path, now: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite"):
        path.write_text(now)
    else:
        assert path.read_text() == now, "pytest tests/analysts --rewrite"


def test_the_dictionary_is_what_the_file_says_of_itself(published: Path, request: pytest.FixtureRequest) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        compare(DOCS / "dictionary.md", dictionary.dictionary(connection), request)


def test_the_picture_is_drawn_from_the_keys(published: Path, request: pytest.FixtureRequest) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        drawn = dictionary.picture(connection)
    assert 'claim_payment }o--o| remittance : "remittance_id"' in drawn
    assert 'claim_payment }o--o| claim_payment : "reverses_claim_payment_id"' in drawn
    compare(DOCS / "entities.md", drawn, request)


def test_every_key_of_the_picture_is_one(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        for key, of in dictionary.keys(connection).items():
            twice = f'select count(*) - count(distinct "{key}") from "{of}"'  # noqa: S608
            assert connection.execute(twice).fetchall() == [(0,)], (of, key)


def test_the_cookbook_answers_25_questions(published: Path, request: pytest.FixtureRequest) -> None:
    def answered(block: re.Match[str]) -> str:
        return f"```sql\n{block[1]}```\n\n{table(published, block[1])}"

    assert list(QUESTIONS) == [str(number) for number in range(1, 26)]
    compare(DOCS / "cookbook.md", re.sub(r"\n{3,}", "\n\n", SQL.sub(answered, COOKBOOK)), request)


@pytest.mark.parametrize("number", QUESTIONS)
def test_a_question_runs_on_a_file_without_any_row(tmp_path_factory: pytest.TempPathFactory, number: str) -> None:
    with empty(tmp_path_factory) as connection:
        result = connection.execute(QUESTIONS[number])
        assert result.description
        assert all(set(row) <= {0, None} for row in result.fetchall())


def empty(factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Give a published file into which nothing was delivered; made once."""
    from warehouse import nightly

    home = factory.getbasetemp() / "nothing"
    if not home.is_dir():
        (factory.getbasetemp() / "nothing-inbox").mkdir()
        nightly.night(factory.getbasetemp() / "nothing-inbox", home)
    return duckdb.connect(str((home / "published" / "takeback.duckdb").resolve()), read_only=True)


def test_the_notebook_runs_from_its_first_cell_to_its_last(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEBACK_HOME", str(home))
    cells = json.loads((DOCS / "first_look.ipynb").read_text())["cells"]
    names: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "a notebook is kept without what came out"
            exec(compile("".join(cell["source"]), cell["id"], "exec"), names)  # noqa: S102 - our own notebook
    assert {"tables", "kinds", "story", "open_debts"} <= names.keys()


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
            assert (DOCS / target).exists(), (page.name, target)


def test_a_check_and_a_claim_tell_their_story_however_their_number_is_typed(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        for trace, paid in connection.execute("select trace_number, payment_amount from remittance").fetchall():
            steps = connection.execute("select so_far from check_story($1)", [f"00{trace.lower()} "]).fetchall()
            assert steps[-1] == (paid,)
        account = "select patient_control_number from claim_payment where role = 'reversal' order by 1 limit 1"
        number = connection.execute(account).fetchall()[0][0]
        story = connection.execute("select event from claim_story($1)", [number.swapcase()]).fetchall()
        assert {("claim",), ("original",), ("reversal",)} <= set(story)


def test_the_macros_say_what_they_are_for(published: Path) -> None:
    with duckdb.connect(str(published), read_only=True) as connection:
        macros = connection.execute(dictionary.MACROS).fetchall()
    assert {name for name, *_ in macros} == {"check_story", "claim_story", "same_number"}
    assert all(words for *_, words in macros)
