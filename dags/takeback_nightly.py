"""Takes a night's X12 files from the inbox into a new generation of the published DuckDB file.

#### When a task is red
| task | likely reason | what to do |
|---|---|---|
| `discover` | inbox or home cannot be reached, or another run is at work on the home | mend it, clear the task |
| `land` | disk full, or a defect of ours: bad X12 is set aside, it fails nothing | read its log, clear the instance |
| `announce_lake` | it does nothing, so Airflow itself is ill | look at the scheduler and its database |
| `transform` | a file of `transforms/<stage>` is wrong, or a file of the lake is damaged | the log names it; mend it, clear the task and all after it |
| `check` | rows contradict each other: the log names the check | nothing was published; look at the rows |
| `publish` | no space beside the old generation | make room, clear the task |
| `publish` | months that were reported would change by more than the limit: its log says by how much | `takeback restatement` says why; to accept it, trigger the DAG with that parameter |
| `announce_warehouse` | it does nothing, so Airflow itself is ill | what is published serves; look at the scheduler and its database |
| `report` | no space for the pages, or a file of the lake is damaged | what is published serves; make room, clear the task |
| `summarize` | the published file cannot be read | `takeback verify` says which bytes are wrong |
| `conform` | disk full, or a defect of ours | the money does not mind; clear it, or `takeback conform` |
| `publish_conformance` | no space, or a file of the lake is damaged | the money does not mind; clear it, or `takeback conform` |

Any task may be cleared and run again at any time: it does nothing, or the same again. What a task raises quotes no
record and no file name, since Airflow keeps it. Only failures of I/O and a busy home are tried again, with growing
pauses; anything else would fail again in the same way.

A night that was missed is not run later: the next one takes all that lies in the inbox. To read again what was set
aside, or to make everything anew from the raw files, trigger `takeback_again`.

#### What it does
**In**: the folder `inbox`. **Out**: the newest generation under `home`. **Never**: a patient's data. What tasks hand to
each other (XCom) and write into logs is load ids and counts; what a file or a payment says stays under `home`.

`discover` makes the delivered bytes durable and gathers them into loads of about the same size → `land` reads one load
each → `transform` builds the tables → `check` asks every query of `transforms/checks` → `publish` swaps a
link → `summarize` says what was found, `report` writes the pages that stand in Airflow's menu under Browse, Takebacks.

Within `transform`, `share` finds the payee enterprises (what no takeback crosses) and divides them into at most
`fanout` groups of about as many rows. `takebacks`, `candidates` and `decisions` make the tables of one group each, side
by side; `numbers`, `layouts` and `marts` make of them all what is learned or told across enterprises. One group or
many: the published rows are the same.

Beside them, and waited for by none of them, `conform` lets pyx12 judge a share of each landed load and all that was
quarantined of it, and `publish_conformance` publishes what it found in a file of its own: that is advice, and where it
fails the money is published all the same.

DAGs of your own can wait for the assets `takeback_lake` (there are new loads) and `takeback_warehouse` (there is a new
generation). `announce_lake` and `announce_warehouse` are skipped where nothing changed, so that nobody runs in vain.

A file that cannot be read is set aside with its reason and fails nothing. A night without files builds the same tables
again and publishes nothing. Until `publish` has swapped the link, readers keep last night's generation.
"""  # noqa: E501 - a table of Markdown has long lines

from datetime import timedelta
from typing import cast

from airflow.sdk import (  # type: ignore[attr-defined]  # the stubs of 3.3 leave out what deadlines need
    AsyncCallback,
    DeadlineAlert,
    DeadlineReference,
    Param,
    TaskGroup,
    chain,
    dag,
)

from dags import alerts, steps
from dags.shared import (
    FRESH_BY,
    RETRIES,
    START,
    TIMEZONE,
    every_night,
    explain,
    fanout_param,
    fresh_within,
    home_param,
    inbox_param,
    share_param,
)
from dags.transforming import transform


@dag(
    dag_id="takeback_nightly",
    description="X12 files from the inbox, into a new generation of the published DuckDB file",
    doc_md=__doc__,
    schedule=every_night(),
    start_date=START,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    deadline=DeadlineAlert(
        name=f"the warehouse is fresh by {FRESH_BY} {TIMEZONE}",
        reference=DeadlineReference.DAGRUN_LOGICAL_DATE,
        interval=fresh_within(),
        callback=AsyncCallback(alerts.late),
    ),
    on_failure_callback=alerts.failed,
    tags=["takeback", "x12"],
    params={
        "inbox": inbox_param(),
        "home": home_param(),
        "conformance_share": share_param(),
        "fanout": fanout_param(),
        "accept_restatement": Param(
            False,
            "Publish although months that were reported change by more than TAKEBACK_RESTATEMENT_LIMIT.",
            type="boolean",
            title="Accept restatement",
        ),
    },
    default_args=RETRIES,
)
def takeback_nightly() -> None:
    """Chain the night's tasks."""
    loads = cast("TaskGroup", steps.load.expand(load_id=steps.discover()))
    published = steps.publish()
    chain(loads.children["land"], transform(), steps.check(), published, [steps.summarize(), steps.report()])
    chain(loads.children["land"], steps.announce_lake())
    chain(loads.children["conform"], steps.publish_conformance())
    steps.announce_warehouse([published])


nightly_dag = explain(takeback_nightly())
