"""What pyx12 finds is kept beside the lake, published beside the money, and never waited for."""

from __future__ import annotations

import logging
import stat
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from tests.edi.test_conform import CANARY, REMITTANCE, plain, with_changes
from warehouse import cli, durable, nightly
from warehouse.conforming import advice, conformance, judging, steps
from warehouse.errors import BusyError, DamageError, SettingError
from warehouse.home import Home, writer
from warehouse.landing import loads, one_load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHOLE = plain(REMITTANCE)
DEFECTIVE = plain(with_changes((3, None)), control_number=5)
CUT = plain(REMITTANCE, control_number=7).replace(b"SE*16*", b"SE*99*")
OLD = plain(REMITTANCE, guide="004010X091A1", control_number=9).replace(b"*^*00501*", b"*U*00401*")
FILES = {"whole.835": WHOLE, "defective.835": DEFECTIVE, "cut.835": CUT, "old.835": OLD, "none.835": b"not X12"}

Place = tuple[Home, list[str]]


@pytest.fixture
def landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Place]:
    """Make a home where these files have been landed, each call a night; returns it and the ids of new loads."""
    monkeypatch.delenv("TAKEBACK_CONFORMANCE_SHARE", raising=False)

    def land(files: dict[str, bytes], name: str = "home") -> Place:
        folder = tmp_path / f"{name}-inbox"
        folder.mkdir(exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        planned = nightly.discover(folder, tmp_path / name)
        for load_id in planned:
            nightly.land(tmp_path / name, load_id)
        return Home(tmp_path / name), planned

    return land


def published(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(advice.link_path(home)), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def kept(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_larger_share_takes_what_a_smaller_one_takes_and_more() -> None:
    ids = [f"{number:032x}" for number in range(4000)]
    taken = [{one for one in ids if conformance.is_sampled(one, share)} for share in (0, 0.05, 0.5, 1)]
    assert taken[0] == set()
    assert taken[1] < taken[2] < taken[3] == set(ids)
    assert 150 < len(taken[1]) < 250


def test_the_share_comes_from_the_command_else_from_the_setting() -> None:
    setting = {"TAKEBACK_CONFORMANCE_SHARE": "0.25"}
    assert conformance.share_of("", {}) == 0.05
    assert conformance.share_of("", setting) == 0.25
    assert conformance.share_of("1.0", setting) == conformance.share_of(1, setting) == 1
    assert conformance.share_of(0, setting) == 0


@pytest.mark.parametrize("share", ["-0.1", "1.1", "nan", "inf", "5 %"])
def test_a_share_that_is_none_is_refused(share: str) -> None:
    with pytest.raises(SettingError, match="from 0 to 1"):
        conformance.share_of(share)


def test_what_is_quarantined_is_judged_whatever_the_share(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    assert sum(steps.conform(home.root, load_id, 0).values()) == 1
    steps.publish(home.root)
    assert published(home, "select status, verdict from verdict") == [("quarantined", "defective")]


def test_without_a_share_and_a_quarantined_transaction_nothing_is_made(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed({"whole.835": WHOLE})
    assert sum(steps.conform(home.root, load_id, 0).values()) == 0
    assert steps.publish(home.root) == ""
    assert kept(conformance.folder(home)) == kept(conformance.answers_folder(home)) == {}
    assert not advice.link_path(home).exists()
    assert list(advice.lines(home)) == []


def test_every_transaction_has_a_verdict_and_every_defect_a_place(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    assert steps.conform(home.root, load_id, 1) == {"conforms": 1, "defective": 3, "not_evaluable": 0}
    steps.publish(home.root)
    verdicts = "select judged_by, status, verdict, error_count from verdict order by all"
    assert published(home, verdicts) == [
        ("004010X091A1", "landed", "defective", 1),
        ("005010X221A1", "landed", "conforms", 0),
        ("005010X221A1", "landed", "defective", 1),
        ("005010X221A1", "quarantined", "defective", 1),
    ]
    places = "select segment_number, loop, segment_id, code, severity from conformance order by all"
    assert published(home, places) == [
        (5, "1000A", "N3", "IK304-3", "error"),
        (7, "1000A", "PER", "IK304-1", "error"),
        (16, "HEADER", "SE", "IK502-4", "error"),
    ]
    assert next(advice.lines(home)) == (
        "conformance     4 of 4 transaction sets judged by pyx12: 1 conform, 3 defective"
    )


def test_the_published_tables_explain_themselves_and_nobody_writes_to_them(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    steps.conform(home.root, load_id, 1)
    steps.publish(home.root)
    silent = """
        select table_name from duckdb_tables() where coalesce(comment, '') not like 'one row per %'
        union all select column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"""
    assert published(home, silent) == []
    assert stat.S_IMODE(advice.link_path(home).stat().st_mode) == 0o440


def test_the_order_of_arrival_does_not_matter(landed: Callable[..., Place]) -> None:
    together, loads_together = landed(FILES, "together")
    apart, first = landed({"old.835": OLD, "cut.835": CUT}, "apart")
    _, second = landed({"defective.835": DEFECTIVE, "whole.835": WHOLE, "none.835": b"not X12"}, "apart")
    for home, planned in ((together, loads_together), (apart, first + second)):
        for load_id in planned:
            steps.conform(home.root, load_id, 0.5)
        steps.publish(home.root)
    for table in ("verdict", "conformance"):
        assert published(together, f"from {table}") == published(apart, f"from {table}")
    assert kept(conformance.answers_folder(together)) == kept(conformance.answers_folder(apart))


def test_every_interchange_is_acknowledged_for_its_owners_eyes(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed({**FILES, "two.835": WHOLE + DEFECTIVE})
    steps.conform(home.root, load_id, 1)
    answers = sorted(conformance.answers_folder(home).iterdir())
    members = {file["sha256"] for file in loads.manifests(home)[0].files}
    assert len(answers) == 2 * 6
    assert {path.name.partition("-")[0] for path in answers} < members
    assert {path.name.partition("-")[2] for path in answers} == {"1.ta1", "1.999", "2.ta1", "2.999"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in answers} == {0o600}
    functional = [path.read_bytes() for path in answers if path.suffix == ".999"]
    assert sum(b"~ST*997*" in content for content in functional) == 1
    assert sum(b"~ST*999*" in content for content in functional) == 5
    assert all(b"~TA1*" in path.read_bytes() for path in answers if path.suffix == ".ta1")


def test_judging_twice_is_judging_once(landed: Callable[..., Place], monkeypatch: pytest.MonkeyPatch) -> None:
    home, (load_id,) = landed(FILES)
    first = steps.conform(home.root, load_id, 1)
    assert steps.publish(home.root)
    monkeypatch.setattr(one_load, "sources", None)
    assert steps.conform(home.root, load_id, 1) == steps.conform(home.root, load_id, 0.05) == first
    assert steps.conform_all(home.root, 1) == ""


def test_a_larger_share_judges_again(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    steps.conform(home.root, load_id, 0)
    assert conformance.wanting(home, 0) == []
    assert conformance.wanting(home, 1) == [load_id]
    assert steps.conform_all(home.root, 1)
    assert published(home, "select count(*) from verdict") == [(4,)]
    assert len(list(advice.link_path(home).resolve().parent.iterdir())) == 1


@pytest.mark.parametrize("broken", ["manifest.json", "verdict.parquet"])
def test_what_was_damaged_is_judged_again(landed: Callable[..., Place], broken: str) -> None:
    home, (load_id,) = landed(FILES)
    steps.conform_all(home.root, 1)
    before = kept(conformance.folder(home))
    path = conformance.folder(home) / load_id / broken
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-3])
    assert conformance.wanting(home, 1) == [load_id]
    steps.conform_all(home.root, 1)
    assert kept(conformance.folder(home)) == before


def test_a_damaged_lake_gives_no_verdict(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    path = home.lake / load_id / "transaction.parquet"
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DamageError, match="transaction damaged"):
        steps.conform(home.root, load_id, 1)


def test_a_judge_that_died_leaves_nothing_half_made(
    landed: Callable[..., Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise OSError(28, "No space left on device")

    home, (load_id,) = landed(FILES)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "settle_folder", dies)
        with pytest.raises(OSError, match="No space left"):
            steps.conform(home.root, load_id, 1)
    assert conformance.all_present(home) == []
    steps.conform_all(home.root, 1)
    assert [judged.load_id for judged in conformance.all_present(home)] == [load_id]
    assert [path.name for path in home.work.iterdir() if "conform" in path.name or "answer" in path.name] == []


def test_loads_that_are_no_more_are_dropped(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    steps.conform_all(home.root, 1)
    durable.clear_folder(home.lake / load_id)
    landed({"whole.835": WHOLE})
    steps.conform_all(home.root, 1)
    assert {path.name for path in conformance.folder(home).iterdir()} == {path.name for path in home.lake.iterdir()}


def test_the_money_and_its_advice_do_not_lock_each_other_out(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    with writer(home.root):
        assert steps.conform_all(home.root, 1)
    with conformance.advising(home.root, alone=True), writer(home.root):
        nightly.discover(home.root.with_name("home-inbox"), home.root)
    with conformance.advising(home.root, alone=True), pytest.raises(BusyError):
        steps.conform(home.root, load_id, 1)


def test_of_two_judges_of_one_load_one_works(landed: Callable[..., Place]) -> None:
    home, (load_id,) = landed(FILES)
    with conformance.held(home.lake / load_id / "manifest.json"), pytest.raises(BusyError):
        steps.conform(home.root, load_id, 1)


def test_no_value_is_kept_or_logged(landed: Callable[..., Place], caplog: pytest.LogCaptureFixture) -> None:
    body = with_changes((3, (CANARY, CANARY)), (8, ("CLP", CANARY, CANARY, CANARY, CANARY, None, CANARY, CANARY)))
    home, planned = landed({f"{CANARY}.835": plain(body), "cut.835": CUT})
    with caplog.at_level(logging.DEBUG):
        for load_id in planned:
            steps.conform(home.root, load_id, 1)
        steps.publish(home.root)
    assert CANARY not in caplog.text
    left = [kept(folder) for folder in (conformance.folder(home), conformance.answers_folder(home))]
    assert [name for files in left for name, content in files.items() if CANARY.encode() in content] == []
    assert CANARY not in repr(published(home, "from conformance"))
    assert len(published(home, "from conformance")) > 1


def test_a_run_publishes_the_money_also_where_nothing_can_be_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ValueError(CANARY)

    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "cut.835").write_bytes(CUT)
    (tmp_path / "inbox" / "whole.835").write_bytes(WHOLE)
    command = ["run", "--inbox", str(tmp_path / "inbox"), "--home", str(tmp_path / "home"), "--quiet"]
    with monkeypatch.context() as patch:
        patch.setattr(judging, "judge", fails)
        assert cli.main(command) == 0
    printed = capsys.readouterr()
    assert "conformance was not judged: ValueError at " in printed.err
    assert CANARY not in printed.err + printed.out
    money = (tmp_path / "home" / "published" / "takeback.duckdb").readlink()
    assert cli.main(command) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("nothing changed\n")
    assert "conformance     1 of 2 transaction sets judged by pyx12: 1 defective\n" in printed.out
    assert (tmp_path / "home" / "published" / "takeback.duckdb").readlink() == money


def test_the_command_judges_as_much_as_it_is_told(
    landed: Callable[..., Place], capsys: pytest.CaptureFixture[str]
) -> None:
    home, _ = landed(FILES)
    command = ["conform", "--home", str(home.root), "--quiet", "--share"]
    assert cli.main([*command, "1.0"]) == 0
    assert capsys.readouterr().out == (
        "conformance     4 of 4 transaction sets judged by pyx12: 1 conform, 3 defective\n"
        f"DuckDB file: {advice.link_path(home)}\n"
    )
    assert cli.main([*command, "0.5"]) == 0
    assert capsys.readouterr().out.startswith("nothing changed\n")
    assert cli.main([*command, "all"]) == 2
    assert cli.main(["conform", "--home", str(home.root / "nowhere")]) == 2
