"""The real thing: gunicorn and the worker on a database of their own, and a real Chromium.

The payment page is served under another origin (localhost instead of 127.0.0.1), as Stripe's is.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (path for path in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if path), None
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run", "--disable-dev-shm-usage"]  # fmt: skip


class Site:
    def __init__(self, url, folder):
        self.url = url
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


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("site"), free_port()
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
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    environment.pop("DATABASE_URL", None)
    subprocess.run(
        [sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    gunicorn = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
                "--threads", "6", "--log-level", "warning"]  # fmt: skip
    processes = [
        subprocess.Popen(gunicorn, cwd=ROOT, env=environment),
        subprocess.Popen([sys.executable, "manage.py", "work"], cwd=ROOT, env=environment),
    ]
    for _ in range(300):
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + "/healthz", timeout=5)
            break
        except OSError:
            time.sleep(0.1)
    found = Site(url, folder)
    found.environment = environment
    yield found
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """open_page(width=…, javascript=…, dark=…) gives a fresh visitor's page; its troubles must stay empty."""
    contexts = []

    def opened(*, width=1280, javascript=True, dark=False):
        context = chromium.new_context(
            viewport={"width": width, "height": 850},
            java_script_enabled=javascript,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            base_url=site.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.troubles, page.hosts = [], set()
        page.on("console", lambda message: trouble(page, message))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("request", lambda request: page.hosts.add(request.url.split("/")[2]))
        return page

    def trouble(page, message):
        # Chromium reports our own helpful 4xx pages as failed resources; those are asserted by status elsewhere.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            page.troubles.append(message.text)

    yield opened
    for context in contexts:
        context.close()
