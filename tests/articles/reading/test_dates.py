"""When an article came out and when its words last changed: the same in every place, whatever happens to it."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.models import Article, Publication
from articles.publishing.addresses import move
from articles.publishing.bulk_links import Wanted, change, undo
from articles.publishing.drafts import open_draft, restore
from articles.publishing.publish import Slot, publish, take_back
from shop.catalogue.models import Product
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.markup import squeezed

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
OLD = "citrate-glycinate-oxide-label-guide"
DAY = "2025-03-01"


@pytest.fixture
def article():
    """One that came out long ago in two regions; the others are newer."""
    found = Article.objects.get(slug=OLD)
    then = timezone.now().replace(2025, 3, 1, 9, 0, 0, 0)
    Publication.objects.filter(article=found).exclude(region__code="eu").update(starts_at=then)
    found.save()
    return found


def dates_and_names(article, code="uk"):
    """What each place says: {place: (first, updated)}, the place in the list, and the names in the feed."""
    article.refresh_from_db()
    address = article.url_in(region(code))
    page = a_shopper().get(address).content.decode()
    byline = page.split('class="byline"')[1].split("</p>")[0]
    shown = re.findall(r'datetime="([\d-]+)"', byline)
    data = next(row for row in _data(page) if "headline" in row)
    listing = squeezed(a_shopper().get(f"/{code}/articles/").content.decode())
    addresses = re.findall(rf'article-card__title"><a href="(/{code}/articles/[\w-]+/)"', listing)
    card = listing.split(f'article-card__title"><a href="{address}"')[1].split("</article>")[0]
    feed = ET.fromstring(a_shopper().get(f"/{code}/articles/feed/").content)
    entry = next(
        row for row in feed.findall(f"{ATOM}entry") if address in row.find(f"{ATOM}link").attrib["href"]
    )
    dates = {
        "page": (shown[0], shown[-1]),
        "data": (data["datePublished"][:10], data["dateModified"][:10]),
        "feed": (entry.find(f"{ATOM}published").text[:10], entry.find(f"{ATOM}updated").text[:10]),
        "card": (re.search(r'datetime="([\d-]+)"', card)[1],),
    }
    return dates, addresses.index(address), entry.find(f"{ATOM}id").text


def _data(page):
    for text in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page, re.DOTALL):
        found = json.loads(text)
        yield from found if isinstance(found, list) else [found]


def correct(article, codes=("uk", "us", "eu")):
    draft = open_draft(article, "anna")
    draft.summary += " Corrected."
    draft.save()
    facts.refresh(draft)
    publish(draft, [Slot(region(code), timezone.now()) for code in codes], "anna")


def republish(article):
    take_back(article, region("uk"))
    publish(article.newest(), [Slot(region("uk"), timezone.now())], "anna")


def restored(article):
    draft = restore(article.versions.order_by("pk")[0], "anna")
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")


HAPPENS = {
    "corrected": correct, "corrected twice": lambda article: (correct(article), correct(article)),
    "taken back and published again": republish, "an old version restored": restored,
    "corrected and moved": lambda article: (correct(article), move(article, "another-address")),
}  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize("name", HAPPENS)
def test_an_old_article_stays_old_and_says_when_it_changed(article, name):
    before, place, uid = dates_and_names(article)
    assert {first for first, *_ in before.values()} == {DAY}
    HAPPENS[name](article)
    after, place_after, uid_after = dates_and_names(article)
    today = f"{timezone.now():%Y-%m-%d}"
    assert {first for first, *_ in after.values()} == {DAY}
    assert {rest[0] for _, *rest in after.values() if rest} == {today}
    assert (place_after, uid_after) == (place, uid)


@pytest.mark.walk
@pytest.mark.parametrize("happen", [
    lambda article: move(article, "another-address"),
    lambda article: undo(change([article], Wanted("pin", product=Product.objects.first()), "mia"), "mia"),
    lambda article: change([article], Wanted("exclude", product=Product.objects.first()), "mia"),
    lambda article: correct(article, ["us"]),
    lambda article: publish(open_draft(article, "a"), [Slot(region("uk"), timezone.now() + timedelta(days=1))], "a"),
    lambda article: take_back(article, region("us")),
])  # fmt: skip
def test_what_changes_no_word_here_changes_no_date_and_no_name(article, happen):
    before = dates_and_names(article)
    happen(article)
    assert dates_and_names(article) == before


@pytest.mark.slow
def test_each_region_has_its_own_dates_and_names(article):
    assert dates_and_names(article, "eu")[0]["page"][0] != DAY
    assert dates_and_names(article, "us")[0]["page"][0] == DAY
    assert len({dates_and_names(article, code)[2] for code in ("uk", "us", "eu")}) == 3


@pytest.mark.slow
def test_the_name_of_a_topics_feed_outlives_its_address():
    from articles.models import Topic

    def name():
        topic = Topic.objects.get(name="Iron")
        feed = ET.fromstring(a_shopper().get(f"/uk/articles/feed/?topic={topic.slug}").content)
        return feed.find(f"{ATOM}id").text

    before = name()
    topic = Topic.objects.get(name="Iron")
    topic.slug = "ferrum"
    topic.save()
    assert name() == before
