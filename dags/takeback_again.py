"""Does an operator's work on a home: reads again what was set aside, or makes everything anew from the raw files.

#### When a task is red
| task | likely reason | what to do |
|---|---|---|
| `choose` | it only reads the parameter, so Airflow itself is ill | look at the scheduler and its database |
| `replay` | another run is at work on the home, or no space | wait for it or make room, clear the task |
| `rebuild` | as for `replay`, or a raw file is damaged: the log says which | bring the raw file back from a backup, clear the task |
| `announce_warehouse` | it does nothing, so Airflow itself is ill | what is published serves; look at the scheduler |
| `report` | no space for the pages | what is published serves; make room, clear the task |

Until the end of either, readers keep the generation that serves now.

#### What it does
**In**: the home, and `what` to do. **Out**: a generation that serves, the same as before where nothing changed.
**Never**: a raw byte changed, or a clock: it runs when somebody triggers it.

- `replay`: after an upgrade of the reader, reads the quarantined spans again, and publishes.
- `rebuild`: makes the lake and all tables again from the raw files alone, and says in its log whether the content is
  what was published before. It refuses to begin where a raw file is damaged.

There is no backfill by date: raw files are kept for ever, and every night takes all that lies in the inbox. To take
files in again that were never kept, put them back into the inbox; a file that is known already counts once.
"""  # noqa: E501 - a table of Markdown has long lines

import logging
from collections.abc import Callable
from pathlib import Path

from airflow.sdk import Param, chain, dag, get_current_context, task

from dags import alerts, steps
from dags.shared import POOL, RETRIES, START, explain, folder, home_param
from warehouse.keeping import maintenance

log = logging.getLogger(__name__)

ONE_OF_THEM = "none_failed_min_one_success"  # the branch that was not taken is skipped
WORK: dict[str, str] = {
    "replay": "Reads what was set aside again with the present reader, and publishes.",
    "rebuild": "Makes lake and tables again from the raw files alone, and publishes.",
}


def again(work: Callable[[Path], str]) -> str:
    """Do the work, log what it says; return the digest that serves now, or nothing where it is the one from before."""
    home = folder("home")
    before = maintenance.served(home)
    log.info("%s", work(home))
    after = maintenance.served(home)
    return "" if after == before else after


@task.branch
def choose() -> str:
    """Return the id of the task that does what the run was triggered for."""
    return str(get_current_context()["params"]["what"])


@task(pool=POOL)
def replay() -> str:
    """Read again what was set aside; return the new digest, if it is new."""
    return again(maintenance.replay)


@task(pool=POOL)
def rebuild() -> str:
    """Make everything again from the raw files; return the new digest, if it is new."""
    return again(maintenance.rebuild)


@dag(
    dag_id="takeback_again",
    description="By hand: read again what was set aside, or make everything anew from the raw files",
    doc_md=__doc__,
    schedule=None,
    start_date=START,
    catchup=False,
    max_active_runs=1,
    on_failure_callback=alerts.failed,
    tags=["takeback", "x12"],
    params={
        "what": Param("replay", "What to do again.", type="string", enum=[*WORK], values_display=WORK, title="What"),
        "home": home_param(),
    },
    default_args=RETRIES,
)
def takeback_again() -> None:
    """Chain the choice, the work, its pages and the word to whoever waits for it."""
    done = [replay(), rebuild()]
    chain(choose(), done, steps.report.override(trigger_rule=ONE_OF_THEM)())
    steps.announce_warehouse.override(trigger_rule=ONE_OF_THEM)(done)


again_dag = explain(takeback_again())
