"""One table of actions a staff page: what its buttons post is in it, and nobody does what they may not."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from articles.admin.article_actions import ACTIONS as OF_ARTICLES
from shop.desk.actions import ACTIONS as OF_ORDERS
from shop.web.actions import Action, by_name, chosen

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "admin"
BUTTON = re.compile(r'<(?:button|input type="hidden")[^>]* name="action" value="([^"]+)"')
TABLE = by_name(Action("send", ("a.send", "a.pay"), print), Action("note", (), print))


def asked(name, *permissions):
    user = SimpleNamespace(has_perms=lambda wanted: set(wanted) <= set(permissions))
    return SimpleNamespace(POST={} if name is None else {"action": name}, user=user)


@pytest.mark.parametrize("name", [None, "", "Send", "__class__"])
def test_an_action_that_is_not_in_the_table_is_not_found(name):
    with pytest.raises(Http404):
        chosen(TABLE, asked(name, "a.send", "a.pay"))


@pytest.mark.parametrize("held", [(), ("a.send",), ("a.pay",)])
def test_an_action_needs_all_its_permissions(held):
    with pytest.raises(PermissionDenied):
        chosen(TABLE, asked("send", *held))


def test_who_holds_them_all_gets_the_action():
    assert chosen(TABLE, asked("send", "a.send", "a.pay")).name == "send"
    assert chosen(TABLE, asked("note")).name == "note"


@pytest.mark.parametrize(
    ("folders", "table"),
    [(("articles/article", "articles/version"), OF_ARTICLES), (("orders/order",), OF_ORDERS)],
)
def test_every_button_names_an_action_and_every_action_has_a_button(folders, table):
    pages = "".join(path.read_text() for folder in folders for path in (TEMPLATES / folder).rglob("*.html"))
    pages = " ".join(pages.split())  # a button may stand on several lines
    pages = pages.replace(
        "{% if article.binned_at %}unbin{% else %}bin{% endif %}", 'bin"><button name="action" value="unbin'
    )
    assert set(BUTTON.findall(pages)) - {"link_products", "publish_many"} == set(table), (
        "that one is of the list, not of a page"
    )
