"""The rooms of the house: who may import whom, what a pure room may not touch, how large a module may grow.

In: the project's own source text. Out: sentences about it. Never: an import of what it judges.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARROWS = {  # room: the rooms of ours that it may import
    "edi": set(),
    "warehouse": {"edi"},
    "dags": {"warehouse"},
}
FOREIGN = {  # room: what it is built on; everything else from outside is a decision to be made here
    "edi": {"numpy", "pyarrow", "pyx12"},
    "warehouse": {"boto3", "botocore", "duckdb", "jinja2", "numpy", "pyarrow", "xlsxwriter"},
    "dags": {"airflow", "fastapi", "pluggy"},
}
HEAVY = {"duckdb", "numpy", "pandas", "pyarrow", "pyx12"}
IMPURE_MODULES = {
    "os",
    "sys",
    "io",
    "pathlib",
    "shutil",
    "tempfile",
    "time",
    "random",
    "uuid",
    "secrets",
    "socket",
    "subprocess",
}
IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "now", "today", "utcnow", "getenv", "read_text", "write_text"}
# Data that ships with the room is read once, by one function.
READS_OWN_DATA = {"edi/data.py"}
FOLDERS = {".ci", "dags", "docs", "edi", "requirements", "tests", "transforms", "warehouse"}
FILES = {".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "SECURITY.md", "pyproject.toml"}
MEDIAN_LINES, MOST_LINES = 130, 250
MEDIAN_FUNCTION, MOST_FUNCTION = 12, 45

MODULES = [path.relative_to(ROOT).as_posix() for room in ARROWS for path in sorted((ROOT / room).rglob("*.py"))]


def parsed(module: str) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse((ROOT / module).read_text())


def imports(tree: ast.Module) -> Iterator[str]:
    """Yield the first name of each module that is imported anywhere in a tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "rooms are named in full"
            yield str(node.module).partition(".")[0]


def called(tree: ast.Module) -> Iterator[str]:
    """Yield the last name of each function or method that is called, and of each attribute of the environment."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if isinstance(node, ast.Attribute) and node.attr == "environ":
            yield "getenv"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_the_rooms_below_it(module: str) -> None:
    room = module.partition("/")[0]
    assert set(imports(parsed(module))) & {*ARROWS, "tests", "transforms"} <= {room, *ARROWS[room]}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_built_on_what_its_room_is_built_on(module: str) -> None:
    foreign = set(imports(parsed(module))) - set(sys.stdlib_module_names) - set(ARROWS)
    assert foreign <= FOREIGN[module.partition("/")[0]]


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("edi/")])
def test_edi_is_pure(module: str) -> None:
    if module in READS_OWN_DATA:
        pytest.skip("reads the room's own tables")
    tree = parsed(module)
    assert not set(imports(tree)) & IMPURE_MODULES
    assert not set(called(tree)) & IMPURE_CALLS


def test_a_dag_file_imports_nothing_heavy_at_its_top() -> None:
    for module in [module for module in MODULES if module.startswith("dags/")]:
        top = ast.Module([node for node in parsed(module).body if isinstance(node, ast.Import | ast.ImportFrom)], [])
        assert not set(imports(top)) & HEAVY, module


def test_transforms_holds_data_only() -> None:
    files = [path for path in (ROOT / "transforms").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert {path.suffix for path in files if path.name != "__init__.py"} <= {".sql", ".csv", ".md"}
    markers = [path for path in files if path.name == "__init__.py"]
    assert not any(ast.parse(path.read_text()).body[1:] for path in markers), (
        "a package marker holds a docstring at most"
    )


def test_modules_stay_small() -> None:
    lengths = {module: len((ROOT / module).read_text().splitlines()) for module in MODULES}
    assert {module: length for module, length in lengths.items() if length > MOST_LINES} == {}
    assert median(lengths.values()) <= MEDIAN_LINES


def test_functions_stay_small() -> None:
    lengths = {
        f"{module}:{node.name}": node.end_lineno - node.lineno + 1
        for module in MODULES
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_FUNCTION} == {}
    assert median(lengths.values()) <= MEDIAN_FUNCTION


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_its_strategy(module: str) -> None:
    words = ast.get_docstring(parsed(module))
    assert words, "a module says what comes in, what goes out, what it never does"
    if not module.endswith("__init__.py"):
        assert "Never" in words or "never" in words, "a module says what it never does"


def test_the_top_level_holds_nothing_else() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    assert {name.partition("/")[0] for name in listed.stdout.splitlines()} <= FOLDERS | FILES


def test_locks_hold_names_versions_and_hashes_only() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert [lock.name for lock in locks] == [
        "audit.txt",
        "bench.txt",
        "distributed.txt",
        "fuzz.txt",
        "lint.txt",
        "next.txt",
        "storage.txt",
        "uv.txt",
        "venv.txt",
    ]
    for lock in locks:
        for line in lock.read_text().splitlines():
            assert "://" not in line
            assert line.startswith("    --hash=sha256:") or "==" in line, f"{lock.name}: {line}"
