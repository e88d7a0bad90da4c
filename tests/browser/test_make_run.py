"""`make run` in a folder of its own: opens the shop, ends on Ctrl-C, and has kept the data."""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import urllib.request

import pytest

from tests.support.postgres import free_port
from tests.support.server import ROOT

pytestmark = pytest.mark.browser
NOT_CLONED = shutil.ignore_patterns(".git", ".venv", ".env", "var", "screenshots", "__pycache__", ".*_cache")


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "shop"
    shutil.copytree(ROOT, folder, ignore=NOT_CLONED)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def started(folder, port):
    """The process of `make run`, once it says that the shop is open, and what it printed until then."""
    environment = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    process = subprocess.Popen(
        ["make", "run", f"PORT={port}"], cwd=folder, env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip
    lines = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return process, "".join(lines)
    raise AssertionError("".join(lines))


def press_control_c(process):
    """What a terminal does: the signal goes to make and all that it started."""
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=60)


def get(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=20) as answer:
        return answer.read().decode()


def test_the_shop_opens_ends_and_opens_again_with_its_data(clone):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process, output = started(clone, port)
    try:
        assert f"The shop is open:   {url}/" in output
        password = re.search(r"as admin, password (\S+)", output).group(1)
        assert "4242 4242 4242 4242  is paid" in output
        assert "Magnesium, plainly labelled" in get(url + "/uk/")
        assert (clone / ".env").stat().st_mode & 0o077 == 0
    finally:
        press_control_c(process)
    with pytest.raises(OSError, match="refused"):
        get(url)
    with sqlite3.connect(clone / "var/shop.sqlite3") as database:
        database.execute("UPDATE articles_author SET name = 'A name that staff typed'")
    process, output = started(clone, port)
    try:
        assert f"password {password}" in output
        assert "Content is loaded" not in output, "nothing is loaded twice"
        assert "A name that staff typed" in get(url + "/uk/articles/")
    finally:
        press_control_c(process)
    with pytest.raises(OSError, match="refused"):
        get(url)
