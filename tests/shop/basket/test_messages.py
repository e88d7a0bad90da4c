"""What a message leads to is said by its tag, whatever its words are."""

import pytest
from django.contrib.messages import SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string

from shop.basket.adding import ADDED
from tests.support.factories import region, variant

LINK = ">Open the basket</a>"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("level", "words", "tag", "leads"),
    [
        (SUCCESS, "Two packs are in your basket now.", ADDED, True),
        (WARNING, "In your basket: 4 × Added Salt.", ADDED, True),
        (SUCCESS, "Removed: Added Salt.", "", False),
        (SUCCESS, "Added to your basket", None, False),
        (WARNING, "Added Salt: the quantity must be a whole number.", "other", False),
    ],
)
def test_the_tag_decides_about_the_link(level, words, tag, leads):
    context = {"given": [Message(level, words, tag)], "region": region("uk"), "path": "/uk/shop/"}
    html = render_to_string("holes/messages.html", context)
    assert (LINK in html) is leads
    assert f'message--{"success" if level == SUCCESS else "warning"}"' in html


@pytest.mark.django_db
@pytest.mark.parametrize("quantity", [1, 500])
def test_what_was_put_in_leads_to_the_basket_and_what_was_not_does_not(shopper, quantity):
    sent = {"variant": variant().sku, "quantity": str(quantity), "next": "/uk/shop/"}
    assert LINK in shopper.post("/uk/basket/add/", sent, follow=True).content.decode()
    page = shopper.post("/uk/basket/add/", {**sent, "quantity": "500"}, follow=True).content.decode()
    page = shopper.post("/uk/basket/add/", {**sent, "quantity": "500"}, follow=True).content.decode()
    assert LINK not in page
