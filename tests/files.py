"""Files for tests, by their names below a folder.

In: a folder, and contents by name. Out: the folder with them. Never: a file that was there is taken away.
"""

from collections.abc import Mapping
from pathlib import Path


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, and the folders that their names tell of; returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
