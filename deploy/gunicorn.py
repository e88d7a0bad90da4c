"""gunicorn's settings: `gunicorn --config deploy/gunicorn.py config.wsgi`. BIND and WEB_CONCURRENCY may be set.

Threads wait for the database and Stripe, processes use the cores: as many processes as cores.
"""

import multiprocessing
import os
import shutil
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or multiprocessing.cpu_count())
threads = 8
worker_class = "config.connections.worker.WholeRequests"  # a thread begins once a whole request has come
timeout = 60  # a process that answers nothing for so long is replaced
graceful_timeout = 30  # what is being answered when the process is told to end has so long to finish
keepalive = 75  # longer than the proxy's, so that it never writes into a connection that just closed
max_requests, max_requests_jitter = 20_000, 2_000
memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - memory, not a disk
worker_tmp_dir = memory
control_socket_disable = True  # nobody asks it, and this user may have no home to put it in
forwarded_allow_ips = "*" if os.environ.get("TRUST_PROXY") == "1" else "127.0.0.1"

# Counts of all processes are files mapped into memory. On a disk that is full, writing there would kill the process.
figures = (
    Path(memory or os.environ.get("DATA_DIR") or "var")
    / f"fellbrook-figures-{os.getuid()}-{bind.split(':')[-1]}"
)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(figures)


def on_starting(server):
    """Counts of processes that are gone would be added up for ever."""
    shutil.rmtree(figures, ignore_errors=True)
    figures.mkdir(mode=0o700, parents=True)


def on_exit(server):
    shutil.rmtree(figures, ignore_errors=True)
