"""All pairs of faults, and all longer rows of them, by what they leave: equal worlds have equal futures.

In: a world. Out: how many schedules of one and two faults end how. A run that stops has no memory but its disk, so the
next run ends as what it finds lets it end. Hence each world that any fault leaves is tried once, however many
schedules lead to it: one undisturbed run from it, and at each of its operations a note of what a kill, a torn write and
a power cut would leave there. Where no new world turns up, every row of such faults has been tried, of any length.
Never: two worlds taken for equal whose runs may differ. Only the number of a run and the time in logs are left out.

After a power cut all that is left is durable; after a kill, so is what the killed run had written, here. That it may
yet be lost by a later cut is what the lab's other pairs try (`tests.crash.lab`), with errors that a run survives.
"""
# ruff: noqa: PTH115, PTH118, S301

import hashlib
import os
import pickle
import re
import shutil
import stat
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.crash.disk import LOSSES, Disk, Kept, System
from warehouse import durable

State = dict[str, tuple[int, bytes | str | None]]
"""Path -> mode and content: bytes of a file, target of a link, None for a folder."""
CUTS = ("power_all_lost", "power_names_kept", "power_bytes_kept")
NUMBERED = re.compile(rb'"(?:run_id|at|previous)": "[^"]*"')


def capture(root: Path) -> State:
    """Take down a world as it is."""
    state: State = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            mode = os.lstat(path).st_mode
            link = stat.S_ISLNK(mode)
            content = os.readlink(path) if link else None if stat.S_ISDIR(mode) else Path(path).read_bytes()
            state[os.path.relpath(path, root)] = mode, content
    return state


def after_cut(disk: Disk, kept: Kept) -> State:
    """Tell what a power cut would leave, as `Disk.cut_power` does it on a disk."""
    state: State = {}

    def restore(inode: int, real: str, here: str) -> None:
        synced = disk.names.get(inode, {})
        present = disk.present_names(real) if real else synced
        for name in sorted({*synced, *present}):
            entry = kept.name(synced.get(name), present.get(name))
            if entry is None:
                continue
            path = os.path.join(here, name)
            if stat.S_ISDIR(entry.mode):
                state[path] = entry.mode, None
                same = os.path.join(real, name) if real and present.get(name) == entry else ""
                restore(entry.inode, same or disk._found(entry.inode), path)
            elif stat.S_ISLNK(entry.mode):
                state[path] = entry.mode, entry.target
            else:
                state[path] = entry.mode, kept.content(disk.contents.get(entry.inode, b""), disk._file(entry.inode))

    restore(disk.root.stat().st_ino, str(disk.root), "")
    return state


def restore(state: State, root: Path) -> None:
    """Make a world as it was taken down."""
    root.mkdir(mode=0o700)
    for name, (mode, content) in state.items():
        path = root / name
        if isinstance(content, str):
            path.symlink_to(content)
        elif content is None:
            path.mkdir(mode=0o700)
        else:
            path.write_bytes(content)
            path.chmod(mode & 0o777)


def name_of(state: State) -> bytes:
    """Name a world by its content; the number and hour of a run are left out."""
    digest = hashlib.sha256()
    for path, (mode, content) in sorted(state.items()):
        if isinstance(content, bytes) and path.endswith(".jsonl"):
            content = NUMBERED.sub(b"", content)
            if "audit" in path:  # nothing is made of its whole lines but the number of a run
                content = content[content.rfind(b"\n") + 1 :]
        digest.update(repr((path, mode, content)).encode())
    return digest.digest()


class Watcher(System):
    """An `os` in which nothing goes wrong, and at each operation it is noted what would be left if something did."""

    def note(self, seen: Callable[[State], None]) -> None:
        self.seen = seen

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        counted = super()._counted(name, call)

        def operation(*arguments: Any, **named: Any) -> Any:
            self.look(name, arguments)
            return counted(*arguments, **named)

        return operation

    def look(self, name: str, arguments: tuple[Any, ...]) -> None:
        state = capture(self.disk.root)
        self.seen(state)
        if name == "write":
            path = os.path.relpath(os.readlink(f"/proc/self/fd/{arguments[0]}"), self.disk.root)
            mode, content = state[path]
            assert isinstance(content, bytes)
            place = os.lseek(arguments[0], 0, os.SEEK_CUR)
            half = bytes(arguments[1])[: len(arguments[1]) // 2]
            self.seen({**state, path: (mode, content[:place] + half + content[place + len(half) :])})
        for kind in CUTS:
            self.seen(after_cut(self.disk, LOSSES[kind](0)))


def explore(world: Any, template: Path, folder: Path, forked: Callable[..., int], deepest: int) -> dict[str, Any]:
    """Try every world that rows of up to so many faults lead to; returns counts and what was bad."""
    first = capture(template)
    waiting = deque([(name_of(first), 0, first)])
    known = {name_of(first)}
    follows: dict[bytes, Counter[bytes]] = {}
    bad: list[tuple[str, str]] = []
    while waiting:
        name, depth, state = waiting.popleft()
        found = _run(world, state, folder / str(len(follows)), forked, watched=depth < deepest)
        if isinstance(found, str):
            bad.append((f"a world that {depth} faults leave", found))
            found = []
        follows[name] = Counter(left for left, _ in found)
        for left, new in found:
            if left not in known:
                known.add(left)
                waiting.append((left, depth + 1, new))
    after_one = follows[name_of(first)]
    pairs = sum(ways * follows[left].total() for left, ways in after_one.items())
    return {"tried": {"singles": after_one.total(), "pairs": pairs}, "worlds": len(known), "bad": bad}


def _run(
    world: Any, state: State, root: Path, forked: Callable[..., int], watched: bool
) -> str | list[tuple[bytes, State]]:
    """Run undisturbed from a world; returns a complaint, or what faults on the way would leave if it is watched."""
    notes = root.with_name(root.name + ".notes")

    def work() -> None:
        restore(state, root)
        found = list(world.harmed(root))
        left: list[tuple[bytes, State]] = []
        if not found:
            if watched:
                _watch(root, lambda after: left.append((name_of(after), after)))
            durable.MANY = getattr(world, "many", 32)
            world.act(root)
            found = [*world.harmed(root), *world.wrong(root)]
        notes.write_bytes(pickle.dumps("; ".join(found) or left))

    code = forked(work)
    result = pickle.loads(notes.read_bytes()) if code == 0 else "the next run fails"
    shutil.rmtree(root, ignore_errors=True)
    notes.unlink(missing_ok=True)
    return result


def _watch(root: Path, seen: Callable[[State], None]) -> None:
    watcher = Watcher(Disk.load(root, root.with_name("none")), 0, "kill", root.with_name("none"))
    watcher.note(seen)
    durable.os = watcher  # type: ignore[assignment]
    durable.sync_filesystem = watcher.syncfs
