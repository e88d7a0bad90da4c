"""The start page of the admin shows each role what waits for it, and nothing that is not its business."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.editing import Slot, open_draft, publish
from articles.models import Article
from tests.factories import an_order, region
from tests.staff import signed_in

pytestmark = pytest.mark.django_db


def start_page(*roles, name=""):
    return signed_in(*roles, name=name).get("/admin/").content.decode()


def test_writers_see_drafts_theirs_first_and_what_is_scheduled():
    first, second, third = Article.objects.order_by("pk")[:3]
    mine, theirs = open_draft(first, "anna"), open_draft(second, "ben")
    planned = open_draft(third, "ben")
    publish(planned, [Slot(region("us"), timezone.now() + timedelta(days=2))], "ben")
    page = start_page("Writer", name="anna")
    assert page.index(mine.title) < page.index(theirs.title)
    assert "Scheduled" in page
    assert planned.title in page.split("Scheduled")[1]


def test_orders_see_what_needs_a_look_and_writers_don_t():
    order = an_order()
    order.flag("Payment does not match")
    assert "Payment does not match" in start_page("Orders")
    assert "Payment does not match" not in start_page("Writer")
    assert "Drafts" not in start_page("Orders")


def test_with_nothing_to_do_the_page_is_quiet():
    assert 'class="today"' not in start_page("Owner")
