"""What an operator does: verify, rebuild, roll back, replay, keep less; and the log that says so."""

import json
import shutil

import pytest

from tests.warehouse import toy
from warehouse import cli, nightly
from warehouse.errors import DamageError, TakebackError
from warehouse.keeping import audit, maintenance
from warehouse.landing import loads
from warehouse.publishing import generations


def flip_bit(path) -> None:
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def takeback(house, *arguments: str) -> int:
    return cli.main([*arguments, "--home", str(house.home), "--quiet"])


def nights(house, count: int) -> None:
    for number in range(count):
        house.deliver(f"{number}.835", f"PAY T{number} 100\nrubbish {number}\n".encode())
        house.night()


def test_verify_finds_every_flipped_bit_and_every_missing_file(house, capsys) -> None:
    nights(house, 2)
    assert takeback(house, "verify") == 0
    assert "every byte is what was stored" in capsys.readouterr().out
    folders = house.folders
    kept = [*house.raw, *folders.lake.rglob("*.parquet"), *folders.quarantine.glob("*-*-[0-9]*")]
    kept += [*generations.folder(folders).glob("*.duckdb")]
    for path in [path for path in kept if path.suffix != ".json" and path.stat().st_size]:
        content = path.read_bytes()
        flip_bit(path)
        assert takeback(house, "verify") == 1, path
        path.unlink()
        missing = takeback(house, "verify")
        assert missing == 1 or path.parent in (folders.quarantine, generations.folder(folders)), path
        path.write_bytes(content)
    assert takeback(house, "verify") == 0


@pytest.mark.parametrize("publishes", [nightly.rebuild, maintenance.rebuild, maintenance.replay])
def test_after_an_upgrade_of_the_reader_all_is_read_again_before_it_is_published(house, monkeypatch, publishes) -> None:
    nights(house, 2)
    tables = house.published("from remittance")
    monkeypatch.setattr(loads, "reader_version", lambda: "next")
    publishes(house.home)
    assert house.published("from remittance") == tables


def test_tables_are_not_built_while_a_delivered_file_is_not_in_the_lake(house, monkeypatch, capsys) -> None:
    nights(house, 2)
    before = house.state()
    monkeypatch.setattr(loads, "reader_version", lambda: "next")
    with pytest.raises(TakebackError, match="the lake lacks 2 delivered files"):
        nightly.build(house.home, "lake")
    assert takeback(house, "as-of", "000002") == 1
    assert "run `takeback run`" in capsys.readouterr().err
    assert house.state() == before


def test_without_the_log_of_deliveries_nothing_is_published_and_nothing_is_let_go(house, capsys) -> None:
    nights(house, 2)
    before = house.state()
    log = house.folders.deliveries.read_bytes()
    house.folders.deliveries.unlink()
    for command in ("rebuild", "as-of"):
        assert takeback(house, command, *(["000002"] if command == "as-of" else [])) == 1
        assert "the log of deliveries lacks 2 contents" in capsys.readouterr().err
    with pytest.raises(DamageError, match="restore raw/deliveries"):
        house.night()
    house.folders.deliveries.write_bytes(log)
    assert house.state() == before


def test_a_home_is_restored_from_raw_with_the_same_digest(house, capsys) -> None:
    nights(house, 3)
    digest = generations.present(house.folders).digest
    tables = house.published("from remittance")
    for lost in ("lake", "published", "quarantine", "work"):
        shutil.rmtree(house.home / lost)
    assert takeback(house, "rebuild") == 0
    assert digest in capsys.readouterr().out
    assert generations.present(house.folders).digest == digest
    assert house.published("from remittance") == tables
    assert takeback(house, "rebuild") == 0
    assert "the same as before" in capsys.readouterr().out
    assert takeback(house, "verify") == 0


def test_nothing_is_rebuilt_from_damaged_raw_files(house) -> None:
    nights(house, 1)
    flip_bit(house.raw[0])
    lake = sorted(house.folders.lake.iterdir())
    with pytest.raises(DamageError, match="nothing was rebuilt"):
        maintenance.rebuild(house.home)
    assert sorted(house.folders.lake.iterdir()) == lake


def test_a_generation_that_was_gone_back_to_serves_until_there_is_something_new(house) -> None:
    nights(house, 2)
    assert takeback(house, "rollback") == 0
    assert house.published("select count(*) from remittance") == [(1,)]
    assert house.night() == ""
    assert house.published("select count(*) from remittance") == [(1,)]
    house.deliver("new.835", b"PAY T9 100\n")
    house.night()
    assert house.published("select count(*) from remittance") == [(3,)]
    assert [name[:6] for name in generations.names(house.folders)] == ["000001", "000002", "000003", "000004"]
    assert takeback(house, "rollback", "000009-none") == 2


def test_what_was_set_aside_is_read_after_an_upgrade(house, monkeypatch, capsys) -> None:
    house.deliver("a.835", b"PAY T1 100\nPAY! T2 250\n")
    house.night()
    assert takeback(house, "replay") == 0
    assert "1 spans were set aside, 0 of them are read now" in capsys.readouterr().out
    read = loads.reader_version()
    monkeypatch.setattr(loads, "reader_version", lambda: f"{read}-2")
    monkeypatch.setattr(toy, "WORDS", {b"PAY", b"PAY!"})
    assert takeback(house, "replay") == 0
    assert "1 spans were set aside, 1 of them are read now" in capsys.readouterr().out
    assert house.published("select count(*) from remittance") == [(2,)]
    assert list(house.folders.quarantine.iterdir()) == []


def test_retention_alone_removes_and_writes_it_down(house) -> None:
    nights(house, 3)
    assert takeback(house, "retention", "--keep", "0") == 2
    assert takeback(house, "retention", "--keep", "1") == 0
    assert [name[:6] for name in generations.names(house.folders)] == ["000003"]
    assert len(house.raw) == 3
    assert [len(entry["what"]) for entry in audit.entries(house.folders) if entry["event"] == "removed"] == [2]


def test_what_a_crash_has_left_never_counts_as_a_generation_to_keep(house) -> None:
    nights(house, 2)
    serving = house.link.resolve()
    (serving.parent / "000003-left.duckdb").write_bytes(b"not linked yet")
    assert takeback(house, "retention", "--keep", "1") == 0
    assert house.link.resolve() == serving
    assert serving.is_file()


def test_the_run_log_is_a_chain_in_which_nothing_can_be_changed(house, capsys) -> None:
    nights(house, 2)
    assert takeback(house, "audit", "verify") == 0
    log = house.folders.audit / "run.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    for number in range(len(lines) - 1):
        log.write_bytes(b"".join(lines[:number] + lines[number + 1 :]))
        assert takeback(house, "audit", "verify") == 1, "a line left out"
    changed = lines[1].replace(b'"by": "', b'"by": "x')
    log.write_bytes(lines[0] + changed + b"".join(lines[2:]))
    assert takeback(house, "audit", "verify") == 1, "a line changed"
    log.write_bytes(b"".join(lines[:-3]))
    assert takeback(house, "audit", "verify") == 1, "the end cut off, with a generation that it does not know"
    assert "is not in the run log" in capsys.readouterr().out


def test_the_run_log_says_who_ran_what_from_what_and_with_what_result(house) -> None:
    nights(house, 1)
    entry = audit.last(house.folders, "published")
    note = generations.present(house.folders)
    assert entry is not None
    assert (entry["generation"], entry["digest"], entry["inputs"]) == (note.name, note.digest, note.inputs)
    assert (entry["findings"], entry["raw_files"], entry["broken"]) == (0, 1, [])
    assert entry["by"]
    assert json.dumps(audit.entries(house.folders)).isascii()
