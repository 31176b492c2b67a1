"""The only room that touches the disk: landing, lake, models, checks, publishing, the command line.

Its folders follow a night: `landing`, `building`, `publishing`, with `proving` and `conforming` beside it; `keeping`
looks after a home, `answering`, `report` and `commands` face people. What all of them stand on lies here.

In: an inbox of delivered files. Out: a home folder with raw bytes, Parquet, quarantine and a published DuckDB file.
Never: knowledge of X12 (that is `edi`) and no business rule (that is `transforms`).
"""

import os

# numpy starts a thread for each core to multiply matrices with, which nobody here does: their start costs 30 to 70 ms
# of the processor, and what was set before numpy is imported, by whoever it is, stays
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
