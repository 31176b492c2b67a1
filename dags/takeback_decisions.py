"""Asks a person about takebacks that may be for one of several claims, where there is enough money in it.

#### When a task is red
| task | likely reason | what to do |
|---|---|---|
| `list_undecided` | the published file cannot be read | `takeback verify` says which bytes are wrong |
| `decide` | it could not be kept: no space, or a long run was at work | mend it, clear the instance: it asks again |

#### What it does
**In**: the newest generation, after each publish. **Out**: a sheet of decisions, kept under the home at once, as by
`takeback decide`; the next night reads it, and what a person decided then stands before every rule. **Never**: a
patient. Ids of provider adjustments and claim families and amounts are all that is shown here and kept by Airflow; look
the rest up in the pages (Browse, Takebacks, Worklists) or with `takeback explain`.

Nothing waits for the answers: the nightly run has published already, and a question that nobody has answered after
twenty hours is left open, as "leave it open" leaves it. It is asked again after the next publish. Questions stand
under Browse, Required Actions; at most 25 are asked at once, those about the most money first.
"""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags import alerts
from dags.shared import RETRIES, START, WAREHOUSE, explain, folder, home_param
from warehouse.answering import undecided
from warehouse.commands import deciding

if TYPE_CHECKING:
    from airflow.sdk import Context

PATIENCE = 1800.0  # seconds that an answer waits for a run that is at work on the home
OPEN, NONE = "leave it open", "it is for none of our claims"
QUESTION = """Provider adjustment `{provider_adjustment_id}` {did} **{size}**.

Which claim family is it for? Look it up in the pages under Worklists, or with
`takeback explain {provider_adjustment_id}`. A wrong answer costs more than none: *leave it open* is always right.
"""


class DecideTakeback(HITLOperator):
    """Asks one question and keeps the answer as soon as it is there, without a process that waits for it."""

    def __init__(self, *, provider_adjustment_id: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.provider_adjustment_id = provider_adjustment_id

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> str:
        """Keep what was chosen; return it."""
        answer = super().execute_complete(context, event)
        (chosen,) = answer["chosen_options"]
        if chosen != OPEN:
            deciding.take_in(folder("home"), [self.decision(str(chosen), answer)], patience=PATIENCE)
        return str(chosen)

    def decision(self, chosen: str, answer: dict[str, Any]) -> dict[str, str]:
        """Write an answer as a row of a sheet of decisions."""
        by = answer["responded_by_user"]
        return {
            "provider_adjustment_id": self.provider_adjustment_id,
            "action": "dismiss" if chosen == NONE else "match",
            "claim": "" if chosen == NONE else chosen,
            "amount": "",
            "reason": "chosen in Airflow",
            "decided_by": by["name"] or by["id"],
            "decided_at": answer["responded_at"].astimezone(UTC).isoformat(timespec="seconds"),
        }


def question(row: undecided.Undecided) -> dict[str, Any]:
    """Word the question about one takeback, as the arguments of its task."""
    row_id, size = row["provider_adjustment_id"], row["amount"].lstrip("-")
    did = "gave or put off" if row["amount"].startswith("-") else "took"
    return {
        "provider_adjustment_id": row_id,
        "subject": f"{row_id[:12]} {did} {size}: which claim is it for?",
        "body": QUESTION.format(provider_adjustment_id=row_id, did=did, size=size),
        "options": [*row["candidates"], NONE, OPEN],
    }


@task
def list_undecided() -> list[dict[str, Any]]:
    """Return a question for each takeback that is big enough and has candidates."""
    least = Decimal(str(get_current_context()["params"]["above"]))
    return [question(row) for row in undecided.above(folder("home"), least)]


@dag(
    dag_id="takeback_decisions",
    description="After a publish: asks a person which claim a takeback is for, where several may be",
    doc_md=__doc__,
    schedule=[WAREHOUSE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=True,
    on_failure_callback=alerts.failed,
    tags=["takeback", "x12"],
    params={
        "above": Param(1000, "Takebacks of this amount or more are asked about.", type="number", title="Above"),
        "home": home_param(),
    },
    default_args=RETRIES,
)
def takeback_decisions() -> None:
    """Chain the list and the questions."""
    DecideTakeback.partial(
        task_id="decide",
        defaults=[OPEN],
        response_timeout=timedelta(hours=20),
        map_index_template="{{ task.subject.partition(':')[0] }}",
        doc_md="Asks which claim a takeback is for, and keeps the answer.",
    ).expand_kwargs(list_undecided())


decisions_dag = explain(takeback_decisions())
