"""Object stores for tests: one in memory, that can be stopped at any request, and moto's server where it is installed.

In: a name. Out: addresses, and the objects below them. Never: an address other than 127.0.0.1.
"""

import hashlib
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse.remote.store import ANY, ChangedError, Object, Read

CHANGES = {"write", "send", "delete"}


class Killed(BaseException):
    """The process has ended here: nothing after it is done, no cleaning up either."""


class Memory:
    """A bucket: its objects by key, its clock, when they changed (now), its requests.

    `hook` is told of each request before and after it is done.
    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.clock = 1_700_000_000.0
        self.changed: float | None = None
        self.requests: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()
        self.hook: Callable[[str, str, str], None] = lambda *_: None
        self.lock = threading.RLock()

    def asked(self, name: str, key: str, moment: str) -> None:
        if moment == "before":
            self.requests[name] += 1
        self.hook(name, key, moment)

    def kill_at(self, number: int, moment: str) -> None:
        """Let the process end before, or after, the so-manieth request that changes something."""
        count = 0

        def hook(name: str, _key: str, when: str) -> None:
            nonlocal count
            count += name in CHANGES and when == moment
            if count >= number:
                count = number
                raise Killed

        self.hook = hook

    def heal(self) -> None:
        """Let requests through again, long after the process has ended."""
        self.hook = lambda *_: None
        self.clock += 10_000


class Below:
    """The store of an address in such a bucket."""

    def __init__(self, bucket: Memory, prefix: str) -> None:
        self.bucket, self.prefix = bucket, prefix

    @contextmanager
    def _asked(self, name: str, key: str) -> Iterator[str]:
        with self.bucket.lock:
            self.bucket.asked(name, key, "before")
            yield self.prefix + key
            self.bucket.asked(name, key, "after")

    def version(self, key: str) -> str:
        content = self.bucket.objects.get(key)
        return "" if content is None else f'"{hashlib.md5(content).hexdigest()}"'  # noqa: S324 - as S3 has it

    def list(self, prefix: str) -> Iterator[Object]:
        with self._asked("list", prefix) as start:
            found = {key: one for key, one in sorted(self.bucket.objects.items()) if key.startswith(start)}
        for key, one in found.items():
            yield Object(
                key.removeprefix(self.prefix), len(one), self.version(key), self.bucket.changed or self.bucket.clock
            )

    def read(self, key: str) -> Read:
        with self._asked("read", key) as at:
            content = self.bucket.objects.get(at, b"")
            self.bucket.bytes["out"] += len(content)
            return Read(content, self.version(at), self.bucket.clock)

    def blocks(self, key: str, version: str = "") -> Iterator[bytes]:
        with self._asked("blocks", key) as at:
            if at not in self.bucket.objects:
                raise FileNotFoundError(2, "an object is missing")
            if version and self.version(at) != version:
                raise ChangedError
            content = self.bucket.objects[at]
        self.bucket.bytes["out"] += len(content)
        yield content

    def write(self, key: str, content: bytes, replaces: str | None = ANY) -> None:
        with self._asked("write", key) as at:
            if replaces is not ANY and self.version(at) != replaces:
                raise ChangedError
            self.bucket.objects[at] = content
            self.bucket.bytes["in"] += len(content)

    def send(self, key: str, path: Path) -> None:
        with self._asked("send", key) as at:
            self.bucket.objects[at] = path.read_bytes()
            self.bucket.bytes["in"] += len(self.bucket.objects[at])

    def delete(self, key: str, version: str = "") -> None:
        with self._asked("delete", key) as at:
            if version and self.version(at) not in ("", version):
                raise ChangedError
            self.bucket.objects.pop(at, None)


@contextmanager
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run moto's server; yield its address."""
    moto = pytest.importorskip("moto.server", reason="make test-distributed has what this needs")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        yield f"http://{host}:{port}"
    finally:
        server.stop()
