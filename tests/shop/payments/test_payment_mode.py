import pytest
from django.core.exceptions import ImproperlyConfigured

from shop.payments.mode import payment_mode


def mode(**changes):
    settings = {"payments": "", "secret_key": "", "webhook_secret": "whsec_x", "live_switch": False,
            "host_names": ["127.0.0.1"], "sandbox_public": ""}  # fmt: skip
    return payment_mode(**{**settings, **changes})


def test_the_three_modes():
    assert mode(payments="sandbox", webhook_secret="") == "sandbox"
    assert mode(secret_key="sk_test_1") == "test"
    assert mode(secret_key="sk_live_1", live_switch=True) == "live"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "Nobody could pay"),
        ({"payments": "sandbox", "secret_key": "sk_test_1"}, "Remove one"),
        ({"payments": "sandbox", "host_names": ["shop.example.org"]}, "public host name"),
        ({"secret_key": "sk_live_1"}, "STRIPE_LIVE=1"),
        ({"secret_key": "sk_test_1", "live_switch": True}, "test key"),
        ({"secret_key": "sk_test_1", "webhook_secret": ""}, "STRIPE_WEBHOOK_SECRET"),
        ({"secret_key": "pk_test_1"}, "must start with"),
        ({"payments": "paypal"}, "sandbox, stripe or empty"),
    ],
)
def test_every_mixture_that_could_mistake_money_stops_the_start(changes, word):
    with pytest.raises(ImproperlyConfigured, match=word):
        mode(**changes)


def test_a_public_demonstration_must_say_so():
    assert (
        mode(payments="sandbox", host_names=["demo.example.org"], sandbox_public="no-real-orders")
        == "sandbox"
    )
