"""Logs that were torn, links that are swapped, and no writing anywhere else in the house."""

import ast
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest

from warehouse import database, durable
from warehouse.home import Home

ROOT = Path(__file__).parents[2]
# These keep the logs and the metadata of an Airflow of our own; nothing of a home goes through them.
EXEMPT = {"warehouse/durable.py", "dags/local.py", "dags/progress.py", "dags/servers.py"}
WORDS = """
    rename renames unlink rmdir removedirs symlink symlink_to hardlink_to mkdir makedirs ftruncate touch write_bytes
    write_text chmod fchmod mkstemp mkdtemp NamedTemporaryFile TemporaryFile TemporaryDirectory copyfile copytree rmtree
    sink_parquet to_parquet
"""
WRITING = set(WORDS.split())
# Words that lists, texts and Parquet writers have too: (owner, word).
WRITING_OF = {
    *((owner, word) for owner in ("os", "shutil") for word in ("remove", "replace", "link", "move", "truncate"))
}
WRITING_OF |= {("pq", "write_table"), ("parquet", "write_table")}
SIGNS = ("'w", "'a", "'x", "+'", "'rb+", "O_WR", "O_RDWR", "O_CREAT")


def test_a_torn_last_line_is_cut_off_before_the_next_is_written(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo\nthr")
    durable.append(log, b"four\n")
    assert log.read_bytes() == b"one\ntwo\nfour\n"
    log.write_bytes(b"x" * 200_000)
    durable.append(log, b"five\n")
    assert log.read_bytes() == b"five\n"


def test_a_link_is_swapped_although_a_crash_left_its_beginning(tmp_path: Path) -> None:
    (tmp_path / ".link.part").symlink_to("nowhere")
    durable.point(tmp_path / "link", "a")
    durable.point(tmp_path / "link", "b")
    assert str((tmp_path / "link").readlink()) == "b"
    assert [path.name for path in tmp_path.iterdir()] == ["link"]


def test_a_file_holds_its_old_or_its_new_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write(path, b"old", durable.KEPT)
    durable.write(path, b"new")
    assert path.read_bytes() == b"new"


def writes(path: Path) -> list[str]:
    """List the calls in a module that write, rename or remove, as far as names tell."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = getattr(node.func.value, "id", "") if isinstance(node.func, ast.Attribute) else ""
        if owner == "durable":
            continue
        opens = name in {"open", "fdopen"} and any(sign in ast.unparse(node) for sign in SIGNS)
        moves = name == "replace" and len(node.args) == 1 and not node.keywords  # of a path; a text's takes two
        if name in WRITING or (owner, name) in WRITING_OF or opens or moves:
            found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    return found


def test_only_one_module_writes() -> None:
    modules = [path for room in ("edi", "warehouse", "dags") for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(modules) > 20
    found = [call for path in modules if str(path.relative_to(ROOT)) not in EXEMPT for call in writes(path)]
    assert found == []


@pytest.mark.parametrize(
    "line", ["open('x', 'wb')", "path.write_text('x')", "os.rename(a, b)", "os.open(a, os.O_CREAT)", "path.replace(b)"]
)
def test_the_proof_would_see_a_write(line: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "module.py").write_text(line)
    assert writes(tmp_path / "module.py")


def test_only_one_module_opens_databases() -> None:
    """So that every connection has the same locks: no code fetched, and no way out of a published file."""
    modules = [path for room in ("edi", "warehouse", "dags") for path in sorted((ROOT / room).rglob("*.py"))]
    opening = [path.name for path in modules if "duckdb.connect(" in path.read_text(encoding="utf-8")]
    assert opening == ["database.py"]


@pytest.mark.parametrize("opened", ["building", "copying", "parsing"])
def test_no_connection_fetches_code(opened: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.work.mkdir()
    with ExitStack() as stack:
        found = getattr(database, opened)(*([] if opened == "parsing" else [home]))
        connection = found if opened == "parsing" else stack.enter_context(found)
        named = "select name, value from duckdb_settings() where name in (select unnest($1))"
        assert dict(connection.execute(named, [list(database.LOCKED)]).fetchall()) == database.LOCKED
        with pytest.raises(duckdb.Error):
            connection.execute("load httpfs")
