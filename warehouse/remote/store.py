"""An object store, as far as a home needs one: a handful of requests, each of them atomic and at once seen by all.

In: keys below one prefix. Out: bytes, each with the version (ETag) that a later request may insist on.
Never: an order of requests that the store would have to keep, a name of a delivered file in a message, a credential:
they are the worker's own, found by the client library where its kind of store expects them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warehouse.errors import SettingError

ANY, NOTHING = None, ""
"""What `write` may replace: whatever is there, or nothing at all (it fails where something is); else a version."""


class ChangedError(Exception):
    """A request insisted on a version, and the object has another one by now."""


@dataclass(frozen=True)
class Object:
    """One object as a listing has it; `changed` is in seconds of the store's own clock."""

    key: str
    size: int
    version: str
    changed: float


@dataclass(frozen=True)
class Read:
    """A small object's bytes and version (both empty where there is none), and what time it is at the store."""

    content: bytes
    version: str
    now: float


class Store(Protocol):
    """The requests. Failures are OSErrors in our own words, FileNotFoundError and ChangedError."""

    def list(self, prefix: str) -> Iterator[Object]:
        """List the objects whose key begins so, in the order of their keys."""

    def read(self, key: str) -> Read:
        """Read a small object."""

    def blocks(self, key: str, version: str = "") -> Iterator[bytes]:
        """Read a large object bit by bit, of that version only where one is named."""

    def write(self, key: str, content: bytes, replaces: str | None = ANY) -> None:
        """Write a small object, if what it replaces is what is there."""

    def send(self, key: str, path: Path) -> None:
        """Write a file of any size."""

    def delete(self, key: str, version: str = "") -> None:
        """Delete an object, of that version only where one is named; one that is gone is no error."""


def _s3(bucket: str, prefix: str) -> Store:
    from warehouse.remote import s3

    return s3.opened(bucket, prefix)


KINDS: dict[str, Callable[[str, str], Store]] = {"s3": _s3}
"""How a store is opened, by the scheme of its address."""


def normal(address: str) -> str:
    """Bring an address into its one form, `s3://bucket/prefix`; raises SettingError."""
    scheme, _, rest = address.partition("://")
    if scheme not in KINDS:
        raise SettingError("expected a folder, or an address such as s3://bucket/folder")
    bucket, *names = [part for part in rest.split("/") if part] or [""]
    if not bucket or any(sign in rest for sign in "@?#%\\") or {".", ".."} & {bucket, *names}:
        raise SettingError(f"expected an address such as {scheme}://bucket/folder, without credentials or options")
    return f"{scheme}://{'/'.join([bucket, *names])}"


def opened(address: str) -> Store:
    """Open the store of an address."""
    scheme, _, rest = normal(address).partition("://")
    bucket, _, prefix = rest.partition("/")
    return KINDS[scheme](bucket, f"{prefix}/" if prefix else "")
