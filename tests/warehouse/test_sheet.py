"""Workbooks: every row and cent of the table, numbers as numbers, and nothing that a spreadsheet would run."""

import stat
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from warehouse import cli
from warehouse.answering import sheet
from warehouse.answering.export import safe
from warehouse.errors import SettingError

NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Cell = str | Decimal | None


def cells(path: Path) -> Iterator[list[Cell]]:
    """Read a sheet as it is in the file, so that no library rounds anything: texts, and numbers as they are written."""
    with zipfile.ZipFile(path) as book:
        tree = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - made by ourselves
    assert not list(tree.iter(f"{NAME}f")), "no formula"
    assert not list(tree.iter(f"{NAME}hyperlink")), "no link"
    for row in tree.iter(f"{NAME}row"):
        found: list[Cell] = []
        for cell in row.iter(f"{NAME}c"):
            text = "".join(part.text or "" for part in cell.iter(f"{NAME}t"))
            value = cell.find(f"{NAME}v")
            found.append(
                text if cell.get("t") == "inlineStr" else Decimal(str(value.text)) if value is not None else None
            )
        yield found


def written(folder: Path, rows: list[list[object]], kinds: tuple[str, ...]) -> list[list[Cell]]:
    path = folder / "x.xlsx"
    sheet.write(path, [(f"column_{place}", kind) for place, kind in enumerate(kinds)], rows, folder)
    return list(cells(path))[1:]


@settings(max_examples=40, deadline=None)
@given(some.lists(some.integers(-(10**17), 10**17), min_size=1, max_size=20))
def test_every_cent_is_there_and_amounts_beyond_a_doubles_digits_are_text(tmp_path_factory, cents: list[int]) -> None:
    amounts = [Decimal(number).scaleb(-2) for number in cents]
    found = written(tmp_path_factory.mktemp("cents"), [[amount] for amount in amounts], ("DECIMAL(18,2)",))
    for amount, (cell,) in zip(amounts, found, strict=True):
        assert Decimal(cell) == amount
        assert isinstance(cell, Decimal) == (len(str(abs(amount)).replace(".", "").strip("0")) <= 15)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://example.com", "007", "1e5", " "]
)
def test_a_text_stays_a_text(tmp_path: Path, text: str) -> None:
    ((cell,),) = written(tmp_path, [[safe(text)]], ("VARCHAR",))
    assert cell == safe(text)


def test_dates_and_truth_values_are_what_excel_knows_and_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    rows: list[list[object]] = [[date(2026, 3, 31), True, None, 5]]
    assert written(tmp_path, rows, ("DATE", "BOOLEAN", "VARCHAR", "BIGINT")) == [
        [Decimal(46112), Decimal(1), Decimal(5)]
    ]


def test_what_does_not_fit_is_refused_and_says_what_does(tmp_path: Path) -> None:
    sheet.refuse_too_many(1_048_575)
    with pytest.raises(SettingError, match=r"1,048,576 rows, and a sheet holds 1,048,575 .* csv or parquet"):
        sheet.refuse_too_many(1_048_576)
    with pytest.raises(SettingError, match="32,768 characters does not fit into a cell"):
        written(tmp_path, [["x" * 32_768]], ("VARCHAR",))


def test_a_published_table_is_exported_as_a_workbook(house, tmp_path: Path, monkeypatch, capsys) -> None:
    house.deliver("a.835", b"PAY =T1 100\nPAY T2 -250\nPAY T3 9999999999999\n")
    house.model("checks/no_negative_payment.sql", "-- severity: warn\n-- says: x\nselect 1 where false")
    house.night()
    path = tmp_path / "out.xlsx"
    arguments = ["export", "remittance", "--home", str(house.home), "--format", "xlsx"]
    assert cli.main([*arguments, "--output", str(path)]) == 0
    head, *rows = cells(path)
    assert head == ["remittance_id", "trace_number", "payment_amount"]
    assert sorted((row[1], str(row[2])) for row in rows) == [
        ("'=T1", "1.00"), ("T2", "-2.50"), ("T3", "99999999999.99"),
    ]  # fmt: skip
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(house.folders.work.glob("export-*")) == []
    assert cli.main(arguments) == 2
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    path.unlink()
    assert cli.main([*arguments, "--output", str(path)]) == 2
    assert "use --format csv or parquet" in capsys.readouterr().err
    assert [left.name for left in tmp_path.iterdir() if "out" in left.name] == []
