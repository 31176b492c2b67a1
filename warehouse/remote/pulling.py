"""From the store into a working copy: a step finds there what it needs.

In: a copy, and the role of whoever works on it. Out: files that are those of the store, each compared with its SHA-256.
Never: a file left that is not the store's. One process works on a copy at a time, so that this is left of a step that
has died; the step is done again.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path

from warehouse import durable
from warehouse.errors import DamageError
from warehouse.home import FOLDERS
from warehouse.remote import head as heads
from warehouse.remote import packing
from warehouse.remote.head import Entry, Tree
from warehouse.remote.working import NOTES, Copy, content, files, identity

SIDE_BY_SIDE = 12
OLD = "published/generations/*.duckdb"
"""Of these only the one that serves is fetched; a night reads no other."""
NEEDED: dict[str, tuple[str, ...]] = {
    "writer": ("*",),
    "lander": ("lake/*/manifest.json", "audit/*", "raw/*", "work/*"),
    "adviser": (
        *("lake/*/manifest.json", "lake/*/transaction.parquet", "audit/*", "raw/*"),
        *("conformance/*", "published/conformance/*", "published/conformance.duckdb"),
    ),
    "reader": (
        *("lake/*/manifest.json", "audit/*", "raw/*", "conformance/*"),
        *("published/*.duckdb", "published/generations/*.json"),
    ),
    "pages": ("published/report*",),
    "verifier": ("*",),
}
NEEDED["chief adviser"] = NEEDED["adviser"]
"""What a role works with, as patterns of names in which a star also stands for folders; raw files come one by one."""
MENDED = ("lake/", "published/")
"""What a night makes again where it is damaged."""

log = logging.getLogger(__name__)


def pull(copy: Copy, role: str) -> None:
    """Make a copy fit the store, as far as a role needs it."""
    drop_raw(copy)
    for _ in range(5):  # a newer head may let go of what this one names while it is read
        with suppress(FileNotFoundError):
            copy.tree = heads.read_tree(copy.store, heads.read(copy.store).tree)
            durable.make_folders(copy.root / name for name in (*FOLDERS, NOTES))
            _drop_strange(copy)
            wanting = [path for path in copy.tree if path not in copy.held and _is_needed(copy.tree, path, role)]
            for words in _settled(copy, {path: copy.tree[path] for path in wanting}):
                if role != "verifier" and not (role == "writer" and words.startswith(MENDED)):
                    raise DamageError(words)
                log.warning("%s", words)
            return
    raise DamageError("objects of the home are missing, though its head names them: restore them")


def _is_needed(tree: Tree, path: str, role: str) -> bool:
    if not any(fnmatch(path, pattern) for pattern in NEEDED[role]):
        return False
    serving = f"published/{tree.get('published/takeback.duckdb', {}).get('link')}"
    return role == "verifier" or not fnmatch(path, OLD) or path == serving


def _drop_strange(copy: Copy) -> None:
    """Remove what is not the store's, not the newest of it, or not what it was when it came."""
    found = files(copy.root)
    fit = {
        path: known
        for path, known in copy.held.items()
        if path in copy.tree and known[0] == content(copy.tree[path]) and found.get(path, [])[1:] == known[1:]
    }
    strange = found.keys() - fit.keys()
    durable.remove(copy.root / path for path in strange)
    for folder in {str(parent) for path in strange for parent in Path(path).parents} - {*FOLDERS, "."}:
        if not any(path.startswith(f"{folder}/") for path in fit):
            durable.clear_folder(copy.root / folder)
    copy.held = fit
    copy.note()


def _settled(copy: Copy, wanted: Tree) -> list[str]:
    """Bring files and links to their places; returns a sentence for each that is not what was put into the store."""
    bytes_of = {path: one for path, one in wanted.items() if "link" not in one}
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        wrong = dict(zip(bytes_of, threads.map(lambda one: _bring(copy, *one), bytes_of.items()), strict=True))
    good = sorted((one["mode"], path) for path, one in bytes_of.items() if not wrong[path])
    for path in sorted({str(Path(path).parent) for path in wanted.keys() - {path for path in wrong if wrong[path]}}):
        durable.make_folder(copy.root / path)
    for mode, group in groupby(good, key=lambda one: one[0]):
        durable.settle_all([(beside(copy, path), copy.root / path) for _, path in group], mode)
    for path in wanted.keys() - bytes_of.keys():
        durable.point(copy.root / path, wanted[path]["link"])
    for path in wanted.keys() - {path for path in wrong if wrong[path]}:
        if path in copy.tree:
            copy.held[path] = [content(wanted[path]), *identity(copy.root / path)]
    copy.note()
    return [words for words in wrong.values() if words]


def _bring(copy: Copy, path: str, one: Entry) -> str:
    """Bring a file's bytes beside its place; returns what is wrong with them, '' where nothing is."""
    digest = hashlib.sha256()

    def hashed() -> Iterator[bytes]:
        sent = copy.store.blocks(heads.object_key(path, one))
        for block in packing.unpacked(sent) if packing.is_packed(path) else sent:
            digest.update(block)
            yield block

    try:
        durable.spill(beside(copy, path), hashed())
    except FileNotFoundError:
        if path in copy.tree and heads.read_tree(copy.store, heads.read(copy.store).tree).get(path) != one:
            raise  # a newer head has let it go
        return f"{path}: the object is missing, restore it"
    if digest.hexdigest() == one["sha256"] or is_raw(path):  # who reads a raw file compares it, as on a disk
        return ""
    return f"{path}: the object has other bytes than were put there, restore it"


def beside(copy: Copy, path: str) -> Path:
    """Name the half-made file that becomes a file of the copy, or goes from it."""
    return copy.root / NOTES / f"{hashlib.sha256(path.encode()).hexdigest()}.part"


def bring(copy: Copy, paths: Iterable[str]) -> None:
    """Fetch some files, raw or other; what the store lacks stays away. DamageError where one has other bytes."""
    if not copy.tree:
        copy.tree = heads.read_tree(copy.store, heads.read(copy.store).tree)
    wanted = {path: _raw(path) if is_raw(path) else copy.tree.get(path) for path in paths}
    known = {path: one for path, one in wanted.items() if one}
    if damaged := [words for words in _settled(copy, known) if "is missing" not in words]:
        raise DamageError(damaged[0])
    copy.raw.update(Path(path).name for path in known if is_raw(path))


def is_raw(path: str) -> bool:
    """Whether this is the name of a raw file."""
    return fnmatch(path, "raw/??/*")


def _raw(path: str) -> Entry:
    return {"sha256": Path(path).name, "mode": durable.KEPT}


def examined(copy: Copy) -> Iterator[str]:
    """Read every object that the list of files names again; yields what is wrong with each, '' where nothing is."""
    objects = [(path, one) for path, one in copy.tree.items() if "link" not in one]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        yield from threads.map(lambda one: _bring(copy, *one), objects)
    durable.remove(copy.root.glob(f"{NOTES}/*.part"))


def drop_raw(copy: Copy) -> None:
    """Remove the raw files of the copy: they are many, and each is read once."""
    for folder in sorted(copy.root.glob("raw/??")):
        durable.clear_folder(folder)
    copy.raw.clear()
