"""A backup is one file: the database as its own tool writes it, the pictures, and a list with the digest of each.

The database is read first. Names of pictures never repeat, so every picture that its rows name is among the files read
after it. The environment is not in it: SECRET_KEY and the secrets of Stripe are kept elsewhere.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from django.core.files.base import File
from django.core.files.storage import Storage

from shop.pictures.storage import UNFINISHED

DUMP = "database"
MEDIA = "media/"
FOLDERS = ("pictures", "renditions")  # what staff uploaded, and the sizes made of it
LIST = "list.json"
DEBIAN = Path("/usr/lib/postgresql")


class CannotBackUp(Exception):
    """In one line, for whoever runs the command."""


def back_up(database: dict, files: Storage, target: Path, about: dict) -> dict:
    """Write the backup `target`, which appears only when it is whole; what its list says.

    `database`: Django's settings of it. `files`: where pictures are. `about`: put into the list, such as the moment. A file of that name is never
    overwritten. Raises CannotBackUp.
    """
    if target.exists():
        raise CannotBackUp(f"{target} is there already. Name another file.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            dump = Path(folder) / DUMP
            _dump(database, dump)
            said = {**about, "database": _kind(database), "files": {}}
            with (
                open(unfinished, "wb", opener=_for_us_alone) as out,
                tarfile.open(fileobj=out, mode="w") as tar,
            ):
                said["files"][DUMP] = _digest(dump)
                tar.add(dump, arcname=DUMP, recursive=False)
                for name in _pictures(files):
                    said["files"][MEDIA + name] = _add(tar, files, name)
                listed = Path(folder) / LIST
                listed.write_text(json.dumps(said, indent=1))
                tar.add(listed, arcname=LIST)
        os.replace(unfinished, target)
    except OSError as error:
        raise CannotBackUp(f"{target} could not be written: {error.strerror or error}.")
    finally:
        unfinished.unlink(missing_ok=True)
    return said


def restore(database: dict, files: Storage, source: Path, room: Path) -> dict:
    """Put a backup into an empty database and an empty place for pictures; what its list says.

    Everything is read and compared with the list before anything is written, in the folder `room`. Raises CannotBackUp.
    """
    _must_be_empty(database, files)
    room.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=room) as folder:
        said = _unpacked(source, Path(folder))
        if said["database"] != _kind(database):
            raise CannotBackUp(
                f"This is a backup of {said['database']}, and DATABASE_URL names {_kind(database)}."
            )
        _load(database, Path(folder) / DUMP)
        for name in sorted(set(said["files"]) - {DUMP}):
            _put_back(files, name.removeprefix(MEDIA), Path(folder) / name)
    return said


def _put_back(files: Storage, name: str, path: Path) -> None:
    try:
        with path.open("rb") as content:
            files.save(name, File(content))
    except OSError as error:
        raise CannotBackUp(
            f"{name} could not be written: {error.strerror or error}. The database is restored. Begin anew with an empty "
            "one once there is room."
        )


def _unpacked(source: Path, folder: Path) -> dict:
    try:
        with tarfile.open(source) as tar:
            _extract(tar, folder)
        said = json.loads((folder / LIST).read_text())
        changed = [name for name, digest in said["files"].items() if _digest(folder / name) != digest]
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CannotBackUp(f"{source} is no whole backup ({type(error).__name__}). Nothing was changed.")
    if changed:
        raise CannotBackUp(f"{source} is damaged: {', '.join(changed[:3])}. Nothing was changed.")
    return said


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files below the folder and nothing else; by hand, since Python 3.11 before 3.11.4 knows no filters."""
    for member in tar:
        place = PurePosixPath(member.name)
        if not member.isfile() or place.is_absolute() or ".." in place.parts:
            raise ValueError(f"{member.name} is no file of a backup")
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        packed = tar.extractfile(member)
        assert packed is not None  # it is a file
        with packed, target.open("wb") as out:
            shutil.copyfileobj(packed, out)


def _pictures(files: Storage) -> Iterator[str]:
    """Names of what the storage holds of ours. What was never finished is not a picture."""
    waiting = list(FOLDERS)
    while waiting:
        folder = waiting.pop(0)
        try:
            folders, names = files.listdir(folder)
        except FileNotFoundError:
            continue
        waiting += [f"{folder}/{name}" for name in sorted(folders)]
        yield from (f"{folder}/{name}" for name in sorted(names) if not name.endswith(UNFINISHED))


def _add(tar: tarfile.TarFile, files: Storage, name: str) -> str:
    """Put a picture into the backup; its digest."""
    with files.open(name) as file:
        content = file.read()
    about = tarfile.TarInfo(MEDIA + name)
    about.size = len(content)
    tar.addfile(about, io.BytesIO(content))
    return hashlib.sha256(content).hexdigest()


def _must_be_empty(database: dict, files: Storage) -> None:
    if _tables(database):
        raise CannotBackUp("The database is not empty. Restore into a new one; nothing was changed.")
    if name := next(_pictures(files), None):
        raise CannotBackUp(f"Pictures are there already ({name}). Move them away first; nothing was changed.")


def _kind(database: dict) -> str:
    return "postgresql" if "postgresql" in database["ENGINE"] else "sqlite"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _for_us_alone(path, flags):
    return os.open(path, flags, 0o600)


# --- each database by its own tool ----------------------------------------------------------------------------------


def _dump(database: dict, dump: Path) -> None:
    if _kind(database) == "postgresql":
        _tool("pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", "--file", str(dump))
        return
    copy = dump.with_name("copy.sqlite3")
    with closing(sqlite3.connect(database["NAME"])) as source, closing(sqlite3.connect(copy)) as into:
        source.backup(into)
    with copy.open("rb") as plain, gzip.open(dump, "wb", compresslevel=3) as out:
        shutil.copyfileobj(plain, out)
    copy.unlink()


def _load(database: dict, dump: Path) -> None:
    if _kind(database) == "postgresql":
        _tool(
            "pg_restore", database, "--no-owner", "--exit-on-error", "--single-transaction", more=[str(dump)]
        )
        return
    name = Path(database["NAME"])
    name.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(dump) as packed, name.open("wb") as out:
        shutil.copyfileobj(packed, out)


def _tables(database: dict) -> int:
    """How many tables there are."""
    if _kind(database) == "postgresql":
        count = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        return int(_tool("psql", database, "--no-psqlrc", "--tuples-only", "--command", count))
    if not Path(database["NAME"]).exists():
        return 0
    with closing(sqlite3.connect(database["NAME"])) as source:
        return source.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]


def count_orders_from(database: dict, number: int) -> None:
    """Let the next order be `number` at least: customers may have lower ones that the backup does not know."""
    if _kind(database) == "postgresql":
        sequence = "pg_get_serial_sequence('orders_order', 'id')"
        last = f"pg_sequence_last_value({sequence}::regclass)"  # greatest() passes over what is null
        command = f"SELECT setval({sequence}, greatest({number - 1}, {last}, 1))"
        _tool("psql", database, "--no-psqlrc", "--quiet", "--command", command)
        return
    with closing(sqlite3.connect(database["NAME"])) as source, source:
        source.execute("INSERT INTO sqlite_sequence (name, seq) SELECT 'orders_order', 0 "
                       "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'orders_order')")  # fmt: skip
        source.execute(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'orders_order'", [number - 1]
        )


def _tool(name: str, database: dict, *options: str, more: list | None = None) -> str:
    """Run PostgreSQL's own; the password goes by the environment, where no list of processes shows it."""
    found = _found(name)
    who = [f"--{key}={database[field]}" for key, field in (("host", "HOST"), ("port", "PORT"), ("username", "USER")) if database.get(field)]  # fmt: skip
    done = subprocess.run(
        [found, *who, f"--dbname={database['NAME']}", "--no-password", *options, *(more or [])],
        env={**os.environ, "PGPASSWORD": str(database.get("PASSWORD") or "")}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotBackUp(f"{name} failed: {last}")
    return done.stdout


def _found(name: str) -> str:
    """The newest of Debian's, since an older pg_dump refuses a newer server; else the one on the PATH."""
    debian = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True)
    found = str(debian[0]) if debian else shutil.which(name)
    if not found:
        raise CannotBackUp(f"{name} is missing. On Debian or Ubuntu: sudo apt install postgresql-client")
    return found
