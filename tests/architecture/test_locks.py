"""What is installed is what is locked, and everything that is asked for is locked, with hashes.

Whether a locked version has a known weakness, only a database over the network can tell: `make audit`.
"""

import re
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
ENVIRONMENTS = sorted(path.stem for path in REQUIREMENTS.glob("*.in") if path.stem != "product")
OURS = {"takeback", "uv", "pip"}


def named(text: str) -> str:
    """Normalise a package's name as indexes do."""
    return re.sub(r"[-_.]+", "-", text).lower()


def asked_for(environment: str) -> set[str]:
    """Name what an environment's `.in` file asks for, with what it includes."""
    found = set()
    for line in (REQUIREMENTS / f"{environment}.in").read_text().splitlines():
        if line.startswith("-r "):
            found |= asked_for(Path(line.removeprefix("-r ")).stem)
        elif line and not line.startswith(("#", "-")):
            found.add(named(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]))
    return found


def locked(environment: str) -> dict[str, set[str]]:
    """Read names and versions of a lock (several where Python's version decides), each with at least one hash."""
    entries = re.split(r"\n(?=\S)", (REQUIREMENTS / f"{environment}.txt").read_text().strip())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    pins = (re.match(r"([\w.\[\],-]+)==([^\s;]+)", entry) for entry in entries)
    found: dict[str, set[str]] = {}
    for pin in pins:
        assert pin
        found.setdefault(named(pin[1].partition("[")[0]), set()).add(pin[2])
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_everything_that_is_asked_for_is_locked_with_hashes(environment: str) -> None:
    assert asked_for(environment) <= locked(environment).keys()


def test_several_machines_have_what_one_has() -> None:
    one, several = locked("venv"), locked("distributed")
    others = {name for name in one if one[name] != several.get(name)}
    assert others <= {"python-dateutil"}, "boto3 asks for an older one"


def test_what_is_installed_is_what_is_locked() -> None:
    if Path(sys.prefix).name != ".venv":
        pytest.skip("an environment of somebody's own, or one with another DuckDB")
    lock = locked("venv")
    installed = {named(found.metadata["Name"]): found.version for found in distributions()}
    unknown = {
        name: version for name, version in installed.items() if version not in lock.get(name, ()) and name not in OURS
    }
    assert unknown == {}
