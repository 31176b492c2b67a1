"""The only room that touches the disk: landing, lake, models, checks, publishing, the command line.

Its folders follow a night: `landing`, `building`, `publishing`, with `proving` and `conforming` beside it; `keeping`
looks after a home, `answering`, `report` and `commands` face people. What all of them stand on lies here.

In: an inbox of delivered files. Out: a home folder with raw bytes, Parquet, quarantine and a published DuckDB file.
Never: knowledge of X12 (that is `edi`) and no business rule (that is `transforms`).
"""

import os

# Both are read when numpy and pyarrow are first imported; what is set already stays.
# numpy starts a thread for each core to multiply matrices with, which nobody here does: 30 to 70 ms of the processor.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Arrow and numpy take turns with the same blocks: what one lets go of, the other takes, where one allocator serves both
# (measured: a thirtieth of the processor's time of landing, and a seventh of its memory).
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
