"""Each kept page says all that it shows: no change leaves an old one, and few changes end pages that don't show them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from articles.models import Article, Author, Figure, OldAddress, OldAuthor, OldTopic, ProductLink, Topic
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from config.middleware import page_cache
from config.middleware.page_cache import found, key_of
from shop.catalogue.models import Collection, OldCollection, OldProduct, ProductWording, Stock
from shop.catalogue.references import order_reference
from shop.content import memo
from shop.content.models import Content, ContentVersion
from shop.content.moves import moves_of
from shop.orders.fulfil import send_parcel
from shop.pages.publishing import publish as publish_page
from shop.pages.publishing import start_draft
from shop.pictures.models import Picture, Role
from shop.regions.models import Region
from shop.reviews.models import Review
from shop.reviews.moderating import show
from tests.conftest import a_shopper
from tests.support.factories import an_order, region, set_price, set_stock, variant
from tests.support.orders import paid
from tests.support.rows import fill

pytestmark = pytest.mark.django_db
CAPSULES, SPRAY = "/uk/shop/magnesium-citrate-capsules/", "/uk/shop/magnesium-oil-spray/"
GUIDE, LEGS = (
    "/uk/articles/citrate-glycinate-oxide-label-guide/",
    "/uk/articles/magnesium-and-restless-legs-guide/",
)


def pages() -> list[str]:
    """One of each kind, and some others of which a change of the first one says nothing."""
    author, collection, topic = Author.objects.first(), Collection.objects.first(), Topic.objects.first()
    return [
        "/", "/uk/", "/us/", "/uk/shop/", "/us/shop/", "/uk/shop/compare/", CAPSULES, CAPSULES.replace("uk", "us"), SPRAY,
        f"{CAPSULES}reviews/",
        "/uk/articles/", GUIDE, GUIDE.replace("uk", "us"), LEGS, "/uk/articles/feed/", "/uk/help/terms/",
        f"/uk/articles/?topic={topic.slug}", f"/uk/articles/?product={CAPSULES.split('/')[3]}", author.url_in(region("uk")),
        *([collection.url_in(region("uk"))] if collection else []),
    ]  # fmt: skip


def kept(path: str):
    plain, _, query = path.partition("?")
    return found(key_of("http", "127.0.0.1", plain, query))


def warmed(paths) -> list[str]:
    for path in paths:
        assert a_shopper().get(path).status_code == 200, path
    assert [path for path in paths if kept(path) is None] == []
    return paths


def still_kept(paths) -> set[str]:
    return {path for path in paths if kept(path) is not None}


@pytest.fixture
def drawn_anew(monkeypatch):
    """The body and status of a page as a fresh process would answer."""

    def draw(path):
        memo.forget_all()
        with monkeypatch.context() as patch:
            patch.setattr(page_cache, "found", lambda key: None)
            patch.setattr(page_cache, "keep", lambda key, page: None)
            answer = a_shopper().get(path)
        return answer.status_code, answer.content

    return draw


# --- no change leaves an old page ---------------------------------------------------------------------------------------


def another(field: models.Field, value, row):
    """A value of the column that differs; None where nothing is tried."""
    if isinstance(field, models.ForeignKey):
        others = field.related_model._base_manager.exclude(pk=value).order_by("-pk")
        return others.values_list("pk", flat=True).first()
    if field.choices:
        return next((key for key, _ in field.flatchoices if key != value), None)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(value, Decimal | int):
        return value + 1
    if isinstance(value, datetime | date):
        return value - timedelta(days=1)
    if isinstance(field, models.SlugField):
        return f"{value}-x"[-field.max_length :]
    if isinstance(field, models.CharField | models.TextField) and not isinstance(field, models.FileField):
        return f"{value} again"[-(field.max_length or 10**6) :]
    if isinstance(field, models.DateTimeField) and value is None:
        return timezone.now() - timedelta(days=1)
    return None


def change(row: Content, names) -> list[str]:
    """Give each of these columns another value, as far as the database takes it; those that it took."""
    done = []
    for field in row._meta.concrete_fields:
        if field.primary_key or field.attname not in names:
            continue
        before = getattr(row, field.attname)
        value = another(field, before, row)
        if value is None:
            continue
        try:
            with transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**{field.attname: value})
            done.append(field.attname)
        except IntegrityError:
            pass
    return done


def parts_of(model) -> list[set[str]]:
    """The columns of a model in sets of which each moves other scopes."""
    moves, names = moves_of(model), {field.attname for field in model._meta.concrete_fields}
    page_only = getattr(moves.scopes, "page_only", frozenset())
    return [
        part for part in (names & moves.unseen, names & page_only, names - moves.unseen - page_only) if part
    ]


CHANGES = [
    pytest.param(model, part, place, id=f"{model._meta.label}-{number}-{place}")
    for model in apps.get_models()
    if issubclass(model, Content)
    for number, part in enumerate(parts_of(model))
    for place in ("pk", "-pk")
]


def with_rows_of_every_kind():
    """What the content that ships has none of, where the pages above show it."""
    fill()
    uk, product = region("uk"), variant().product
    article, author, topic = (
        Article.objects.get(slug=GUIDE.split("/")[3]),
        Author.objects.first(),
        Topic.objects.first(),
    )
    publish_page(start_draft("terms", uk), by="olga")
    draft = open_draft(article, "anna")
    Figure.objects.create(
        parent=draft, ordering=900, picture=Picture.objects.exclude(alt="").first(), caption="Springs."
    )
    ProductLink.objects.create(version=draft, product=variant("OIL-SPR-100").product)
    publish(draft, [Slot(uk, timezone.now())], "anna")
    OldAddress.leave("an-older-guide", article)
    OldTopic.leave("an-older-topic", topic)
    OldAuthor.leave("an-older-author", author)
    OldProduct.leave("older-capsules", product)
    OldCollection.leave("older-powders", Collection.objects.first())
    show(Review.objects.create(product=product, region=uk, stars=4, text="Came in two days."), by="olga")


@pytest.mark.walk
@pytest.mark.parametrize(("model", "part", "place"), CHANGES)
def test_a_page_that_stays_is_what_would_be_drawn_now(model, part, place, drawn_anew):
    if not model._base_manager.exists():
        with_rows_of_every_kind()
    row = model._base_manager.order_by(place).first()
    assert row is not None, "give it a row in with_rows_of_every_kind"
    paths = warmed(pages())
    bodies = {path: (200, a_shopper().get(path).content) for path in paths}
    done = change(row, part)
    old = {path for path in still_kept(paths) if drawn_anew(path) != bodies[path]}
    assert old == set(), f"{row} with other {done}"


@pytest.mark.walk
def test_a_page_that_stays_is_true_after_rows_come_and_go(drawn_anew):
    with_rows_of_every_kind()
    paths = warmed(pages())
    bodies = {path: (200, a_shopper().get(path).content) for path in paths}
    for model in apps.get_models():
        if not issubclass(model, Content) or issubclass(model, Region):
            continue
        for row in model._base_manager.order_by("pk")[:1]:
            try:
                with transaction.atomic():
                    row.delete()
                    old = {path for path in still_kept(paths) if drawn_anew(path) != bodies[path]}
                    assert old == set(), f"without {row!r}"
                    raise IntegrityError  # take it back
            except (IntegrityError, models.ProtectedError):
                continue


# --- and ends few others --------------------------------------------------------------------------------------------------


def other_directions():
    ProductWording.objects.filter(product__slug=CAPSULES.split("/")[3], region__code="uk").update(
        directions="One."
    )


def price():
    set_price("OIL-SPR-100", "us", 777)


def last_pack():
    set_stock("OIL-SPR-100", "us", 1)
    Stock.objects.reserve({variant("OIL-SPR-100"): 1}, region("us"), reference=order_reference(1))


def one_of_many_packs():
    an_order("OIL-SPR-100", code="us")


def a_parcel():
    order = paid()
    send_parcel(order, {line.pk: 1 for line in order.lines.all()}, by="olga")


def a_draft():
    open_draft(Article.objects.get(slug=GUIDE.split("/")[3]), "anna")


def home_picture():
    Picture.objects.filter(role=Role.HOME).update(alt="Another spring.")


def article_in_the_us():
    draft = open_draft(Article.objects.get(slug=GUIDE.split("/")[3]), "anna")
    publish(draft, [Slot(region("us"), timezone.now())], "anna")


US = {"/us/", "/us/shop/"}
OTHERS = {"/uk/collections/powders/"}  # names the regions in which it is filled
SITE_CARD = {
    "/",
    "/uk/",
    "/us/",
    "/uk/shop/",
    "/us/shop/",
    "/uk/shop/compare/",
    "/uk/articles/",
    "/uk/help/terms/",
    *OTHERS,
}
ENDS = {
    one_of_many_packs: set(),
    a_parcel: set(),
    a_draft: set(),
    home_picture: SITE_CARD,  # shared links show it
    other_directions: {CAPSULES, f"{CAPSULES}reviews/"},
    price: {*US, *OTHERS, GUIDE.replace("uk", "us"), SPRAY},
    last_pack: {*US, *OTHERS, GUIDE.replace("uk", "us"), SPRAY},
    article_in_the_us: {
        "/us/",
        GUIDE,
        GUIDE.replace("uk", "us"),
        CAPSULES.replace("uk", "us"),
        "/uk/articles/feed/",
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("change", ENDS, ids=lambda change: change.__name__)
def test_a_change_ends_only_pages_that_show_it(change):
    paths = warmed([path for path in pages() if "?" not in path and "author" not in path])
    change()
    gone = set(paths) - still_kept(paths)
    assert gone <= ENDS[change], "kept as well as before"
    assert bool(gone) == bool(ENDS[change])


@pytest.mark.slow
def test_a_rule_of_a_region_ends_every_page():
    paths = warmed(pages())
    Region.objects.filter(code="eu").update(short_name="Europe")
    assert still_kept(paths) == set()


def test_what_changed_while_a_page_was_drawn_is_not_kept(monkeypatch):
    """Nobody knows which of both states it shows."""
    real = page_cache.PageCacheMiddleware._drawn

    def with_a_colleague_at_work(self, request):
        drawn = real(self, request)
        ContentVersion.objects.update(
            value=1
        )  # as another process does: what this one changes itself it knows
        return drawn

    monkeypatch.setattr(page_cache.PageCacheMiddleware, "_drawn", with_a_colleague_at_work)
    assert a_shopper().get("/uk/help/terms/").status_code == 200
    assert kept("/uk/help/terms/") is None


# --- the share of views that come from what is kept -------------------------------------------------------------------------


@pytest.mark.walk
def test_with_an_order_a_second_and_a_staff_save_every_five_nearly_every_view_is_kept(monkeypatch):
    """A minute of work at thirty views a second, in which staff save a draft, save a product and publish in turn."""
    drawn = []
    real = page_cache.PageCacheMiddleware._drawn

    def counting(self, request):
        drawn.append(request.path)
        return real(self, request)

    monkeypatch.setattr(page_cache.PageCacheMiddleware, "_drawn", counting)
    article, product = Article.objects.get(slug=GUIDE.split("/")[3]), variant("OIL-SPR-100").product
    for code in ("uk", "us", "eu"):
        set_stock("CIT-CAP-90", code, 500)

    def save_a_draft(number):
        draft = open_draft(article, "anna")
        draft.note = f"Save {number}"
        draft.save()

    def save_a_product(number):
        product.description += " Again."
        product.save()

    def publish_it(number):
        publish(open_draft(article, "anna"), [Slot(region("uk"), timezone.now())], "anna")

    paths = warmed(pages())
    staff, views = [save_a_draft, save_a_product, publish_it], 0
    drawn.clear()
    for second in range(60):
        order = paid(code=("uk", "us", "eu")[second % 3]) if second % 10 == 0 else an_order()
        if order.is_paid:
            send_parcel(order, {line.pk: 1 for line in order.lines.all()}, by="olga")
        if second % 5 == 0:
            staff[second // 5 % 3](second)
        for view in range(30):
            assert a_shopper().get(paths[(second * 30 + view) % len(paths)]).status_code == 200
            views += 1
    assert 1 - len(drawn) / views >= 0.95, drawn
