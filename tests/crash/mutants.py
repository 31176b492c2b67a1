"""Mutants of the protocol: each drops or swaps one step, as somebody might who finds it superfluous.

In: nothing. Out: functions that break the warehouse in the present process. Never: a mutant that the lab may overlook.
"""
# mypy: ignore-errors

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warehouse import durable
from warehouse.landing import deliveries, intake, one_load, quarantine
from warehouse.publishing import generations

MUTANTS: dict[str, Callable[[], None]] = {}
WORLD = {
    "publishing_alone": ("link_is_not_synced",),
    "publishing": ("link_", "old_", "generation_", "note_"),
    "large_batch": ("one_sync",),
    "first_night": ("new_folders",),
}

WITNESSES: dict[str, tuple[tuple[int, str], ...]] = {
    "removals_of_a_killed_run_are_not_synced": (
        (54, "io_error"),
        (109, "power_bytes_kept"),
    ),
    "a_log_found_is_taken_for_durable": (
        (46, "io_error"),
        (39, "power_names_kept"),
    ),
    "a_short_write_is_taken_for_a_whole_one": ((15, "short_write"),),
    "files_are_synced_after_the_rename": ((28, "power_names_kept"),),
    "files_are_written_in_place": ((38, "power_names_kept"),),
    "link_is_not_synced_before_old_generations_go": (
        (16, "disk_full"),
        (1, "power_all_lost"),
    ),
    "link_is_removed_before_it_is_made": ((14, "io_error"),),
    "the_inbox_is_emptied_before_deliveries_are_logged": ((53, "power_all_lost"),),
    "the_removal_is_marked_before_it_is_done": (
        (54, "power_mixed"),
        (102, "kill"),
    ),
    "torn_lines_stay_in_logs": ((49, "disk_full"),),
    "unfinished_removals_are_forgotten": ((53, "power_all_lost"),),
}
"""Schedules that have shown harm before; they are tried first, and the search goes on where they show none."""


def mutant(change: Callable[[], None]) -> Callable[[], None]:
    MUTANTS[change.__name__] = change
    return change


def world_of(name: str) -> str:
    """Name the world in which a mutant does harm."""
    return next((world for world, starts in WORLD.items() if name.startswith(starts)), "second_night")


def without(name: str, left_out: str, module: Any = durable) -> None:
    """Let a function do everything but calls of another one."""
    whole, skipped = getattr(module, name), getattr(durable, left_out)

    def changed(*arguments: Any, **named: Any) -> Any:
        setattr(durable, left_out, lambda *_: None)
        try:
            return whole(*arguments, **named)
        finally:
            setattr(durable, left_out, skipped)

    setattr(module, name, changed)


@mutant
def files_are_not_synced() -> None:
    def settle_all(moves: list[tuple[Path, Path]], mode: int = durable.FILE_MODE) -> None:
        for work, final in moves:
            durable.os.chmod(work, mode)
            durable.os.rename(work, final)
        durable.sync_all(sorted({final.parent for _, final in moves}))

    durable.settle_all = settle_all


@mutant
def files_are_synced_after_the_rename() -> None:
    def settle_all(moves: list[tuple[Path, Path]], mode: int = durable.FILE_MODE) -> None:
        for work, final in moves:
            durable.os.chmod(work, mode)
            durable.os.rename(work, final)
            durable.sync_all([final])
        durable.sync_all(sorted({final.parent for _, final in moves}))

    durable.settle_all = settle_all


@mutant
def names_are_not_synced() -> None:
    def settle_all(moves: list[tuple[Path, Path]], mode: int = durable.FILE_MODE) -> None:
        for work, _ in moves:
            durable.os.chmod(work, mode)
        durable.sync_all([work for work, _ in moves])
        for work, final in moves:
            durable.os.rename(work, final)

    durable.settle_all = settle_all


@mutant
def files_are_written_in_place() -> None:
    def settle_all(moves: list[tuple[Path, Path]], mode: int = durable.FILE_MODE) -> None:
        for work, final in moves:
            durable.spill(final, [work.read_bytes()])
            durable.os.chmod(final, mode)
        durable.sync_all([final for _, final in moves])
        durable.sync_all(sorted({final.parent for _, final in moves}))

    durable.settle_all = settle_all


@mutant
def new_folders_are_not_synced() -> None:
    def make_folder(folder: Path) -> None:
        if not folder.is_dir():
            make_folder(folder.parent)
            durable.os.mkdir(folder, durable.FOLDER_MODE)

    durable.make_folder = make_folder
    durable.make_folders = lambda folders: [make_folder(folder) for folder in folders]


@mutant
def the_inbox_is_emptied_before_the_bytes_are_settled() -> None:
    settle_all = durable.settle_all
    keep = intake._keep

    def early(folder: Path, home: Any, run_id: str, batch: Any, unfinished: Any) -> int:
        def after_removal(moves: Any, mode: int = durable.FILE_MODE) -> None:
            durable.remove(taken.source.path for taken in batch)
            settle_all(moves, mode)

        durable.settle_all = after_removal
        try:
            return keep(folder, home, run_id, batch, unfinished)
        finally:
            durable.settle_all = settle_all

    intake._keep = early


@mutant
def the_inbox_is_emptied_before_deliveries_are_logged() -> None:
    append, keep = deliveries.append, intake._keep

    def early(folder: Path, home: Any, run_id: str, batch: Any, unfinished: Any) -> int:
        def after_removal(home: Any, fresh: Any) -> None:
            durable.remove(taken.source.path for taken in batch)
            append(home, fresh)

        deliveries.append = after_removal
        return keep(folder, home, run_id, batch, unfinished)

    intake._keep = early


@mutant
def the_removal_is_marked_before_it_is_done() -> None:
    keep = intake._keep

    def early(folder: Path, home: Any, *rest: Any) -> int:
        remove = durable.remove

        def after_mark(paths: Any) -> None:
            deliveries.mark_removed(home, 0)
            remove(paths)

        durable.remove = after_mark
        try:
            return keep(folder, home, *rest)
        finally:
            durable.remove = remove

    intake._keep = early


@mutant
def unfinished_removals_are_forgotten() -> None:
    read = deliveries.read
    deliveries.read = lambda home: (read(home)[0], [])


@mutant
def removals_are_not_synced() -> None:
    without("remove", "sync_folder")


@mutant
def removals_of_a_killed_run_are_not_synced() -> None:
    without("_confirmed", "sync_folder", intake)


@mutant
def a_log_found_is_taken_for_durable() -> None:
    durable.confirm = lambda _: None


@mutant
def logs_are_not_synced() -> None:
    def append(path: Path, lines: Any) -> None:
        synced, durable.os = durable.os, os
        flags = os.O_RDWR | os.O_CREAT
        descriptor = os.open(path, flags, durable.FILE_MODE)
        end = durable._end_of_last_line(descriptor)
        durable.os = synced
        os.ftruncate(descriptor, end)
        os.lseek(descriptor, end, os.SEEK_SET)
        durable._write_all(descriptor, lines(durable._last_line(descriptor, end)) if callable(lines) else lines)
        os.close(descriptor)

    durable.append = append
    durable.confirm = lambda _: None


@mutant
def torn_lines_stay_in_logs() -> None:
    def append(path: Path, lines: Any) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, durable.FILE_MODE)
        end = durable._end_of_last_line(descriptor)
        durable._write_all(descriptor, lines(durable._last_line(descriptor, end)) if callable(lines) else lines)
        durable.os.fsync(descriptor)
        os.close(descriptor)
        durable.sync_folder(path.parent)

    durable.append = append


@mutant
def a_short_write_is_taken_for_a_whole_one() -> None:
    durable._write_all = lambda descriptor, content: durable.os.write(descriptor, content)


@mutant
def loads_are_made_in_their_final_place() -> None:
    land = one_load.land

    def in_place(home: Any, load_id: str, members: Any) -> Any:
        final = home.lake / load_id
        if not final.is_dir():
            durable.make_folder(final)
            manifest = one_load._read_into(home, final, load_id, members)
            content = one_load.json.dumps(one_load.asdict(manifest)).encode()
            durable.write(final / "manifest.json", content)
        return land(home, load_id, members)

    one_load.land = in_place


@mutant
def loads_are_not_synced() -> None:
    def settle_folder(work: Path, final: Path) -> None:
        durable.os.rename(work, final)
        durable.sync_folder(final.parent)

    durable.settle_folder = settle_folder


@mutant
def quarantine_is_made_in_its_final_place() -> None:
    def set_aside(home: Any, spans: Any) -> int:
        bad = [span for span in spans.to_pylist() if span["kind"] != "transaction"]
        for span in bad:
            name = f"{span['sha256']}-{span['byte_start']}-{span['byte_end']}"
            if not (home.quarantine / name).exists():
                blocks = quarantine._bytes(home, span["sha256"], span["byte_start"], span["byte_end"])
                durable.spill(home.quarantine / name, blocks)
                durable.write(home.quarantine / f"{name}.json", b"{}")
        return len(bad)

    quarantine.set_aside = one_load.quarantine.set_aside = set_aside


@mutant
def one_sync_for_all_is_left_out() -> None:
    durable.sync_filesystem = lambda _: True
    durable.sync_all = lambda _: None


@mutant
def link_is_removed_before_it_is_made() -> None:
    def point(link: Path, target: str) -> None:
        if link.is_symlink():
            durable.os.unlink(link)
        durable.os.symlink(target, link)
        durable.sync_folder(link.parent)

    durable.point = point


@mutant
def link_is_set_before_the_file_is_settled() -> None:
    settle = durable.settle

    def keep(home: Any, work: Path, note: Any) -> None:
        durable.point(generations.link_path(home), f"generations/{note.name}.duckdb")
        settle(work, generations.folder(home) / f"{note.name}.duckdb", durable.READ_ONLY)
        generations.annotate(home, note)

    generations.keep = keep


@mutant
def link_is_not_synced_before_old_generations_go() -> None:
    without("point", "sync_folder")


@mutant
def old_generations_go_before_the_link_is_set() -> None:
    keep = generations.keep

    def early(home: Any, work: Path, note: Any) -> None:
        generations.drop(home, generations.names(home))
        keep(home, work, note)

    generations.keep = early


@mutant
def generation_is_not_synced() -> None:
    files_are_not_synced()


@mutant
def generation_left_by_a_crash_stays() -> None:
    generations.drop_unfinished = lambda _: None


@mutant
def note_comes_after_the_link() -> None:
    annotate = generations.annotate

    def keep(home: Any, work: Path, note: Any) -> None:
        durable.settle(work, generations.folder(home) / f"{note.name}.duckdb", durable.READ_ONLY)
        durable.point(generations.link_path(home), f"generations/{note.name}.duckdb")
        annotate(home, note)

    generations.keep = keep
