"""What is done to the running shop, one after the other, and what is allowed meanwhile."""

import errno
import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.faults.machines import Machines, Service, status_of

SLOW, AWAY = 3, 4.0  # seconds


@dataclass(frozen=True)
class Fault:
    """`act` does it, and returns once the cause is gone again; what it returns is said in the table's last column.

    `fails`: which requests may fail: "none", those "in flight" when it begins, or any "until it ends".
    `back_within`: seconds until everything must answer again, with nobody's help.
    """

    name: str
    act: Callable[[Machines], str | None]
    fails: str = "none"
    back_within: float = 10
    is_short: bool = False  # part of the short form
    needs_disk: bool = False  # a small disk of its own


class NotAsItShould(Exception):
    """Something besides the answers to shoppers was wrong."""


def kill_a_web_process(machines: Machines) -> None:
    children = machines.groups[0].children()
    os.kill(random.choice(children), signal.SIGKILL)


def kill_a_web_group(machines: Machines) -> None:
    machines.groups[0].kill()


def kill_the_worker(machines: Machines) -> None:
    machines.worker.kill()


def kill_redis(machines: Machines) -> None:
    machines.redis.kill()


def take_redis_away(machines: Machines) -> None:
    machines.redis.stop()
    time.sleep(AWAY)
    machines.redis.start()


def freeze_redis(machines: Machines) -> None:
    """It takes connections and says nothing."""
    os.kill(machines.redis.process.pid, signal.SIGSTOP)
    time.sleep(AWAY)
    os.kill(machines.redis.process.pid, signal.SIGCONT)


def restart_the_database(machines: Machines) -> None:
    machines.database.stop("fast")
    machines.database.start()


def kill_the_database(machines: Machines) -> None:
    machines.database.stop("immediate")
    machines.database.start()


def take_the_database_away(machines: Machines) -> str:
    """Web processes go on answering /healthz, so that nothing restarts them, and say that they are not ready."""
    machines.database.stop("immediate")
    time.sleep(AWAY)
    base = f"http://127.0.0.1:{machines.ports[0]}"
    began = time.monotonic()
    said = status_of(f"{base}/healthz"), status_of(f"{base}/readyz")
    took = time.monotonic() - began
    machines.database.start()
    if said != (200, 503):
        raise NotAsItShould(f"/healthz and /readyz said {said} after {took:.1f} s")
    return f"/readyz 503 after {took:.1f} s"


def slow_stripe(machines: Machines) -> None:
    _switch(machines, slow_seconds=SLOW)
    time.sleep(3 * SLOW)
    _switch(machines)


def silent_stripe(machines: Machines) -> None:
    _switch(machines, silent=True)
    time.sleep(10)
    _switch(machines)


def _switch(machines: Machines, slow_seconds: int = 0, silent: bool = False) -> None:
    with psycopg.connect(machines.database.url) as connection:
        connection.execute("DELETE FROM sandbox_sandboxswitches")
        connection.execute(
            'INSERT INTO sandbox_sandboxswitches (id, "drop", duplicate, delay_seconds, reverse_order, wrong_signature,'
            " unreachable, slow_seconds, silent) VALUES (1, false, 0, 0, false, false, false, %s, %s)",
            [slow_seconds, silent],
        )


def restart_in_turns(machines: Machines) -> None:
    """`systemctl reload` of one group after the other, each once the one before has new processes that answer."""
    for group in machines.groups:
        _renew(machines, group)


def _renew(machines: Machines, group: Service) -> None:
    old = set(group.children())
    os.kill(group.process.pid, signal.SIGHUP)
    until = time.monotonic() + 60
    while old & set(group.children()):
        if time.monotonic() > until:
            raise NotAsItShould("old processes have not ended within a minute")
        time.sleep(0.2)
    machines.wait_until_ready(30)


def fill_the_disk(machines: Machines) -> str:
    """DATA_DIR, with pictures, backups, figures and logs, is full to the last byte. Even new web processes can start."""
    filler = machines.data / "filler"
    try:
        _fill(filler)
        backup = machines.manage("backup", str(machines.data / "backup.tar"), check=False)
        left = [path.name for path in machines.data.glob("*backup*")]
        if not backup.returncode or left or "Traceback" in backup.stderr:
            raise NotAsItShould(f"the backup ended with {backup.returncode}, left {left}: {backup.stderr}")
        said = machines.python(UPLOAD)
        if "200 " not in said or "disk" not in said:
            raise NotAsItShould(f"an upload was answered with {said}")
        _renew(machines, machines.groups[0])
    finally:
        filler.unlink()
    machines.manage("backup", str(machines.data / "backup.tar"))
    (machines.data / "backup.tar").unlink()
    return "backup and upload refused in words"


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


UPLOAD = """
import io, re
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from shop.pictures.models import Picture
out = io.BytesIO()
Image.effect_noise((600, 600), 80).save(out, "PNG")
client = Client(raise_request_exception=False, headers={"X-Forwarded-Proto": "https"}, SERVER_NAME="127.0.0.1")
client.force_login(User.objects.get(username="admin"))
before = Picture.objects.count()
answer = client.post("/admin/pictures/picture/add/", {
    "title": "Kept", "file": SimpleUploadedFile("a.png", out.getvalue()), "alt": "Noise",
    "focus_x": 50, "focus_y": 50, "role": "",
})
words = re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', answer.content.decode(), re.S)
print(answer.status_code, Picture.objects.count() - before, words)
"""

FAULTS = [
    Fault("a web process killed", kill_a_web_process, "in flight", is_short=True),
    Fault("a web group killed", kill_a_web_group, "in flight", 20),
    Fault("the worker killed", kill_the_worker, is_short=True),
    Fault("Redis killed", kill_redis, is_short=True),
    Fault("Redis away", take_redis_away),
    Fault("Redis frozen", freeze_redis),
    Fault("PostgreSQL restarted", restart_the_database, "until it ends"),
    Fault("PostgreSQL killed", kill_the_database, "until it ends", is_short=True),
    Fault("PostgreSQL away", take_the_database_away, "until it ends"),
    Fault("the disk full", fill_the_disk, needs_disk=True, back_within=20),
    Fault("Stripe slow", slow_stripe),
    Fault("Stripe silent", silent_stripe),
    Fault("restarted in turns", restart_in_turns, is_short=True),
]
