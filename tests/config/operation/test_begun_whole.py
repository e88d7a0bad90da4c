"""A web process has read its code before it answers: a newer version on the disk changes nothing in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
LOADED = "import json, sys, config.wsgi; print(json.dumps(sorted(sys.modules)))"


@pytest.mark.slow
def test_views_and_what_moves_pages_are_there_before_the_first_request(tmp_path):
    environment = {
        **os.environ,
        "ENV_FILE": "",
        "PAYMENTS": "sandbox",
        "SECRET_KEY": "only-for-tests" * 5,
        "DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOADED],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    files = [
        path.relative_to(ROOT)
        for room in ("shop", "articles", "config")
        for name in ("views.py", "urls.py", "moves.py")
        for path in (ROOT / room).rglob(name)
    ]
    wanted = {".".join(path.with_suffix("").parts) for path in files}
    assert wanted - loaded == set()
    assert "shop.web.templatetags.components" in loaded
