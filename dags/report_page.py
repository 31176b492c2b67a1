"""Shows the pages of `published/report` inside the Airflow UI, to those who may see them.

In: the folder that TAKEBACK_HOME names, as Airflow's API server sees it, and requests of people who are signed in.
Out: two entries in the menu, and the files under `published/report` and `published/report_deidentified`.
Never: a file to anybody whom Airflow does not know. Airflow signs nobody in for a plugin's application, so each request
is checked here, with Airflow's own rules: pages that name patients are for those who may edit the DAG
`takeback_nightly`, pages without patients for those who may read it.

Every process of Airflow imports this module; the application is made when the first request comes.
"""

import os
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from airflow.plugins_manager import AirflowPlugin

SITES = {"report": "PUT", "report_deidentified": "GET"}  # what one must be allowed to do with the DAG to see it
FRESH = 30.0  # seconds after which the store of a home on object storage is asked again whether there are newer pages
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self' data: blob: 'unsafe-inline'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>No report yet</title>
<body style="font: 16px/1.5 system-ui, sans-serif; margin: 3rem; max-width: 40rem; background: white; color: black">
<h1>No report yet</h1><p>{reason}</p></body></html>"""


def seen(home: str) -> Path:
    """Return the folder of the home as this machine has it; of one on object storage, its pages as they were lately."""
    if "://" not in home:
        return Path(home)
    from warehouse.home import setting
    from warehouse.remote import copies

    folder = setting("TAKEBACK_HOME", home)
    copies.refresh(folder, "pages", FRESH)
    return folder


def find(home: str | None, site: str, path: str) -> Path | str:
    """Return a site's file, or a sentence that says why there is none."""
    if not home:
        return "TAKEBACK_HOME is not set for Airflow's API server, so it does not know where the pages are."
    root = Path(seen(home), "published", site).resolve()
    if not root.is_dir():
        return "The last task of the DAG takeback_nightly writes the pages; none has been written in this home."
    file = (root / (path or "index.html")).resolve()
    if not (file.is_relative_to(root) and file.is_file()):
        return "This page is not part of the report. A newer one may have been written: go back to its first page."
    return file


@cache
def application() -> Any:
    """Make the application: one route for each site, behind Airflow's own check of who asks."""
    from airflow.api_fastapi.core_api.security import requires_access_dag
    from fastapi import Depends, FastAPI
    from fastapi.responses import FileResponse, HTMLResponse

    made = FastAPI(title="takeback", docs_url=None, redoc_url=None, openapi_url=None)

    def route(site: str, method: Any) -> None:
        allowed = Depends(requires_access_dag(method=method, param_dag_id="takeback_nightly"))

        @made.get(f"/{site}/{{path:path}}", dependencies=[allowed])
        def answer(path: str) -> Any:
            found = find(os.environ.get("TAKEBACK_HOME"), site, path)
            if isinstance(found, Path):
                return FileResponse(found, headers=HEADERS)
            return HTMLResponse(MISSING.format(reason=found), status_code=404, headers=HEADERS)

    for site, method in SITES.items():
        route(site, method)
    return made


async def pages(scope: dict[str, Any], receive: Callable[[], Any], send: Callable[[Any], Awaitable[None]]) -> None:
    """Hand a request to the application."""
    await application()(scope, receive, send)


class TakebackPlugin(AirflowPlugin):
    """Adds the pages to Airflow's menu."""

    name = "takeback"
    fastapi_apps = [{"app": pages, "url_prefix": "/takeback", "name": "takeback"}]  # noqa: RUF012 - as Airflow has it
    external_views = [  # noqa: RUF012 - as Airflow has it
        {
            "name": "Takebacks",
            "href": "takeback/report/index.html",
            "url_route": "takebacks",
            "destination": "nav",
            "category": "browse",
        },
        {
            "name": "Takebacks, without patients",
            "href": "takeback/report_deidentified/index.html",
            "url_route": "takebacks-without-patients",
            "destination": "nav",
            "category": "browse",
        },
    ]
