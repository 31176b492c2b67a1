"""The only room that touches the disk: landing, lake, models, checks, publishing, the command line.

In: an inbox of delivered files. Out: a home folder with raw bytes, Parquet, quarantine and a published DuckDB file.
Never: knowledge of X12 (that is `edi`) and no business rule (that is `transforms`).
"""
