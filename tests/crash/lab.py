"""The crash lab: small worlds, faults in every place and of every kind, and an oracle that knows only the inputs.

In: worlds, a number of schedules, perhaps a mutant of the protocol. Out: how many schedules were tried and which were
bad. A schedule is one fault, or two: the second strikes while the first is being recovered from. Each run is a forked
process, so that it can be killed; an undisturbed run follows, and then the world is compared with the oracle.
Never: a change to the warehouse's code. The lab replaces `os` and `sync_filesystem` in `warehouse.durable`.

    python -m tests.crash.lab [--world NAME] [--every N] [--pairs N|all] [--states N] [--mutant NAME | --mutants]

`--states N` tries all rows of up to N faults that end a run, by what they leave (`tests.crash.states`).
"""
# ruff: noqa: S311 - chance that can be repeated

import argparse
import itertools
import json
import logging
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash import mutants, states
from tests.crash.disk import ERRORS, KINDS, LOSSES, ON_WRITES, Disk, System
from tests.crash.worlds import WORLDS, stand_in
from warehouse import durable, home

Fault = tuple[int, str]
Schedule = tuple[Fault, ...]
AFTER_ALL = 1_000_000


@dataclass
class Bench:
    """A folder for one world: its template, and the operations that an undisturbed run does."""

    world: Any
    folder: Path

    @property
    def template(self) -> Path:
        return self.folder / "template"

    def operations(self) -> list[str]:
        """Prepare the template, run a copy of it undisturbed, and name its changing operations."""
        trace = self.folder / "trace"

        def traced() -> None:
            self.world.prepare(self.template)
            shutil.copytree(self.template, self.folder / "calm", symlinks=True)
            names: list[str] = []
            counted = System._counted

            def noted(system: System, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
                operation = counted(system, name, call)
                return lambda *arguments, **named: (names.append(name), operation(*arguments, **named))[1]

            System._counted = noted  # type: ignore[method-assign]
            self.disturbed(self.folder / "calm", (0, "kill"), self.folder / "calm.disk")
            trace.write_text(" ".join(names))

        code = forked(traced)
        assert code == 0, "a world must run undisturbed"
        return trace.read_text().split()

    def disturbed(self, root: Path, fault: Fault, memory: Path) -> None:
        """Run with one fault, in a process of its own; the disk's memory goes from run to run."""
        disk = Disk.load(root, memory)
        system = System(disk, *fault, after=root.with_name(root.name + "-after"))
        durable.os = system  # type: ignore[assignment]
        durable.sync_filesystem = system.syncfs
        durable.MANY = getattr(self.world, "many", 32)
        system.leave = lambda: disk.dump(memory)  # type: ignore[attr-defined]
        try:
            self.world.act(root)
        finally:
            disk.dump(memory)
        if fault[0] > system.count:
            system.end()

    def complaint(self, schedule: Schedule, root: Path) -> str:
        """Try one schedule in folder `root`; returns what is wrong, empty where nothing is."""
        shutil.copytree(self.template, root, symlinks=True)
        memory = root.with_name(root.name + ".disk")
        for fault in schedule:
            # An interrupted run may end in any way.
            forked(lambda fault=fault: self.disturbed(root, fault, memory))
            after = root.with_name(root.name + "-after")
            if after.exists():
                shutil.rmtree(root)
                after.rename(root)
                memory.unlink(missing_ok=True)
            if harm := "; ".join(self.world.harmed(root)):
                return harm
        said = root.with_name(root.name + ".said")

        def final() -> None:
            self.world.act(root)
            said.write_text("; ".join([*self.world.harmed(root), *self.world.wrong(root)]))

        return said.read_text() if forked(final) == 0 else "the next run fails"


def forked(work: Callable[[], None]) -> int:
    """Do something in a child process; returns its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        home._held.clear()
        work()
        code = 0
    except BaseException as error:  # a child must never go back into its parent's code
        if os.environ.get("LAB_SHOW"):
            logging.exception("run failed", exc_info=error)
    finally:
        os._exit(code)


def singles(operations: list[str]) -> Iterator[Schedule]:
    """Every kind of fault at every operation; a power cut also after the last."""
    for k, name in enumerate([*operations, ""], start=1):
        for kind in KINDS:
            fits = name == "write" if kind in ON_WRITES else bool(name) or kind in LOSSES
            if fits:
                yield ((k, kind),)


def recovered(operations: list[str]) -> Iterator[Schedule]:
    """Let a whole run follow a fault, and then cut the power: what recovery takes for done must be durable."""
    for k in range(1, len(operations) + 1):
        yield from (((k, kind), (AFTER_ALL, "power_all_lost")) for kind in ("kill", "io_error"))


def neighbours(schedule: Schedule) -> list[Schedule]:
    """Move the faults of a schedule by a few operations: code changes, and places with it."""
    near = [[(k + step, kind) for step in (0, 1, -1, 2, -2, 3, -3)] for k, kind in schedule]
    return list(itertools.product(*near)) if near else []


def pairs(operations: list[str], count: int | None) -> Iterator[Schedule]:
    """Two faults each: all of them, or a choice that is always the same."""
    firsts = [schedule[0] for schedule in singles(operations) if schedule[0][1] in ("kill", "torn_write", *ERRORS)]
    firsts += [schedule[0] for schedule in singles(operations) if schedule[0][1] == "power_mixed"]
    seconds = [schedule[0] for schedule in singles(operations) if schedule[0][1] != "short_write"]
    if count is None:
        yield from itertools.product(firsts, seconds)
    else:
        choice = random.Random(1)
        yield from ((choice.choice(firsts), choice.choice(seconds)) for _ in range(count))


def examine(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Try the schedules of one world; returns counts and the bad ones. For a mutant, the first bad one is enough."""
    bench = Bench(WORLDS[name], folder)
    operations = bench.operations()
    pair_count = None if options.pairs == "all" else int(options.pairs)
    systematic = itertools.chain(singles(operations), recovered(operations))
    schedules = [*itertools.islice(systematic, None, None, options.every), *pairs(operations, pair_count)]
    random.Random(2).shuffle(schedules)
    schedules[:0] = neighbours(mutants.WITNESSES.get(options.mutant, ()))
    bad: list[tuple[Schedule, str]] = []
    tried: Counter[str] = Counter()
    for number, schedule in enumerate(schedules):
        complaint = bench.complaint(schedule, folder / str(number))
        tried["pairs" if len(schedule) == 2 else schedule[0][1]] += 1
        for left in folder.glob(f"{number}*"):
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        if complaint:
            bad.append((schedule, complaint))
            if options.mutant:
                break
    return {"world": name, "operations": len(operations), "tried": dict(tried), "bad": bad}


def by_states(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Try all that rows of faults may leave of one world."""
    code = forked(lambda: WORLDS[name].prepare(folder / "template"))
    assert code == 0, "a world must be made undisturbed"
    return {"world": name, **states.explore(WORLDS[name], folder / "template", folder, forked, options.states)}


def _in_process(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Examine a world in a process of its own, on a disk in memory where there is one."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        result = Path(folder, "result")

        def work() -> None:
            if options.mutant:
                mutants.MUTANTS[options.mutant]()
            look = by_states if options.states else examine
            result.write_text(json.dumps(look(name, options, Path(folder))))

        return json.loads(result.read_text()) if forked(work) == 0 else {"world": name, "bad": [[[], "the lab failed"]]}


def hunt(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Let every mutant loose in the world where it does harm."""

    def one(name: str) -> dict[str, Any]:
        one_of = argparse.Namespace(**{**vars(options), "mutant": name})
        found = {"mutant": name, **_in_process(mutants.world_of(name), one_of)}
        sys.stderr.write(f"{name}: {'caught' if found['bad'] else 'MISSED'}\n")
        return found

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, [options.mutant] if options.mutant else mutants.MUTANTS))


def main() -> int:
    """Run the lab from the command line; returns 1 where a schedule was bad."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--world", choices=WORLDS, action="append")
    parser.add_argument("--every", type=int, default=1, help="try every n-th single fault only")
    parser.add_argument("--pairs", default="100", help="pairs of faults for each world, or `all`")
    parser.add_argument("--states", type=int, default=0, help="all rows of up to so many faults, by what they leave")
    parser.add_argument("--mutant", choices=mutants.MUTANTS)
    parser.add_argument("--mutants", action="store_true", help="try whether each mutant is caught")
    options = parser.parse_args()
    logging.disable(logging.NOTSET if os.environ.get("LAB_SHOW") else logging.CRITICAL)
    stand_in()
    if options.mutants:
        found = hunt(options)
        json.dump(found, sys.stdout)
        return int(any(not mutant["bad"] for mutant in found))
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda name: _in_process(name, options), options.world or WORLDS))
    json.dump(found, sys.stdout)
    return int(any(world["bad"] for world in found))


if __name__ == "__main__":
    sys.exit(main())
