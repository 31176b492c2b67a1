"""Leases: who is at work on a home that several machines see.

In: a role. Out: a claim in the head, with a number (the fence) that nobody else ever has; renewed while it is held.
Never: trust in a claim alone. Its holder may be paused for longer than it lasts; another takes over, and what the first
one wants to make count is refused when it wakes up, because its number is no longer in the head.

Times are the store's own, as its answers have them: the clocks of two workers need not agree.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from warehouse.errors import BusyError, TakebackError
from warehouse.home import number
from warehouse.remote import head as heads
from warehouse.remote.head import Head
from warehouse.remote.store import Store

SECONDS = max(3, number("TAKEBACK_LEASE_SECONDS", 120))
EXCLUDES = {
    "writer": {"writer", "lander"},
    "lander": {"writer"},
    "adviser": {"chief adviser"},
    "chief adviser": {"adviser", "chief adviser"},
}
"""Role -> the roles beside which it must not be at work, as the locks of a home on disk have it."""
BUSY = "another run is at work on this home"


@contextmanager
def held(store: Store, role: str) -> Iterator[str]:
    """Hold a claim, renewed by a thread; yields its number. Raises BusyError at once where it cannot be had."""
    fence = claim(store, role)
    ended = threading.Event()
    thread = threading.Thread(target=_renew, args=(store, fence, ended), daemon=True)
    thread.start()
    try:
        yield fence
    finally:
        ended.set()
        thread.join()
        with suppress(OSError):  # it ends by itself
            heads.change(store, lambda head: _without(head, fence))


def claim(store: Store, role: str) -> str:
    """Make a claim; returns its number."""
    mine = ""

    def claimed(head: Head) -> Head:
        nonlocal mine
        if not head.fence:
            heads.prove(store)
        standing = {fence: one for fence, one in head.claims.items() if one["until"] > head.now}
        if any(one["role"] in EXCLUDES[role] for one in standing.values()):
            raise BusyError(BUSY)
        mine = str(head.fence + 1)
        new = {"role": role, "until": head.now + SECONDS, "by": socket.gethostname()}
        return replace(head, fence=head.fence + 1, claims={**standing, mine: new})

    heads.change(store, claimed)
    return mine


def refuse_stale(head: Head, fence: str) -> None:
    """Raise BusyError where a claim has been taken over."""
    if fence not in head.claims:
        raise BusyError(f"{BUSY}: it took over after a pause of this one, which changes nothing any more")


def _renew(store: Store, fence: str, ended: threading.Event) -> None:
    """Renew a claim every third of its time; ends when it is let go, or lost, which the next commit will find."""

    def renewed(head: Head) -> Head:
        refuse_stale(head, fence)
        return replace(head, claims={**head.claims, fence: {**head.claims[fence], "until": head.now + SECONDS}})

    while not ended.wait(SECONDS / 3):
        try:
            heads.change(store, renewed)
        except TakebackError:
            return
        except OSError:  # the store may answer again before the time is up
            continue


def _without(head: Head, fence: str) -> Head:
    return replace(head, claims={other: one for other, one in head.claims.items() if other != fence})
