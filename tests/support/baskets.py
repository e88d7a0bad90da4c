"""A shopper’s basket, by its pages."""

import re

from shop.basket.models import BasketLine
from tests.support.factories import (
    post_with_token,
)


def add(client, sku="CIT-CAP-90", code="uk", **fields):
    return client.post(f"/{code}/basket/add/", {"variant": sku, **fields})


def basket_page(client, code="uk"):
    return client.get(f"/{code}/basket/").content.decode()


def quantities():
    return dict(BasketLine.objects.values_list("variant__sku", "quantity"))


def update(client, code="uk", **fields):
    return post_with_token(client, f"/{code}/basket/", f"/{code}/basket/update/", fields)


def message(page) -> str:
    return re.sub(r"<[^>]+>", " ", page.split('class="messages"')[1].split("</div>")[0])
