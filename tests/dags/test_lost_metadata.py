"""Airflow knows nothing that the home does not know: its metadata may be lost, and any task cleared and run again."""

import shutil
from pathlib import Path

from tests.conftest import Nights
from tests.dags.airflow_process import night
from warehouse import nightly
from warehouse.home import Home
from warehouse.landing import deliveries, loads
from warehouse.publishing import generations


def state(home: Path) -> dict[str, object]:
    """Tell all that must not change."""
    place = Home(home)
    return {
        "raw": sorted(path.name for path in place.raw.rglob("*")),
        "delivered": len(deliveries.read(place)[0]),
        "lake": sorted(str(path.relative_to(home)) for path in place.lake.rglob("*")),
        "generations": generations.names(place),
        "serving": str(generations.link_path(place).readlink()),
    }


def test_a_night_after_airflow_has_lost_its_metadata_changes_nothing(nights: Nights, tmp_path: Path) -> None:
    shutil.copytree(nights.folder / "home", tmp_path / "home", symlinks=True)
    (tmp_path / "inbox").mkdir()
    before = state(tmp_path / "home")
    ended = night(tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert (tmp_path / "airflow" / "airflow.db").is_file(), "a new database of metadata"
    assert "\nnothing changed\n" in ended.stdout
    assert state(tmp_path / "home") == before


def test_every_task_may_be_cleared_and_run_again_at_any_time(nights: Nights, tmp_path: Path) -> None:
    """In the order of a night, out of it, and each twice; a cleared task has no other memory than the home."""
    shutil.copytree(nights.folder / "home", tmp_path / "home", symlinks=True)
    (tmp_path / "inbox").mkdir()
    home = tmp_path / "home"
    before = state(home)
    (landed,) = [manifest.load_id for manifest in loads.manifests(Home(home))]
    assert nightly.publish(home) == ""
    for _ in range(2):
        assert nightly.land(home, landed)["transaction"] > 0
        assert nightly.discover(tmp_path / "inbox", home) == []
        nightly.build(home, "matching")
        nightly.check(home)
        assert nightly.publish(home) == ""
        assert nightly.summarize(home)
    assert state(home) == before
