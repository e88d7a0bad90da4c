"""The register of what is kept about people, the privacy page and the tables say the same, also after a year."""

from datetime import timedelta
from functools import partial
from html import unescape

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.utils import timezone
from django.utils.html import strip_tags

from config.audit.personal import NOBODY, STAFF
from config.newsletter.models import Subscriber
from config.pages.kept_words import OWN, WORDS, words_for
from config.pages.personal import REGISTER
from config.worker.sweeps import sweeps
from shop.alerts.models import StockAlert
from shop.basket.forget import forget_baskets
from shop.basket.models import Basket
from shop.checkout.models import OrderStart
from shop.checkout.testers import forget_starts
from shop.content.models import Tries
from shop.content.sessions import SessionStore
from shop.content.throttle import forget_tries, too_often
from shop.outbox.models import Mail
from shop.outbox.send import forget_addresses
from shop.regions.spelling import spelled
from shop.web.answers import forget_sessions
from tests.conftest import a_shopper
from tests.support.factories import a_basket, an_order, everywhere, region, variant

pytestmark = pytest.mark.django_db
WHO = "grace@mailbox.example.org"


def ours() -> dict[str, type[models.Model]]:
    return {model._meta.label_lower: model for model in apps.get_models()}


def test_every_table_is_known_to_say_something_of_people_or_nothing():
    known = {*REGISTER, *STAFF}
    for label in ours():
        is_known = label in known or label in NOBODY or label.split(".")[0] in NOBODY
        assert is_known, f"{label} stands neither in REGISTER nor in NOBODY (config/audit/personal.py)"
    assert known <= set(ours())


def test_every_field_of_the_register_is_there_and_every_address_stands_in_it():
    for label, kept in REGISTER.items():
        names = {field.name for field in ours()[label]._meta.concrete_fields}
        assert set(kept.fields) <= names, label
    addresses = {
        (label, field.name) for label, model in ours().items() for field in model._meta.concrete_fields
        if isinstance(field, models.EmailField)
    }  # fmt: skip
    told = {(label, name) for label, kept in REGISTER.items() for name in kept.fields}
    assert addresses - told == {
        ("auth.user", "email"),
        ("account.emailaddress", "email"),
        ("regions.seller", "email"),
    }


def test_what_deletes_it_is_a_sweep_or_goes_with_its_row():
    names = {sweep.name for sweep in sweeps()}
    for label, kept in REGISTER.items():
        assert kept.goes in names or kept.goes.startswith("with the "), label


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_the_privacy_page_says_each_table_with_every_column_of_the_database(code):
    """In the words of the register, spelled as in the region."""
    here = partial(spelled, region=region(code))
    page = " ".join(unescape(strip_tags(a_shopper().get(f"/{code}/help/privacy/").content.decode())).split())
    with connection.cursor() as cursor:
        for label, kept in REGISTER.items():
            model = ours()[label]
            held = {
                row.name
                for row in connection.introspection.get_table_description(cursor, model._meta.db_table)
            }
            assert held == {field.column for field in model._meta.concrete_fields}, label
            name, why = here(kept.name), here(kept.why)
            told = page[page.index(f"{name[:1].upper()}{name[1:]} {why[:1].upper()}") :]
            told = told[: told.index("All that stands in such a row") + 3000]
            assert here(f"For how long: {kept.how_long}. Who of us can see it: {kept.who}.") in told, label
            for field in model._meta.concrete_fields:
                assert here(words_for(label, field.name)) in told, (label, field.name)


def test_each_column_has_plain_words_and_none_stands_there_for_nothing():
    columns = {(label, field.name) for label in REGISTER for field in ours()[label]._meta.concrete_fields}
    told = {words_for(*column) for column in columns}
    assert told == {*WORDS.values(), *OWN.values()}
    assert not [words for words in told if "_" in words or "pk" in words.split()]


@pytest.mark.slow
def test_after_a_year_nothing_is_left_of_who_only_looked_and_of_a_buyer_the_order():
    order = an_order(email=WHO)
    OrderStart.objects.create(order=order, network="n", mailbox="m", place="p")
    a_basket()
    session = SessionStore()
    session["typed"] = {"email": WHO}
    session.save()
    too_often("x", WHO, most=1, seconds=3600)
    for model, more in ((Subscriber, {}), (StockAlert, {"variant": variant()})):
        model.objects.create(email=WHO, region=region("uk"), **more)
    later = timezone.now() + timedelta(days=366)
    for sweep in (forget_baskets, forget_sessions, forget_tries, forget_starts, forget_addresses):
        sweep(later)
    for one in sweeps():
        if "unconfirmed" in one.name:
            one.work(at=later)
    counts = [model.objects.count() for model in (Basket, Session, Tries, OrderStart, Subscriber, StockAlert)]
    assert counts == [0] * 6
    assert not Mail.objects.filter(to=WHO).exists()
    order.delete()
    assert not everywhere(WHO), "nothing but the order knew"
