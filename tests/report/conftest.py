"""The pages of the bundled sample, into which a hostile payer has written, and a browser to look at them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import SAMPLE
from tests.report.browser import CHROMIUM, DRIVER, MISSING, Browser
from warehouse import nightly, report

SCRIPT = "<script>document.title = 'broken into'</script>"
FORMULA = '=HYPERLINK("x")'
LETTER_CLAIM = "2603100000013Q"
LETTERS = f"""payer,payee,letter_number,letter_level,letter_date,payer_claim_control_number,amount,reason
88003,,{FORMULA.replace('"', "")},first,2026-04-01,{LETTER_CLAIM},272.53,{SCRIPT}
"""
APPEALS = f"""payer,payer_claim_control_number,dispute_level,filed_date,outcome,outcome_date
88003,{LETTER_CLAIM},first,2026-04-20,open,
"""
HOSTILE = {b"HARBORLIGHT TEST MUTUAL": SCRIPT.encode(), b"FCN2606030010": FORMULA.encode()}


@dataclass(frozen=True)
class Pages:
    """A home with its pages."""

    home: Path

    @property
    def site(self) -> Path:
        return self.home / "published" / "report"

    @property
    def without_patients(self) -> Path:
        return self.home / "published" / "report_deidentified"

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        path = self.home / "published" / "takeback.duckdb"
        with duckdb.connect(str(path.resolve()), read_only=True) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def value(self, sql: str, *values: Any) -> Any:
        return self.rows(sql, *values)[0][0]


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(SAMPLE, folder / "inbox")
    for path in (folder / "inbox").rglob("*.*"):
        content = path.read_bytes()
        for name, written in HOSTILE.items():
            content = content.replace(name, written)
        path.write_bytes(content)
    (folder / "inbox" / "letters.csv").write_text(LETTERS)
    (folder / "inbox" / "appeals.csv").write_text(APPEALS)
    nightly.night(folder / "inbox", folder / "home")
    report.write(folder / "home")
    return Pages(folder / "home")


@pytest.fixture(scope="session")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not (CHROMIUM and DRIVER):
        pytest.skip(MISSING)
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture
def browser(window: Browser) -> Iterator[Browser]:
    """Give a window of desktop size; whatever a test does in it, the console must have nothing to complain of."""
    window.size(1280, 900)
    window.errors()
    yield window
    assert window.errors() == []
