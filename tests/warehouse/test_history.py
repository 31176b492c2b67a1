"""The past: what was known when, and what a late file changes of months that had been reported.

The real reader and transforms, over checks of one payer: January's, February's and March's; in February the payer takes
back what it had paid for a claim, and the file that says what it had paid for that claim comes last.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse import cli, nightly
from warehouse.building import history
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.keeping import audit, maintenance
from warehouse.publishing import generations

HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260101*1200*^*00501*{0:09d}*0*T*:~"
    "GS*HP*PAYER*CLINIC*20260101*1200*{0}*X*005010X221A1~ST*835*0001~BPR*I*{paid}*C*CHK************{date}~"
    "TRN*1*TRACE{0}*1999999999~DTM*405*{date}~N1*PR*ONE PAYER*XV*88001~N3*1 STREET~N4*TOWN*OH*43215~"
    "PER*BL*DESK*TE*8005550100~N1*PE*CLINIC*XX*1999999984~LX*1~"
)
CLAIM = "CLP*ACCOUNT{0}*1*100*90*10*12*{0:013d}*11*1~CAS*PR*1*10~NM1*QC*1*LAST*FIRST****MI*MEMBER{0}~DTM*232*20260101~"


def remittance(number: int, date: str, claims: tuple[int, ...], taken: tuple[int, ...] = ()) -> bytes:
    """Write a check over 90.00 for each claim, less 90.00 for each claim that is taken back."""
    body = "".join(CLAIM.format(claim) for claim in claims)
    body += "".join(f"PLB*1999999984*20261231*WO:{claim:013d}*90~" for claim in taken)
    text = HEAD.format(number, paid=90 * (len(claims) - len(taken)), date=date) + body
    return f"{text}SE*{text.count('~') - 1}*0001~GE*1*{number}~IEA*1*{number:09d}~".encode()


JANUARY = remittance(1, "20260115", (11, 12))
FEBRUARY = remittance(2, "20260213", (21, 22, 23), taken=(12, 13))
MARCH = remittance(3, "20260313", (31,))
LATE = remittance(4, "20260120", (13, 14))
NIGHTS = [{"jan": JANUARY}, {"feb": FEBRUARY, "again": JANUARY}, {"mar": MARCH}, {"late": LATE}]


class Clinic:
    """An inbox and a home of the real product."""

    def __init__(self, root: Path) -> None:
        self.inbox = root / "inbox"
        self.home = root / "home"
        self.inbox.mkdir(parents=True)

    def night(self, files: dict[str, bytes]) -> str:
        for name, content in files.items():
            (self.inbox / name).write_bytes(content)
        return nightly.night(self.inbox, self.home)

    def takeback(self, *arguments: str) -> int:
        return cli.main([*arguments, "--home", str(self.home), "--quiet"])

    def asked(self, sql: str, path: Path | None = None) -> list[tuple[object, ...]]:
        link = path or self.home / "published" / "takeback.duckdb"
        with duckdb.connect(str(link), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    @property
    def served(self) -> str:
        note = generations.present(Home(self.home))
        return note.digest if note else ""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Clinic, list[str]]:
    """Return a clinic after its four nights, and the digests that were published."""
    clinic = Clinic(tmp_path_factory.mktemp("lived"))
    digests = [clinic.night(files) for files in NIGHTS[:3]]
    shutil.copytree(clinic.home, clinic.home.with_name("third night"), symlinks=True)
    return clinic, [*digests, clinic.night(NIGHTS[3])]


@pytest.fixture
def make_clinic(tmp_path: Path) -> Callable[[str], Clinic]:
    return lambda name: Clinic(tmp_path / name)


def path_of(said: str) -> Path:
    return Path(said.partition("DuckDB file: ")[2])


@pytest.mark.parametrize("run", [1, 2, 3])
def test_the_tables_as_known_after_a_run_are_those_that_it_published(lived, run: int) -> None:
    clinic, digests = lived
    said = maintenance.as_known(clinic.home, f"{run:06d}")
    assert f"digest {digests[run - 1]}, the same as was published then" in said
    assert clinic.served == digests[-1], "what is published is as it was"


def test_what_is_matched_now_was_open_before_the_late_file_came(lived) -> None:
    clinic, _ = lived
    sql = "select sum(matched_amount)::varchar, sum(unmatched_amount)::varchar from provider_adjustment"
    then = path_of(maintenance.as_known(clinic.home, "000003"))
    assert clinic.asked(sql, then) == [("90.00", "90.00")]
    assert clinic.asked(sql) == [("180.00", "0.00")]
    assert then.stat().st_mode & 0o777 == 0o440


def test_a_day_knows_all_runs_that_began_on_it_and_a_day_before_the_first_none(lived) -> None:
    clinic, digests = lived
    today = audit.begun(Home(clinic.home))[-1][1]
    assert digests[-1] in maintenance.as_known(clinic.home, today)
    for nonsense in ("1999-12-31", "yesterday", "000099", "'; drop table x; --"):
        with pytest.raises(SettingError):
            maintenance.as_known(clinic.home, nonsense)
    assert clinic.takeback("as-of", "1999-12-31") == 2


def test_the_past_is_the_same_after_everything_was_made_again_of_raw_files_in_one_load(lived, tmp_path: Path) -> None:
    clinic, digests = lived
    copy = Clinic(tmp_path / "copy")
    shutil.copytree(clinic.home, copy.home, symlinks=True)
    assert copy.takeback("rebuild") == 0
    assert len(list((copy.home / "lake").iterdir())) == 1
    assert f"digest {digests[1]}, the same as was published then" in maintenance.as_known(copy.home, "000002")
    for lost in ("lake", "published", "quarantine", "work", "audit"):
        shutil.rmtree(copy.home / lost)
    assert copy.takeback("rebuild") == 0
    assert copy.served == digests[-1]
    assert digests[1] in maintenance.as_known(copy.home, "000002")
    known = "select first_run_id, count(*) from known_since group by all order by all"
    assert copy.asked(known) == clinic.asked(known), "only the log of deliveries counts, and it lies with the raw files"
    copy.night({"new": remittance(9, "20260401", (91,))})
    assert copy.asked("select max(first_run_id) from known_since") == [("000005",)], "numbers of runs go on"


def test_every_published_fact_knows_the_run_that_first_knew_it(lived) -> None:
    clinic, _ = lived
    for table, key in (("remittance", "remittance_id"), ("claim_payment", "claim_payment_id"),
                       ("provider_adjustment", "provider_adjustment_id"), ("ledger_entry", "entry_id")):  # fmt: skip
        found = clinic.asked(
            f"select count(*), count(known.transaction_id) from {table} left join known_since as known "  # noqa: S608
            f"on known.transaction_id = {table}.{key}[:32] where {key} not like 'family%'"
        )
        assert found[0][0] == found[0][1] > 0
    known = "select trace_number, first_run_id from remittance join known_since on remittance_id = transaction_id"
    assert sorted(clinic.asked(known)) == [
        ("TRACE1", "000001"),
        ("TRACE2", "000002"),
        ("TRACE3", "000003"),
        ("TRACE4", "000004"),
    ]


def test_files_made_as_of_a_day_go_with_the_retention(lived) -> None:
    clinic, _ = lived
    maintenance.as_known(clinic.home, "000001")
    assert any(words.endswith("files of `takeback as-of`") for words in maintenance.retain(clinic.home, 7))
    assert list((clinic.home / "published" / "as_of").iterdir()) == []


def test_a_late_file_restates_closed_months_and_is_named_as_the_cause(lived) -> None:
    clinic, _ = lived
    rows = clinic.asked(
        "select strftime(month, '%Y-%m'), measure, before_amount::varchar, after_amount::varchar, cause, file_count, "
        "because_of = [sha256] from restatement cross join (select sha256 from delivery where file_name = 'late') "
        "where run_id = '000004' and measure in ('cash', 'suspense', 'receivable') order by all"
    )
    assert ("2026-01", "cash", "180.00", "360.00", "late_remittance", 1, True) in rows
    assert ("2026-02", "suspense", "90.00", "0.00", "newer_remittance", 1, True) in rows
    assert clinic.asked("select count(*) from restatement where month >= '2026-03-01'") == [(0,)], "March is open"
    assert "restated        2 closed months of 1 payer changed by 270.00" in nightly.summarize(clinic.home)


def test_what_was_restated_is_no_part_of_the_digest(lived, make_clinic) -> None:
    _, digests = lived
    at_once = make_clinic("at once")
    assert at_once.night({name: content for files in NIGHTS for name, content in files.items()}) == digests[-1]
    assert at_once.asked("select count(*) from restatement") == [(0,)]


def test_a_restatement_beyond_the_limit_stops_the_night_until_it_is_accepted(
    lived, make_clinic, monkeypatch, capsys
) -> None:
    clinic = make_clinic("limited")
    shutil.copytree(lived[0].home.with_name("third night"), clinic.home, symlinks=True)
    before = clinic.served
    (clinic.inbox / "late").write_bytes(LATE)
    monkeypatch.setenv("TAKEBACK_RESTATEMENT_LIMIT", "269.99")
    assert clinic.takeback("run", "--inbox", str(clinic.inbox)) == 1
    said = capsys.readouterr().err
    assert "2 closed months of 1 payer changed by 270.00, more than the limit of 269.99" in said
    assert "--accept-restatement" in said
    assert "88001" not in said
    assert clinic.served == before
    assert list(clinic.inbox.iterdir()) == [], "the file is safe all the same"
    assert clinic.takeback("restatement") == 0
    assert "they wait to be accepted" in capsys.readouterr().out
    monkeypatch.setenv("TAKEBACK_RESTATEMENT_LIMIT", "much")
    assert clinic.takeback("publish") == 2
    assert "TAKEBACK_RESTATEMENT_LIMIT: expected" in capsys.readouterr().err
    monkeypatch.setenv("TAKEBACK_RESTATEMENT_LIMIT", "269.99")
    assert clinic.takeback("publish", "--accept-restatement") == 0
    assert clinic.served != before
    assert clinic.night({}) == ""
    assert clinic.takeback("restatement") == 0
    assert "published with generation 000004" in capsys.readouterr().out
    noted = audit.last(Home(clinic.home), "restated")
    assert noted is not None
    assert noted["dollars"] == "270.00"


@pytest.mark.parametrize(("text", "expected"), [("270", "270"), ("0.01", "0.01"), ("0", "0"), (" ", "None")])
def test_the_limit_is_an_amount_of_dollars(monkeypatch, text: str, expected: str) -> None:
    monkeypatch.setenv("TAKEBACK_RESTATEMENT_LIMIT", text)
    assert str(history.limit()) == expected


@pytest.mark.parametrize("text", ["abc", "-1", "nan", "inf"])
def test_a_limit_that_is_no_amount_is_refused(monkeypatch, text: str) -> None:
    monkeypatch.setenv("TAKEBACK_RESTATEMENT_LIMIT", text)
    with pytest.raises(SettingError, match="TAKEBACK_RESTATEMENT_LIMIT: expected"):
        history.limit()
