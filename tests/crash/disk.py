"""A disk that forgets: what would be left of a folder after a power cut, and an `os` whose k-th operation goes wrong.

In: the root of a small world (inbox and home on a real file system). `Disk` notes, at each fsync, what has become
durable: a file's bytes, or a folder's names. Out: on a power cut, another folder with only what a disk may have kept.
What was never synced may be lost or kept, and disks choose freely: names and bytes are chosen apart (`Kept`).
Never: knowledge of what the warehouse does. Parquet and DuckDB files count too, as they are when they are synced.
"""
# ruff: noqa: PTH112, PTH114, PTH115, PTH116, PTH118, S301, S311 - calls of the system, and chance that can be repeated

import os
import pickle
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from errno import EIO, ENOSPC
from pathlib import Path
from typing import Any

CHANGING = ("mkdir", "write", "fsync", "rename", "unlink", "rmdir", "symlink", "link", "chmod", "ftruncate", "syncfs")
KILLED = 9


@dataclass(frozen=True)
class Entry:
    """A name in a folder: the inode that it stands for, what kind that is, and the target of a link."""

    inode: int
    mode: int
    target: str = ""


@dataclass
class Disk:
    """What is durable of a world: names by folder, bytes by file. The folder that the world lies in is always there."""

    root: Path
    names: dict[int, dict[str, Entry]] = field(default_factory=dict)
    contents: dict[int, bytes] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    def dump(self, file: Path) -> None:
        """Hand on what is durable to the next process. Inodes are not held in between: a tmpfs never reuses them."""
        file.write_bytes(pickle.dumps((self.names, self.contents)))

    @classmethod
    def load(cls, root: Path, file: Path) -> "Disk":
        """Take over what a killed process has left; a world without a past is durable as it is."""
        disk = cls(root)
        if file.exists():
            disk.names, disk.contents = pickle.loads(file.read_bytes())
            disk._hold_all()
        else:
            disk.synced_all()
        return disk

    def _hold_all(self) -> None:
        for folder, _, _ in os.walk(self.root):
            self.hold(folder, os.stat(folder).st_ino)
            self.present_names(folder)

    def synced_all(self) -> None:
        for folder, _, files in os.walk(self.root):
            for path in [folder, *(os.path.join(folder, file) for file in files)]:
                if not os.path.islink(path):
                    descriptor = os.open(path, os.O_RDONLY)
                    self.synced(descriptor)
                    os.close(descriptor)

    def synced(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        if stat.S_ISDIR(status.st_mode):
            self.names[status.st_ino] = self.present_names(f"/proc/self/fd/{descriptor}")
        else:
            self.contents[status.st_ino] = Path(f"/proc/self/fd/{descriptor}").read_bytes()
        self.hold(f"/proc/self/fd/{descriptor}", status.st_ino, os.O_PATH)

    def hold(self, path: str, inode: int, flags: int = os.O_PATH | os.O_NOFOLLOW) -> None:
        """Keep an inode's number from being given to another file."""
        if inode not in self.held:
            self.held[inode] = os.open(path, flags)

    def present_names(self, folder: str) -> dict[str, Entry]:
        found = {}
        for item in os.scandir(folder):
            status = item.stat(follow_symlinks=False)
            self.hold(os.path.join(folder, item.name), status.st_ino)
            target = os.readlink(item.path) if item.is_symlink() else ""
            found[item.name] = Entry(status.st_ino, status.st_mode, target)
        return found

    def cut_power(self, kept: "Kept", after: Path) -> None:
        """Make `after` a world as it may be found when the power is back."""
        self._restore(self.root.stat().st_ino, str(self.root), after, kept)

    def _restore(self, inode: int, real: str, after: Path, kept: "Kept") -> None:
        after.mkdir(mode=0o700)
        durable = self.names.get(inode, {})
        present = self.present_names(real) if real else durable
        for name in sorted({*durable, *present}):
            entry = kept.name(durable.get(name), present.get(name))
            if entry is None:
                continue
            here = os.path.join(real, name) if real and present.get(name) == entry else ""
            if stat.S_ISDIR(entry.mode):
                self._restore(entry.inode, here or self._found(entry.inode), after / name, kept)
            elif stat.S_ISLNK(entry.mode):
                (after / name).symlink_to(entry.target)
            elif stat.S_ISREG(entry.mode):
                content = kept.content(self.contents.get(entry.inode, b""), self._file(entry.inode))
                (after / name).write_bytes(content)
                (after / name).chmod(entry.mode & 0o777)

    def _file(self, inode: int) -> Path | None:
        """Where a file's present bytes are; None where a process before this one has removed it."""
        return Path(f"/proc/self/fd/{self.held[inode]}") if inode in self.held else None

    def _found(self, inode: int) -> str:
        """Where a folder lies that has been moved since its name became durable; empty where it is gone."""
        if inode not in self.held:
            return ""
        path = os.readlink(f"/proc/self/fd/{self.held[inode]}")
        return path if os.path.isdir(path) and os.stat(path).st_ino == inode else ""


@dataclass
class Kept:
    """Which of two truths a disk has kept: for names, and for bytes. `chance` mixes them, and tears what was new."""

    new_names: bool = False
    new_bytes: bool = False
    chance: random.Random | None = None

    def name(self, durable: Entry | None, present: Entry | None) -> Entry | None:
        return present if self._choose(self.new_names) else durable

    def content(self, durable: bytes, file: Path | None) -> bytes:
        if file is None or not self._choose(self.new_bytes):
            return durable
        present = file.read_bytes()
        if self.chance and present != durable and present.startswith(durable):
            return present[: self.chance.randint(len(durable), len(present))]
        return present

    def _choose(self, fixed: bool) -> bool:
        return self.chance.random() < 0.5 if self.chance else fixed


LOSSES: dict[str, Callable[[int], Kept]] = {
    "power_all_lost": lambda _: Kept(),
    "power_names_kept": lambda _: Kept(new_names=True),
    "power_bytes_kept": lambda _: Kept(new_bytes=True),
    "power_mixed": lambda k: Kept(chance=random.Random(f"one {k}")),
    "power_mixed_again": lambda k: Kept(chance=random.Random(f"other {k}")),
}
ERRORS = {"no_space": ENOSPC, "disk_full": ENOSPC, "io_error": EIO}
PERSISTING = {"disk_full"}
ON_WRITES = ("torn_write", "short_write")
KINDS = ("kill", *ON_WRITES, *ERRORS, *LOSSES)


@dataclass
class System:
    """The `os` module for `warehouse.durable`: counts what changes the disk, and lets the k-th of it go wrong."""

    disk: Disk
    k: int
    kind: str
    after: Path
    count: int = 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(os, name)
        return self._counted(name, call) if name in CHANGING else call

    def syncfs(self, path: Path) -> bool:
        """Stand in for `durable.sync_filesystem`."""

        def sync(_: Path) -> bool:
            self.disk.synced_all()
            return True

        return bool(self._counted("syncfs", sync)(path))

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            if self.count == self.k or (self.count > self.k > 0 and self.kind in PERSISTING):
                arguments = self._go_wrong(name, arguments)
            result = call(*arguments, **named)
            if name == "fsync":
                self.disk.synced(arguments[0])
            return result

        return operation

    def _go_wrong(self, name: str, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
        """End the process, raise an error, or return what is left of the arguments."""
        half = bytes(arguments[1])[: len(arguments[1]) // 2] if name == "write" else b""
        if self.kind == "short_write" and name == "write":
            return arguments[0], bytes(arguments[1])[: max(1, len(half))]
        if self.kind in (*ERRORS, "torn_write") and name == "write":
            os.write(arguments[0], half)
        if self.kind in ERRORS:
            frees = self.kind in PERSISTING and name in ("unlink", "rmdir", "fsync", "chmod", "syncfs", "ftruncate")
            if frees:
                return arguments
            raise OSError(ERRORS[self.kind], os.strerror(ERRORS[self.kind]))
        self.end()
        return arguments

    def end(self) -> None:
        """Kill the process; on a power cut, leave what the disk has kept."""
        if self.kind in LOSSES:
            self.disk.cut_power(LOSSES[self.kind](self.k), self.after)
        if self.kind in LOSSES or self.kind in ("kill", "torn_write"):
            os._exit(KILLED)
