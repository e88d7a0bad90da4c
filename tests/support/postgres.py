"""A PostgreSQL of our own for the race tests: a fresh cluster in a temporary folder, gone afterwards."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

# Nobody reads it after a crash of the machine, so nothing waits for the disk.
FLEETING = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_wal_size=4GB"
INSTALL = "On Debian or Ubuntu: sudo apt install postgresql"


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl: the newest of Debian's, else the one on the PATH."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), reverse=True
    )
    found = debian[0] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A running PostgreSQL. PostgreSQL refuses to run as root, so root runs it as `postgres`."""

    def __init__(self, folder: Path, options: str):
        self.bin_dir, self.folder, self.data, self.port = binaries(), folder, folder / "data", free_port()
        self.url = f"postgres://shop@127.0.0.1:{self.port}/postgres"
        self.as_user = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self.as_user = ["runuser", "-u", "postgres", "--"]
        self.options = (
            f"-p {self.port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=120 {options}"
        )
        if not (self.data / "PG_VERSION").exists():
            self._call("initdb", "-U", "shop", "--auth=trust", "-E", "UTF8", "--no-sync")

    def start(self) -> None:
        self._call("pg_ctl", "-o", self.options, "-l", self.folder / "log", "-w", "start")

    def stop(self, how: str) -> None:
        """`how`: fast ends connections and writes everything down; immediate is as if it were killed."""
        self._call("pg_ctl", "-m", how, "-w", "stop")

    def _call(self, program: str, *options) -> None:
        command = [*self.as_user, self.bin_dir / program, "-D", self.data, *options]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


@contextlib.contextmanager
def running_cluster(options: str = FLEETING):
    """Start a cluster and yield it. `options`: of the server; what is committed may be lost with FLEETING."""
    folder = Path(tempfile.mkdtemp(prefix="fellbrook-pg-"))
    cluster = Cluster(folder, options)
    cluster.start()
    try:
        yield cluster
    finally:
        with contextlib.suppress(RuntimeError):
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def kept_cluster(folder: Path):
    """The cluster that is kept in a folder, made where there is none: to prepare once what is measured often."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder, f"{FLEETING} -c max_wal_size=1GB")
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop("fast")


@contextlib.contextmanager
def running_postgres():
    """Start a cluster and yield its URL."""
    with running_cluster() as cluster:
        yield cluster.url


def where(database: dict) -> dict:
    """Django's settings of a database, as psycopg takes them."""
    names = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    return {name: database[key] for name, key in names.items()}


def ask(database: dict, sql: str) -> list[tuple]:
    """Of a database that is not the tests' own."""
    import psycopg  # needs its C library, which SQLite does not

    with psycopg.connect(**where(database), autocommit=True) as asked:
        return asked.execute(sql).fetchall()
