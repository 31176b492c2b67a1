r"""The log of deliveries: a line for each file taken from the inbox, and a mark each time the inbox is rid of them.

In: file names, digests, byte counts. Out: the same, in the order of arrival.
Never: a file name in any other log, message or path. Names are bytes to Linux: what is no UTF-8 stays in the log as an
escape and is published as `\xff`.

A file is removed from the inbox after its line is durable. A crash in between leaves a file that is logged and still
there: it must not count as a second delivery. Lines after the last `removed` mark are such unfinished ones.
"""

import json
from dataclasses import asdict, dataclass

from warehouse import durable
from warehouse.home import Home


@dataclass(frozen=True)
class Delivery:
    """One delivered file: name relative to the inbox, SHA-256 and size of its content, and the run that took it in.

    `packed_sha256` is that of the bytes as they were delivered; it is another only where they were packed.
    """

    file_name: str
    sha256: str
    byte_count: int
    run_id: str
    packed_sha256: str

    @property
    def readable_name(self) -> str:
        """The name as text that any tool can store."""
        return self.file_name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def read(home: Home) -> tuple[list[Delivery], list[Delivery]]:
    """All deliveries, and those of them whose inbox file may not have been removed yet."""
    path = home.deliveries
    content = path.read_bytes() if path.is_file() else b""
    whole = content[: content.rfind(b"\n") + 1]
    finished: list[Delivery] = []
    unfinished: list[Delivery] = []
    for line in whole.splitlines():
        entry = json.loads(line)
        if "removed" in entry:
            finished += unfinished
            unfinished = []
        else:
            unfinished.append(Delivery(**entry))
    return finished + unfinished, unfinished


def append(home: Home, deliveries: list[Delivery]) -> None:
    """Log deliveries whose bytes are durable."""
    if deliveries:
        _append(home, [asdict(delivery) for delivery in deliveries])


def mark_removed(home: Home, count: int) -> None:
    """Log that the inbox files of all deliveries so far are gone."""
    _append(home, [{"removed": count}])


def _append(home: Home, entries: list[dict[str, object]]) -> None:
    lines = "".join(json.dumps(entry, sort_keys=True) + "\n" for entry in entries)
    durable.append(home.deliveries, lines.encode("ascii"))
