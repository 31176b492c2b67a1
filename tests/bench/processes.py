"""Run a contender in a process of its own and say what it cost.

Strategy: every contender gets a fresh interpreter and, where that can be asked for, a core of its own, so that memory
and time are its alone. Seconds are the processor's, which a busy machine does not stretch; only runs of two processes
are judged by the clock. In: a command that may answer in JSON. Out: `Run`. Never: a shell.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).with_name("peers.py")
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
"""All start from bytecode, as they do wherever they have run before; else a reader in Python pays for a compiler."""
PEER_PYTHON = ROOT / ".venv-bench" / "bin" / "python"


@dataclass(frozen=True)
class Run:
    """What processes cost: seconds by the clock, seconds of the processor, and what the last of them told."""

    wall: float
    cpu: float
    told: dict[str, Any]


def module(name: str, *arguments: object) -> list[str]:
    """Return the command line of a module of ours."""
    return [sys.executable, "-m", name, *map(str, arguments)]


def ours(command: str, *arguments: object) -> list[str]:
    """Return the command line of one of our contenders."""
    return module("tests.bench.ours", command, *arguments)


def peer(command: str, *arguments: object) -> list[str]:
    """Return the command line of a peer: pyx12 lives in our environment, oxedi in its own."""
    python = PEER_PYTHON if command.startswith("oxedi") else Path(sys.executable)
    return [str(python), str(PEERS), command, *map(str, arguments)]


def run(*commands: list[str]) -> Run:
    """Run commands side by side, the first on one core, the second on another."""
    started = time.perf_counter()
    running = [_start(command, core) for core, command in enumerate(commands)]
    told: dict[str, Any] = {}
    cpu = 0.0
    for process in running:
        assert process.stdout
        answer = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"a contender failed: {process.args!r}")
        cpu += used.ru_utime + used.ru_stime
        told = json.loads(answer) if answer.startswith("{") else {}
    return Run(time.perf_counter() - started, cpu, told)


def _start(command: list[str], number: int) -> subprocess.Popen[str]:
    with _on_core(number):
        return subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)


@contextmanager
def _on_core(number: int) -> Iterator[None]:
    """Let what is started here run on one core; children inherit it."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(allowed)[number % len(allowed)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
