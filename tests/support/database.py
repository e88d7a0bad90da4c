"""The database of the unit tests: migrated and filled with the shop's content once, then copied for each process.

Migrating and loading take some ten seconds, a copy takes far less than one. A built database lies in
var/test-database/<digest>/ and serves as long as nothing changes that could change it: a migration, rule or content
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
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

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
    "withdrawal",
}
# The same settings whoever asks for it: what is built is shared.
ALIKE = {
    "ENV_FILE": "",
    "PAYMENTS": "sandbox",
    "SECRET_KEY": "only-for-tests-only-for-tests-only-for-tests-only-for-tests",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}
KEPT = 3  # built databases that stay, so that going back and forth between two branches builds nothing


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
    _manage(folder, url, "load_content")
    (folder / "complete").touch()


def _forget_old() -> None:
    folders = sorted(
        (path for path in BUILT.iterdir() if path.is_dir()), key=lambda path: -path.stat().st_mtime
    )
    for folder in folders[KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def copy_into(connection, data_dir: Path) -> None:
    """Give this process a filled database of its own, and the pictures that belong to it."""
    BUILT.mkdir(parents=True, exist_ok=True)
    postgres = connection.vendor == "postgresql"
    with open(BUILT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the first of several processes builds, the others wait for it
        connection.close()
        if postgres:
            folder = _copy_postgres(connection)
        else:
            folder = BUILT / digest()
            _built(folder, "")
            _copy_sqlite(connection, folder / "shop.sqlite3")
        shutil.copytree(folder / "media", data_dir / "media", dirs_exist_ok=True)
        _forget_old()


def lend_to(folder: Path) -> None:
    """Begin a shop of SQLite in `folder` with the loaded database, its pictures and the last static files.

    `manage.py prepare` still has the last word: what is out of date there it makes anew, and the rest it leaves.
    """
    BUILT.mkdir(parents=True, exist_ok=True)
    with open(BUILT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        built = BUILT / digest()
        _built(built, "")
        shutil.copy(built / "shop.sqlite3", folder / "shop.sqlite3")
        shutil.copytree(built / "media", folder / "media", dirs_exist_ok=True)
        _forget_old()
        lend_static_to(folder)


STATIC = BUILT.parent / "test-static"


def lend_static_to(folder: Path) -> None:
    """The compressed static files of the last shop that was prepared, with the stamp that says of what they are.

    The stamp knows files by their time, which is kept.
    """
    if (STATIC / "static.sha256").exists():
        shutil.copytree(STATIC, folder, dirs_exist_ok=True)


def keep_static_of(folder: Path) -> None:
    """For the next shop, if they are newer than what was lent."""
    stamp = (folder / "static.sha256").read_text()
    BUILT.mkdir(parents=True, exist_ok=True)
    with open(BUILT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
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


def _copy_postgres(connection) -> Path:
    """From a template in the same cluster."""
    import psycopg
    from django.conf import settings

    folder, template = _postgres_template(os.environ["DATABASE_URL"])
    name = f"test_{os.getpid()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as cluster:
        cluster.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    settings.DATABASES["default"]["NAME"] = name
    _use(connection, name)
    return folder


def build_ahead(url: str) -> None:
    """The template of a cluster, for the tests that come."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with open(BUILT / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _postgres_template(url)


def _postgres_template(url: str) -> tuple[Path, str]:
    """(the folder of its pictures, its name); a cluster is new for each run, so it is built once a run."""
    import psycopg

    made, parts = digest(), urlsplit(url)
    template, folder = f"loaded_{made}", BUILT / f"{made}-{parts.port}"
    with psycopg.connect(url, autocommit=True) as cluster:
        have = {row[0] for row in cluster.execute("SELECT datname FROM pg_database").fetchall()}
        if template not in have:
            shutil.rmtree(folder, ignore_errors=True)
            cluster.execute(f'CREATE DATABASE "{template}"')
        _built(folder, urlunsplit(parts._replace(path=f"/{template}")))
    return folder, template
