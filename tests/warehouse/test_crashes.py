"""A run that dies at any durable operation loses nothing and counts nothing twice: the next run ends the same."""

import os
from collections.abc import Callable
from typing import Any

import pytest

from warehouse import durable

# Operations after which the disk is another. The rest of `os` only looks.
CHANGES = ("mkdir", "write", "fsync", "rename", "unlink", "symlink", "chmod", "ftruncate")
FILES = {
    "monday/a.835": b"PAY T1 100\nPAY T2 250\nrubbish\n",
    "b.835": b"PAY T3 999\n",
    "again.835": b"PAY T1 100\nPAY T2 250\nrubbish\n",
    "empty": b"",
}


class PowerCut(BaseException):
    """What no handler catches."""


class FailingSystem:
    """The `os` module, whose k-th changing operation fails; a write fails half-way."""

    def __init__(self, k: int) -> None:
        self.left = k

    def __getattr__(self, name: str) -> Any:
        call = getattr(os, name)
        return self.counted(name, call) if name in CHANGES else call

    def counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*arguments: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if name == "write":
                    os.write(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
                raise PowerCut
            return call(*arguments)

        return operation


def deliver(house: Any) -> None:
    for name, content in FILES.items():
        house.deliver(name, content)


def test_whatever_operation_fails_the_next_run_ends_in_the_same_state(monkeypatch, make_house) -> None:
    calm = make_house("calm")
    deliver(calm)
    counter = FailingSystem(1_000_000)
    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", counter)
        calm.night()
    operations = 1_000_000 - counter.left
    expected = calm.state()
    step = int(os.environ.get("TAKEBACK_CRASH_STEP", "12"))
    for k in range(1, operations + 1, step):
        house = make_house(f"cut-{k}")
        deliver(house)
        with monkeypatch.context() as patch:
            patch.setattr(durable, "os", FailingSystem(k))
            with pytest.raises(PowerCut):
                house.night()
        house.night()
        assert house.state() == expected, f"after the cut at operation {k} of {operations}"


def test_a_cut_during_recovery_does_no_harm_either(monkeypatch, make_house) -> None:
    calm = make_house("calm")
    deliver(calm)
    calm.night()
    for first, second in [(9, 4), (20, 20), (31, 7), (44, 12), (60, 50), (90, 3)]:
        house = make_house(f"cut-{first}-{second}")
        deliver(house)
        for k in (first, second):
            with monkeypatch.context() as patch:
                patch.setattr(durable, "os", FailingSystem(k))
                with pytest.raises(PowerCut):
                    house.night()
        house.night()
        assert house.state() == calm.state(), f"after cuts at {first} and {second}"
