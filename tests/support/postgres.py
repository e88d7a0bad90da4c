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


@contextlib.contextmanager
def running_postgres():
    """Start a cluster and yield its URL. PostgreSQL refuses to run as root, so root runs it as `postgres`."""
    bin_dir = binaries()
    folder = Path(tempfile.mkdtemp(prefix="fellbrook-pg-"))
    as_user = []
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        as_user = ["runuser", "-u", "postgres", "--"]
    port = free_port()
    data = folder / "data"

    def call(*command):
        done = subprocess.run([*as_user, *map(str, command)], capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")

    call(bin_dir / "initdb", "-D", data, "-U", "shop", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=120 {FLEETING}"
    call(bin_dir / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgres://shop@127.0.0.1:{port}/postgres"
    finally:
        with contextlib.suppress(RuntimeError):
            call(bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
