import gc
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.core.signals import setting_changed
from django.db import connection
from django.template.base import Template
from django.test import Client
from django.test.utils import _TestState

from config.middleware.holes import forget_fills
from config.middleware.kept import kept_pages
from shop.attribution import count
from shop.basket.header import forget_buyable
from shop.content import link_tokens, memo
from shop.content.models import begin_request
from tests.support.database import copy_empty_into, copy_into
from tests.support.stack import with_room


@pytest.fixture(scope="session", autouse=True)
def plain_static_files():
    """Unit tests need no collected, hashed static files.

    Django is told, since a module that was collected may have asked for a storage already.
    """
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    setting_changed.send(sender=None, setting="STORAGES", value=settings.STORAGES, enter=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """Every test sees the shop's real content, and what it changes is rolled back.

    Not the race tests: they commit, and begin with an empty database each.
    """
    races = any(item.get_closest_marker("race") for item in request.session.items)
    with django_db_blocker.unblock():
        if races:
            copy_empty_into(connection)
        else:
            copy_into(connection, settings.DATA_DIR)
    yield
    with django_db_blocker.unblock():
        connection.close()


def pytest_itemcollected(item):
    """Room for its frames (a seventh of the whole time), and a mark where it can't reach a database.

    Without the mark `django_db` or a fixture that stands for it pytest-django refuses every query.
    """
    item.obj = with_room(item.obj)
    if not item.get_closest_marker("django_db") and not REACH_THE_DATABASE & set(item.fixturenames):
        item.add_marker("no_database")


def pytest_collection_finish():
    """What is loaded by now stays: the collector need not look at it again after every few hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def no_release_before():
    """A database of tests may have been made long before the migration that it got last."""
    link_tokens._alone_from = lambda migration: datetime.min.replace(tzinfo=UTC)


@pytest.fixture(scope="session", autouse=True)
def templates_render_as_they_do_for_shoppers(django_test_environment):
    """Without the copies of every template's context that Django keeps for `response.context`, which nobody reads."""
    Template._render = _TestState.saved_data.template_render


@pytest.fixture(autouse=True)
def nothing_cached(settings):
    settings.TALLY_SECONDS = 0  # page views wait until a test writes them
    begin_anew()


def begin_anew():
    count._hits.clear()
    cache.clear()
    caches["limits"].clear()
    kept_pages.clear()
    forget_fills()
    forget_buyable()
    forget_what_time_or_tests_change()
    begin_request(None)


REACH_THE_DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}
LASTING = ("regions", "countries of regions", "seller", "postal zones", "claim rules")


def forget_what_time_or_tests_change():
    """All that is kept but the dearest of what depends on rows alone. A rolled back change takes its version with it,
    so what a test's own rows gave is never found again.
    """
    lasting = {name: entry for name in LASTING if (entry := memo._entries.get(name))}
    memo.forget_all()
    memo._entries.update(lasting)


@pytest.fixture
def shopper():
    """A browser without JavaScript: same-origin posts, cookies kept."""
    return a_shopper()


def a_shopper() -> Client:
    return Client(SERVER_NAME="127.0.0.1", HTTP_SEC_FETCH_SITE="same-origin")
