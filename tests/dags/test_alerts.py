"""Who is told that a night failed or is late, and that nothing fails because nobody could be told."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from dags import alerts

RUN = {"dag_run": SimpleNamespace(dag_id="takeback_nightly", run_id="scheduled__1")}
LATE = {"dag_run": {"dag_id": "takeback_nightly", "dag_run_id": "scheduled__1"}, "deadline": {}}
heard: list[Any] = []


def connection(**fields: Any) -> SimpleNamespace:
    return SimpleNamespace(**{"host": "", "schema": "", "port": None, "password": None} | fields)


def hear(context: Any) -> None:
    heard.append(context["message"])


@pytest.mark.parametrize("context", [RUN, LATE])
def test_a_line_says_which_run_it_is(context: dict[str, Any]) -> None:
    assert alerts.sentence(context, "failed") == "takeback_nightly failed (run scheduled__1)"


@pytest.mark.parametrize(
    ("found", "address"),
    [
        (connection(host="chat.example", password="T0/B0/x"), "https://chat.example/T0/B0/x"),  # noqa: S106 - made up
        (connection(host="https://chat.example/hooks"), "https://chat.example/hooks"),
        (connection(host="127.0.0.1", schema="http", port=8080), "http://127.0.0.1:8080"),
    ],
)
def test_a_connection_names_an_address(found: SimpleNamespace, address: str) -> None:
    assert alerts.address(found) == address


def test_nobody_is_told_by_default(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("TAKEBACK_NOTIFY", raising=False)
    alerts.tell(RUN, "a line", None)
    assert caplog.messages == ["a line"]


def test_a_callable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEBACK_NOTIFY", "tests.dags.test_alerts.hear")
    alerts.tell(RUN, "a line", None)
    from tests.dags import test_alerts

    assert test_alerts.heard[-1:] == ["a line"]


def test_an_address_is_told() -> None:
    posted: list[Any] = []

    class Room(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Room) as server:
        threading.Thread(target=server.handle_request).start()
        alerts.tell(RUN, "a line", connection(host="127.0.0.1", schema="http", port=server.server_port))
    assert posted == [{"text": "a line"}]


@pytest.mark.parametrize("found", [connection(host="file:///etc"), connection(host="127.0.0.1", schema="http", port=1)])
def test_what_goes_wrong_is_logged_by_its_kind_alone(found: SimpleNamespace, caplog: pytest.LogCaptureFixture) -> None:
    found.password = "SECRET"  # noqa: S105 - made up
    caplog.set_level(logging.INFO)
    with alerts.said_in_the_log():
        alerts.tell(RUN, "a line", found)
    assert any(message.startswith("nobody could be told: ") for message in caplog.messages)
    assert "SECRET" not in caplog.text
