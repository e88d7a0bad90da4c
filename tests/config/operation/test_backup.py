"""A backup is whole or it is not there, goes only into an empty place, and the worker then learns what Stripe saw since."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from config.operation.backup import CannotBackUp, back_up, restore
from shop.payments.sandbox.stripe import sessions
from shop.pictures.storage import WholeFiles
from shop.regions.models import Region
from tests.support.factories import an_order_at_stripe

pytestmark = [pytest.mark.django_db(transaction=False), pytest.mark.sqlite]
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def place(tmp_path):
    """A shop's folder: the loaded database as a file, and two pictures."""
    folder = tmp_path / "shop"
    (folder / "media" / "pictures").mkdir(parents=True)
    (folder / "media" / "renditions").mkdir(parents=True)
    (folder / "media" / "pictures" / "a.webp").write_bytes(b"a picture")
    (folder / "media" / "pictures" / "b.webp.1234.unfinished").write_bytes(b"half a pict")
    (folder / "media" / "renditions" / "a-400.avif").write_bytes(b"a smaller one")
    (folder / "media" / "social").mkdir()
    (folder / "media" / "social" / "card.jpg").write_bytes(b"drawn again when asked for")
    save_database(folder)
    return folder


def save_database(folder: Path) -> None:
    """As this test's transaction sees it."""
    connection.ensure_connection()
    (folder / "shop.sqlite3").write_bytes(connection.connection.serialize())


def storage(folder: Path) -> WholeFiles:
    return WholeFiles(folder / "media")


def sqlite(folder: Path) -> dict:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "shop.sqlite3"}


def rows(folder: Path) -> dict[str, list]:
    with closing(sqlite3.connect(folder / "shop.sqlite3")) as source:
        names = [
            row[0]
            for row in source.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        ]
        return {name: source.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


def files(folder: Path) -> dict[str, bytes]:
    media = folder / "media"
    return {str(path.relative_to(media)): path.read_bytes() for path in media.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_all_of_it_comes_back_in_an_empty_place(place, tmp_path):
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {"made_at": "now"})
    said = restore(sqlite(tmp_path / "new"), storage(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")
    assert said["made_at"] == "now"
    assert rows(tmp_path / "new") == rows(place)
    assert len(rows(place)["regions_region"]) == Region.objects.count() > 0
    assert files(tmp_path / "new") == {
        "pictures/a.webp": b"a picture",
        "renditions/a-400.avif": b"a smaller one",
    }


def test_it_comes_back_on_the_oldest_python_that_we_run_on(place, tmp_path, monkeypatch):
    """Python 3.11 before 3.11.4, as Debian 12 has it, takes no `filter`."""
    whole = tarfile.TarFile.extractall
    monkeypatch.setattr(tarfile.TarFile, "extractall", lambda self, path: whole(self, path))
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    restore(sqlite(tmp_path / "new"), storage(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")
    assert len(rows(tmp_path / "new")["regions_region"]) == Region.objects.count() > 0


def linking(file: Path) -> None:
    with tarfile.open(file, "a") as tar:
        entry = tarfile.TarInfo("media/pictures/a-link.webp")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)


def test_a_backup_is_for_its_owner_alone_and_holds_no_secret(place, tmp_path, settings):
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600
    assert settings.SECRET_KEY.encode() not in (tmp_path / "b.tar").read_bytes()


def test_a_backup_can_be_made_while_the_shop_writes(place, tmp_path):
    with closing(sqlite3.connect(place / "shop.sqlite3", isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM regions_region")
        back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
        writer.execute("ROLLBACK")
    restore(sqlite(tmp_path / "new"), storage(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")
    assert len(rows(tmp_path / "new")["regions_region"]) == Region.objects.count() > 0


def test_a_file_that_is_there_is_never_overwritten(place, tmp_path):
    (tmp_path / "b.tar").write_bytes(b"last week's")
    with pytest.raises(CannotBackUp, match="there already"):
        back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    assert (tmp_path / "b.tar").read_bytes() == b"last week's"


def test_one_that_is_broken_off_leaves_no_file_that_looks_whole(place, tmp_path, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(CannotBackUp, match="No space left on device"):
        back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop"]


def test_nothing_that_is_there_is_overwritten_by_a_restore(place, tmp_path):
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    before = rows(place)
    with pytest.raises(CannotBackUp, match="database is not empty"):
        restore(sqlite(place), storage(place), tmp_path / "b.tar", place)
    (place / "shop.sqlite3").rename(tmp_path / "aside.sqlite3")
    with pytest.raises(CannotBackUp, match="Pictures are there already"):
        restore(sqlite(place), storage(place), tmp_path / "b.tar", place)
    assert not (place / "shop.sqlite3").exists()
    (tmp_path / "aside.sqlite3").rename(place / "shop.sqlite3")
    assert rows(place) == before


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def other(file: Path) -> None:
    file.write_bytes(b"-- PostgreSQL database dump")


def none(file: Path) -> None:
    file.unlink()


def touched(file: Path) -> None:
    rewritten(file, {"media/pictures/a.webp": b"another picture"})


def climbing(file: Path) -> None:
    rewritten(file, {}, more={"../climbed": b"out"})


def without_list(file: Path) -> None:
    rewritten(file, {"list.json": None})


def wild_list(file: Path) -> None:
    rewritten(file, {"list.json": b"[]"})


def rewritten(file: Path, changes: dict, more: dict | None = None) -> None:
    with tarfile.open(file) as tar:
        parts = {member.name: tar.extractfile(member).read() for member in tar.getmembers()}
    with tarfile.open(file, "w") as tar:
        for name, content in {**parts, **changes, **(more or {})}.items():
            if content is not None:
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))


@pytest.mark.parametrize("spoil", [cut, other, none, touched, climbing, linking, without_list, wild_list])
def test_a_file_that_is_not_whole_is_refused_in_a_line_and_changes_nothing(place, tmp_path, spoil):
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    spoil(tmp_path / "b.tar")
    with pytest.raises(CannotBackUp, match="Nothing was changed") as refused:
        restore(sqlite(tmp_path / "new"), storage(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")
    assert "\n" not in str(refused.value)
    assert list((tmp_path / "new").iterdir()) == []
    assert not (tmp_path / "climbed").exists()


def test_a_backup_of_the_other_database_is_refused(place, tmp_path):
    back_up(sqlite(place), storage(place), tmp_path / "b.tar", {})
    with tarfile.open(tmp_path / "b.tar") as tar:
        said = json.load(tar.extractfile("list.json"))
    said["database"] = "postgresql"
    rewritten(tmp_path / "b.tar", {"list.json": json.dumps(said).encode()})
    with pytest.raises(CannotBackUp, match="This is a backup of postgresql, and DATABASE_URL names sqlite"):
        restore(sqlite(tmp_path / "new"), storage(tmp_path / "new"), tmp_path / "b.tar", tmp_path / "new")


# --- the drill: a restore, and what happened at Stripe meanwhile -------------------------------------------------------


def manage(folder: Path, *command: str, fails=False) -> str:
    done = subprocess.run(
        [sys.executable, "-B", "-W", "ignore", "manage.py", *command], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "DATA_DIR": str(folder), "DATABASE_URL": ""},
    )  # fmt: skip
    assert bool(done.returncode) is fails, done.stdout + done.stderr
    return done.stdout + done.stderr


AT_STRIPE = (
    "sandbox_sandboxsession",
    "sandbox_sandboxintent",
    "sandbox_sandboxidempotency",
    "sandbox_sandboxevent",
)


def stripe_lost_nothing(place: Path, lost: Path) -> None:
    """What Stripe has after a restore is what it had, and its events went to the shop that is lost."""
    with closing(sqlite3.connect(place / "shop.sqlite3")) as restored, restored:
        restored.execute("ATTACH ? AS lost", [str(lost / "shop.sqlite3")])
        for table in AT_STRIPE:
            restored.execute(f"DELETE FROM {table}")
            restored.execute(f"INSERT INTO {table} SELECT * FROM lost.{table}")
        restored.execute("UPDATE sandbox_sandboxevent SET delivered_at = deliver_at")


@pytest.mark.slow
def test_after_a_restore_the_worker_learns_what_was_paid_since(place, tmp_path):
    order, session = an_order_at_stripe()
    save_database(place)
    assert "the database and 2 files" in manage(place, "backup", str(tmp_path / "b.tar"))
    sessions.pay(session)  # the shop hears nothing of it
    save_database(place)
    shutil.move(place, tmp_path / "lost")

    assert "--next-order" in manage(
        place, "restore", str(tmp_path / "b.tar"), "--next-order", "0", fails=True
    )
    said = manage(place, "restore", str(tmp_path / "b.tar"), "--next-order", "5000")
    assert "Restored as of 20" in said
    stripe_lost_nothing(place, tmp_path / "lost")

    manage(place, "work", "--once")
    with closing(sqlite3.connect(place / "shop.sqlite3")) as restored:
        assert restored.execute("SELECT status FROM orders_order WHERE id = ?", [order.pk]).fetchone() == (
            "paid",
        )
        assert restored.execute("SELECT seq FROM sqlite_sequence WHERE name = 'orders_order'").fetchone() == (
            4999,
        )
    manage(place, "check_money")
    assert "not empty" in manage(place, "restore", str(tmp_path / "b.tar"), fails=True)


@pytest.mark.slow
def test_what_was_ordered_and_paid_after_the_backup_is_not_forgotten(place, tmp_path):
    """Its order is gone with the database; its payment waits for somebody, and nothing that is here is taken for it."""
    before, session = an_order_at_stripe()
    save_database(place)
    manage(place, "backup", str(tmp_path / "b.tar"))
    sessions.pay(session)
    after, own = an_order_at_stripe()
    sessions.pay(own)
    save_database(place)
    shutil.move(place, tmp_path / "lost")

    manage(place, "restore", str(tmp_path / "b.tar"), "--next-order", "5000")
    assert files(place) == {"pictures/a.webp": b"a picture", "renditions/a-400.avif": b"a smaller one"}
    stripe_lost_nothing(place, tmp_path / "lost")
    manage(place, "work", "--once")
    with closing(sqlite3.connect(place / "shop.sqlite3")) as restored:

        def ask(sql: str, *values) -> list:
            return restored.execute(sql, values).fetchall()

        assert ask("SELECT id, status FROM orders_order WHERE id >= ?", before.pk) == [(before.pk, "paid")]
        waiting = ask("SELECT type, outcome FROM payments_stripeevent WHERE NOT is_done")
        assert waiting, "it stands in the admin, under Stripe events"
        assert {kind for kind, _ in waiting} <= {
            "checkout.session.completed",
            "payment_intent.succeeded",
            "charge.succeeded",
        }
    assert after.pk > before.pk
