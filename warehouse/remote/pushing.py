"""From a working copy into the store: what a step has made counts, all of it at once, or nothing.

In: a copy and the number of a claim. Out: new objects, then a new list of files, then the head that names it.
Never: an object replaced. What no longer counts is deleted after that; where a process dies before, it costs space.

Others may have made something else count meanwhile (loads land side by side, pyx12 judges beside the money): only what
was changed here is changed there. Both may have written to the run log: the later lines follow on the others.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from warehouse import durable
from warehouse.home import FOLDERS
from warehouse.remote import head as heads
from warehouse.remote import lease, packing
from warehouse.remote.head import Entry, Head, Tree
from warehouse.remote.pulling import SIDE_BY_SIDE, beside, is_raw
from warehouse.remote.working import Copy, content, entry, files, identity

LOG = "audit/run.jsonl"
DAY = 86_400


def push(copy: Copy, fence: str) -> None:
    """Put what has changed in the copy into the store and make it count; BusyError where the claim has been lost."""
    found = files(copy.root)
    changed = {path: entry(copy.root / path) for path in found if found[path][1:] != copy.held.get(path, [])[1:]}
    changed = {path: one for path, one in changed.items() if content(one) != copy.held.get(path, [""])[0]}
    gone = copy.held.keys() - found.keys()
    lines = _new_lines(copy) if LOG in changed else b""
    _send_raw(copy)
    _send(copy, {path: one for path, one in changed.items() if path != LOG})
    if changed or gone:
        copy.tree = _commit(copy, fence, changed, gone, lines)
        known = {path: one[0] for path, one in copy.held.items() if path not in gone}
        known |= {path: content(copy.tree[path]) for path in changed}
        copy.held = {path: [of, *identity(copy.root / path)] for path, of in known.items()}
        copy.note()


def _commit(copy: Copy, fence: str, changed: Tree, gone: set[str], lines: bytes) -> Tree:
    """Make changes count on top of whatever counts by then; returns the new list of files."""
    before: Tree = {}
    after: Tree = {}

    def committed(head: Head) -> Head:
        nonlocal before, after
        lease.refuse_stale(head, fence)
        before = heads.read_tree(copy.store, head.tree)
        after = {path: one for path, one in before.items() if not _is_gone(path, gone)} | changed
        if lines:
            after[LOG] = _continue(copy, before.get(LOG), lines)
        return replace(head, tree=heads.write_tree(copy.store, after), serves=_serving(after))

    older = heads.change(copy.store, committed)
    unwanted = sorted(_keys(before) - _keys(after)) + [f"trees/{older.tree}"] * bool(older.tree)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        list(threads.map(copy.store.delete, unwanted))
    return after


def sweep(copy: Copy) -> int:
    """Delete what steps that died have left in the store and nothing names, once it is a day old; returns how much.

    Only below the folders of a home: beside them may lie what is not ours, another home among it.
    """
    head = heads.read(copy.store)
    tree = heads.read_tree(copy.store, head.tree)
    named = _keys(tree) | {f"trees/{head.tree}"}
    ours = {path.partition("/")[0] for path in (*FOLDERS, *tree)} | {"trees"}
    every = [one for one in copy.store.list("") if one.key.partition("/")[0] in ours and not is_raw(one.key)]
    left = [one.key for one in every if one.key not in named and one.changed < head.now - DAY]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        list(threads.map(copy.store.delete, left))
    return len(left)


def _is_gone(path: str, gone: set[str]) -> bool:
    """Whether a file was removed from the copy, or belongs to one that was: not all that is there had been fetched."""
    folder, _, name = path.rpartition("/")
    return bool({path, f"{folder}/manifest.json", f"{folder}/{Path(name).stem}.json"} & gone)


def _keys(tree: Tree) -> set[str]:
    return {heads.object_key(path, one) for path, one in tree.items() if "link" not in one}


def _send(copy: Copy, wanted: Tree) -> None:
    made = [(path, one) for path, one in wanted.items() if "link" not in one]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        list(threads.map(lambda one: _send_one(copy, *one), made))


def _send_one(copy: Copy, path: str, one: Entry) -> None:
    if not packing.is_packed(path):
        copy.store.send(heads.object_key(path, one), copy.root / path)
        return
    half = beside(copy, path)
    durable.spill(half, packing.packed(copy.root / path))
    copy.store.send(heads.object_key(path, one), half)
    durable.remove([half])


def _send_raw(copy: Copy) -> None:
    """Put raw files that were not fetched; they count by the log of deliveries, which is put with the rest."""
    new = [path for path in copy.root.glob("raw/??/*") if path.name not in copy.raw and path.name[0] != "."]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as threads:
        list(threads.map(lambda path: copy.store.send(path.relative_to(copy.root).as_posix(), path), new))
    copy.raw.update(path.name for path in new)


def _new_lines(copy: Copy) -> bytes:
    """Take the lines that were appended to the run log here."""
    known = copy.tree.get(LOG)
    return (copy.root / LOG).read_bytes()[known["size"] if known else 0 :]


def _continue(copy: Copy, newest: Entry | None, lines: bytes) -> Entry:
    """Append our lines to the run log as it is by now, there and here."""
    from warehouse.keeping import audit

    before = b"".join(copy.store.blocks(heads.object_key(LOG, newest))) if newest else b""
    durable.write(copy.root / LOG, audit.continued(before, lines))
    made = entry(copy.root / LOG)
    copy.store.send(heads.object_key(LOG, made), copy.root / LOG)
    return made


def _serving(tree: Tree) -> dict[str, str]:
    """Name the objects of the published files, for whoever reads them in the store itself."""
    links = {path: f"published/{one['link']}" for path, one in tree.items() if "link" in one}
    return {Path(path).name: heads.object_key(to, tree[to]) for path, to in links.items() if to in tree}
