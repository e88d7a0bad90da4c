"""The worker looks at the articles that a change may concern, and at no others."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, LinkTrouble, ProductLink, TroubleState
from articles.products import sweep
from articles.products.sweep import LookAtLinks
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from shop.catalogue.models import Price, Product
from shop.content.models import content_changed
from tests.support.editions import in_english
from tests.support.factories import region, set_stock

pytestmark = pytest.mark.django_db
IRON = "iron-first-questions-for-your-doctor"
CITRATE = "magnesium-citrate-capsules"


@pytest.fixture
def looked(monkeypatch):
    """A worker that has looked at all; and the articles that it looks at from then on."""
    draft = open_draft(Article.objects.get(slug=IRON), "mia")
    ProductLink.objects.create(version=draft, product=Product.objects.get(slug=CITRATE))
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "mia")
    worker, seen = LookAtLinks(), []
    while worker():
        pass

    def look(articles):
        seen.extend(articles)
        return sweep_look(articles=articles)

    sweep_look = sweep.look_at_links
    monkeypatch.setattr(sweep, "look_at_links", look)
    return worker, seen


def iron():
    return Article.objects.get(slug=IRON)


def open_troubles():
    rows = LinkTrouble.objects.filter(article=iron(), region=region("uk"), ended_at=None)
    return sorted(rows.values_list("state", flat=True))


def test_nothing_moved_so_nothing_is_read(looked):
    worker, seen = looked
    assert worker() is False
    assert seen == []


@pytest.mark.slow
def test_a_product_that_sells_out_is_told_of_the_articles_that_name_it_alone(looked):
    worker, seen = looked
    for sku in Product.objects.get(slug=CITRATE).variants.values_list("sku", flat=True):
        set_stock(sku, "uk", 0)
    while worker():
        pass
    assert TroubleState.SOLD_OUT in open_troubles()
    assert iron().pk in seen
    assert len(set(seen)) < Article.objects.count()


@pytest.mark.slow
def test_an_article_that_is_published_anew_is_read_and_no_other(looked):
    worker, seen = looked
    draft = open_draft(iron(), "mia")
    ProductLink.objects.filter(version=draft).delete()
    publish(draft, [Slot(region("uk"), timezone.now())], "mia")
    while worker():
        pass
    assert open_troubles() == [TroubleState.NONE]
    assert set(seen) == {iron().pk}


@pytest.mark.parametrize("hours", [1, 30])
def test_a_price_that_begins_by_the_clock_concerns_the_articles_that_name_its_product(looked, hours):
    at = timezone.now() + timedelta(hours=hours)
    pack = Product.objects.get(slug=CITRATE).variants.first()
    Price.objects.create(variant=pack, region=region("uk"), amount=None, valid_from=at)
    assert iron().pk in sweep._begun_or_ended(at - timedelta(seconds=1), at)
    assert iron().pk not in sweep._begun_or_ended(at + timedelta(seconds=1), at + timedelta(hours=1))


@pytest.mark.slow
def test_a_change_of_the_whole_site_is_looked_through_in_parts(looked, monkeypatch):
    worker, seen = looked
    monkeypatch.setattr(sweep, "A_LOOK", 3)
    content_changed()
    worker()
    assert len(seen) == 3
    while worker():
        pass
    assert len(set(seen)) == len(sweep._all_articles()) > 3
