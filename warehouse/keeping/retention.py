"""Retention: the only part of the product that deletes what had been kept, and it writes down what.

In: how many generations to keep. Out: older generations, loads of an older reader and quarantined spans that a newer
reader can read are removed, each logged by its own id.
Never: a raw file, the serving generation, or anything of which the present lake was not made again first.
"""

from collections.abc import Iterator

from warehouse import durable
from warehouse.errors import SettingError
from warehouse.home import Home
from warehouse.keeping import audit
from warehouse.landing import loads, quarantine
from warehouse.publishing import generations


def apply(home: Home, keep: int = generations.KEPT_GENERATIONS) -> list[str]:
    """Remove what is not to be kept any longer; returns what was removed. The log has it before it happens."""
    if keep < 1:
        raise SettingError("at least one generation has to be kept")
    old = generations.older(home, keep)
    stale = loads.stale(home)
    released = list(_released(home))
    removed = [*(f"generation {name}" for name in old), *(f"load {name}" for name in stale)]
    if released:
        removed.append(f"{len(released)} quarantined spans that are read now")
    if removed:
        audit.note(home, "removed", what=removed)
    generations.drop(home, old)
    for load_id in stale:
        durable.clear_folder(home.lake / load_id)
    durable.remove(path for name in released for path in (home.quarantine / name, home.quarantine / f"{name}.json"))
    return removed


def _released(home: Home) -> Iterator[str]:
    """Name quarantined spans of files that have been read again since, and are no longer set aside."""
    manifests = loads.manifests(home)
    read = {file["sha256"] for manifest in manifests for file in manifest.files}
    bad = quarantine.names(home, manifests)
    yield from (name for name in sorted(quarantine.kept(home) - bad) if name.split("-")[0] in read)
