"""Landers: planned loads are landed side by side, each lander a process of its own.

In: a locked home and the ids of planned loads. Out: the same loads in the lake, in whatever order they are done.
Never: a lander that works on after its run unseen. It holds the home's lock with us (it inherits the descriptor), so
that nobody else begins while it works; it ends with its input, and is killed where the run fails or is interrupted.

A lander is told a load in a line and answers in a line (`landing.lander`). Killing it anywhere does no harm, because
what it does is `one_load.land`, which can be killed anywhere.
"""

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from warehouse import errors
from warehouse.errors import TakebackError
from warehouse.home import Home, lock_of, number
from warehouse.landing import loads

PROCESSES = int(number("TAKEBACK_PROCESSES", 0))
"""How many loads are landed at a time; 0 is one for each core, as far as memory allows."""
MEMORY = 512 << 20
"""What a lander may come to, with room to spare."""
WORTH = 8 << 20
"""Bytes to be landed from which on a second process is worth its start."""
GROUP = "/sys/fs/cgroup"
ROOT = Path(__file__).resolve().parents[2]

Lander = subprocess.Popen[bytes]


def land_all(home: Home, ids: list[str]) -> Iterator[str]:
    """Land planned loads; yields each id when it is landed. Raises what the first load that fails has raised."""
    count = min(PROCESSES or _sensible(), len(ids))
    if count > 1 and _is_worth_it(home, ids):
        with _terminable(), _started(home, count) as landers:
            yield from _side_by_side(landers, ids)
    else:
        for load_id in ids:
            land(home, load_id)
            yield load_id


def land(home: Home, load_id: str) -> None:
    """Land one planned load in this process, unless it is landed."""
    from warehouse.landing import one_load

    if not (home.lake / load_id).is_dir():
        with loads.planned(home, load_id) as plan:
            one_load.land(home, load_id, plan)


def _side_by_side(landers: list[Lander], ids: list[str]) -> Iterator[str]:
    waiting = list(reversed(ids))
    idle, busy = list(landers), dict[IO[bytes], tuple[Lander, str]]()
    while waiting or busy:
        while idle and waiting:
            lander, load_id = idle.pop(), waiting.pop()
            _tell(lander, load_id)
            busy[_answers(lander)] = lander, load_id
        for answers in select.select(list(busy), [], [])[0]:
            lander, load_id = busy.pop(answers)
            _hear(lander)
            idle.append(lander)
            yield load_id


@contextmanager
def _started(home: Home, count: int) -> Iterator[list[Lander]]:
    """Start landers; none of them is left at the end, whatever happens."""
    lock = lock_of(home)
    path = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    command = [sys.executable, "-P", "-m", "warehouse.landing.lander", str(home.root)]
    landers: list[Lander] = []
    try:
        with _undisturbed():
            while len(landers) < count:
                landers += [_start(command, environment, lock)]
        yield landers
    finally:
        for lander in landers:
            lander.kill()
        for lander in landers:
            lander.communicate()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let an interrupt wait until every process that was started is known."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let a request to end interrupt us, so that no lander is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _start(command: list[str], environment: dict[str, str], lock: int) -> Lander:
    return subprocess.Popen(  # noqa: S603 - ourselves
        command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, pass_fds=[lock]
    )


def _answers(lander: Lander) -> IO[bytes]:
    return cast("IO[bytes]", lander.stdout)


def _tell(lander: Lander, load_id: str) -> None:
    try:
        cast("IO[bytes]", lander.stdin).write(f"{load_id}\n".encode())
    except BrokenPipeError:
        raise TakebackError("a lander has ended before its time") from None


def _hear(lander: Lander) -> None:
    """Read a lander's answer; raises the failure that it tells of."""
    answer = _answers(lander).readline()
    if not answer.endswith(b"\n"):
        raise TakebackError("a lander has ended before its time: was it killed, or was there too little memory?")
    if failure := json.loads(answer):
        raise errors.told(failure)


def _sensible() -> int:
    """One lander for each core that we may use, as far as they fit into the memory that is free."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, _free_memory() // MEMORY))


def _free_memory() -> int:
    """Bytes that the machine and our control group have left; one that does not say has all."""
    free = [1 << 62]
    with suppress(OSError, ValueError, IndexError):
        known = Path("/proc/meminfo").read_text(encoding="ascii").partition("MemAvailable:")[2]
        free.append(int(known.split()[0]) << 10)
    with suppress(OSError, ValueError):
        most, used = (Path(GROUP, f"memory.{name}").read_text(encoding="ascii") for name in ("max", "current"))
        free.append(int(most) - int(used))
    return min(free)


def _is_worth_it(home: Home, ids: list[str]) -> bool:
    size = 0
    for load_id in ids:
        for sha256 in loads.read_plan(loads.plan_path(home, load_id)).members:
            path = loads.raw_path(home, sha256)
            size += path.stat().st_size if path.is_file() else 0
            if size >= WORTH:
                return True
    return False
