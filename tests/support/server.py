"""The real thing, on a database of its own: gunicorn, the worker, and a Chromium to look at them with.

The payment page is served under another origin (localhost instead of 127.0.0.1), as Stripe's is.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.support.database import keep_static_of, lend_to
from tests.support.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip


class Site:
    def __init__(self, url, folder, environment):
        self.url = url
        self.environment = environment
        self.folder = folder
        self.password = (folder / "admin-password.txt").read_text().strip()

    def rows(self, sql, *params):
        """Read the shop's database from outside."""
        with sqlite3.connect(
            f"file:{self.folder / 'shop.sqlite3'}?mode=ro", uri=True, timeout=20
        ) as database:
            return database.execute(sql, params).fetchall()

    def manage(self, code):
        """Run a line of Python inside the shop, as staff might from a shell."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def running_shop(folder):
    """The shop with its content, served from `folder` until the block ends. Yields a Site."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "PAYMENTS": "sandbox",
        "SECRET_KEY": "only-for-browser-tests-only-for-browser-tests-only-for",
        "DATA_DIR": str(folder),
        "SITE_URL": url,
        "SANDBOX_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "SECOND_FACTOR_GRACE_DAYS": "3650",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    environment.pop("DATABASE_URL", None)
    lend_to(Path(folder))
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    keep_static_of(Path(folder))
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
                "--threads", "6", "--worker-class", "config.connections.worker.WholeRequests", "--log-level", "warning"]  # fmt: skip
    processes = [
        subprocess.Popen(gunicorn, cwd=ROOT, env=environment),
        subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment),
    ]
    try:
        wait_for(url + "/readyz")
        yield Site(url, folder, environment)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(20)


def wait_for(url):
    for _ in range(300):
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} does not answer")
