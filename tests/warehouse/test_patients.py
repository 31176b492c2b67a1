"""Patients: nothing of them outside raw, lake, quarantine and published, and nothing in the file without them.

Canaries stand in every element of a night that is not a code, a date or an amount; the real reader and transforms run.
"""
# ruff: noqa: S608 - tables of our own

import csv
import hashlib
import io
import logging
import os
import re
import stat
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from warehouse import cli, database, nightly
from warehouse.answering.export import safe
from warehouse.publishing import deidentified

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "sample" / "inbox"
KEPT = {"raw", "lake", "quarantine", "published"}
WORD = "KANARIE"
# Elements that a sender is free to fill: (segment, element); `*` is any element but qualifiers and codes.
FREE = {
    "ISA": (6, 8), "GS": (2, 3), "TRN": (2,), "CLP": (1, 7), "CLM": (1,), "NM1": (3, 4, 5, 9), "N1": (2,),
    "N3": (1, 2), "N4": (1,), "PER": (2,), "REF": (2,), "NTE": (2,), "SBR": (3, 4), "PWK": (6,), "K3": (1,),
}  # fmt: skip


def filled_with_canaries(content: str) -> str:
    """Put a canary into every free element of a file, numbered so that equal values stay equal."""
    separator, terminator = content[3], content[105]
    known: dict[str, str] = {}

    def canary(value: str, width: int) -> str:
        word = f"{WORD}{known.setdefault(value.strip(), str(len(known)))}"
        return word.ljust(width) if width else word

    segments = []
    for segment in content.split(terminator):
        elements = segment.split(separator)
        for at in FREE.get(elements[0].strip(), ()):
            keeps_code = elements[0].strip() == "NM1" and at == 9 and elements[8:9] == ["XX"]
            if elements[1] == "PR" or at >= len(elements):  # a payer is no patient
                continue
            if elements[at].strip() and not keeps_code:
                elements[at] = canary(elements[at], 15 if elements[0] == "ISA" else 0)
        segments.append(separator.join(elements))
    return terminator.join(segments)


def hits(folder: Path, allowed: set[str]) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0] not in allowed
        and (WORD.encode() in path.read_bytes() or WORD in path.name)
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Do a night over the sample in which every name and number is a canary; return its home."""
    folder = tmp_path_factory.mktemp("canaries")
    (folder / "inbox").mkdir()
    for number, path in enumerate(sorted(path for path in SAMPLE.rglob("*.8*") if path.is_file())):
        content = path.read_text(encoding="latin-1")
        if content.startswith("ISA"):
            (folder / "inbox" / f"{WORD} {number}.x12").write_text(filled_with_canaries(content), encoding="latin-1")
    (folder / "inbox" / "torn.x12").write_text(filled_with_canaries(content)[:-200], encoding="latin-1")
    (folder / "inbox" / "strange").write_text(f"{WORD} was here")
    log = logging.StreamHandler(io.StringIO())
    logging.getLogger("warehouse").addHandler(log)
    logging.getLogger("warehouse").setLevel(logging.DEBUG)
    umask = os.umask(0o022)
    try:
        nightly.run(folder / "inbox", folder / "home")
    finally:
        os.umask(umask)
        logging.getLogger("warehouse").removeHandler(log)
    assert isinstance(log.stream, io.StringIO)
    assert WORD not in log.stream.getvalue()
    assert log.stream.getvalue()
    return folder / "home"


def test_no_canary_leaves_the_four_folders(home: Path) -> None:
    with duckdb.connect(str(home / "published/takeback.duckdb"), read_only=True) as connection:
        rows = connection.execute("select count(*) from claim where patient_last_name like 'KANARIE%'").fetchall()
    assert rows[0][0] > 100
    assert hits(home, KEPT) == []
    assert WORD not in nightly.summarize(home)


def test_everything_in_a_home_is_hidden_from_others(home: Path) -> None:
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in home.rglob("*") if not path.is_symlink()}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
    assert {mode for path, mode in modes.items() if path.is_file()} <= {0o600, 0o400, 0o440}
    assert [path.parent.name for path, mode in modes.items() if mode == 0o440] != []
    assert stat.S_IMODE((home / "keys" / "pseudonyms").stat().st_mode) == 0o600


def test_every_published_column_is_classified(home: Path) -> None:
    with duckdb.connect(str(home / "published/takeback.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    known = deidentified.treatments()
    assert [pair for pair in columns if pair not in known and ("*", pair[1]) not in known] == []
    assert set(known.values()) == {"keep", "pseudonym", "year", "drop"}


def test_the_file_without_patients_holds_no_canary_and_no_date_in_any_form(home: Path) -> None:
    path = home / "published" / "takeback_deidentified.duckdb"
    assert WORD.encode() not in path.read_bytes()
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where not internal"
        ).fetchall()
        assert [column for column in columns if column[2] in ("DATE", "TIMESTAMP") or "date" in column[1]] == []
        for table in {column[0] for column in columns}:
            cells = connection.execute(f'select * from "{table}"').fetchall()
            names = [column[1] for column in columns if column[0] == table]
            found = {
                name
                for row in cells
                for name, cell in zip(names, row, strict=True)
                if WORD in str(cell) or re.search(r"\d{4}-\d\d-\d\d", str(cell))
            }
            assert found == set(), table


def test_pseudonyms_join_and_money_is_the_same(home: Path) -> None:
    sql = """
        select count(*), sum(paid_amount), sum(payment_amount)
        from claim_payment join remittance using (remittance_id)
    """
    answers = []
    for name in ("takeback", "takeback_deidentified"):
        with duckdb.connect(str(home / f"published/{name}.duckdb"), read_only=True) as connection:
            answers.append(connection.execute(sql).fetchall())
    assert answers[0] == answers[1]


def test_pseudonyms_are_a_hash_under_the_homes_own_key(home: Path) -> None:
    key = hashlib.sha256((home / "keys" / "pseudonyms").read_bytes()).hexdigest()
    with duckdb.connect(str(home / "published/takeback.duckdb"), read_only=True) as connection:
        numbers = [row[0] for row in connection.execute("select distinct trace_number from remittance").fetchall()]
    with duckdb.connect(str(home / "published/takeback_deidentified.duckdb"), read_only=True) as connection:
        shown = {row[0] for row in connection.execute("select distinct trace_number from remittance").fetchall()}
    assert {hashlib.sha256((key + number).encode()).hexdigest()[:24] for number in numbers} == shown


def test_a_reading_connection_reaches_nothing_else(home: Path) -> None:
    with database.reading((home / "published/takeback.duckdb").resolve()) as connection:
        for sql in ("select * from read_csv('/etc/passwd')", "attach '/etc/passwd' as x", "install httpfs",
                    "copy (select 1) to '/dev/null'", "set enable_external_access = true"):  # fmt: skip
            with pytest.raises(duckdb.Error):
                connection.execute(sql)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "-"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert safe(text) == f"'{text}"


def test_an_export_has_the_published_rows_and_numbers_stay_numbers(home: Path, tmp_path: Path, capfdbinary) -> None:
    arguments = ["export", "provider_adjustment", "--home", str(home)]
    assert cli.main(arguments) == 0
    rows = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode())))
    with duckdb.connect(str(home / "published/takeback.duckdb"), read_only=True) as connection:
        expected = connection.execute("select amount::varchar from provider_adjustment").fetchall()
    assert [(row["amount"],) for row in rows] == expected
    assert any(row["amount"].startswith("-") for row in rows)
    path = tmp_path / "x.parquet"
    assert cli.main([*arguments, "--format", "parquet", "--output", str(path)]) == 0
    assert str(pq.read_schema(path).field("amount").type) == "decimal128(18, 2)"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli.main(["export", "nothing; drop table x", "--home", str(home)]) == 2
    assert cli.main(["export", "suspense", "--home", str(tmp_path)]) == 2
