"""The embedded default keeps its promises on one machine: eight threads at once on one SQLite file."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.database import EMPTY, lend_to


@pytest.mark.walk
def test_eight_threads_on_one_sqlite_file_leave_the_ledger_green(tmp_path):
    lend_to(tmp_path, EMPTY)
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "LOG_LEVEL": "CRITICAL"}
    for name in ("DATABASE_URL", "TEST_DATABASE_URL"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "tests/chaos/threads.py"],
        cwd=Path(settings.BASE_DIR), env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "'paid': 0" not in done.stdout, "somebody has bought something"
