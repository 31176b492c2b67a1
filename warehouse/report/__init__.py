"""The pages: what was published, as a site of plain files that a browser opens from the disk.

In: a home with a published generation. Out: `published/report/index.html`, and `report_deidentified/` beside it.
Never: a request to anywhere; a page needs nothing but the files beside it.
"""

from pathlib import Path

from warehouse.errors import without_values


@without_values
def write(home: Path) -> Path:
    """Write the pages of the present generation, with and without patients; returns the first page's path."""
    from warehouse.home import writer
    from warehouse.report import sites

    with writer(home) as place:
        return sites.refresh(place)


@without_values
def keep(home: Path) -> None:
    """Write the pages anew where somebody has asked for pages before: they must not grow old unseen."""
    from warehouse.home import writer
    from warehouse.report import sites

    with writer(home) as place:
        if sites.link_path(place).is_symlink():
            sites.refresh(place)
