"""Build what many tests begin from: the loaded databases, side by side, and the static files."""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.database import ALIKE, ROOT, build_ahead, keep_static_of, lend_to


def of_sqlite() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lend_to(folder)
        environment = {**os.environ, **ALIKE, "DATA_DIR": name}
        environment.pop("DATABASE_URL", None)
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
        keep_static_of(folder)


def main() -> None:
    with ThreadPoolExecutor(2) as pool:
        building = [pool.submit(of_sqlite)]
        if url := os.environ.get("TEST_DATABASE_URL"):
            building.append(pool.submit(build_ahead, url))
        for built in building:
            built.result()


if __name__ == "__main__":
    main()
