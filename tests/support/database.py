"""The databases of the tests: migrated, then filled with the shop's content, once, and copied for each process.

Migrating and loading take half a minute of a core, a copy takes a second. What is built lies in
var/test-database/<digest>/ (PostgreSQL's as dumps, since its clusters are new for each run) and serves as long as nothing changes that could change it: a migration, rule or content
file of the project, a help page (the search index holds its words), a pinned package, or a Python file other than those that only answer requests or belong to an app
whose tables the content leaves empty.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.support.postgres import binaries

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "var" / "test-database"
ONLY_ANSWER = {"views.py", "urls.py", "admin.py", "forms.py"}
FILLED_BY_NOBODY = {
    "alerts",
    "attribution",
    "basket",
    "checkout",
    "codes",
    "desk",
    "invoices",
    "orders",
    "outbox",
    "payments",
    "reminders",
    "reviews",
    "withdrawal",
}
EMPTY, LOADED = "empty", "loaded"  # migrated only, and with the shop's content
# The same settings whoever asks for it: what is built is shared.
ALIKE = {
    "ENV_FILE": "",
    "PAYMENTS": "sandbox",
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
KEPT = 6  # built databases that stay, so that going back and forth between two branches builds nothing


@contextmanager
def _alone(name: str):
    """Whoever builds or copies `name`, one at a time: the first of several processes builds, the others wait."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with open(BUILT / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest() -> str:
    """Of all that decides what the loaded database holds."""
    found = hashlib.sha256(sys.version.encode())
    files = [ROOT / "requirements.txt", *(path for part in ("shop", "articles", "config", "templates/help") for path in (ROOT / part).rglob("*"))]  # fmt: skip
    for path in sorted(files):
        if path.is_file() and _matters(path.relative_to(ROOT)):
            found.update(str(path.relative_to(ROOT)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _matters(path: Path) -> bool:
    if path.parts[0] == "shop" and path.parts[1] in FILLED_BY_NOBODY:
        return path.suffix == ".py" and ("migrations" in path.parts or "models" in path.parts or path.name in {"models.py", "apps.py"})  # fmt: skip
    return path.suffix != ".pyc" and path.name not in ONLY_ANSWER


def _manage(folder: Path, url: str, *command: str) -> None:
    environment = {**os.environ, **ALIKE, "DATA_DIR": str(folder)}
    environment.pop("DATABASE_URL", None)
    if url:
        environment["DATABASE_URL"] = url
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", *command, "--verbosity", "0"],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {command[0]} failed:\n{done.stdout}{done.stderr}")


def _built(folder: Path, url: str) -> None:
    """Migrate and load into `folder`; a build that was broken off begins anew."""
    if (folder / "complete").exists():
        os.utime(folder)
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _manage(folder, url, "migrate")
    _keep(folder, url, EMPTY)
    _manage(folder, url, "load_content")
    _keep(folder, url, LOADED)
    (folder / "complete").touch()
    _forget_old()


def _keep(folder: Path, url: str, name: str) -> None:
    if url:
        _pg("pg_dump", url, "--format=custom", "--compress=0", f"--file={folder / name}.dump")
    else:
        shutil.copy(folder / "shop.sqlite3", folder / f"{name}.sqlite3")


def _pg(program: str, url: str, *options: str) -> None:
    command = [binaries() / program, f"--dbname={url}", "--no-owner", *options]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr}")


def _forget_old() -> None:
    folders = sorted(
        (path for path in BUILT.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime
    )
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def copy_into(connection, data_dir: Path) -> None:
    """Give this process a filled database of its own, and the pictures that belong to it."""
    connection.close()
    if connection.vendor == "postgresql":
        folder = _copy_postgres(connection, LOADED)
    else:
        with _alone("sqlite"):
            folder = BUILT / digest()
            _built(folder, "")
        _copy_sqlite(connection, folder / f"{LOADED}.sqlite3")
    shutil.copytree(folder / "media", data_dir / "media", dirs_exist_ok=True)


def copy_empty_into(connection) -> None:
    """Give this process a migrated database of its own on PostgreSQL, without content."""
    connection.close()
    _copy_postgres(connection, EMPTY)


def lend_to(folder: Path, name: str = LOADED) -> None:
    """Begin a shop of SQLite in `folder` with the loaded (or the EMPTY) database, its pictures and static files.

    `manage.py prepare` still has the last word: what is out of date there it makes anew, and the rest it leaves.
    """
    with _alone("sqlite"):
        built = BUILT / digest()
        _built(built, "")
        shutil.copy(built / f"{name}.sqlite3", folder / "shop.sqlite3")
        if name == LOADED:
            shutil.copytree(built / "media", folder / "media", dirs_exist_ok=True)
    lend_static_to(folder)


def lend_postgres_to(folder: Path, url: str) -> None:
    """The same for a shop whose database is the empty one at `url`, if there is a dump; `prepare` does the rest."""
    with _alone("postgresql"):
        built = BUILT / f"{digest()}-postgresql"
        if (built / "complete").exists():
            _pg("pg_restore", url, str(built / f"{LOADED}.dump"))
            shutil.copytree(built / "media", folder / "media", dirs_exist_ok=True)
    lend_static_to(folder)


STATIC = BUILT.parent / "test-static"


def lend_static_to(folder: Path) -> None:
    """The compressed static files of the last shop that was prepared, with the stamp that says of what they are.

    The stamp knows files by their time, which is kept.
    """
    with _alone("static"):
        if (STATIC / "static.sha256").exists():
            shutil.copytree(STATIC, folder, dirs_exist_ok=True)


def keep_static_of(folder: Path) -> None:
    """For the next shop, if they are newer than what was lent."""
    stamp = (folder / "static.sha256").read_text()
    with _alone("static"):
        if (STATIC / "static.sha256").exists() and (STATIC / "static.sha256").read_text() == stamp:
            return
        shutil.rmtree(STATIC, ignore_errors=True)
        for part in ("static", "bundle"):
            shutil.copytree(folder / part, STATIC / part)
        (STATIC / "static.sha256").write_text(stamp)


def _use(connection, name: str) -> None:
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _copy_sqlite(connection, file: Path) -> None:
    _use(connection, "file:memorydb_default?mode=memory&cache=shared")
    with sqlite3.connect(file) as source:
        source.backup(connection.connection)
    source.close()


def _copy_postgres(connection, name: str) -> Path:
    """From a template in the same cluster. Returns the folder of its pictures."""
    import psycopg
    from django.conf import settings

    url = os.environ["DATABASE_URL"]
    with _alone("postgresql"):
        folder = _templates(url)
        database = f"test_{os.getpid()}"
        with psycopg.connect(url, autocommit=True) as cluster:
            cluster.execute(f'CREATE DATABASE "{database}" TEMPLATE "{name}_{digest()}"')
    settings.DATABASES["default"]["NAME"] = database
    _use(connection, database)
    return folder


def build_ahead(url: str) -> None:
    """The templates of a cluster, for the tests that come."""
    with _alone("postgresql"):
        _templates(url)


def _templates(url: str) -> Path:
    """A cluster's empty and its loaded template, from their dumps. Returns the folder of what was built.

    The first time they are built in that cluster.
    """
    import psycopg

    made, parts = digest(), urlsplit(url)
    folder = BUILT / f"{made}-postgresql"
    with psycopg.connect(url, autocommit=True) as cluster:
        have = {row[0] for row in cluster.execute("SELECT datname FROM pg_database").fetchall()}
        if not (folder / "complete").exists():
            cluster.execute(f'DROP DATABASE IF EXISTS "building_{made}"')
            cluster.execute(f'CREATE DATABASE "building_{made}"')
        _built(folder, urlunsplit(parts._replace(path=f"/building_{made}")))
        for name in (EMPTY, LOADED):
            if f"{name}_{made}" not in have:
                cluster.execute(f'CREATE DATABASE "{name}_{made}"')
                template = urlunsplit(parts._replace(path=f"/{name}_{made}"))
                _pg("pg_restore", template, str(folder / f"{name}.dump"))
    return folder
