"""What a person asks at the command line: numbers typed as people type them, SQL with no way out, doctor, pages."""

import http.client
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pytest

from warehouse import cli, database, progress, text
from warehouse.answering import query as asked
from warehouse.commands import asking
from warehouse.keeping import doctor
from warehouse.report.serve import Server


def run(published, capsys, *arguments: str) -> tuple[int, str, str]:
    code = cli.main([arguments[0], "--home", str(published.home), *arguments[1:]])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.parametrize("typed", ["a-2", "A2", " 0A-2 ", "A-2"])
def test_a_number_is_found_whatever_its_case_separators_and_zeros(published, capsys, typed: str) -> None:
    code, out, _ = run(published, capsys, "explain", typed)
    assert code == 0
    assert "no payment on file" in out


def test_a_number_as_it_stands_wins_over_one_that_is_only_alike(published, capsys) -> None:
    assert run(published, capsys, "explain", "t2")[1].startswith("check T2 of PAYER")
    assert "check T1 " not in run(published, capsys, "explain", "T2")[1].splitlines()[0]


def test_an_unknown_number_is_answered_with_the_nearest(published, capsys) -> None:
    code, out, _ = run(published, capsys, "explain", "ICN2")
    assert code == 1
    assert out == "nothing on file under this number; the nearest are ICN1 (PLB reference and claim number)\n"


def test_explain_for_programs_has_the_steps_and_what_they_make(published, capsys) -> None:
    told = json.loads(run(published, capsys, "explain", "--json", "T2")[1])
    (check,) = told["checks"]
    assert [step["so_far"] for step in check["steps"]] == ["1100.00", "1085.00", "1045.00"]
    assert check["apart"] == "-985.00"
    assert [row["unmatched_amount"] for row in told["provider_adjustments"]] == []


def test_a_summary_for_programs_has_the_same_numbers(published, capsys) -> None:
    told = json.loads(run(published, capsys, "summary", "--json")[1])
    assert told["remittances"]["paid_amount"] == "160.00"
    assert [(row["status"], row["count"]) for row in told["files"]] == [
        ("duplicate", 1),
        ("landed", 1),
        ("quarantined", 1),
    ]
    assert told["suspense"] == [{"reason": "no_candidate", "count": 1, "amount": "10.00"}]


def test_a_query_is_answered_as_table_csv_or_json(published, capsys) -> None:
    sql = "select trace_number, payment_amount from remittance order by all"
    assert run(published, capsys, "query", sql)[1].splitlines() == [
        "trace_number  payment_amount",
        "T1                    100.00",
        "T2                     60.00",
        "(2 rows)",
    ]
    assert run(published, capsys, "query", "--format", "csv", "select '=1+1' as text, -5 as number")[1] == (
        "text,number\n'=1+1,-5\n"
    )
    assert json.loads(run(published, capsys, "query", "--format", "json", sql)[1])[1]["payment_amount"] == "60.00"


@pytest.mark.parametrize(
    "sql",
    [
        "delete from remittance",
        "create table x (y integer)",
        "copy remittance to '/tmp/out.csv'",
        "select * from read_csv('/etc/passwd')",
        "attach '/tmp/other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "export database '/tmp/out'",
    ],
)
def test_a_query_has_no_way_out_of_the_published_file(published, capsys, sql: str) -> None:
    code, out, err = run(published, capsys, "query", sql)
    assert code == 1
    assert not out
    assert err


def test_the_prompt_answers_statements_and_survives_a_wrong_one(published, monkeypatch, capsys) -> None:
    typed = iter(["select count(*) as n", "from remittance;", "select nothing;", ".tables", ".help", ".quit"])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    asked.prompt(published.link, "table", sys.stdout)
    out = capsys.readouterr().out
    assert "n\n2\n(1 row)" in out
    assert "Binder Error" in out
    assert "takeback_match" in out
    assert "read-only" in out


def test_the_doctor_finds_a_good_home_good_and_says_why_not(published, capsys, monkeypatch) -> None:
    monkeypatch.setenv("TAKEBACK_INBOX", str(published.inbox))
    lines = {line.what: line for line in doctor.examine(published.home, published.inbox)}
    assert {lines[what].state for what in ("python", "duckdb", "inbox", "modes", "writing", "lock", "clock")} == {
        "good"
    }
    published.home.chmod(0o755)
    lines = {line.what: line for line in doctor.examine(published.home, published.home / "inbox")}
    assert lines["modes"].state == "wrong"
    assert lines["inbox"].state == "wrong"
    code, out, _ = run(published, capsys, "doctor", "--json")
    assert code == 1
    assert {"what", "state", "words"} == set(json.loads(out)[0])


def test_the_doctor_says_when_somebody_is_at_work(published) -> None:
    code = "import sys, time; from warehouse.home import writer; from pathlib import Path\n"
    code += "with writer(Path(sys.argv[1])): print('in', flush=True); time.sleep(60)"
    other = subprocess.Popen([sys.executable, "-c", code, str(published.home)], stdout=subprocess.PIPE)
    try:
        other.stdout.readline()
        lines = {line.what: line for line in doctor.examine(published.home, None)}
        assert lines["lock"].words == "a run is at work on this home just now"
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_learns_every_command(capsys, shell: str) -> None:
    assert cli.main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert {"run", "explain", "verify", "doctor", "query"} <= set(script.replace('"', " ").replace(")", " ").split())


def test_bash_completes_a_command_and_its_options() -> None:
    script = subprocess.run(
        [sys.executable, "-m", "warehouse.cli", "completion", "bash"], capture_output=True, text=True, check=True
    ).stdout
    ask = 'COMP_WORDS=(takeback {words}); COMP_CWORD={at}; _takeback; printf "%s " "${{COMPREPLY[@]}}"'
    for words, at, expected in (("expl", 1, "explain "), ("query --form", 2, "--format ")):
        ended = subprocess.run(
            ["bash", "-c", script + ask.format(words=words, at=at)], capture_output=True, text=True, check=True
        )
        assert ended.stdout == expected


def test_a_bar_is_drawn_on_a_terminal_only(capsys, monkeypatch) -> None:
    import logging

    log = logging.getLogger("warehouse.test")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with progress.shown(log, quiet=False):
        log.info("%s: %d rows in %.2f s", "staging.claim", 5, 0.1)
    assert "─ " in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with progress.shown(log, quiet=False):
        log.info("a line")
        log.debug("for a terminal only")
    assert capsys.readouterr().err.endswith(" a line\n")


def test_reading_every_byte_again_shows_on_a_terminal_how_far_it_is(house, capsys, monkeypatch) -> None:
    house.deliver("one.835")
    house.deliver("two.835", b"PAY T2 200\n")
    house.night()
    home = str(house.home)
    monkeypatch.setattr(progress, "PAUSE", -1.0)
    cli.main(["verify", "--home", home])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    cli.main(["verify", "--home", home])
    drawn = capsys.readouterr().err
    assert re.findall(r"(raw files|loads): (\d) of (\d)", drawn) == [
        ("raw files", "0", "2"), ("raw files", "1", "2"), ("loads", "0", "1"),
    ]  # fmt: skip
    assert drawn.endswith("\x1b[2K"), "the line is given back"


def test_a_terminal_without_the_bars_signs_gets_plain_ones(monkeypatch) -> None:
    class Plain:
        encoding = "ascii"
        written = ""

        def write(self, words: str) -> None:
            self.written += words

    plain = Plain()
    monkeypatch.setattr(sys, "stdout", plain)
    asking._draw(f"step {text.FULL}\n")
    assert plain.written == "step #\n"


def answer(server: Server, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    connection.request(method, path, headers={"Host": f"127.0.0.1:{server.server_port}", **headers})
    response = connection.getresponse()
    response.body = response.read()
    return response


@pytest.fixture
def server(tmp_path: Path):
    (tmp_path / "site" / "data").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text("the first page")
    (tmp_path / "secret").write_text("secret")
    with Server(tmp_path / "site") as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving
        serving.shutdown()
        thread.join()


def test_pages_are_served_to_whoever_has_the_link_and_to_nobody_else(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert answer(server, "/index.html").status == 403
    assert answer(server, "/?token=wrong").status == 403
    welcome = answer(server, server.link.split(str(server.server_port))[1])
    assert welcome.status == 303
    cookie = welcome.getheader("Set-Cookie")
    assert "HttpOnly; SameSite=Strict" in cookie
    mine = {"Cookie": cookie.split(";")[0]}
    page = answer(server, "/index.html", **mine)
    assert (page.status, page.body) == (200, b"the first page")
    assert page.getheader("Cache-Control") == "no-store"
    assert answer(server, "/", **mine).body == b"the first page"
    assert answer(server, "/data/", **mine).status == 404
    assert answer(server, "/../secret", **mine).status == 404
    assert answer(server, "/%2e%2e/secret", **mine).status == 404
    assert answer(server, "/index.html", "POST", **mine).status == 501
    assert answer(server, "/index.html", "HEAD", **mine).body == b""
    assert answer(server, "/index.html", **{**mine, "Host": "evil.example"}).status == 421


def test_the_published_file_is_opened_without_a_way_to_write(published) -> None:
    with database.reading(published.link) as connection, pytest.raises(duckdb.Error):
        connection.execute("create table x as select 1")
