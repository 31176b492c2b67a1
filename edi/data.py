"""The reader's own data: CSV tables that lie beside the modules that use them.

Strategy: grammar and layout are rows, not branches. In: a package and a file name of this project. Out: rows as
dictionaries. Never: a file that was delivered.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def rows(package: str, file_name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a CSV file that lies in `package`."""
    text = files(package).joinpath(file_name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
