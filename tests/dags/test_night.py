"""Whole nights through Airflow, in the same way as `make run`: over the sample, over an empty inbox, over failures."""

from pathlib import Path

from tests.conftest import Nights
from tests.dags.airflow_process import night, python

CANARY = "KANARIENVOGEL"
# A name, an account, a member, a claim number, a check and a note that must not be seen outside of the home.
REMITTANCE = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260101*1200*^*00501*000000007*0*P*:~"
    "GS*HP*PAYER*CLINIC*20260101*1200*7*X*005010X221A1~ST*835*0001~"
    "BPR*I*90*C*CHK************20260101~TRN*1*{0}TRACE*1999999999~DTM*405*20260101~"
    "N1*PR*ONE PAYER~N3*1 STREET~N4*TOWN*OH*43215~PER*BL*DESK*TE*8005550100~N1*PE*CLINIC*XX*1999999984~"
    "LX*1~CLP*{0}ACCOUNT*1*100*90*10*12*{0}CLAIM*11*1~CAS*PR*1*10~"
    "NM1*QC*1*{0}LAST*{0}FIRST****MI*{0}MEMBER~DTM*232*20260101~SVC*HC:99213*100*90~DTM*472*20260101~"
    "SE*17*0001~GE*1*7~IEA*1*000000007~"
)
STUB = """
import os
from pathlib import Path
def step(name):
    with Path(os.environ["CALLS"]).open("a") as calls:
        calls.write(name + " ")
    if name == os.environ["FAILING"]:
        raise ValueError("on purpose")
    return {"rows": 1}
def discover(inbox, home): step("discover"); return ["aa", "bb"] if os.environ["FAILING"] != "none" else []
def land(home, load_id): return step("land-" + load_id)
def build(home, stage): return step(stage)
def check(home): return step("check")
def publish(home, accept_restatement): step("publish"); return "cc"
def summarize(home): return "summary"
"""
BESIDE = """
from warehouse.nightly import step
def conform(home, load_id, share): return step("conform-" + load_id + "-" + str(share)) and {"conforms": 1}
def publish(home): step("publish_conformance"); return "dd"
"""
SHARED = """
from warehouse.nightly import step
def share(home, most): step("share-" + str(most)); return ["1 of 2", "2 of 2"]
def apart(home, group, number): return step(str(number) + "-" + group[2:].replace(" ", "-"))
def together(home, number, most): return ["1 of 2", "2 of 2"], step(str(number) + "-together")
"""
FAILURES = """
import io, os, sys, pathlib, time
from dags import local, progress, servers
time.sleep = lambda seconds: None  # dag.test() waits a second for each task that cannot run any more
servers.AIRFLOW_HOME.mkdir(parents=True)
os.environ.update(servers.settings(8080))
for failing in ("land-aa", "check", "conform-aa-0.05", "none"):
    os.environ.update(FAILING=failing, CALLS=failing)
    with progress.output_to(local.LOG.with_name(failing)):
        heard = progress.Progress(io.StringIO())
        succeeded = local.run_dag(heard)
    print(failing, succeeded, sorted(heard.failures), pathlib.Path(failing).read_text(), sep="|")
"""
BAD_SHARE_NIGHT = """
import os, sys
os.environ["TAKEBACK_CONFORMANCE_SHARE"] = "a lot"
from dags import local
sys.argv = ["local", "run"]
sys.exit(local.main())
"""
FAILING_NIGHT = """
import sys, time
from dags import local
time.sleep = lambda seconds: None
sys.argv = ["local", "run"]
sys.exit(local.main())
"""


def contains(path: Path, text: str) -> bool:
    """Tell whether a file's bytes hold a text."""
    return path.is_file() and text.encode() in path.read_bytes()


def money(calls: str) -> list[str]:
    """Return the steps that the money needs; loads are landed in any order."""
    steps = [call for call in calls.split() if "conform" not in call]
    return sorted(steps[:3]) + steps[3:]


def advice(calls: str) -> list[str]:
    """Return the other steps, by name."""
    return sorted(call for call in calls.split() if "conform" in call)


def test_a_night_over_the_sample_publishes_a_database(nights: Nights) -> None:
    assert nights.first.returncode == 0, nights.first.stderr
    assert str(nights.published) in nights.first.stdout
    assert nights.published.is_file()
    assert [path for path in (nights.folder / "inbox").rglob("*") if path.is_file()] == []


def test_a_night_without_files_does_every_step_and_changes_nothing(nights: Nights) -> None:
    assert nights.second.returncode == 0, nights.second.stderr
    assert "\nnothing changed\n" in nights.second.stdout
    assert "\nnothing changed\n" not in nights.first.stdout
    assert "transform.marts" in nights.second.stdout
    said = [night.stdout.partition("\ngeneration ")[2] for night in (nights.first, nights.second)]
    assert said[0] == said[1] != ""


def test_what_a_night_leaves_is_hidden_from_others(nights: Nights) -> None:
    left = [path for name in ("home", "airflow") for path in (nights.folder / name).rglob("*")]
    assert [path for path in left if not path.is_symlink() and path.stat().st_mode & 0o027] == []


def test_no_patient_is_named_in_airflow(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    remittance = REMITTANCE.format(CANARY)
    (tmp_path / "inbox" / f"{CANARY}.835").write_text(remittance)
    (tmp_path / "inbox" / "wrong.835").write_text(remittance.replace("*90*C*", f"*{CANARY}*C*"))
    (tmp_path / "inbox" / "cut.835").write_text(remittance[:-150])
    (tmp_path / "inbox" / "none.835").write_text(f"{CANARY} is not X12")
    ended = night(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert CANARY not in ended.stdout + ended.stderr
    assert (tmp_path / "airflow" / "airflow.db").is_file()
    assert [path for path in (tmp_path / "airflow").rglob("*") if contains(path, CANARY)] == []
    assert any(contains(path, CANARY) for path in (tmp_path / "home" / "raw").rglob("*"))
    for folder in ("conformance", "acknowledgements"):
        kept = [path for path in (tmp_path / "home" / folder).rglob("*") if path.is_file()]
        assert kept
        assert [path for path in kept if contains(path, CANARY)] == []


def test_a_step_that_fails_stops_the_night_and_an_empty_inbox_does_not(tmp_path: Path) -> None:
    stub = tmp_path / "stub" / "warehouse"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    (stub / "nightly.py").write_text(STUB)
    for room, steps in (("conforming", BESIDE), ("sharing", SHARED)):
        (stub / room).mkdir()
        (stub / room / "__init__.py").touch()
        (stub / room / "steps.py").write_text(steps)
    (stub / "report.py").write_text("from warehouse.nightly import step\ndef write(home): step('report')\n")
    ended = python(tmp_path, "-c", FAILURES, paths=(tmp_path / "stub",))
    assert ended.returncode == 0, ended.stderr
    landing, check, conform, empty = (line.split("|") for line in ended.stdout.splitlines())
    assert landing[:3] == ["land-aa", "False", "['land']"]
    assert money(landing[3]) == ["discover", "land-aa", "land-bb"]
    assert check[:3] == ["check", "False", "['check']"]
    stages = ["lake", "codes", "staging", "share-1"]
    for number in "123":
        stages += [f"{number}-of-2", f"{number}-of-2", f"{number}-together"]
    assert money(check[3]) == ["discover", "land-aa", "land-bb", *stages, "check"]
    assert conform[:3] == ["conform-aa-0.05", "True", "['conform']"], "the night is green, its one task is red"
    assert money(conform[3]) == ["discover", "land-aa", "land-bb", *stages, "check", "publish", "report"]
    assert advice(conform[3]) == ["conform-aa-0.05", "conform-bb-0.05", "publish_conformance"]
    assert empty[:3] == ["none", "True", "[]"]
    assert [call for call in empty[3].split() if call != "publish_conformance"] == [
        "discover", *stages, "check", "publish", "report",
    ]  # fmt: skip


def test_a_load_that_cannot_be_judged_is_said_and_the_money_is_published(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "one.835").write_text(REMITTANCE.format("A"))
    ended = python(tmp_path, "-c", BAD_SHARE_NIGHT)
    assert ended.returncode == 0, ended.stderr
    assert "conform: the share of transactions to judge must be a number from 0 to 1" in ended.stderr
    assert (tmp_path / "home" / "published" / "takeback.duckdb").is_file()
    assert not (tmp_path / "home" / "published" / "conformance.duckdb").exists()


def test_a_night_that_failed_ends_with_one_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file where the inbox should be")
    (tmp_path / "home").write_text("a file where the home should be")
    ended = python(tmp_path, "-c", FAILING_NIGHT)
    assert ended.returncode == 1
    assert "the last generation still serves" in ended.stderr
    assert "discover: " in ended.stderr
