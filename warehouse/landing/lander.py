"""One lander: `python -m warehouse.landing.lander HOME`, started by `warehouse.landing.landers` and by nobody else.

In: the id of a planned load in each line of the input; the home's lock is held by an inherited descriptor.
Out: a line of JSON for each: `{}`, or the failure in words without values. Never: a traceback, which could quote data.
"""

import json
import os
import signal
import sys
from pathlib import Path

from warehouse import errors
from warehouse.home import Home
from warehouse.landing import landers


def main(root: str) -> None:
    """Land what is told until the input ends; an interrupt is the business of the run that started us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(0o077)
    land = errors.without_values(landers.land)
    for line in sys.stdin:
        answer = {}
        try:
            land(Home(Path(root)), line.strip())
        except Exception as error:  # noqa: BLE001 - the run raises it again
            answer = errors.tell(error)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
