"""Asks a person about takebacks that may be for one of several claims, where there is enough money in it.

#### When a task is red
| task | likely reason | what to do |
|---|---|---|
| `list_undecided` | the published file cannot be read | `takeback verify` says which bytes are wrong |
| `decide` | the answer could not be put into the inbox | mend it and clear the instance: it asks again |

#### What it does
**In**: the newest generation, after each publish. **Out**: a sheet of decisions in the inbox, one for each answer; the
next night reads it, and what a person decided then stands before every rule. **Never**: a patient. Ids of provider
adjustments and claim families and amounts are all that is shown here and kept by Airflow; look the rest up in the
pages (Browse, Takebacks, Worklists) or with `takeback explain`.

Nothing waits for the answers: the nightly run has published already, and a question that nobody has answered after
twenty hours is left open, as "leave it open" leaves it. It is asked again after the next publish. Questions stand
under Browse, Required Actions; at most 25 are asked at once, those about the most money first.
"""

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param, dag, get_current_context, task

from dags import alerts
from dags.shared import RETRIES, START, WAREHOUSE, explain, folder, home_param, inbox_param
from warehouse.answering import undecided

if TYPE_CHECKING:
    from airflow.sdk import Context

TRIAGE = __doc__ or ""
OPEN, NONE = "leave it open", "it is for none of our claims"
QUESTION = """Provider adjustment `{provider_adjustment_id}` {did} **{size}**.

Which claim family is it for? Look it up in the pages under Worklists, or with
`takeback explain {provider_adjustment_id}`. A wrong answer costs more than none: *leave it open* is always right.
"""


class DecideTakeback(HITLOperator):
    """Asks one question and puts the answer into the inbox as soon as it is there, without a process that waits."""

    def __init__(self, *, provider_adjustment_id: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.provider_adjustment_id = provider_adjustment_id

    def execute_complete(self, context: "Context", event: dict[str, Any]) -> str:
        """Deliver what was chosen; return it."""
        answer = super().execute_complete(context, event)
        (chosen,) = answer["chosen_options"]
        if chosen != OPEN:
            by = answer["responded_by_user"]
            inbox = folder("inbox")
            claim = "" if chosen == NONE else chosen
            undecided.deliver(inbox, self.provider_adjustment_id, claim, by["name"] or by["id"], answer["responded_at"])
        return str(chosen)


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
    doc_md=TRIAGE,
    schedule=[WAREHOUSE],
    start_date=START,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=True,
    on_failure_callback=alerts.failed,
    tags=["takeback", "x12"],
    params={
        "above": Param(1000, "Takebacks of this amount or more are asked about.", type="number", title="Above"),
        "inbox": inbox_param(),
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
        doc_md="Asks which claim a takeback is for, and delivers the answer.",
    ).expand_kwargs(list_undecided())


decisions_dag = explain(takeback_decisions())
