"""The tasks that build a night's tables: stages, then rounds that groups of payee enterprises make side by side.

In: the folders of a run and its `fanout`. Out: names of groups and row counts, which Airflow keeps.
Never: logic, or another order than that of `warehouse.sharing`.
"""

from airflow.sdk import chain, get_current_context, task, task_group

from dags.shared import POOL, folder
from warehouse import nightly
from warehouse.sharing import steps

STAGES = {  # what each builds; the stages after these are built in rounds
    "lake": "the tables of the lake, from the Parquet files that manifests name",
    "codes": "the code tables that ship with us",
    "staging": "typed and cleaned rows, one remittance and one claim each once",
}
ROUNDS = (  # what a group makes, then what is made of what all groups made
    (
        ("takebacks", "a group's claims in all their versions, and the claims that its references may name"),
        ("numbers", "what is learned of payers' claim numbers, and the claims that letters and refunds name"),
    ),
    (
        ("candidates", "a group's provider adjustments, what each is, and the claims that it may be for"),
        ("layouts", "what is learned of the references that payers write"),
    ),
    (
        ("decisions", "a group's takebacks with the claims that are proven, its books, and what looks wrong in them"),
        ("marts", "the tables that are published"),
    ),
)


# A night without a load skips `land`; that is no reason to skip the rest. A landing that failed is.
@task(trigger_rule="none_failed", pool=POOL, multiple_outputs=False)
def build(stage: str) -> dict[str, int]:
    """Build one stage's tables; return their row counts."""
    return nightly.build(folder("home"), stage)


@task(pool=POOL)
def share() -> list[str]:
    """Find the payee enterprises and divide them into groups; return the groups' names."""
    return steps.share(folder("home"), get_current_context()["params"]["fanout"])


# Groups are made side by side, so they are in no pool of one slot; there are as many as `fanout` allows.
@task(map_index_template="group {{ task.op_kwargs['group'] }}", multiple_outputs=False)
def apart(group: str, number: int) -> dict[str, int]:
    """Make one group's tables of a round; return their row counts."""
    return steps.apart(folder("home"), group, number)


@task(pool=POOL)
def together(number: int) -> list[str]:
    """Unite what all groups made in a round, and make what is made of it; return the groups' names again."""
    return steps.together(folder("home"), number, get_current_context()["params"]["fanout"])[0]


@task(pool=POOL, multiple_outputs=False)
def marts(number: int) -> dict[str, int]:
    """Unite what all groups made in the last round, and make what is published; return row counts."""
    return steps.together(folder("home"), number, get_current_context()["params"]["fanout"])[1]


@task_group(tooltip="Stages, then rounds: payee enterprises apart, and all of them together")
def transform() -> None:
    """Chain the stages and the rounds."""

    def notes(builds: str) -> str:
        return f"Builds {builds}."

    stages = [build.override(task_id=stage, doc_md=notes(builds))(stage) for stage, builds in STAGES.items()]
    last = share.override(doc_md=notes("groups of payee enterprises, and the claims that payments answer"))()
    chain(*stages, last)
    for number, ((name, builds), (next_name, next_builds)) in enumerate(ROUNDS, start=1):
        parts = apart.override(task_id=name, doc_md=notes(builds)).partial(number=number).expand(group=last)
        unite = marts if next_name == "marts" else together
        last = unite.override(task_id=next_name, doc_md=notes(next_builds))(number)
        chain(parts, last)
