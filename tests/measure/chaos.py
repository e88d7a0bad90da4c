"""`make test-chaos`: hundreds of rounds on a PostgreSQL of their own. ROUNDS and SEED choose; a failure names its seed."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.support import postgres  # noqa: E402


def main() -> int:
    if not postgres.binaries():
        raise SystemExit(f"make test-chaos needs PostgreSQL. {postgres.INSTALL}")
    rounds, seed = os.environ.get("ROUNDS") or "300", os.environ.get("SEED") or "1"
    with postgres.running_postgres() as url:
        environment = {**os.environ, "TEST_DATABASE_URL": url, "CHAOS_ROUNDS": rounds, "CHAOS_SEED": seed}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-m",
            "race",
            "-s",
            "tests/race/test_chaos.py",
            "-k",
            "every_round",
        ]
        return subprocess.run(command, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
