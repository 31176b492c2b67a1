"""Whole nights through Airflow, in the same way as `make run`: over the sample, over an empty inbox, over failures."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dags.airflow_process import ROOT, python

SAMPLE = ROOT / "tests" / "sample" / "inbox"
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
STAGES = ("lake", "codes", "staging", "takebacks", "matching", "ledger", "marts")
def step(name):
    with Path(os.environ["CALLS"]).open("a") as calls:
        calls.write(name + " ")
    if name == os.environ["FAILING"]:
        raise ValueError("{0}")
    return {{"rows": 1}}
def discover(inbox, home): step("discover"); return ["aa", "bb"]
def land(home, load_id): return step("land-" + load_id)
def build(home, stage): return step(stage)
def check(home): return step("check")
def publish(home): step("publish"); return "cc"
def summarize(home): return "summary"
"""
FAILURES = """
import io, os, sys, pathlib
from dags import local
local.AIRFLOW_HOME.mkdir(parents=True)
os.environ.update(local.settings(8080))
for failing in ("land-aa", "check"):
    os.environ.update(FAILING=failing, CALLS=failing)
    with local.output_to(local.LOG.with_name(failing)):
        progress = local.Progress(io.StringIO())
        succeeded = local.run_dag(progress)
    print(failing, succeeded, sorted(progress.failures), pathlib.Path(failing).read_text(), sep="|")
"""


def night(folder: Path) -> subprocess.CompletedProcess[str]:
    """Do what `make run` does."""
    return python(folder, "-m", "dags.local", "run")


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[subprocess.CompletedProcess[str]]]:
    """One night over the sample with canaries in it, and one over the inbox that it left."""
    folder = tmp_path_factory.mktemp("nights")
    shutil.copytree(SAMPLE, folder / "inbox")
    remittance = REMITTANCE.format(CANARY)
    (folder / "inbox" / f"{CANARY}.835").write_text(remittance)
    (folder / "inbox" / "cut.835").write_text(remittance[:-150])
    (folder / "inbox" / "none.835").write_text(f"{CANARY} is not X12")
    return folder, [night(folder), night(folder)]


def test_a_night_over_the_sample_publishes_a_database(
    nights: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    folder, (first, _) = nights
    assert first.returncode == 0, first.stderr
    assert str(folder / "home" / "published" / "takeback.duckdb") in first.stdout
    assert (folder / "home" / "published" / "takeback.duckdb").is_file()
    assert [path for path in (folder / "inbox").rglob("*") if path.is_file()] == []


def test_a_night_without_files_does_every_step_and_changes_nothing(
    nights: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    _, (first, second) = nights
    assert second.returncode == 0, second.stderr
    assert "\nnothing changed\n" in second.stdout
    assert "\nnothing changed\n" not in first.stdout
    assert "transform.marts" in second.stdout
    summaries = [night.stdout.partition("\ngeneration ")[2] for night in (first, second)]
    assert summaries[0] == summaries[1] != ""


def test_no_patient_is_named_in_airflow(nights: tuple[Path, list[subprocess.CompletedProcess[str]]]) -> None:
    folder, ended = nights
    written = [path for path in (folder / "airflow").rglob("*") if path.is_file()]
    assert any(path.name == "airflow.db" for path in written)
    assert [path for path in written if CANARY.encode() in path.read_bytes()] == []
    assert not any(CANARY in night.stdout + night.stderr for night in ended)
    assert any(CANARY.encode() in path.read_bytes() for path in (folder / "home" / "raw").rglob("*") if path.is_file())


def test_what_a_night_leaves_is_hidden_from_others(
    nights: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    folder, _ = nights
    left = [path for name in ("home", "airflow") for path in (folder / name).rglob("*") if not path.is_symlink()]
    assert [path for path in left if path.stat().st_mode & 0o027] == []


def test_a_step_that_fails_stops_the_night_before_anything_is_published(tmp_path: Path) -> None:
    stub = tmp_path / "stub" / "warehouse"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    (stub / "nightly.py").write_text(STUB.format(CANARY))
    shutil.copy(ROOT / "warehouse" / "errors.py", stub)
    ended = python(tmp_path, "-c", FAILURES, paths=(tmp_path / "stub",))
    assert ended.returncode == 0, ended.stderr
    landing, check = (line.split("|") for line in ended.stdout.splitlines())
    assert landing[:3] == ["land-aa", "False", "['land']"]
    assert sorted(landing[3].split()) == ["discover", "land-aa", "land-bb"]
    assert check[:3] == ["check", "False", "['check']"]
    assert check[3].endswith(" lake codes staging takebacks matching ledger marts check ")
    written = [path for path in (tmp_path / "airflow").rglob("*") if path.is_file()]
    assert [path for path in written if CANARY.encode() in path.read_bytes()] == []


def test_a_night_that_failed_ends_with_one_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("a file where the inbox should be")
    (tmp_path / "home").write_text("a file where the home should be")
    ended = night(tmp_path)
    assert ended.returncode == 1
    assert "the last generation still serves" in ended.stderr
    assert "discover: " in ended.stderr
