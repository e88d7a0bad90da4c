"""The double speaks Stripe's dialect, and only what the installed SDK knows."""

import pytest
import stripe
from django.urls import NoReverseMatch, reverse

from shop.payments import stripe_api
from shop.payments.sandbox import params
from shop.payments.sandbox.events import API_VERSION
from shop.payments.sandbox.http import decoded
from shop.payments.sandbox.models import SandboxSession
from shop.payments.sandbox.stripe import answers, sessions
from shop.payments.start import session_params
from tests.support.factories import an_order, an_order_at_stripe

pytestmark = pytest.mark.django_db


def asked(order=None):
    from datetime import timedelta

    from django.utils import timezone

    return session_params(order or an_order(), "key", timezone.now() + timedelta(minutes=45))


def test_the_sandbox_speaks_the_version_of_the_installed_sdk():
    assert stripe.api_version == API_VERSION


@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_every_session_request_has_only_parameters_the_sdk_knows(code):
    params.check(asked(an_order(code=code)), params.CREATE_SESSION)


def test_a_refund_request_has_only_parameters_the_sdk_knows():
    params.check({"payment_intent": "pi_1", "amount": 1, "metadata": {"refund": "x"}}, params.CREATE_REFUND)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"payment_method_typos": ["card"]}, "payment_method_typos"),
        ({"adaptive_pricing": {"enable": False}}, r"adaptive_pricing\[enable\]"),
        ({"line_items": [{"quantity": 1, "amount": 5}]}, r"line_items\[amount\]"),
        ({"payment_intent_data": {"meta": {"a": 1}}}, r"payment_intent_data\[meta\]"),
    ],
)
def test_a_parameter_the_sdk_does_not_know_is_refused_at_any_depth(change, named):
    with pytest.raises(stripe_api.StripeRefused, match=f"Received unknown parameter: {named}"):
        stripe_api.create_session({**asked(), **change}, "k1")


def test_the_same_key_gives_the_same_answer_and_another_body_an_error():
    order = an_order()
    body = asked(order)
    first = stripe_api.create_session(body, "k1")
    assert stripe_api.create_session(body, "k1")["id"] == first["id"]
    with pytest.raises(stripe_api.StripeRefused, match="same parameters"):
        stripe_api.create_session({**body, "expires_at": body["expires_at"] + 1}, "k1")
    assert stripe_api.create_session(body, "k2")["id"] != first["id"]


@pytest.mark.parametrize("minutes", [29, 24 * 60 + 5])
def test_an_expiry_outside_stripes_limits_is_refused(minutes):
    import time

    with pytest.raises(stripe_api.StripeRefused, match="expires_at"):
        stripe_api.create_session({**asked(), "expires_at": int(time.time()) + minutes * 60}, "k1")


def test_what_stripe_refuses_is_refused():
    line = {
        "quantity": 1,
        "price_data": {"currency": "gbp", "unit_amount": 10, "product_data": {"name": "x"}},
    }
    with pytest.raises(stripe_api.StripeRefused, match="minimum"):
        stripe_api.create_session({**asked(), "line_items": [line]}, "k1")
    negative = {**line, "price_data": {**line["price_data"], "unit_amount": -5}}
    with pytest.raises(stripe_api.StripeRefused, match="unit_amount"):
        stripe_api.create_session({**asked(), "line_items": [negative]}, "k2")
    with pytest.raises(stripe_api.StripeRefused, match="No such checkout"):
        stripe_api.retrieve_session("cs_test_nothing")


def test_a_finished_session_can_not_be_expired():
    session = stripe_api.create_session(asked(), "k1")
    sessions.pay(sessions.get_session(session["id"]))
    with pytest.raises(stripe_api.StripeRefused, match="can be expired"):
        stripe_api.expire_session(session["id"])
    assert stripe_api.retrieve_session(session["id"])["payment_status"] == "paid"


def test_stripes_form_encoding_is_read_back():
    assert decoded("a[0][b]=1&a[1][b]=2&c[d]=x&e=") == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": {"d": "x"},
        "e": "",
    }


def test_a_wrong_session_is_a_404(client):
    assert client.get("/sandbox/pay/cs_test_nothing/").status_code == 404


@pytest.mark.slow
def test_outside_its_mode_the_sandbox_does_not_exist():
    """A second interpreter with a test key: no app, no addresses, nothing imported."""
    import os
    import subprocess
    import sys

    code = (
        "import django, sys; django.setup();"
        "from django.apps import apps; from django.urls import resolve, Resolver404;"
        "import config.wsgi;"
        "assert not apps.is_installed('shop.payments.sandbox');"
        "assert not any(name.startswith('shop.payments.sandbox') for name in sys.modules), 'imported';"
        "from django.test import Client;"
        "from django.urls import get_resolver;"
        "assert 'sandbox' not in get_resolver().app_dict;"
        "print('gone')"
    )
    environment = {
        **os.environ,
        "PAYMENTS": "",
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "gone", done.stderr[-800:]
    with pytest.raises(NoReverseMatch):
        reverse("sandbox:nothing")


def test_a_session_that_is_forgotten_while_it_is_ended_is_refused_as_unknown(monkeypatch):
    _, session = an_order_at_stripe()
    real = sessions.get_session

    def found_and_forgotten(session_id):
        found = real(session_id)
        SandboxSession.objects.filter(pk=session_id).delete()
        return found

    monkeypatch.setattr(sessions, "get_session", found_and_forgotten)
    with pytest.raises(answers.Refused, match="No such checkout") as refused:
        sessions.expire_session(session.pk)
    assert refused.value.status == 404
