"""The files of `deploy/` fit the code: what they set is a setting, what they start is there."""

import re
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


def test_each_is_explained():
    words = (DEPLOY.parent / "docs" / "operations.md").read_text()
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            assert f"{path.relative_to(DEPLOY.parent)}" in words, path.name
