"""A shop as `deploy/` sets it up, on this machine alone: nginx before two groups of web processes, worker, PostgreSQL, Redis.

What ends is started again as the systemd units say. The web groups stand for two machines that share DATA_DIR.
"""

import contextlib
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.support.database import lend_postgres_to
from tests.support.postgres import Cluster, free_port, running_cluster

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GROUPS = 2
PROCESSES = 1 if os.environ.get("SMOKE") else 2  # of a group
NEEDED = {"nginx": "nginx", "redis-server": "redis-server", "openssl": "openssl"}  # program: Debian's package
PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])  # where Debian has nginx
# What was committed survives a killed server; only a crash of the machine would lose it.
DURABLE = "-c fsync=off -c synchronous_commit=on"
DISK_MB = 64
NGINX = """
daemon off;
error_log {folder}/log/nginx.log;
pid {folder}/nginx.pid;
{user}
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Service:
    """A process that is started again when it ends, after as many seconds as its unit says."""

    def __init__(self, name: str, command: list, environment: dict, log: Path, restart_after: float):
        self.name, self.command, self.environment = name, [str(part) for part in command], environment
        self.log, self.restart_after = log, restart_after
        self.is_wanted, self.ended_at = True, None
        self.start()

    def start(self) -> None:
        self.is_wanted, self.ended_at = True, None
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def look(self) -> None:
        """What systemd does all the time: once the first process has ended, end the others, and start it again."""
        if not self.is_wanted or self.process.poll() is None:
            return
        if self.ended_at is None:
            self.ended_at = time.monotonic()
            self._signal_all(signal.SIGKILL)
        if time.monotonic() - self.ended_at >= self.restart_after:
            self.start()

    def children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def kill(self) -> None:
        self.process.kill()
        self._signal_all(signal.SIGKILL)

    def stop(self) -> None:
        """Ended for good, and waited for."""
        self.is_wanted = False
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self._signal_all(signal.SIGKILL)
                self.process.wait(10)

    def _signal_all(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


class Machines:
    """`url`: where shoppers come in. `groups`, `worker`, `redis`: services; `database`: the cluster."""

    def __init__(self, folder: Path, database: Cluster):
        self.folder, self.database = folder, database
        self.data = folder / "data"
        self.ports = [free_port() for _ in range(GROUPS)]
        self.port, self.plain_port, self.redis_port = free_port(), free_port(), free_port()
        self.url = f"https://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "PATH": PATH,
            "ENV_FILE": "",
            "PAYMENTS": "sandbox",
            "SECRET_KEY": "only-for-test-faults-only-for-test-faults-only-for-test-faults",
            "DATA_DIR": str(self.data),
            "DATABASE_URL": database.url,
            "REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SITE_URL": self.url,
            "TRUST_PROXY": "1",
            "METRICS_TOKEN": "only-for-test-faults",
            "WEB_CONCURRENCY": str(PROCESSES),
            "SSL_CERT_FILE": str(folder / "certificate.pem"),  # for the sandbox, which calls the webhook
            "PYTHONUNBUFFERED": "1",
        }
        self.services: list[Service] = []
        self._ending = threading.Event()

    def start(self) -> None:
        self.data.mkdir(exist_ok=True)
        (self.folder / "log").mkdir()
        self._make_certificate()
        lend_postgres_to(self.data, self.database.url)
        self.manage("prepare")
        self.redis = self._service("redis", self._redis(), 1)
        self.groups = [self._web(number) for number in range(GROUPS)]
        self.worker = self._service(
            "worker", [sys.executable, "manage.py", "work"], restart_sec("fellbrook-worker")
        )
        self.nginx = self._service(
            "nginx", ["nginx", "-c", self._nginx(), "-p", self.folder, "-e", self.folder / "log/nginx.log"], 1
        )
        self.watching = threading.Thread(target=self._watch, daemon=True)
        self.watching.start()
        self.wait_until_ready(60)

    def _watch(self) -> None:
        while not self._ending.wait(0.1):
            for service in self.services:
                service.look()

    def end(self) -> None:
        self._ending.set()
        for service in reversed(self.services):
            service.stop()

    def _service(self, name: str, command: list, restart_after: float, **environment: str) -> Service:
        log = self.data / f"{name}.log" if name.startswith("w") else self.folder / "log" / f"{name}.log"
        made = Service(name, command, {**self.environment, **environment}, log, restart_after)
        self.services.append(made)
        return made

    def _web(self, number: int) -> Service:
        command = [sys.executable, "-m", "gunicorn", "--config", DEPLOY / "gunicorn.py", "config.wsgi"]
        return self._service(
            f"web{number}", command, restart_sec("fellbrook-web"), BIND=f"127.0.0.1:{self.ports[number]}"
        )

    def _redis(self) -> list:
        """As in deploy/compose.yaml: nothing is written to a disk."""
        return ["redis-server", "--port", self.redis_port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", self.folder]  # fmt: skip

    def _make_certificate(self) -> None:
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", self.folder / "key.pem",
             "-out", self.folder / "certificate.pem"], check=True, capture_output=True,
        )  # fmt: skip

    def _nginx(self) -> Path:
        """deploy/nginx.conf with ports, names and places of this machine."""
        site = (DEPLOY / "nginx.conf").read_text()
        server = re.search(r"^ *server 127\.0\.0\.1:8000(.*;)$", site, re.MULTILINE)
        servers = "\n".join(f"    server 127.0.0.1:{port}{server.group(1)}" for port in self.ports)
        for old, new in (
            (server.group(0), servers),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("shop.example.org$request_uri", f"127.0.0.1:{self.port}$request_uri"),
            ("server_name shop.example.org", "server_name 127.0.0.1"),
            ("/etc/letsencrypt/live/shop.example.org/fullchain.pem", str(self.folder / "certificate.pem")),
            ("/etc/letsencrypt/live/shop.example.org/privkey.pem", str(self.folder / "key.pem")),
            ("/srv/fellbrook/data", str(self.data)),
            ("/var/log/nginx/fellbrook.log", str(self.folder / "access.log")),
            (
                "limit_conn connections 60;",
                "limit_conn connections 2000;",
            ),  # all its shoppers have one address
            ("Host $host;", "Host $http_host;"),  # with the port, which a shop on 443 does not have
        ):
            assert old in site, f"deploy/nginx.conf has no {old}"
            site = site.replace(old, new)
        (self.folder / "site.conf").write_text(site)
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder, user=user))
        return self.folder / "nginx.conf"

    # --- asking ------------------------------------------------------------------------------------------------------

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True,
        )  # fmt: skip
        if check and done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done

    def python(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-c", code).stdout

    def is_ready(self) -> bool:
        """Every group answers 200, and shoppers get a page."""
        plain = [f"http://127.0.0.1:{port}/readyz" for port in self.ports]
        return all(status_of(url) == 200 for url in [*plain, f"{self.url}/uk/"])

    def wait_until_ready(self, within: float) -> float:
        """How many seconds it took."""
        began = time.monotonic()
        while not self.is_ready():
            if time.monotonic() - began > within:
                raise TimeoutError(f"not ready within {within} s; {self.last_words()}")
            time.sleep(0.1)
        return time.monotonic() - began

    def last_words(self) -> str:
        logs = [*(self.folder / "log").glob("*.log"), *self.data.glob("w*.log")]
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)


def status_of(url: str) -> int:
    """0 where nothing answers."""
    trusting = ssl._create_unverified_context()
    handlers = [urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting)]
    try:
        return urllib.request.build_opener(*handlers).open(url, timeout=5).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def restart_sec(unit: str) -> float:
    """How long systemd waits, by our unit."""
    return float(
        re.search(r"^RestartSec=(\d+)$", (DEPLOY / "systemd" / f"{unit}.service").read_text(), re.M)[1]
    )


def missing() -> list[str]:
    """Debian's names of what is needed and not here."""
    return [package for program, package in NEEDED.items() if not shutil.which(program, path=PATH)]


@contextlib.contextmanager
def running_machines(folder: Path) -> Iterator[Machines]:
    """All of it, with its content and plenty in stock. What was started is ended when the block is."""
    with running_cluster(DURABLE) as cluster:
        machines = Machines(folder, cluster)
        try:
            machines.start()
            machines.python(
                "from shop.catalogue.models import Stock; Stock.objects.update(on_hand=1_000_000)"
            )
            yield machines
        finally:
            machines.end()
