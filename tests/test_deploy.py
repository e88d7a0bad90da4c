"""The files of `deploy/` fit the code: what they set is a setting, what they start is there."""

import configparser
import os
import re
import runpy
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from config.env import declared

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
FILES = sorted(
    path for path in DEPLOY.rglob("*") if path.suffix in {".yaml", ".service", ".conf", ""} and path.is_file()
)
TEXTS = {path.name: path.read_text() for path in FILES}
OTHERS = {
    "BIND",
    "WEB_CONCURRENCY",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    "POSTGRES_DB",
    "DATA",
}  # gunicorn's and the database's


def test_there_are_files_to_look_at():
    assert {"nginx.conf", "compose.yaml", "kubernetes.yaml", "Dockerfile", "fellbrook-web.service"} <= set(
        TEXTS
    )


@pytest.mark.parametrize("name", TEXTS)
def test_what_they_set_is_a_setting(name):
    set_here = set(re.findall(r"\b([A-Z][A-Z_]{3,})(?:=|: )", TEXTS[name])) | set(
        re.findall(r"name: ([A-Z_]{4,})", TEXTS[name])
    )
    assert set_here <= set(declared) | OTHERS


@pytest.mark.parametrize("name", TEXTS)
def test_what_they_start_is_a_command(name):
    for command in re.findall(r"manage\.py[\", ]+(\w+)", TEXTS[name]):
        assert command in get_commands()


def test_nginx_serves_what_the_settings_say():
    text = TEXTS["nginx.conf"]
    assert f"location {settings.STATIC_URL} " in text
    assert settings.MEDIA_URL in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in text
    assert "$proxy_add_x_forwarded_for" not in text  # a visitor's own would come first


@pytest.mark.parametrize(
    ("path", "served"),
    [
        ("/media/pictures/0123456789abcdef.webp", True),
        ("/media/renditions/0123456789abcdef-mail.jpg", True),
        ("/media/renditions/0123456789abcdef-320.avif", True),
        ("/media/social/0123.jpg", False),
        ("/media/pictures/a.webp.0123.unfinished", False),
        ("/media/pictures/../../admin-password.txt", False),
        ("/media/admin-password.webp", False),
    ],
)
def test_nginx_serves_pictures_and_their_sizes_and_nothing_beside_them(path, served):
    place = re.search(r"location ~ (\^/media/\S+) \{", TEXTS["nginx.conf"])[1]
    assert bool(re.fullmatch(place.removesuffix("$"), path)) is served


def test_no_answer_of_the_shop_makes_nginx_take_a_machine_for_gone():
    """Two such answers within ten seconds, and it is left alone; where all are, visitors get a 502."""
    (cases,) = re.findall(r"proxy_next_upstream (.*);", TEXTS["nginx.conf"])
    assert cases.split() == ["error", "timeout"]


def test_each_is_explained():
    words = (DEPLOY.parent / "docs" / "operations.md").read_text()
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"{path.relative_to(DEPLOY.parent)}" in words, path.name


def test_figures_are_mapped_in_memory_and_emptied_at_each_start(tmp_path, monkeypatch):
    """Where a disk is full, writing to what is mapped from it kills the process."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("BIND", "127.0.0.1:8123")
    given = runpy.run_path(str(DEPLOY / "gunicorn.py"))
    assert os.environ["PROMETHEUS_MULTIPROC_DIR"] == str(given["figures"])
    assert not given["figures"].is_relative_to(tmp_path) or not os.access("/dev/shm", os.W_OK)
    for left in ("counter_1.db", "counter_2.db"):
        given["on_starting"](None)
        assert list(given["figures"].iterdir()) == []
        (given["figures"] / left).write_text("of a process that is gone")
    given["on_exit"](None)
    assert not given["figures"].exists()


# Of systemd.unit(5), systemd.service(5), systemd.exec(5), systemd.kill(5) and systemd.timer(5): what the units use.
OF_SYSTEMD = {
    "Unit": {"Description", "After", "Wants", "Requires"},
    "Service": {"Type", "User", "WorkingDirectory", "EnvironmentFile", "ExecStart", "ExecReload", "KillMode",
                "TimeoutStopSec", "Restart", "RestartSec", "NoNewPrivileges", "PrivateTmp", "ProtectSystem",
                "ProtectHome", "ReadWritePaths"},
    "Timer": {"OnCalendar", "Persistent"},
    "Install": {"WantedBy"},
}  # fmt: skip


@pytest.mark.parametrize("path", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.name)
def test_a_unit_says_only_what_systemd_knows(path):
    """None is installed on the machine that tests run on; a word that it does not know would be passed over unseen."""
    unit = configparser.ConfigParser(interpolation=None, strict=True)
    unit.optionxform = str
    unit.read_string(path.read_text())
    assert set(unit.sections()) <= set(OF_SYSTEMD)
    for section in unit.sections():
        assert set(unit[section]) <= OF_SYSTEMD[section], section
    if path.suffix == ".timer":
        assert (path.parent / f"{path.stem}.service").exists()
    for name in re.findall(r"--config (\S+)", path.read_text()):
        assert (DEPLOY.parent / name.removeprefix("/srv/fellbrook/app/")).exists()


def test_a_reload_serves_what_the_link_names_by_then():
    """gunicorn goes anew to the folder it was told; where it was started from would be the version before."""
    unit = (DEPLOY / "systemd" / "fellbrook-web.service").read_text()
    command = next(line for line in unit.splitlines() if line.startswith("ExecStart="))
    assert "--chdir /srv/fellbrook/app " in command
    assert "--config /srv/fellbrook/app/" in command
