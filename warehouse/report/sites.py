"""The site: a folder of finished pages, and the link to the newest one.

In: the present generation, with patients and without. Out: `published/reports/<name>/` for each, and the links
`published/report` and `published/report_deidentified`, which change in one moment.
Never: a page that is half there, or a second writing of a site that is there already. A site is named by all that it
follows from: the generation, the last night, our templates, queries and settings.
"""

import logging
from pathlib import Path

from warehouse import durable, space
from warehouse.building.models import TRANSFORMS
from warehouse.errors import TakebackError
from warehouse.home import Home, number
from warehouse.keeping import audit
from warehouse.landing import loads
from warehouse.publishing import deidentified, generations
from warehouse.report import evidence, pages, pieces, source

HERE = Path(__file__).parent
log = logging.getLogger(__name__)
MONTHS = 12
SHELVES = {"check": True, "claim": True, "number": False}
"""Name of a shelf -> whether its entries are made slice by slice."""
KINDS = {"report": False, "report_deidentified": True}
"""Name of the link -> whether the pages are those without patients."""


def link_path(home: Home, kind: str = "report") -> Path:
    """Give the folder that readers open."""
    return home.published / kind


def refresh(home: Home) -> Path:
    """Write both sites where they are not there yet; returns the first page of the one with patients."""
    note = generations.present(home)
    if note is None:
        raise TakebackError("nothing has been published yet")
    space.refuse_full(home)
    months = int(number("TAKEBACK_REPORT_MONTHS", MONTHS))
    name = f"{note.name}-{_content(home, months)[:8]}"
    for kind in KINDS:
        _refresh_one(home, kind, f"{name}-{kind}", months)
    return link_path(home) / "index.html"


def _refresh_one(home: Home, kind: str, name: str, months: int) -> None:
    final, link = home.published / "reports" / name, link_path(home, kind)
    if final.is_dir() and link.is_symlink() and link.readlink().name == name:
        return
    work = home.work / "report"
    durable.clear_folder(work)
    durable.make_folder(work)
    _write(home, work, months, without_patients=KINDS[kind])
    durable.make_folders([final.parent])
    durable.clear_folder(final)
    durable.settle_tree(work, final)
    durable.point(link, f"reports/{name}")
    for other in sorted(final.parent.iterdir()):
        if other.name.endswith(f"-{kind}") and other.name != name:
            durable.clear_folder(other)


def _write(home: Home, folder: Path, months: int, without_patients: bool) -> None:
    published = deidentified.link_path(home) if without_patients else generations.link_path(home)
    data = folder / "data"
    durable.make_folder(data)
    with source.opened(home, published, months, quotes=not without_patients) as connection:
        for query in ("window", "evidence"):
            source.run(connection, query)
        evidence.quote(connection, home)
        for shelf, is_sliced in SHELVES.items():
            source.fill(connection, shelf, is_sliced)
            log.info("pages: %d pieces of %s", pieces.write_shelf(connection, shelf, data), shelf)
        counts = {
            path.stem: pieces.write_list(connection, path.stem, path.read_text(encoding="utf-8"), data)
            for path in sorted((source.QUERIES / "lists").glob("*.sql"))
        }
        pages.write(connection, home, folder, counts, months, without_patients)


def _content(home: Home, months: int) -> str:
    """Hash all that the pages follow from besides the generation."""
    files = sorted(path for path in HERE.rglob("*") if path.is_file() and path.suffix != ".pyc")
    night = audit.last(home, "published", "unchanged")
    return loads.content_hash(
        {
            "night": str(night["at"] if night else "").encode(),
            "months": str(months).encode(),
            **{str(path.relative_to(HERE)): path.read_bytes() for path in files},
            **{path.name: path.read_bytes() for path in sorted((TRANSFORMS / "macros").glob("*.sql"))},
        }
    )
