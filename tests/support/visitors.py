"""Every kind of visitor that a public page is filled for, and pages of every type."""

from django.conf import settings
from django.contrib.messages import SUCCESS, WARNING
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import MessageEncoder
from django.contrib.messages.storage.session import SessionStorage
from django.utils.safestring import mark_safe

from shop.basket.session import ORDERED
from shop.web.answers import KEY as ANSWERS
from tests.conftest import a_shopper
from tests.support.baskets import add
from tests.support.staff import signed_in

PAGES = ["/", "/uk/shop/magnesium-citrate-capsules/?utm_source=x&utm_medium=y",
         "/us/articles/citrate-glycinate-oxide-label-guide/", "/uk/shop/not-there/"]  # fmt: skip
MORE_PAGES = ["/eu/shop/?sort=price", "/us/shop/compare/?sort=dose", "/uk/articles/?sort=title&fbclid=1", "/us/help/terms/?utm_campaign=z%22%3C",
              "/us/articles/feed/", "/uk/feeds/meta.csv", "/sitemap.xml", "/uk/sitemap.xml", "/llms.txt"]  # fmt: skip
SAID = [
    Message(SUCCESS, mark_safe("Added <b>it</b>."), "added"),
    Message(WARNING, "Ada’s <script> & \x02co\x03."),
]
EVERYTHING = {"theme": "night.large", "region": "eu"}


def with_basket(client, **more):
    """A visitor with two packs of each of two products, and `more` in their session."""
    for sku in ("CIT-CAP-90", "OIL-SPR-100"):
        add(client, sku, quantity="2")
    return with_session(client, **{SessionStorage.session_key: None, **more})


def with_session(client, **more):
    session = client.session
    session.update(more)
    for name in [name for name, value in session.items() if value is None]:
        del session[name]
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def with_cookies(client, **cookies):
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def said(messages=SAID):
    return {SessionStorage.session_key: MessageEncoder().encode(messages)}


def ordered(client):
    client = with_basket(client)
    return with_session(
        client, **{ORDERED: True, ANSWERS: {"problem": {"until": 2e9, "facts": {"kind": "x"}}}}
    )


VISITORS = {
    "who has chosen nothing": lambda: a_shopper(),
    "who reads at night": lambda: with_cookies(a_shopper(), theme="night.large"),
    "who reads by day": lambda: with_cookies(a_shopper(), theme="day.normal"),
    "with odd cookies": lambda: with_cookies(
        a_shopper(), theme='"\\002.large"', region="zz<", sessionid="gone"
    ),
    "who chose this region": lambda: with_cookies(a_shopper(), region="uk"),
    "who chose another region": lambda: with_cookies(a_shopper(), region="us"),
    "with a basket": lambda: with_basket(a_shopper()),
    "who is told something": lambda: with_session(a_shopper(), **said()),
    "with all of it": lambda: with_cookies(with_basket(a_shopper(), **said()), **EVERYTHING),
    "who has ordered": lambda: ordered(a_shopper()),
    "of the staff": lambda: signed_in(),
    "of the staff who may see articles": lambda: with_cookies(
        with_basket(signed_in("Writer"), **said()), **EVERYTHING
    ),
    "with something else in their session": lambda: with_session(with_basket(a_shopper()), strange=1),
}
