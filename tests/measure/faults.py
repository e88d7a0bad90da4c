"""`make test-faults`: what a fault does to shoppers, on a shop that is set up as `deploy/` says, under a steady load.

Needs PostgreSQL, Redis, nginx and openssl. Each fault has its line in the table at the end; what must not be makes
it end with 1. ONLY="Redis rolling" chooses faults by words in their names. With SMOKE set only a few, in a minute. The full
disk is a small one of our own, which root alone can have; for others that fault is left out, and said so.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.faults.faults import FAULTS, Fault, NotAsItShould  # noqa: E402
from tests.faults.judge import HEAD, Seen, settled, wrong_at_the_end  # noqa: E402
from tests.faults.machines import DISK_MB, Machines, missing, running_machines  # noqa: E402
from tests.faults.shoppers import Crowd  # noqa: E402
from tests.support import postgres  # noqa: E402

SMOKE = bool(os.environ.get("SMOKE"))
SHOPPERS = 3 if SMOKE else 6
CALM = 2 if SMOKE else 6  # seconds of load before the first fault and after each
LATER = 12 if SMOKE else 60  # seconds for the worker to end its work
OWN_MOUNTS = "FAULTS_OWN_MOUNTS"


def chosen() -> list[Fault]:
    words = os.environ.get("ONLY", "").lower().split()
    return [
        fault
        for fault in FAULTS
        if (fault.is_short or not SMOKE) and (not words or any(word in fault.name.lower() for word in words))
    ]


def watched(fault: Fault, machines: Machines, crowd: Crowd) -> Seen:
    first, paid, began, said = len(crowd.asked), len(crowd.paid), time.monotonic(), ""
    try:
        said = fault.act(machines) or ""
    except NotAsItShould as error:
        said = f"WRONG: {error}"
    over = time.monotonic()
    try:
        back = machines.wait_until_ready(60)
    except TimeoutError as error:
        back, said = 60.0, f"WRONG: {error}"
    time.sleep(CALM)
    return Seen(fault, began, over, back, said, crowd.asked[first:], len(crowd.paid) - paid)


def main() -> int:
    faults = chosen()
    with tempfile.TemporaryDirectory(prefix="fellbrook-faults-") as name:
        folder = Path(name)
        if os.environ.get(OWN_MOUNTS):
            (folder / "data").mkdir()
            small = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", str(folder / "data")]
            subprocess.run(small, check=True)
        else:
            faults = [fault for fault in faults if not fault.needs_disk]
        try:
            return measure(faults, folder)
        finally:
            if os.environ.get(OWN_MOUNTS):
                subprocess.run(["umount", "--lazy", str(folder / "data")], check=False)


def measure(faults: list[Fault], folder: Path) -> int:
    began = time.monotonic()
    with running_machines(folder) as machines:
        print(f"Ready after {time.monotonic() - began:.0f} s; {SHOPPERS} shoppers come.", flush=True)
        crowd = Crowd(machines.url)
        crowd.come(SHOPPERS)
        time.sleep(CALM)
        calm = [one for one in crowd.asked if one.is_bad]
        seen = []
        for fault in faults:
            seen.append(watched(fault, machines, crowd))
            print(f"{fault.name}: {'; '.join(wrong_of(seen[-1])) or 'as it should'}", flush=True)
        crowd.leave(within=90)
        settled(machines, LATER)
        wrong = [f"before any fault: {one}" for one in calm]
        wrong += [f"{one.fault.name}: {what}" for one in seen for what in wrong_of(one)]
        wrong += wrong_at_the_end(machines, crowd)
        if wrong:
            print(f"\n{machines.last_words()}")
    print(f"\n{HEAD}")
    for one in seen:
        print(one.line())
    for fault in FAULTS:
        if fault.needs_disk and fault not in faults and not SMOKE:
            print(f"{fault.name:<22} left out: it needs root, for a disk of its own")
    took = time.monotonic() - began
    print(
        f"\n{len(crowd.asked)} requests, {len(crowd.paid)} orders paid by {SHOPPERS} shoppers at once, {took:.0f} s."
    )
    print("\n".join(["", *wrong]) if wrong else "Nothing lost, nothing doubled; check_money finds nothing.")
    return 1 if wrong else 0


def wrong_of(seen: Seen) -> list[str]:
    return [*seen.wrong, *([seen.said] if seen.said.startswith("WRONG") else [])]


def with_own_mounts() -> None:
    """Start again where mounting concerns nobody else, if this user may."""
    if os.geteuid() == 0 and not os.environ.get(OWN_MOUNTS) and not SMOKE:
        able = subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0
        if able:
            os.environ[OWN_MOUNTS] = "1"
            os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


if __name__ == "__main__":
    if not postgres.binaries() or missing():
        raise SystemExit("make test-faults needs: sudo apt install postgresql redis-server nginx openssl")
    with_own_mounts()
    sys.exit(main())
