"""What a generation was made from, as one hash: if it is the same tonight, there is nothing to do.

In: manifests, the log of deliveries, the transforms, a user's rules, our own code and DuckDB's version. Out: a hash,
kept in the build database from the moment its lake was made and in the note of the generation.
Never: a time or a run. A changed comment in a transform changes the hash, is built again and found equal by its digest.
"""

from pathlib import Path

import duckdb

from warehouse.building import models, rules
from warehouse.home import Home
from warehouse.landing import deliveries, loads

CODE = Path(__file__).resolve().parents[1]


def present(home: Home) -> str:
    """Hash all that the published tables follow from."""
    loaded = [manifest.load_id for manifest in loads.manifests(home)]
    delivered = sorted(f"{entry.sha256} {entry.readable_name}" for entry in deliveries.read(home)[0])
    return loads.content_hash(
        {
            "duckdb": duckdb.__version__.encode(),
            "loads": "\n".join(loaded).encode(),
            "deliveries": "\n".join(delivered).encode(),
            "transforms": _folder_hash(models.TRANSFORMS),
            "rules": rules.digest(home),
            "code": _folder_hash(CODE),
        }
    )


def remember(connection: duckdb.DuckDBPyConnection, value: str) -> None:
    """Keep the hash beside the lake that is being made."""
    connection.execute("create table lake._inputs as select $1 as inputs", [value])


def built_from(connection: duckdb.DuckDBPyConnection) -> str:
    """Read the hash of what the build database was made from."""
    return str(connection.execute("select inputs from lake._inputs").fetchall()[0][0])


def _folder_hash(folder: Path) -> bytes:
    files = sorted(path for path in folder.rglob("*") if path.suffix in {".sql", ".csv", ".py"})
    return loads.content_hash({str(path.relative_to(folder)): path.read_bytes() for path in files}).encode()
