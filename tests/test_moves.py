"""What a change moves: only where readers see it."""

from datetime import timedelta
from inspect import isgeneratorfunction

import pytest
from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from articles.models import (
    Article,
    Author,
    ProductLink,
    Reference,
    ReferenceBlock,
    RichText,
    Topic,
    Version,
    VersionTag,
    VersionTopic,
)
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish, take_back
from shop.catalogue.models import (
    Collection,
    Price,
    Product,
    ProductPicture,
    ProductTag,
    ProductWording,
    Stock,
)
from shop.catalogue.references import order_reference
from shop.content.models import MANY, Content
from shop.content.moves import declared
from shop.content.scopes import (
    HOME_PICTURE,
    NAMES,
    SITE,
    article,
    articles_about,
    articles_in,
    card,
    product,
    products_in,
    tag,
    topic,
)
from shop.pictures.models import Picture, Role
from shop.regions.models import Region
from tests.support.factories import an_order, region, set_price, set_stock, variant
from tests.support.moved import CAPSULES, Moved, capsules, guide, live

pytestmark = pytest.mark.django_db


# --- what a change shows in -------------------------------------------------------------------------------------------

CODES = ("uk", "us", "eu", "de", "fr")  # an edition shows what its market sells, so it moves with it


def everywhere(scope, *pks) -> set[str]:
    return {scope(code, *pks) for code in CODES}


def cards_of(row: Product, *codes) -> set[str]:
    """All that shows a card of a product in these regions, default all."""
    return {
        scope
        for code in codes or CODES
        for scope in (
            product(code, row.pk),
            card(code, row.pk),
            products_in(code),
            *(tag(code, one.pk) for one in row.tags.all()),
        )
    }


def published_again(row: Article, code: str) -> set[str]:
    """All that a version published anew may show in, in a region, where versions before it linked the same."""
    versions = list(row.publications.filter(region__code=code).values_list("version", flat=True))
    found = {article(code, row.pk), articles_in(code)}
    for model, name, scope in (
        (VersionTopic, "topic", topic),
        (VersionTag, "tag", tag),
        (ProductLink, "product", articles_about),
    ):
        found |= {
            scope(code, pk) for pk in model.objects.filter(version__in=versions).values_list(name, flat=True)
        }
    return found


def checked_again(versions) -> set[str]:
    """All that published versions may show in."""
    found = set()
    for version in Version.objects.filter(versions):
        for row in version.publications.all():
            found |= published_again(row.article, row.region.code)
    return found


def price():
    set_price("CIT-CAP-90", "uk", 777)
    return cards_of(capsules(), "uk")


def prices_in_bulk():
    rows = [
        Price(variant=variant(), region=region(code), amount=5, valid_from=timezone.now())
        for code in ("uk", "us")
    ]
    Price.objects.bulk_create(rows)
    return cards_of(capsules(), "uk", "us")


def name():
    row = capsules()
    row.name = "Renamed"
    row.save()
    return cards_of(row) | {NAMES}


def description():
    Product.objects.filter(slug=CAPSULES).update(description="In other words.")
    return everywhere(product, capsules().pk)


def directions():
    row = ProductWording.objects.get(product=capsules(), region__code="us")
    row.directions = "Two with a meal."
    row.save()
    return {product("us", capsules().pk)}


def a_pack_goes_to_another_product():
    row, to = variant(), Product.objects.exclude(slug=CAPSULES).first()
    row.product = to
    row.save()
    return cards_of(capsules()) | cards_of(to)


def a_tag_is_taken_off():
    """The articles with that tag are checked for claims anew, which decides whether products stand beside them."""
    row = ProductTag.objects.filter(product=capsules()).first()
    scopes = cards_of(capsules()) | checked_again(
        Q(pk__in=VersionTag.objects.filter(tag=row.tag).values("version"))
    )
    ProductTag.objects.filter(pk=row.pk).delete()
    return scopes


def the_last_pack_is_held():
    set_stock("CIT-CAP-90", "uk", 1)
    yield
    Stock.objects.reserve({variant(): 1}, region("uk"), reference=order_reference(1), until=timezone.now())
    yield cards_of(capsules(), "uk")


def a_held_pack_is_paid():
    set_stock("CIT-CAP-90", "uk", 1)
    order = an_order()
    yield
    order.hold_as_sold()
    yield {product("uk", capsules().pk)}


def packs_come_back():
    set_stock("CIT-CAP-90", "eu", 0)
    yield
    Stock.objects.take_in({variant().pk: 1}, region("eu"))
    yield cards_of(capsules(), "eu", "de", "fr")


def a_draft_is_published():
    draft = open_draft(guide(), "anna")
    yield
    publish(draft, [Slot(region("uk"), timezone.now())], "anna")
    yield published_again(guide(), "uk")


def a_draft_is_scheduled():
    draft = open_draft(guide(), "anna")
    yield
    publish(draft, [Slot(region("us"), timezone.now() + timedelta(days=1))], "anna")
    yield published_again(guide(), "us")


def an_article_is_taken_back():
    take_back(guide(), region("eu"))
    return published_again(guide(), "eu")


def words_of_a_live_version():
    block = RichText.objects.filter(parent=live()).first()
    block.body = "<p>Other words.</p>"
    block.save()
    return {
        article(code, guide().pk) for code in ("uk", "us", "eu")
    }  # German and French have versions of their own


def a_cited_source():
    row = ReferenceBlock.objects.filter(parent=live()).first().reference
    row.title = "Another title"
    row.save()
    return checked_again(Q(pk__in=ReferenceBlock.objects.filter(reference=row).values("parent")))


def the_picture_of_a_product():
    row = ProductPicture.objects.filter(product=capsules()).first()
    Picture.objects.filter(pk=row.picture_id).update(alt="Another jar.")
    assert not Version.objects.filter(picture=row.picture_id).exists()
    return cards_of(capsules())


def the_picture_of_home():
    Picture.objects.filter(role=Role.HOME).update(alt="Another spring.")
    return {HOME_PICTURE}


def a_collection():
    Collection.objects.update(summary="Other words.")
    return everywhere(products_in)


def a_law():
    Region.objects.filter(code="uk").update(delivery_days_max=9)
    return {SITE}


def more_than_can_be_looked_up():
    Reference.objects.bulk_create(Reference(key=f"r{n}", authors="N", title="T") for n in range(MANY + 1))
    return {SITE}


CHANGES = [
    price, prices_in_bulk, name, description, directions, a_pack_goes_to_another_product, a_tag_is_taken_off,
    the_last_pack_is_held, a_held_pack_is_paid, packs_come_back, a_draft_is_published, a_draft_is_scheduled,
    an_article_is_taken_back, words_of_a_live_version, a_cited_source, the_picture_of_a_product, the_picture_of_home,
    a_collection, a_law, more_than_can_be_looked_up,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_moves_what_it_shows_in_and_nothing_else(
    change, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("articles.evidence.shown.recheck", lambda versions: None)  # seconds
    steps = change() if isgeneratorfunction(change) else None
    if steps:
        next(steps)
    moved = Moved()
    with django_capture_on_commit_callbacks(execute=True):
        expected = next(steps) if steps else change()
    assert moved.scopes() == expected


def test_a_new_author_or_topic_is_on_no_page_of_an_article():
    moved = Moved()
    Author.objects.create(slug="new", name="New", about="Nobody yet.")
    Topic.objects.create(slug="new", name="New")
    assert moved.scopes() == everywhere(articles_in)


SITE_WIDE = {
    "catalogue.FormOfMagnesium", "catalogue.Particular", "catalogue.ProductKind", "claims.OwnRule", "regions.Country", "regions.LawPack", "regions.LawSource", "regions.PostalZone", "regions.Region", "regions.SalesTaxRate",
    "regions.Seller", "regions.VatRate",
}  # fmt: skip


def test_every_model_of_content_says_what_it_moves_or_is_of_the_whole_site():
    models = {model._meta.label for model in apps.get_models() if issubclass(model, Content)}
    assert models - declared().keys() == SITE_WIDE
    assert declared().keys() <= models


def test_a_row_that_was_changed_meanwhile_is_compared_with_what_is_stored():
    stale = capsules()
    Product.objects.filter(pk=stale.pk).update(name="Renamed by a colleague")
    moved = Moved()
    stale.save()
    assert moved.scopes() == cards_of(stale) | {NAMES}, "it has its old name again"


def test_only_the_columns_that_are_written_count():
    row = capsules()
    row.name, row.position = "Not written", 9
    moved = Moved()
    row.save(update_fields=["is_active"])
    assert moved.scopes() == set()
