import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from shop.attribution import count
from shop.content.kept import forget_all
from shop.content.models import begin_request


@pytest.fixture(scope="session", autouse=True)
def plain_static_files():
    """Unit tests need no collected, hashed static files."""
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_setup, django_db_blocker):
    """Every test sees the shop's real content, and what it changes is rolled back.

    Not the race tests: they commit, and begin with an empty database each.
    """
    if not any(item.get_closest_marker("race") for item in request.session.items):
        with django_db_blocker.unblock():
            call_command("load_content", verbosity=0, stdout=open("/dev/null", "w"))  # noqa: SIM115


@pytest.fixture(autouse=True)
def nothing_cached(settings):
    settings.TALLY_SECONDS = 0  # page views wait until a test writes them
    count._hits.clear()
    cache.clear()
    forget_all()
    begin_request(None)


@pytest.fixture
def shopper():
    """A browser without JavaScript: same-origin posts, cookies kept."""
    return a_shopper()


def a_shopper() -> Client:
    return Client(SERVER_NAME="127.0.0.1", HTTP_SEC_FETCH_SITE="same-origin")
