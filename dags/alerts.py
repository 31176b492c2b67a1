"""Tells somebody that a night failed or is late; tells nobody where no setting names whom.

In: `TAKEBACK_NOTIFY`, either `package.module.callable` (called with Airflow's context, and our line in it as
`message`; a notifier of Airflow is such a callable) or `connection:ID` (a connection of Airflow whose host is the
address that `{"text": line}` is posted to, as chat rooms take it; its password, if any, is the address's last part).
Out: one line: which DAG, what happened, which run. Never: an exception's text, a file name, a record; a
failure of the night because nobody could be told.
"""

import asyncio
import json
import logging
import os
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

log = logging.getLogger(__name__)


def failed(context: Mapping[str, Any]) -> None:
    """Tell that a run failed; a DAG's `on_failure_callback`."""
    from airflow.sdk import BaseHook

    with said_in_the_log():
        name = connection_name()
        tell(context, sentence(context, "failed"), BaseHook.get_connection(name) if name else None)


async def late(context: Mapping[str, Any]) -> None:
    """Tell that a run was not done by its hour; the callback of a deadline, which the triggerer runs."""
    from airflow.sdk import BaseHook

    with said_in_the_log():
        name = connection_name()
        connection = await BaseHook.aget_connection(name) if name else None
        await asyncio.to_thread(tell, context, sentence(context, "is late, the warehouse is not fresh"), connection)


def connection_name() -> str:
    """Return the id of the connection that the setting names, '' where it names none."""
    kind, _, name = os.environ.get("TAKEBACK_NOTIFY", "").partition(":")
    return name if kind == "connection" else ""


def sentence(context: Mapping[str, Any], what: str) -> str:
    """Say in a line which run it is; the context of a deadline holds a plain mapping of the run."""
    run = context["dag_run"]
    dag_id, run_id = (run["dag_id"], run["dag_run_id"]) if isinstance(run, Mapping) else (run.dag_id, run.run_id)
    return f"{dag_id} {what} (run {run_id})"


def tell(context: Mapping[str, Any], line: str, connection: Any) -> None:
    """Log a line, and hand it to whom the setting names."""
    log.warning("%s", line)
    if connection:
        post(address(connection), line)
    elif path := os.environ.get("TAKEBACK_NOTIFY"):
        module, _, attribute = path.rpartition(".")
        getattr(import_module(module), attribute)({**context, "message": line})


@contextmanager
def said_in_the_log() -> Iterator[None]:
    """Let nothing fail because nobody could be told, and log only what kind of error it was."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, its text could hold an address with a secret
        log.warning("nobody could be told: %s", type(error).__name__)


def address(connection: Any) -> str:
    """Return the address that a connection of Airflow names, its password being the last part."""
    host = str(connection.host or "")
    base = host if "://" in host else f"{connection.schema or 'https'}://{host}"
    port = f":{connection.port}" if connection.port else ""
    secret = f"/{connection.password}" if connection.password else ""
    return f"{base}{port}{secret}"


def post(url: str, line: str) -> None:
    """Post a line as JSON; ValueError where the address is none of the web's."""
    if not url.startswith(("https://", "http://")):
        raise ValueError("not an address of the web")
    content = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps({"text": line}).encode(), content)  # noqa: S310 - looked at above
    with urllib.request.urlopen(request, timeout=20):  # noqa: S310 - as above
        pass
