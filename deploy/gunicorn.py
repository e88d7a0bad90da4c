"""gunicorn's settings: `gunicorn --config deploy/gunicorn.py config.wsgi`. BIND and WEB_CONCURRENCY may be set.

Threads wait for the database and Stripe, processes use the cores: as many processes as cores.
"""

import multiprocessing
import os
import shutil
import socket
from pathlib import Path

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY") or multiprocessing.cpu_count())
threads = 8
timeout = 60  # a process that answers nothing for so long is replaced
graceful_timeout = 30  # what is being answered when the process is told to end has so long to finish
keepalive = 75  # longer than the proxy's, so that it never writes into a connection that just closed
max_requests, max_requests_jitter = 20_000, 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108 - memory, not a disk
forwarded_allow_ips = "*" if os.environ.get("TRUST_PROXY") == "1" else "127.0.0.1"


def on_starting(server):
    """Counts of processes that are gone would be added up for ever."""
    shutil.rmtree(
        Path(os.environ.get("DATA_DIR") or "var") / "metrics" / socket.gethostname(), ignore_errors=True
    )
