"""The pages in a real browser, opened from the disk: what a person sees is what the database holds."""
# ruff: noqa: S608 - the names in these statements are our own

import csv
import re
import threading
import time
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.report.browser import Browser
from tests.report.conftest import FORMULA, SCRIPT, Pages
from warehouse.report.serve import Server

CHECK = "826061900018"
TAB, ENTER = "\ue004", "\ue007"


def money(amount: Decimal) -> str:
    return f"{amount:,.2f}".replace("-", "−")


def address(pages: Pages, page: str, key: str = "") -> str:
    return f"file://{pages.site}/{page}.html{f'#{quote(key)}' if key else ''}"


def check_id(pages: Pages, trace: str = CHECK) -> str:
    return str(pages.value("select remittance_id from remittance where trace_number = $1", trace))


def open_check(browser: Browser, pages: Pages, trace: str = CHECK) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "check", check_id(pages, trace)))
    browser.find(".waterfall")


def test_tonight_shows_the_sums_of_the_database(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "index"))
    shown = {
        fact: browser.texts(f"[data-fact={fact}]")[1].split("\n")[0]
        for fact in ("paid", "taken", "matched", "suspense")
    }
    taken, matched = pages.rows(
        "select sum(amount), sum(matched_amount) from provider_adjustment where kind = 'recoupment' and amount > 0"
    )[0]
    assert shown == {
        "paid": money(pages.value("select sum(payment_amount) from remittance")),
        "taken": money(taken),
        "matched": money(matched),
        "suspense": money(pages.value("select sum(abs(amount)) from suspense")),
    }


def test_tonight_says_how_fresh_it_is_and_that_the_invariants_hold(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "index"))
    assert browser.text("#freshness").startswith("Fresh: the last night ended")
    assert browser.texts(".proof .bad") == []
    assert "invariants hold" in browser.text(".proof")


def test_the_trend_is_drawn_from_the_table_below_it(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "index"))
    browser.find(".chart canvas")
    months = pages.value("select count(distinct date_trunc('month', payment_date)) from remittance")
    assert len(browser.all("#trend-table tbody tr")) == months


def test_a_check_is_found_by_its_trace_number_whatever_its_case_and_zeros(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "check"))
    browser.type("#wanted", f"00{CHECK} ")
    browser.click("#search button")
    assert browser.text("#story h2") == f"Check {CHECK}"


@pytest.mark.parametrize("wanted", ["26.36", "2026-06-19", "06/19/2026", "8260619"])
def test_a_check_is_found_by_amount_date_or_the_begin_of_its_number(
    browser: Browser, pages: Pages, wanted: str
) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "check"))
    browser.type("#wanted", wanted)
    browser.click("#search button")
    browser.find("#found a, #story h2")
    assert CHECK in browser.text("main")


def test_a_number_that_is_not_on_file_is_answered_with_the_nearest(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "check"))
    browser.type("#wanted", "826061900019")
    browser.click("#search button")
    assert CHECK in browser.texts("#found a")
    assert "nearest" in browser.text("#said")


def test_the_waterfall_shows_every_step_and_ends_at_the_check(browser: Browser, pages: Pages) -> None:
    for trace, remittance_id, paid in pages.rows(
        """select trace_number, remittance_id, payment_amount from remittance
        order by provider_adjustment_total desc limit 4"""
    ):
        open_check(browser, pages, trace)
        steps = pages.rows(
            "select amount from remittance_step where remittance_id = $1 order by step_ordinal", remittance_id
        )
        shown = browser.texts(".waterfall tbody [data-label=Amount]")
        assert shown == [money(amount) for (amount,) in steps]
        assert browser.texts(".waterfall tbody [data-label='So far']")[-1] == money(paid)
        assert browser.text(".waterfall tfoot .number") == money(paid)
        assert browser.text("#story .good").endswith("to the cent.")


def test_a_step_opens_to_its_claims_and_to_the_segment_in_the_file(browser: Browser, pages: Pages) -> None:
    open_check(browser, pages)
    browser.script("document.querySelectorAll('.step')[1].click()")
    account, amount = pages.rows(
        """select patient_control_number, match.amount
        from remittance_step as step join takeback_match as match using (provider_adjustment_id)
        join claim_payment using (claim_payment_id)
        where step.remittance_id = $1 and step_ordinal = 2""",
        check_id(pages),
    )[0]
    detail = browser.text("#step-1")
    assert account in detail
    assert money(amount) in detail
    start, end = map(int, re.findall(r"bytes ([\d,]+) to ([\d,]+)", detail.replace(",", ""))[0])
    file = pages.value("select sha256 from remittance where remittance_id = $1", check_id(pages))
    segment = (pages.home / "raw" / file[:2] / file).read_bytes()[start:end].decode().strip()
    assert segment.startswith("PLB")
    assert browser.script("return document.querySelector('#step-1 .evidence code').textContent") == segment


def test_a_step_leads_to_the_claims_story_and_from_there_back(browser: Browser, pages: Pages) -> None:
    open_check(browser, pages)
    browser.script("document.querySelectorAll('.step')[1].click()")
    browser.click("#step-1 .tied a")
    browser.find(".timeline")
    assert "Money taken" in browser.text(".timeline")
    browser.click(".timeline .kept a")
    browser.find(".waterfall")


def test_a_claims_story_tells_each_event_and_what_is_open(browser: Browser, pages: Pages) -> None:
    for family, outstanding in pages.rows(
        "select claim_family_id, outstanding_amount from overpayment order by abs(outstanding_amount) desc, 1 limit 3"
    ):
        browser.open("about:blank")
        browser.open(address(pages, "claim", family))
        browser.find(".timeline")
        payments = pages.rows(
            """select paid_amount from claim_payment join remittance using (remittance_id)
            where claim_family_id = $1 order by payment_date, claim_payment_id""",
            family,
        )
        shown = browser.texts(".timeline h3 .number")
        assert [amount for amount in shown if amount in {money(paid) for (paid,) in payments}]
        assert len(browser.all(".timeline > li")) >= len(payments)
        assert browser.text(".debt tr:last-child td") == money(outstanding)


def test_a_worklist_filters_sorts_and_is_taken_away(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "worklists"))
    rows = pages.value("select count(*) from suspense")
    browser.find("#suspense tbody tr")
    assert len(browser.all("#suspense tbody tr")) == rows
    browser.script(
        "[...document.querySelectorAll('#suspense thead button')].find(b => b.textContent == 'Open').click()"
    )
    browser.find("#suspense th[aria-sort=descending]")
    amounts = [amount for (amount,) in pages.rows("select amount from suspense order by amount desc")]
    assert browser.texts("#suspense tbody [data-label=Open]") == list(map(money, amounts))
    trace, held = pages.rows(
        """select trace_number, count(*) from suspense join provider_adjustment using (provider_adjustment_id)
        group by all order by all limit 1"""
    )[0]
    browser.type("#suspense input", trace.lower())
    assert browser.text("#suspense .said").startswith(f"{held} of {held} row")


def test_a_worklist_taken_away_has_no_formula_in_it(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "worklists"))
    browser.find("#suspense tbody tr")
    columns = [{"column": "a", "label": "Text", "kind": "text"}, {"column": "b", "label": "Money", "kind": "money"}]
    rows = [{"a": FORMULA, "b": -123456}, {"a": "@x", "b": 5}, {"a": 'say "hi", twice', "b": None}]
    text = browser.script("return takeback.csv(arguments[0], arguments[1])", columns, rows)
    assert text == 'Text,Money\r\n"\'=HYPERLINK(""x"")",-1234.56\r\n\'@x,0.05\r\n"say ""hi"", twice",\r\n'


def test_what_a_payer_wrote_is_shown_and_never_run(browser: Browser, pages: Pages) -> None:
    for page in ("index", "check", "claim", "worklists", "payers"):
        browser.open(address(pages, page))
        browser.find("main h1")
        assert browser.script("return document.title") != "broken into"
    assert SCRIPT in browser.texts("h2")
    browser.open(address(pages, "worklists"))
    assert SCRIPT in browser.text("#suspense tbody")
    assert FORMULA in browser.text("#suspense tbody")


def test_tabs_and_steps_work_from_the_keyboard(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "worklists"))
    browser.script("document.querySelector('[role=tab]').focus()")
    browser.call("POST", f"/element/{browser.find('[role=tab]')}/value", {"text": "\ue014"})
    assert browser.script("return document.activeElement.id") == "tab-finding"
    assert browser.script("return document.getElementById('suspense').hidden")
    open_check(browser, pages)
    step = browser.find(".step")
    browser.call("POST", f"/element/{step}/value", {"text": "\ue007"})
    assert browser.script("return document.querySelector('.step').getAttribute('aria-expanded')") == "true"


CONTRAST = Path(__file__).with_name("contrast.js").read_text()


@pytest.mark.parametrize("page", ["index", "check", "claim", "worklists", "payers"])
def test_a_page_is_accessible_and_fits_a_phone(browser: Browser, pages: Pages, page: str) -> None:
    browser.open(address(pages, page))
    browser.find("main h1")
    for scheme in ("dark", "light"):
        browser.prefer(scheme)
        assert browser.script(CONTRAST) == [], scheme
    unnamed = "return [...document.querySelectorAll('input')].filter(i => !i.labels.length).length"
    assert browser.script(unnamed) == 0
    assert browser.script("return document.querySelectorAll('th:not([scope]):not(.u-legend th)').length") == 0
    assert browser.script("return document.documentElement.lang") == "en"
    browser.size(390, 844)
    assert browser.script("return document.documentElement.scrollWidth <= innerWidth")


def test_pages_without_patients_open_and_name_nobody(browser: Browser, pages: Pages) -> None:
    browser.open(f"file://{pages.without_patients}/check.html")
    browser.find("tbody a")
    browser.click("tbody a")
    browser.find(".waterfall")
    assert "de-identified" in browser.text("header")
    assert not re.search(r"\d{4}-\d{2}-\d{2}", browser.text("main"))


def test_a_page_prints_with_its_steps_open(browser: Browser, pages: Pages, tmp_path: Path) -> None:
    open_check(browser, pages)
    browser.pdf(tmp_path / "check.pdf")
    assert (tmp_path / "check.pdf").stat().st_size > 10_000
    assert browser.script("return document.querySelectorAll('.step[aria-expanded=false]').length") == 0


def test_a_check_of_the_list_is_its_claims_less_what_was_kept_plus_what_was_given(
    browser: Browser, pages: Pages
) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "check"))
    browser.find("#start tbody tr")
    cells = browser.texts("#start tbody td.number")
    amounts = [Decimal(text.replace(",", "").replace("−", "-")) for text in cells]
    for claims, kept, given, paid in zip(*[iter(amounts)] * 4, strict=True):
        assert claims - kept + given == paid


def test_a_worklist_is_saved_as_a_file(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "worklists"))
    browser.find("#suspense tbody tr")
    browser.click("#suspense .tools button")
    saved = browser.downloads / "suspense.csv"
    for _ in range(100):
        if saved.is_file():
            break
        time.sleep(0.05)
    with saved.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    amounts = pages.rows("select amount from suspense order by abs(amount) desc, provider_adjustment_id")
    assert [Decimal(row["Open"]) for row in rows] == [amount for (amount,) in amounts]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


def test_pages_work_from_the_server_too(browser: Browser, pages: Pages) -> None:
    with Server(pages.site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            browser.open(server.link)
            assert browser.text("h1") == "Tonight"
            browser.find(".chart canvas")
            browser.open(f"http://127.0.0.1:{server.server_port}/check.html#{check_id(pages)}")
            assert browser.text("#story h2") == f"Check {CHECK}"
        finally:
            browser.open("about:blank")
            server.shutdown()
            thread.join()


def test_expected_takebacks_add_up_to_those_of_their_weeks(browser: Browser, pages: Pages) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "worklists", "expected"))
    browser.find("#expected [data-list] tbody tr")
    total = pages.value("select coalesce(sum(amount), 0) from expected_takeback")
    weeks = browser.texts("#expected .weeks tbody td:nth-of-type(2)")
    rows = browser.texts("#expected [data-list] tbody [data-label=Amount]")
    for amounts in (weeks, rows):
        assert sum(Decimal(text.replace(",", "").replace("−", "-")) for text in amounts) == total


def test_letters_and_appeals_stand_in_the_claims_story_and_on_their_list(browser: Browser, pages: Pages) -> None:
    family, deadline = pages.rows("select claim_family_id, appeal_deadline from notice")[0]
    browser.open("about:blank")
    browser.open(address(pages, "claim", family))
    told = browser.text(".timeline")
    assert "Letter asks it back" in told
    assert SCRIPT in told
    assert "Disputed" in told
    browser.open(address(pages, "worklists", "notice"))
    assert browser.text("#notice tbody [data-label='Asked back']") == "272.53"
    assert browser.text("#notice tbody [data-label='Appeal by']") == str(deadline or "")
    browser.click("#notice tbody a")
    browser.find(".timeline")


def by_payer(browser: Browser, fact: str) -> dict[str, str]:
    """Read one column of the scorecard."""
    return dict(
        zip(browser.texts(".scorecard tbody th a"), browser.texts(f".scorecard [data-fact={fact}]"), strict=True)
    )


NAMED = "(select payer_id, max_by(payer_name, payment_date) as payer_name from remittance group by all)"


def test_the_scorecard_says_how_often_a_letter_came_before_the_money_went(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "payers"))
    rows = pages.rows(
        f"""select payer_name, 100 * count(claim_family_id) filter (where claim_family_id in
            (select claim_family_id from notice)) // count(*)
        from overpayment join {NAMED} using (payer_id) where recovered_amount > 0 group by payer_name"""
    )
    assert {payer: f"{percent} %" for payer, percent in rows}.items() <= by_payer(browser, "told").items()


def test_the_scorecard_keeps_debts_apart_that_concern_no_claim(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "payers"))
    rows = pages.rows(f"select payer_name, sum(amount) from other_debt join {NAMED} using (payer_id) group by all")
    assert rows
    assert {payer: money(amount) for payer, amount in rows}.items() <= by_payer(browser, "other").items()
    learned = pages.rows(
        f"select payer_name, count(*) from reference_layout join {NAMED} using (payer_id) group by all"
    )
    assert {payer: str(count) for payer, count in learned}.items() <= by_payer(browser, "layouts").items()


def open_payers(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "payers"))
    browser.script("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_a_link_of_the_scorecard_opens_its_payer(browser: Browser, pages: Pages) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "payers"))
    name = browser.texts(".scorecard tbody th a")[1]
    assert len(browser.all("details[open]")) == 0
    browser.click(".scorecard tbody tr:nth-of-type(2) a")
    assert browser.text("details[open] h2") == name


def test_a_payer_shows_where_its_takebacks_stand(browser: Browser, pages: Pages) -> None:
    open_payers(browser, pages)
    shown = sorted(
        zip(browser.texts(".balance td:nth-of-type(1)"), browser.texts(".balance td:nth-of-type(6)"), strict=True)
    )
    rows = pages.rows("select identified_amount, receivable_amount from payer_balance")
    assert shown == sorted((money(identified), money(receivable)) for identified, receivable in rows)


@pytest.mark.parametrize(
    ("section", "table", "amount"),
    [("Causes", "takeback_trend", "identified_amount"), ("Denials", "denial_trend", "denied_amount")],
)
def test_a_payers_causes_and_denials_add_up_and_are_drawn_month_by_month(
    browser: Browser, pages: Pages, section: str, table: str, amount: str
) -> None:
    open_payers(browser, pages)
    shown = browser.texts(f"[aria-label={section}] tbody td:nth-of-type(2)")
    total = pages.value(f"select sum({amount}) from {table}")
    assert sum(Decimal(text.replace(",", "").replace("−", "-")) for text in shown) == total
    told = browser.script("return document.querySelector(arguments[0]).textContent", f"[aria-label={section}] title")
    assert re.match(r"\d{4}-\d{2}: [\d,]+\.\d{2}", told)


def test_a_payer_shows_the_layouts_that_were_learned(browser: Browser, pages: Pages) -> None:
    open_payers(browser, pages)
    shown = browser.texts("[aria-label^='Layouts of'] tbody td:nth-of-type(1)")
    assert sorted(shown) == sorted(layout for (layout,) in pages.rows("select layout from reference_layout"))


def test_suspense_says_in_a_sentence_why_it_is_open_and_what_to_do(browser: Browser, pages: Pages) -> None:
    browser.open(address(pages, "worklists"))
    browser.find("#suspense tbody tr")
    rows = pages.rows("select explanation, next_step from suspense order by abs(amount) desc, provider_adjustment_id")
    assert rows
    assert browser.texts("#suspense tbody td.words") == [f"{why}\n{step}" for why, step in rows]


def test_a_worklist_is_filtered_sorted_and_taken_away_from_the_keyboard(browser: Browser, pages: Pages) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "worklists", "expected"))
    browser.find("#expected [data-list] tbody tr")
    reached = []
    browser.script("document.getElementById('filter-expected').focus()")
    for _ in range(20):
        reached.append(browser.script("return document.activeElement.textContent || document.activeElement.type"))
        browser.press(TAB)
    assert reached[:2] == ["search", "Take as CSV"]
    assert "Amount" in reached
    amount = "[...document.querySelectorAll('#expected th button')].find((one) => one.textContent === 'Amount')"
    browser.script(f"{amount}.focus()")
    browser.press(ENTER)
    assert browser.script(f"return {amount}.parentElement.getAttribute('aria-sort')") == "descending"


def test_other_debts_have_a_list_of_their_own(browser: Browser, pages: Pages) -> None:
    browser.open("about:blank")
    browser.open(address(pages, "worklists", "other"))
    browser.find("#other [data-list] tbody tr")
    shown = browser.texts("#other tbody [data-label=Amount]")
    assert sorted(shown) == sorted(money(amount) for (amount,) in pages.rows("select amount from other_debt"))
