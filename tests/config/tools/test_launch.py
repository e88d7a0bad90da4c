"""`make run` and `make test` end in one clear line where they can't begin."""

import ast
import os
import runpy
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.tools import launch

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def clone(tmp_path):
    """As much of a fresh clone as the launcher reads before it has packages."""
    for name in ("requirements.txt", "requirements-dev.txt", "config/tools/launch.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone, **environment):
    return subprocess.run(
        [sys.executable, "-B", "config/tools/launch.py", "run"],
        cwd=clone, env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip


def test_a_taken_port_is_named_with_another_to_try(clone):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(clone, PORT=str(port))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is taken by another program. Choose another: make run PORT={port + 1}\n"
    )


@pytest.mark.parametrize("port", ["web", "0", "70000", "-1", "80 80"])
def test_a_wrong_port_is_quoted(clone, port):
    done = run(clone, PORT=port)
    assert done.returncode == 1
    assert done.stderr == f"PORT is {port!r}; it must be a number such as 8000.\n"


@pytest.mark.slow
def test_a_python_without_venv_says_what_to_install(clone):
    (clone / "stubs").mkdir()
    (clone / "stubs/ensurepip.py").write_text("raise ImportError")
    done = run(clone, PORT="8791", PYTHONPATH=str(clone / "stubs"))
    assert done.returncode == 1
    assert (
        done.stderr == "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv\n"
    )
    assert not (clone / ".venv").exists()


@pytest.mark.walk
def test_without_a_network_the_next_try_starts_where_this_one_ended(clone):
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    done = run(clone, PORT="8792", PIP_NO_INDEX="", PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="", **nowhere)
    assert done.returncode == 1
    assert (
        done.stderr == "Packages could not be downloaded: is there a network? Run the same command again.\n"
    )
    assert not (clone / ".venv/installed.sha256").exists()
    assert not (clone / ".env").exists()


def test_a_folder_that_cannot_be_written_to_is_said(monkeypatch):
    monkeypatch.setattr(launch, "ROOT", Path("/sys"))
    with pytest.raises(SystemExit, match="This folder can't be written to"):
        launch.check_writable()


def test_an_old_python_can_read_the_launcher_and_is_told_what_it_needs(monkeypatch):
    path = ROOT / "config/tools/launch.py"
    ast.parse(path.read_text(), feature_version=(3, 4))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(
        SystemExit, match=r"needs Python 3\.11 or newer; .* is 3\.9\. Name another: make run PYTHON="
    ):
        runpy.run_path(str(path), run_name="__main__")
