"""What an operator does to a home apart from the nights: rebuild, roll back, replay, keep less.

In: a home. Out: what was done, in words that may be logged; each of these is in the run log.
Never: a raw byte changed, or the lake let go while a raw file is damaged: then the lake may be the better copy.
"""

from pathlib import Path

from warehouse.errors import DamageError, SettingError, without_values
from warehouse.home import reader, writer


@without_values
def rebuild(home: Path) -> str:
    """Make lake and published tables again from raw alone; says whether the content is what was published before."""
    from warehouse import durable, nightly
    from warehouse.keeping import audit
    from warehouse.landing import loads
    from warehouse.proving import verification
    from warehouse.publishing import generations, release

    with writer(home) as place:
        if damaged := [words for words in verification.damaged_raw(place) if words]:
            raise DamageError(f"nothing was rebuilt, {len(damaged)} raw files are not sound: {damaged[0]}")
        loads.refuse_unlisted(place)
        before = generations.present(place)
        audit.note(place, "rebuild", digest=before.digest if before else "")
        for folder in sorted(place.lake.iterdir()):
            durable.clear_folder(folder)
        nightly.land_pending(home)
        for stage in nightly.STAGES:
            nightly.build(home, stage, follows=True)
        nightly.check(home)
        digest = release.built_digest(place)
        nightly.publish(home)
        if before is None:
            return f"rebuilt from raw: digest {digest}"
        same = "the same as before" if before.digest == digest else f"before it was {before.digest}"
        return f"rebuilt from raw: digest {digest}, {same}"


@without_values
def rollback(home: Path, name: str = "") -> str:
    """Let an older generation serve again: the one before the present, or one by name; returns its name.

    It serves until there are other inputs (a file, a transform, a version of ours) than there are now.
    """
    from warehouse.keeping import audit
    from warehouse.publishing import deidentified, generations, inputs

    with writer(home) as place:
        present = generations.intact(place)
        earlier = [other for other in generations.names(place) if present is None or other < present.name]
        if not earlier or (name and name not in earlier):
            raise SettingError(f"there is no such older generation; there are: {', '.join(earlier) or 'none'}")
        older = generations.read_note(place, name or earlier[-1])
        if older is None or not generations.is_sound(place, older):
            raise DamageError(f"generation {name or earlier[-1]} is damaged")
        note = generations.restore(place, older, inputs.present(place))
        deidentified.refresh(place)
        audit.note(place, "rollback", generation=note.name, digest=note.digest)
        return note.name


@without_values
def replay(home: Path) -> str:
    """Read what was set aside again with the present reader, publish, and say how much is read now."""
    from warehouse import nightly
    from warehouse.keeping import audit
    from warehouse.landing import quarantine
    from warehouse.publishing import generations

    with writer(home) as place:
        before = quarantine.kept(place)
        landed = nightly.land_pending(home)
        nightly.rebuild(home)
        after = quarantine.kept(place)
        note = generations.present(place)
        audit.note(place, "replay", loads=landed, before=len(before), after=len(after))
        words = f"{len(before):,} spans were set aside, {len(before - after):,} of them are read now"
        return f"{words}; {len(after):,} are set aside (generation {note.name if note else 'none'})"


@without_values
def retain(home: Path, keep: int) -> list[str]:
    """Remove all but the newest generations and what has been made anew since; returns what was removed."""
    from warehouse.keeping import as_of, retention
    from warehouse.remote import copies

    with writer(home) as place:
        made = as_of.sweep(place)
        left = copies.sweep(place.root)
        return [
            *retention.apply(place, keep),
            *([f"{made} files of `takeback as-of`"] if made else []),
            *([f"{left} objects of steps that died"] if left else []),
        ]


def served(home: Path) -> str:
    """Return the digest of the generation that serves, '' where there is none."""
    from warehouse.publishing import generations

    note = generations.present(reader(home))
    return note.digest if note else ""


@without_values
def as_known(home: Path, when: str) -> str:
    """Make the tables as they were known on a day or after a run; says where they are and whether they were published.

    Takes the home's lock, since it works in the same folder, but changes nothing that is published.
    """
    from warehouse.keeping import as_of

    with writer(home) as place:
        past = as_of.make(place, when)
        same = {past.digest: "the same as was published then", "": "nothing had been published then"}
        words = same.get(past.published, f"by today's rules; published then was {past.published}")
        return f"as known after run {past.run_id}: digest {past.digest}, {words}\nDuckDB file: {past.path}"


@without_values
def restatement(home: Path) -> list[str]:
    """List what changes closed months: what waits to be accepted, else what the serving generation has changed."""
    from warehouse.building import history

    with writer(home) as place:
        return list(history.lines(place))
