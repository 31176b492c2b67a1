"""Limits of the machine: memory, disk, a hundred thousand files; and what a run prints of the invariants.

`TAKEBACK_SCALE` multiplies the sizes: 100 makes files of 1 GB, one of them a single transaction of 1.5 million claims,
and 100,000 files.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.bench import data
from tests.warehouse import toy
from warehouse import durable, nightly, space
from warehouse.answering import summary
from warehouse.errors import TakebackError
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.landing import intake, loads
from warehouse.proving import invariants
from warehouse.publishing import generations

ROOT = Path(__file__).parents[2]
SCALE = float(os.environ.get("TAKEBACK_SCALE", "1"))
ADDRESSES = 1800 << 20
LAND = """
import resource, sys
from pathlib import Path
limit = int(sys.argv[3])
import pyarrow.parquet, duckdb, edi.reader, warehouse.landing.one_load
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
from warehouse import nightly
inbox, home = Path(sys.argv[1]), Path(sys.argv[2])
for load in nightly.discover(inbox, home):
    print(nightly.land(home, load)["claim_payment"])
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024)
"""


@pytest.mark.parametrize("transactions", ["one", "many"])
def test_a_large_file_is_landed_in_the_memory_of_a_small_one(tmp_path: Path, transactions: str) -> None:
    """The address space is limited too: most of it is what the libraries map without using it."""
    (tmp_path / "inbox").mkdir()
    size = int(10_000_000 * SCALE)
    each = 0 if transactions == "one" else data.CLAIMS
    held = data.write(tmp_path / "inbox" / "large.835", "835", size, each)
    command = [sys.executable, "-c", LAND, str(tmp_path / "inbox"), str(tmp_path / "home"), str(ADDRESSES)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    assert ended.returncode == 0, ended.stderr[-2000:]
    landed, peak = map(int, ended.stdout.split())
    sys.stdout.write(f"{held.byte_count / 1e6:.0f} MB in {transactions} ST, {landed} claims: {peak} MB\n")
    assert landed == held.claims
    assert peak < 320


def test_a_large_file_of_many_transactions_is_landed(tmp_path: Path) -> None:
    """Its spans come block by block, and each transaction is counted again in the file's own bytes."""
    (tmp_path / "inbox").mkdir()
    held = data.write(tmp_path / "inbox" / "large.835", "835", 3_000_000)
    (load_id,) = nightly.discover(tmp_path / "inbox", tmp_path / "home")
    counts = nightly.land(tmp_path / "home", load_id)
    assert (counts["transaction"], counts["claim_payment"]) == (held.transactions, held.claims)
    (manifest,) = loads.manifests(Home(tmp_path / "home"))
    assert not any(manifest.differences.values())


def test_many_tiny_files_cost_few_syncs(house, monkeypatch) -> None:
    count = int(1000 * SCALE)
    syncs = []
    sync = durable._sync
    monkeypatch.setattr(durable, "_sync", lambda *arguments: (syncs.append(1), sync(*arguments))[1])
    monkeypatch.setattr(intake, "BATCH_FILES", max(1000, count // 10))
    for number in range(count):
        house.deliver(f"{number % 100}/{number}.835", f"PAY T{number} 100\n".encode())
    began = time.monotonic()
    (load_id,) = nightly.discover(house.inbox, house.home)
    assert nightly.land(house.home, load_id)["payment"] == count
    sys.stdout.write(f"{count} files in {time.monotonic() - began:.1f} s, {len(syncs)} syncs\n")
    assert len(syncs) < 600 + count / 5
    assert len(house.raw) == count


def test_a_disk_that_is_too_full_is_said_before_anything_is_taken(house, monkeypatch) -> None:
    house.deliver("a.835")
    monkeypatch.setattr(space, "RESERVE", 1 << 60)
    with pytest.raises(TakebackError, match=r"the disk of the home is too full: [\d,]+ MB needed, [\d,]+ MB free"):
        house.night()
    assert house.waiting() == ["a.835"]


def test_a_file_that_outgrows_the_limit_of_the_system_does_no_harm(tmp_path: Path) -> None:
    """RLIMIT_FSIZE is a disk that is full for one file; the next run, without it, ends well."""
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "large.835").write_bytes(b"x" * 300_000)
    code = (
        "import signal, resource, sys; from pathlib import Path; from warehouse import nightly;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), -1));"
        "loads = nightly.discover(Path(sys.argv[1]), Path(sys.argv[2])); print(len(loads))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "inbox"), str(tmp_path / "home")]
    failed = subprocess.run([*command, "100000"], cwd=ROOT, capture_output=True, text=True)
    assert failed.returncode == 1
    assert (tmp_path / "inbox" / "large.835").exists()
    ended = subprocess.run([*command, str(resource.RLIM_INFINITY)], cwd=ROOT, capture_output=True, text=True)
    assert ended.stdout == "1\n", ended.stderr


def test_all_invariants_hold_after_a_night(house) -> None:
    house.deliver("a.835", b"PAY T1 100\nrubbish\n")
    house.night()
    assert invariants.broken(house.folders) == []
    assert list(summary.invariants_of(house.folders)) == [
        "invariants      I1 to I12 hold",
        "  of samples    I5, I6, I10: 1 of 1 file read again; I8: 2 of 2 tables computed again",
    ]


def test_an_invariant_that_is_broken_is_said_and_noted(house, monkeypatch) -> None:
    house.deliver("a.835", b"PAY T1 100\n")
    house.night()
    house.raw[0].unlink()
    assert [words[:16] for words in invariants.broken(house.folders)] == ["I7 does not hold"]
    manifests = loads.manifests
    for manifest in manifests(house.folders):
        manifest.differences["CLP"] = 2
        monkeypatch.setattr(loads, "manifests", lambda *_, manifest=manifest: [manifest])
    house.night()
    noted = audit.last(house.folders, "unchanged")
    assert [words.partition(" ")[0] for words in noted["broken"]] == ["I2", "I7"]
    said = list(summary.invariants_of(house.folders))
    assert [line[:32] for line in said[:2]] == [f"invariants      {name} does not hold" for name in ("I2", "I7")]


def test_a_lake_that_is_not_what_its_files_say_is_noticed_although_all_hashes_fit(house, monkeypatch) -> None:
    """As a reader would leave it that depends on what else is in a load."""
    house.deliver("a.835", b"PAY T1 100\nPAY T2 250\nPAY T3 999\n")
    house.night()
    read = toy.read

    def changed(sources):
        for chunk in read(sources):
            payments = chunk["payment"]
            yield {**chunk, "payment": payments.slice(1) if payments.num_rows == 3 else payments}

    monkeypatch.setattr(toy, "read", changed)
    expected = [f"{name} does not hold, 1 times" for name in ("I5", "I6", "I10")]
    assert [words.partition(":")[0] for words in invariants.broken(house.folders)] == expected
    monkeypatch.setattr(toy, "read", None)
    assert [words[:17] for words in invariants.broken(house.folders)] == ["I5 does not hold,", "I6 does not hold,"]


def test_a_changed_row_of_a_published_table_is_noticed_the_same_night(house, monkeypatch) -> None:
    house.deliver("a.835", b"PAY T1 100\n")
    house.night()
    serving = house.link.resolve()
    serving.chmod(0o600)
    with duckdb.connect(str(serving)) as connection:
        connection.execute("update remittance set payment_amount = 2")
    note = generations.present(house.folders)
    monkeypatch.setattr(generations, "intact", lambda _: note)
    assert [words[:16] for words in invariants.broken(house.folders)] == ["I8 does not hold"]


def test_a_patient_named_in_the_run_log_is_noticed(house) -> None:
    house.deliver("a.835", b"PAY T1 100\n")
    house.model(
        "marts/claim.sql",
        "-- grain: one row per claim\nselect 'NIGHTINGALE' as patient_last_name, 'M' || range as member_id, "
        "'0' as patient_control_number from range(5000)",
    )
    house.night()
    assert invariants.broken(house.folders) == []
    audit.note(house.folders, "noted", what=["NIGHTINGALE"])
    assert [words[:28] for words in invariants.broken(house.folders)] == ["I11 does not hold, 5,000 tim"]
