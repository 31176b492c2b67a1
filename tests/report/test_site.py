"""The site as files: whole, private, self-contained, the same for the same night, and bounded in its pieces."""

import base64
import gzip
import json
import re
import stat
from pathlib import Path

import pytest

from tests.report.conftest import Pages
from warehouse import cli, durable, report
from warehouse.report import pieces, source
from warehouse.report.sites import SHELVES

VENDOR = Path(report.__file__).parent / "assets" / "vendor"
SHA256 = {
    "uplot-1.6.32.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uplot-1.6.32.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
}


def unpacked(path: Path) -> str:
    """Read a piece as JSON text."""
    packed = re.search(r',"([A-Za-z0-9+/=]+)"\);$', path.read_text().rstrip())
    assert packed, path
    return gzip.decompress(base64.b64decode(packed[1])).decode()


def entries(site: Path, shelf: str) -> dict[str, object]:
    """Read all entries of a shelf."""
    found: dict[str, object] = {}
    for path in site.glob(f"data/{shelf}-*.js"):
        found |= dict(json.loads(unpacked(path)))
    return found


def test_the_owner_alone_can_read_the_pages(pages: Pages) -> None:
    paths = [pages.site.resolve(), *pages.site.resolve().rglob("*")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in paths}
    assert modes == {durable.FOLDER_MODE, durable.FILE_MODE}


def test_writing_again_changes_nothing_until_the_next_night(pages: Pages) -> None:
    before = pages.site.resolve()
    written = {path: path.stat().st_mtime_ns for path in before.rglob("*")}
    report.write(pages.home)
    assert pages.site.resolve() == before
    assert {path: path.stat().st_mtime_ns for path in before.rglob("*")} == written


def test_the_pages_ask_the_network_for_nothing(pages: Pages) -> None:
    for path in [*pages.site.glob("*.html"), *pages.site.glob("assets/*.css"), *pages.site.glob("assets/*.js")]:
        text = path.read_text()
        assert not re.search(r"""(src|href)=["']?(https?:)?//|@import|url\(["']?http|fetch\(|XMLHttpRequest""", text), (
            path
        )
        assert "innerHTML" not in text.replace("Never: innerHTML", "") or path.name.startswith("uplot")


def test_the_pages_hold_no_script_and_no_style_of_their_own(pages: Pages) -> None:
    for path in pages.site.glob("*.html"):
        assert not re.search(r"<script(?! src)|<style| on[a-z]+=| style=", path.read_text()), path


def test_every_remittance_family_and_number_is_on_its_shelf(pages: Pages) -> None:
    checks, claims, numbers = (entries(pages.site, shelf) for shelf in SHELVES)
    assert set(checks) == {key for (key,) in pages.rows("select remittance_id from remittance")}
    assert set(claims) >= {key for (key,) in pages.rows("select claim_family_id from claim_payment")}
    assert "n826061900018" in numbers


def test_pieces_are_small_and_their_root_names_the_first_key_of_each(pages: Pages) -> None:
    for shelf in SHELVES:
        root = json.loads((pages.site / f"data/{shelf}.js").read_text().split(",", 1)[1].rsplit(")", 1)[0])
        assert len(root) == len(list(pages.site.glob(f"data/{shelf}-*.js")))
        assert root == sorted(root)
        assert all(path.stat().st_size < 2 * pieces.BYTES for path in pages.site.glob(f"data/{shelf}-*.js"))


def test_pages_without_patients_hold_no_account_member_or_name(pages: Pages) -> None:
    site = pages.without_patients
    text = "".join(path.read_text() for path in [*site.glob("*.html"), *site.glob("data/*.js")])
    text += "".join(unpacked(path) for shelf in SHELVES for path in site.glob(f"data/{shelf}-*.js"))
    words = pages.rows(
        """select unnest([patient_control_number, member_id, patient_last_name, patient_first_name || ' '])
        from claim union select payer_claim_control_number from claim_payment union select trace_number from remittance
        union select reference_id from provider_adjustment"""
    )
    assert [word for (word,) in words if word and len(word) > 5 and word in text] == []


def test_an_empty_home_has_pages_and_a_run_keeps_them_up_to_date_once_somebody_has_asked(tmp_path: Path) -> None:
    inbox, home = tmp_path / "inbox", tmp_path / "home"
    inbox.mkdir()
    run = ["run", "--quiet", "--inbox", str(inbox), "--home", str(home)]
    assert cli.main(run) == 0
    assert not (home / "published" / "report").exists()
    page = report.write(home)
    assert "Nothing looks wrong" in page.read_text()
    assert entries(page.parent, "check") == {}
    before = (home / "published" / "report").readlink()
    (inbox / "notes.txt").write_text("no X12")
    assert cli.main(run) == 0
    assert (home / "published" / "report").readlink() != before


def test_a_home_without_a_generation_has_no_pages(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="nothing has been published yet"):
        report.write(tmp_path / "home")


@pytest.mark.parametrize("months", [1, 0])
def test_the_pages_show_the_months_of_the_setting(pages: Pages, monkeypatch: pytest.MonkeyPatch, months: int) -> None:
    monkeypatch.setenv("TAKEBACK_REPORT_MONTHS", str(months))
    before = pages.site.resolve().name
    report.write(pages.home)
    shown = set(entries(pages.site, "check"))
    monkeypatch.delenv("TAKEBACK_REPORT_MONTHS")
    report.write(pages.home)
    assert pages.site.resolve().name == before
    sql = """with newest as (select date_trunc('month', max(payment_date)) as month from remittance)
        select remittance_id from remittance cross join newest where $1 = 0 or payment_date >= month"""
    recent = {key for (key,) in pages.rows(sql, months)}
    held = """select remittance_id from provider_adjustment join suspense using (provider_adjustment_id)
        union select remittance_id from finding where remittance_id is not null"""
    assert shown == recent | {key for (key,) in pages.rows(held)}


def test_the_chart_library_is_the_one_that_was_taken_in() -> None:
    from warehouse.landing.loads import file_hash

    assert {path.name: file_hash(path) for path in VENDOR.glob("*.min.*")} == SHA256


def test_a_home_told_in_slices_has_the_same_pages(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {shelf: entries(pages.site, shelf) for shelf in SHELVES}
    monkeypatch.setattr(source, "SLICE", 50)
    monkeypatch.setenv("TAKEBACK_REPORT_MONTHS", "99")
    report.write(pages.home)
    sliced = {shelf: entries(pages.site, shelf) for shelf in SHELVES}
    monkeypatch.undo()
    report.write(pages.home)
    assert sliced == before
