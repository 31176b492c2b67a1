"""What a person finds in the Airflow UI, looked at in a real browser, after a night that all its components did.

One Airflow is started for all of this file. Each page that was looked at is kept as a picture; `pytest -s` says where.
"""

import shutil
import sqlite3
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLE
from tests.dags.airflow_process import ROOT
from tests.dags.airflow_server import Server, serving, wait
from tests.report.browser import CHROMIUM, DRIVER, MISSING, Browser
from warehouse.answering.undecided import MOST

TOLD = """
from pathlib import Path
def remember(context):
    with Path(__file__).with_name("told.txt").open("a") as told:
        told.write(context["message"] + "\\n")
"""
MONEY = ["discover", "announce_lake", "check", "publish", "announce_warehouse", "summarize", "report"]
STAGES = ["lake", "codes", "staging", "share", "numbers", "layouts", "marts"]
UNDECIDED = ROOT / "tests" / "stories" / "account_number_reused_by_every_visit"  # 25.00 for one of three claims
NEEDS_BROWSER = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason=MISSING)


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start Airflow; the hour by which the warehouse must be fresh is the one at which a night begins."""
    folder = tmp_path_factory.mktemp("ui")
    shutil.copytree(SAMPLE, folder / "inbox")
    for path in UNDECIDED.glob("*.83*"):
        shutil.copy(path, folder / "inbox")
    (folder / "told.py").write_text(TOLD)
    with serving(folder, TAKEBACK_FRESH_BY="02:30", TAKEBACK_NOTIFY="told.remember") as server:
        wait(lambda: server.status("/api/v2/dags/takeback_nightly", server.token) == 200)
        yield server


@pytest.fixture(scope="module")
def night(airflow: Server) -> str:
    """Let the scheduler do its first night."""
    run = airflow.first_run("takeback_nightly")
    state = airflow.wait_for_run("takeback_nightly", run)
    assert state == "success", airflow.states("takeback_nightly", run)
    return run


@pytest.fixture(scope="module")
def browser(airflow: Server, night: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Open a browser and sign in."""
    assert night
    browser = Browser(tmp_path_factory.mktemp("browser"))
    try:
        browser.size(1500, 950)
        browser.open(f"{airflow.url}/")
        browser.type("input[name=username]", "admin")
        browser.type("input[name=password]", airflow.password)
        browser.click("button[type=submit]")
        browser.find("a[href='/dags']")
        yield browser
    finally:
        browser.close()


def shown(browser: Browser, picture: Path, *texts: str) -> None:
    """Assert that all these texts come to stand on the page, and keep a picture of it."""
    try:
        wait(lambda: all(text in browser.text("body") for text in texts), patience=40)
    finally:
        browser.picture(picture)
        print(picture)  # noqa: T201 - for whoever wants to look


def press(browser: Browser, selector: str) -> None:
    """Click on what comes to stand on the page; a busy machine takes its time to draw it."""

    def pressed() -> bool:
        try:
            browser.click(selector)
        except LookupError:
            return False
        return True

    wait(pressed, patience=60)


def run_address(airflow: Server, run: str, rest: str = "") -> str:
    return f"{airflow.url}/dags/takeback_nightly/runs/{urllib.parse.quote(run)}{rest}"


def test_all_components_together_do_a_night(airflow: Server, night: str) -> None:
    states = airflow.states("takeback_nightly", night)
    assert set(states.values()) == {"success"}
    assert {*MONEY, *(f"transform.{stage}" for stage in STAGES)} <= states.keys()
    (load,) = (name for name in states if name.startswith("land "))
    assert len(load.removeprefix("land load ")) == 12, "a mapped task is named by its load"


def test_who_waits_for_the_warehouse_is_told_of_a_generation(airflow: Server, night: str) -> None:
    assert night
    events = airflow.call("GET", "/assets/events")["asset_events"]
    extras = {event["name"]: event["extra"] for event in events}
    assert extras.keys() == {"takeback_lake", "takeback_warehouse"}
    assert set(extras["takeback_warehouse"]) == {"digest"}


def test_somebody_is_told_when_the_warehouse_is_not_fresh_by_its_hour(airflow: Server, night: str) -> None:
    told = airflow.folder / "told.txt"
    wait(told.is_file)
    assert told.read_text().splitlines() == [f"takeback_nightly is late, the warehouse is not fresh (run {night})"]


def test_one_slot_is_there_for_the_one_writer(airflow: Server) -> None:
    pools = {pool["name"]: pool["slots"] for pool in airflow.call("GET", "/pools")["pools"]}
    assert pools["takeback_writer"] == 1


def test_rebuilding_by_hand_changes_nothing_and_tells_nobody(airflow: Server, night: str) -> None:
    assert night
    run = airflow.run("takeback_again", what="rebuild")
    assert airflow.wait_for_run("takeback_again", run) == "success"
    states = airflow.states("takeback_again", run)
    assert states == {
        "choose": "success", "replay": "skipped", "rebuild": "success",
        "announce_warehouse": "skipped", "report": "success",
    }  # fmt: skip


@pytest.fixture(scope="module")
def question(airflow: Server, night: str) -> tuple[str, dict[str, Any]]:
    """Let a person be asked about takebacks of any amount; return the run and the question about one of them."""
    assert night
    run = airflow.run("takeback_decisions", above=0)

    def asked() -> list[dict[str, Any]]:
        details = airflow.call("GET", f"/dags/takeback_decisions/dagRuns/{run}/hitlDetails")["hitl_details"]
        return [detail for detail in details if " took 25.00: " in detail["subject"]]

    return run, wait(asked)[0]


@NEEDS_BROWSER
def test_a_person_is_asked_by_amount_and_id(
    question: tuple[str, dict[str, Any]], airflow: Server, browser: Browser, tmp_path: Path
) -> None:
    browser.open(f"{airflow.url}/required_actions")
    shown(browser, tmp_path / "required_actions.png", question[1]["subject"])
    run, place = urllib.parse.quote(question[0]), question[1]["task_instance"]["map_index"]
    task = f"{airflow.url}/dags/takeback_decisions/runs/{run}/tasks/decide/mapped/{place}"
    browser.open(f"{task}/required_actions")
    shown(browser, tmp_path / "question.png", "leave it open", "took 25.00", "A wrong answer")


def answer(airflow: Server, run: str, number: int, chosen: str) -> None:
    task = f"/dags/takeback_decisions/dagRuns/{run}/taskInstances/decide/{number}/hitlDetails"
    airflow.call("PATCH", task, chosen_options=[chosen], params_input={})


def test_an_answer_is_kept_as_a_sheet_of_decisions(question: tuple[str, dict[str, Any]], airflow: Server) -> None:
    run, asked = question
    *claims, none, leave = asked["options"]
    assert (len(claims), none, leave) == (3, "it is for none of our claims", "leave it open")
    place = asked["task_instance"]["map_index"]
    for number in range(MOST):
        chosen = claims[0] if number == place else leave
        try:
            answer(airflow, run, number, chosen)
        except LookupError:
            break
    assert airflow.wait_for_run("takeback_decisions", run) == "success"
    kept = [path.read_bytes() for path in (airflow.folder / "home" / "raw").glob("??/*")]
    (sheet,) = (content for content in kept if content.startswith(b"provider_adjustment_id,"))
    header, row = (line.split(",") for line in sheet.decode().splitlines())
    decided = dict(zip(header, row, strict=True))
    assert asked["body"].count(decided["provider_adjustment_id"]) == 2
    assert (decided["action"], decided["claim"], decided["decided_by"]) == ("match", claims[0], "admin")


def test_the_pages_are_for_those_whom_airflow_knows(airflow: Server, night: str) -> None:
    assert night
    for page in ("report/index.html", "report_deidentified/index.html", "report/", "report/none.html"):
        assert airflow.status(f"/takeback/{page}") == 401, "nobody signed in"
        assert airflow.status(f"/takeback/{page}", "not.a.token") == 403
    for page in ("docs", "openapi.json", "redoc"):
        assert airflow.status(f"/takeback/{page}") == 404, "not even the names of its addresses"
    assert airflow.status("/takeback/report/index.html", airflow.token) == 200
    assert airflow.status("/takeback/report/%2e%2e/takeback.duckdb", airflow.token) == 404
    assert "go back to its first page" in airflow.page("/takeback/report/%2e%2e/%2e%2e/%2e%2e/ui.log")


def test_what_a_task_returned_and_what_a_field_was_are_ids_and_counts(airflow: Server, night: str) -> None:
    assert night
    names = {path.name for path in (airflow.folder / "home" / "raw").rglob("*") if len(path.name) == 64}
    assert names, "files are kept"
    with sqlite3.connect(airflow.folder / "airflow" / "airflow.db") as database:
        for table, column in (("xcom", "value"), ("rendered_task_instance_fields", "rendered_fields")):
            kept = str(database.execute(f"select {column} from {table}").fetchall())  # noqa: S608 - names from above
            assert ".835" not in kept
            assert ".837" not in kept


@NEEDS_BROWSER
def test_the_grid_shows_the_night_step_by_step(airflow: Server, night: str, browser: Browser, tmp_path: Path) -> None:
    browser.open(f"{airflow.url}/dags/takeback_nightly")
    press(browser, "[data-testid=expand-all-button]")
    shown(browser, tmp_path / "grid.png", *MONEY, *STAGES, "1 deadline", night)


@NEEDS_BROWSER
def test_the_graph_shows_what_follows_what(airflow: Server, night: str, browser: Browser, tmp_path: Path) -> None:
    browser.open(run_address(airflow, night))
    press(browser, "[data-testid=expand-all-button]")
    press(browser, "[title^='Show Graph']")
    shown(
        browser, tmp_path / "graph.png", *MONEY, *STAGES, "publish_conformance", "the warehouse is fresh by 02:30 UTC"
    )
    press(browser, "[title^='Show Grid']")


@NEEDS_BROWSER
def test_a_mapped_task_is_listed_by_its_load(airflow: Server, night: str, browser: Browser, tmp_path: Path) -> None:
    (load,) = (name for name in airflow.states("takeback_nightly", night) if name.startswith("land "))
    browser.open(run_address(airflow, night, "/tasks/land/mapped"))
    shown(browser, tmp_path / "land.png", load.removeprefix("land "))


@NEEDS_BROWSER
def test_a_dag_and_a_task_say_what_to_do_when_they_are_red(airflow: Server, browser: Browser, tmp_path: Path) -> None:
    browser.open(f"{airflow.url}/dags/takeback_nightly")
    press(browser, "[data-testid=markdown-button]")
    shown(browser, tmp_path / "dag_docs.png", "When a task is red", "likely reason", "make room, clear the task")
    browser.open(f"{airflow.url}/dags/takeback_nightly/tasks/transform.decisions")
    press(browser, "[data-testid=markdown-button]")
    shown(browser, tmp_path / "task_docs.png", "with the claims that are proven", "What to do")


@NEEDS_BROWSER
def test_a_run_by_hand_asks_for_its_parameters(airflow: Server, browser: Browser, tmp_path: Path) -> None:
    browser.open(f"{airflow.url}/dags/takeback_again")
    press(browser, "[data-testid=trigger-dag-button]")
    shown(browser, tmp_path / "trigger.png", "What to do again.", "Where raw files, lake")


@NEEDS_BROWSER
def test_the_pages_stand_in_the_menu(airflow: Server, browser: Browser, tmp_path: Path) -> None:
    browser.open(f"{airflow.url}/")
    press(browser, "button[aria-label=Browse]")
    shown(browser, tmp_path / "menu.png", "Takebacks", "Takebacks, without patients")
    browser.open(f"{airflow.url}/plugin/takebacks")
    frame = browser.find("iframe")
    browser.call("POST", "/frame", {"id": {"element-6066-11e4-a52e-4f735466cecf": frame}})
    shown(browser, tmp_path / "pages.png", "Tonight")
    browser.call("POST", "/frame", {"id": None})
