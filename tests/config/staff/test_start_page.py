"""The start page of the admin shows each role what waits for it, and nothing that is not its business."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Comment, PreviewLink, Version
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from articles.publishing.reviews import record_review
from shop.catalogue.models import Stock
from shop.catalogue.models.stock import LOW
from shop.orders.models import ReviewCause
from tests.support.factories import an_order, many_packs, region, set_stock
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def start_page(*roles, name=""):
    return signed_in(*roles, name=name).get("/admin/").content.decode()


@pytest.mark.slow
def test_writers_see_drafts_theirs_first_and_what_is_scheduled():
    first, second, third = Article.objects.order_by("pk")[:3]
    mine, theirs = open_draft(first, "anna"), open_draft(second, "ben")
    planned = open_draft(third, "ben")
    publish(planned, [Slot(region("us"), timezone.now() + timedelta(days=2))], "ben")
    page = start_page("Writer", name="anna")
    assert page.index(mine.title) < page.index(theirs.title)
    assert "Scheduled" in page
    assert planned.title in page.split("Scheduled")[1]


@pytest.mark.slow
def test_orders_see_what_needs_a_look_and_writers_don_t():
    order = an_order()
    order.flag("Payment does not match", ReviewCause.MONEY)
    assert "Payment does not match" in start_page("Orders")
    assert "Payment does not match" not in start_page("Writer")
    assert "Drafts" not in start_page("Orders")


def test_with_nothing_to_do_the_page_is_quiet():
    assert 'class="start-page"' not in start_page("Writer")


def test_editors_see_what_was_handed_in_and_which_reviews_are_due():
    article = Article.objects.first()
    draft = open_draft(article, "anna")
    writer = signed_in("Writer", name="anna")
    writer.post(f"/admin/articles/article/{article.pk}/change/", {"action": "hand_in", "version": draft.pk})
    page = start_page("Editor")
    assert draft.title in page.split("Handed in, to publish")[1].split("</section>")[0]
    assert "never yet" in page.split("Medical reviews due")[1]
    assert "Handed in" not in start_page("Writer")


def test_comments_and_findings_wait_on_the_start_page():
    article = Article.objects.first()
    draft = open_draft(article, "anna")
    link = PreviewLink.objects.create(
        version=draft, region=region("uk"), expires_at=timezone.now() + timedelta(days=1), made_by="anna"
    )
    Comment.objects.create(link=link, about="A", name="Dr A. Person", words="Is this so?")
    Version.objects.filter(pk=draft.pk).update(findings_count=3)
    page = start_page("Writer")
    assert "Dr A. Person: Is this so?" in page
    assert "3 to look at" in page


def test_packs_that_run_low_stand_the_fewest_first_found_by_an_index():
    plan = Stock.objects.running_low()[:9].explain()
    assert "stock_left" in plan
    assert "TEMP B-TREE" not in plan
    for sku, left in (("CIT-CAP-90", 3), ("CIT-PWD-250", 1), ("GLY-CAP-90", LOW + 1)):
        set_stock(sku, "uk", left)
    withdrawn = set_stock("OIL-SPR-100", "uk", 0).variant.product
    withdrawn.is_active = False
    withdrawn.save()
    page = start_page("Orders").split("Stock that runs low")[1].split("</section>")[0]
    assert page.index("CIT-PWD-250") < page.index("CIT-CAP-90")
    assert f"{region('uk').short_name}: 3 left" in page
    assert "GLY-CAP-90" not in page
    assert "OIL-SPR-100" not in page


@pytest.mark.slow
def test_what_waits_is_counted_up_to_so_many(monkeypatch):
    many_packs(30)
    assert "more" in start_page("Orders").split("Stock that runs low")[1].split("</section>")[0]
    low = Stock.objects.running_low().count()
    monkeypatch.setattr("config.staff.start_page.MAX_COUNTED", low)
    assert f"{low - 8} more" in start_page("Orders")
    monkeypatch.setattr("config.staff.start_page.MAX_COUNTED", low - 1)
    assert f"over {low - 9} more" in start_page("Orders")


def test_a_review_that_was_recorded_waits_no_longer_though_the_list_is_remembered():
    before = start_page("Editor").split("Medical reviews due")[1].split("</section>")[0]
    due = [row for row in Version.objects.filter(reviewed_on=None, is_draft=False) if row.title in before]
    record_review(due[0], "Dr A. Person", timezone.localdate(), "ed")
    after = start_page("Editor").split("Medical reviews due")[1].split("</section>")[0]
    assert due[0].title not in after
