"""The head: the one object of a home that is ever replaced; it says what counts, and who is at work.

In: `home.json` below the home's prefix. Out: the same, with a change made to it, by one conditional request.
Never: a change of something that somebody else has changed meanwhile: then it is read again and changed again, or
refused (`warehouse.remote.lease`).

Everything else is an object that never changes: raw bytes under their SHA-256, any other file of the home under its
name and SHA-256 (`audit/run.jsonl/<SHA-256>`), and under `trees/<SHA-256>` the list of them, which the head names. So
a reader sees a whole home or the one before it, and whoever may no longer write changes nothing, however late he comes.

A request that was done may look as if it had failed, when its answer was lost and it was sent again. Each writing
therefore has a number of its own, by which it is known again.
"""

import hashlib
import json
import random
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from warehouse.errors import BusyError, DamageError, SettingError
from warehouse.remote.store import NOTHING, ChangedError, Store

KEY = "home.json"
TRIES = 60
OTHER = '"0"'
"""A version that no object has."""
PAUSE = 0.5
"""Seconds to wait at most, after somebody else was quicker."""

Entry = dict[str, Any]
"""A file: `sha256`, `size`, `mode`; or a link: `link`, what it points to."""
Tree = dict[str, Entry]


@dataclass(frozen=True)
class Head:
    """Number of the last claim, the claims that stand, the tree that counts, the keys of the published files."""

    fence: int = 0
    claims: dict[str, dict[str, Any]] = field(default_factory=dict)
    tree: str = ""
    serves: dict[str, str] = field(default_factory=dict)
    writing: str = ""
    version: str = field(default=NOTHING, compare=False)
    now: float = field(default=0, compare=False)


def read(store: Store) -> Head:
    """Read the head; an empty one where the home has not begun."""
    found = store.read(KEY)
    try:
        known = json.loads(found.content) if found.content else {}
        return replace(Head(**known), version=found.version, now=found.now)
    except (ValueError, TypeError):
        raise DamageError(f"{KEY} of the home is damaged: restore that object") from None


def change(store: Store, make: Callable[[Head], Head]) -> Head:
    """Change the head, as often as it takes until nobody has come between; returns what was there before."""
    ours: dict[str, Head] = {}
    for _ in range(TRIES):
        before = read(store)
        if before.writing in ours:
            return ours[before.writing]
        after = replace(make(before), writing=secrets.token_hex(8))
        ours[after.writing] = before
        try:
            store.write(KEY, _document(after), before.version)
        except ChangedError:
            time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - so that two do not meet again
        else:
            return before
    raise BusyError("too many are at work on this home at once")


def _document(head: Head) -> bytes:
    known = asdict(head)
    del known["version"], known["now"]
    return json.dumps(known, sort_keys=True, indent=1).encode()


def object_key(path: str, entry: Entry) -> str:
    """Give the key of a file's bytes."""
    sha256 = entry["sha256"]
    return path if path == f"raw/{sha256[:2]}/{sha256}" else f"{path}/{sha256}"


def read_tree(store: Store, name: str) -> Tree:
    """Read the list of files that a head names; raises FileNotFoundError where a newer head has replaced it."""
    if not name:
        return {}
    content = store.read(f"trees/{name}").content
    if not content:
        raise FileNotFoundError("an older list of files")
    if hashlib.sha256(content).hexdigest() != name:
        raise DamageError(f"trees/{name} of the home is damaged: restore that object")
    tree: Tree = json.loads(content)
    return tree


def write_tree(store: Store, tree: Tree) -> str:
    """Write a list of files; returns its name."""
    content = json.dumps(tree, sort_keys=True).encode()
    name = hashlib.sha256(content).hexdigest()
    store.write(f"trees/{name}", content)
    return name


def prove(store: Store) -> None:
    """Raise SettingError where a store does not keep the conditions that all this stands on; asked of a new home."""
    probe = f"probe-{secrets.token_hex(8)}"
    store.write(probe, b"probe", NOTHING)
    try:
        refused: list[Callable[[], None]] = [
            lambda: store.write(probe, b"again", NOTHING),
            lambda: store.write(probe, b"again", OTHER),
            lambda: store.delete(probe, OTHER),
        ]
        for ask in refused:
            try:
                ask()
            except ChangedError:
                continue
            raise SettingError("this object store ignores If-None-Match or If-Match: no home can be kept in it")
    finally:
        store.delete(probe)
