"""A small cluster on loopback: PostgreSQL for Airflow's metadata, Redis as Celery's broker, two workers, a bucket.

In: a folder. Out: a running Airflow with CeleryExecutor, each of whose workers has an Airflow home of its own, so that
nothing but settings, the DAG files and the home of the data is shared, as between machines. Where that is on object
storage, not even a folder is: each machine's working copies lie in its own (`copies` below its Airflow home).
Never: an address other than 127.0.0.1, a password that outlives the test, a process that outlives the `with` block.
"""

import base64
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dags import servers
from tests.dags.airflow_process import surroundings
from tests.dags.airflow_server import Server, free_port, wait

WORKERS = ("one", "two")
COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
HOSTNAME = "def name():\n    import os\n    return os.environ['MACHINE']\n"


def missing() -> str:
    """Say which programs are wanting, '' where all are there."""
    wanted = [name for name in ("redis-server", "initdb", "postgres") if not program(name)]
    return (
        f"not on this machine: {', '.join(wanted)} (on Debian: apt install redis-server postgresql)" if wanted else ""
    )


def program(name: str) -> str:
    """Find a program; Debian keeps those of PostgreSQL beside the path."""
    places = [os.environ["PATH"], *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    return shutil.which(name, path=os.pathsep.join(places)) or ""


@contextmanager
def running(command: list[str], log: Path, environment: dict[str, str], user: str | None = None) -> Iterator[None]:
    """Run a program until the block ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=log.parent, env=environment, user=user, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Run a broker; yield its address."""
    port, password = free_port(), secrets.token_hex(16)
    settings = folder / "redis.conf"
    settings.write_text(f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\n')
    settings.chmod(0o600)
    with running([program("redis-server"), str(settings)], folder / "redis.log", dict(os.environ)):
        yield f"redis://:{password}@127.0.0.1:{port}/0"


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """Run a database server, as somebody else where we are root, since it refuses to run as root."""
    port, password = free_port(), secrets.token_hex(16)
    user = "postgres" if os.geteuid() == 0 else None
    data = Path(tempfile.mkdtemp(prefix="postgresql-"))
    try:
        (data / "password").write_text(password)
        if user:
            entry = pwd.getpwnam(user)
            for path in (data / "password", data):
                os.chown(path, entry.pw_uid, entry.pw_gid)
        make = [program("initdb"), "-D", str(data / "data"), "-U", "airflow", "-A", "scram-sha-256"]
        subprocess.run(
            [*make, f"--pwfile={data / 'password'}"], user=user, cwd=data, check=True, stdout=subprocess.DEVNULL
        )
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-p", str(port)]
        command = [program("postgres"), "-D", str(data / "data"), *options, "-c", "fsync=off"]
        with running(command, folder / "postgresql.log", dict(os.environ), user):
            wait(lambda: "ready to accept connections" in (folder / "postgresql.log").read_text())
            yield f"airflow:{password}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def object_storage(folder: Path) -> Iterator[dict[str, str]]:
    """Run an S3-compatible server; yield the settings by which its clients find it and know who they are."""
    port = free_port()
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    with running(command, folder / "object_storage.log", dict(os.environ)):
        wait(lambda: answers(port))
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": secrets.token_hex(10),
            "AWS_SECRET_ACCESS_KEY": secrets.token_hex(20),
            "AWS_DEFAULT_REGION": "us-east-1",
        }


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def cluster(folder: Path, **settings: str) -> Iterator[Server]:
    """Start everything; yield Airflow's API."""
    port = free_port()
    (folder / "machine.py").write_text(HOSTNAME)
    with ExitStack() as stack:
        broker = stack.enter_context(redis(folder))
        database = stack.enter_context(postgresql(folder))
        shared = servers.settings(port) | {
            "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "machine.name",
            "AIRFLOW__CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW__API__SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://{database}",
            "AIRFLOW__CELERY__BROKER_URL": broker,
            "AIRFLOW__CELERY__RESULT_BACKEND": f"db+postgresql+psycopg2://{database}",
            "AIRFLOW__CELERY__WORKER_CONCURRENCY": "2",
            **settings,
        }

        def machine(name: str) -> dict[str, str]:
            home = folder / name
            home.mkdir()
            own = {"AIRFLOW_HOME": str(home), "AIRFLOW_CONFIG": str(home / "airflow.cfg"), "MACHINE": name}
            return surroundings(folder, (folder,), **(shared | own | {"TAKEBACK_COPIES": str(home / "copies")}))

        head = machine("airflow")
        airflow = str(Path(sys.executable).with_name("airflow"))
        subprocess.run([airflow, "db", "migrate"], env=head, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        pool = [airflow, "pools", "set", servers.POOL, "1", "one task at a time writes to the home"]
        subprocess.run(pool, env=head, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for name in COMPONENTS:
            command = [airflow, name, *servers.COMPONENTS[name]]
            stack.enter_context(running(command, folder / f"{name}.log", head))
        for name in WORKERS:
            command = [airflow, "celery", "worker", "--skip-serve-logs", "--celery-hostname", f"{name}@%h"]
            stack.enter_context(running(command, folder / f"worker_{name}.log", machine(name)))
        server = Server(folder, port)
        wait(lambda: up(server))
        server.sign_in()
        yield server


def up(server: Server) -> bool:
    """Tell whether Airflow's API answers."""
    try:
        return server.status("/api/v2/monitor/health") == 200
    except OSError:
        return False
