"""Looking writes nothing: no page that is only read, no check and no preview changes a row or moves the content version."""

import re
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from articles.models import Article, Version
from articles.publishing.drafts import open_draft
from config.discovery.sitemaps import entries
from shop.content.models import read_content_version
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.factories import an_order_at_stripe
from tests.support.orders import paid
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
WRITE = re.compile(
    r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b(?:\s+OR\s+\w+)?(?:\s+INTO|\s+FROM)?\s+\"?(\w+)\"?", re.I
)
# Sessions, counters of what was looked at, and that something was exported.
COUNTED = {"django_session", "attribution_articleday", "attribution_campaignday", "attribution_tally", "search_emptysearch",
           "deeds_deed", "forwarding_missedpage", "forwarding_shortlinkday", "content_tries"}  # fmt: skip


@contextmanager
def only_looking(what):
    written = []

    def watch(execute, sql, params, many, context):
        found = WRITE.match(sql)
        if found and found[1] not in COUNTED:
            written.append(sql[:120])
        return execute(sql, params, many, context)

    before = read_content_version()
    with connection.execute_wrapper(watch):
        yield
    assert written == [], what
    assert read_content_version() == before, what


def admin_pages():
    """Every list, form, history and deletion of every model of the admin, with its newest row, and our own pages."""
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{name}_changelist")
        yield reverse(f"{name}_changelist") + "?q=magnesium"
        yield reverse(f"{name}_add")
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])
        if model_admin.actions and model == Article:
            yield reverse("admin:articles_matrix")
    yield from ("/admin/", "/admin/earnings/", "/admin/earnings/campaigns/", "/admin/earnings/codes/", "/admin/ledger/", "/admin/vat/", "/admin/rates/", "/admin/take-out/", "/admin/why-back/", "/admin/vat/oss/",
                "/admin/links/", "/admin/handbook/", "/admin/earnings/?days=365&as=csv")  # fmt: skip


def test_no_page_of_the_admin_writes():
    paid()
    an_order_at_stripe()
    owner = signed_in()
    article = Article.objects.first()
    draft = open_draft(article, "anna")
    Article.objects.create(slug="nothing-was-written-here")
    other = article.versions.exclude(pk=draft.pk).first()
    own = [
        reverse("admin:articles_article_change", args=[article.pk]),
        reverse("admin:articles_version_change", args=[draft.pk]),
        reverse("admin:articles_compare", args=[other.pk, draft.pk]),
        reverse("admin:articles_regions", args=[draft.pk, "uk", "us"]),
        reverse("admin:articles_preview", args=[draft.pk, "eu"]),
    ]
    for page in [*admin_pages(), *own]:
        with only_looking(page):
            answer = owner.get(page)
        assert answer.status_code in {200, 302, 403}, page


def test_no_public_page_writes():
    order, _ = an_order_at_stripe()
    shopper = a_shopper()
    shopper.post("/uk/basket/add/", {"sku": "CIT-CAP-90", "quantity": "1"})
    pages = [row.path for region in Region.all_open() for row in entries(region)]
    pages += ["/", "/sitemap.xml", "/uk/sitemap.xml", "/robots.txt", "/llms.txt", "/uk/basket/", "/uk/checkout/",
              "/uk/articles/feed/", "/uk/feeds/google.xml", "/uk/feeds/meta.csv", "/uk/search/?q=iron", "/uk/sheet/",
              "/uk/search/suggest/?q=iro", "/uk/articles/none/", "/uk/shop/none/", f"/orders/{order.token}/"]  # fmt: skip
    for client in (a_shopper(), shopper):
        for page in pages:
            with only_looking(page):
                client.get(page)


# --- the article editor ---------------------------------------------------------------------------------------------

ADD = "/admin/articles/version/add/"
LOOKS = [{"_check": "1"}, {"_preview": "1", "_preview_region": "us"}]


def block(number, prefix="articles_richtext_set", **fields):
    return {f"{prefix}-{number}-{name}": value for name, value in fields.items()}


def begun(client, **more) -> dict:
    """The add form, filled in so far as to be saved."""
    fields = fields_of(client.get(ADD).content.decode())
    author = Version.objects.first().author_id
    text = block(
        0, body="<p>About a spoon.</p>", ordering="10", region="main", show_in="all", id="", parent=""
    )
    return {**fields, "title": "A spoon", "slug": "a-spoon", "summary": "How much a spoon holds.", "author": author,
            "articles_richtext_set-TOTAL_FORMS": "1", **text, **more}  # fmt: skip


BROKEN = [
    {},
    {"title": ""},
    {"author": ""},
    {"articles_richtext_set-0-show_in": "only"},
    {"articles_richtext_set-0-body": ""},
    {
        "articles_productcard_set-TOTAL_FORMS": "1",
        **block(0, "articles_productcard_set", product="", ordering="20", region="main", show_in="all"),
    },
    {"slug": "Not an address"},
    {"slug": "citrate-glycinate-oxide-label-guide"},
]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("typed", BROKEN)
def test_a_look_at_a_new_article_writes_nothing(look, typed):
    owner = signed_in()
    sent = begun(owner, **typed)
    before = Article.objects.count(), Version.objects.count()
    with only_looking(str(typed)):
        answer = owner.post(ADD, {**sent, **look})
    assert answer.status_code == 200
    assert (Article.objects.count(), Version.objects.count()) == before


@pytest.mark.parametrize("typed", BROKEN[1:])
def test_a_save_that_is_refused_takes_no_address(typed):
    """A block that is not valid yet used to leave an article without words, which then held the address."""
    owner = signed_in()
    sent = begun(owner, **typed)
    before = set(Article.objects.values_list("slug", flat=True))
    assert owner.post(ADD, {**sent, "_save": "1"}).status_code == 200
    assert set(Article.objects.values_list("slug", flat=True)) == before
    if not typed.get("slug"):
        assert owner.post(ADD, {**begun(owner), "_save": "1"}).status_code == 302
        assert Article.objects.get(slug="a-spoon").draft.title == "A spoon"


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_at_a_draft_shows_what_is_typed_and_writes_nothing(look):
    owner = signed_in()
    draft = open_draft(Article.objects.get(slug="citrate-glycinate-oxide-label-guide"), "anna")
    form = reverse("admin:articles_version_change", args=[draft.pk])
    sent = fields_of(owner.get(form).content.decode())
    total = int(sent["articles_richtext_set-TOTAL_FORMS"])
    typed = "<p>It cures magnesium deficiency and cramps; magnesium citrate cures migraine. <a href='/uk/articles/magnesium-and-restless-legs-guide/'>here</a></p>"
    sent |= {"articles_richtext_set-TOTAL_FORMS": str(total + 1)} | block(
        total, body=typed, ordering="1", region="main", show_in="all", id="", parent=draft.pk
    )
    sent["articles_richtext_set-0-DELETE"] = "on"
    gone = draft.blocks()[0].plain_text()[:60]
    with only_looking("the look"):
        page = owner.post(form, {**sent, "seen": "of another day", **look}).content.decode()
    assert "cures migraine" in page
    if "_check" in look:
        assert "Red in" in page
        assert "does not say where it leads" in page
    else:
        assert "/us/articles/magnesium-and-restless-legs-guide/" in page
        assert gone not in page
    draft.refresh_from_db()
    assert "cures migraine" not in " ".join(row.plain_text() for row in draft.blocks())


def test_the_panel_says_what_is_missing_and_never_that_nothing_is_in_order():
    owner = signed_in()
    assert "in order" not in owner.get(ADD).content.decode()
    nothing = {**fields_of(owner.get(ADD).content.decode()), "author": ""}
    empty = owner.post(ADD, {**nothing, "_check": "1"}).content.decode()
    assert "Not checked yet" in empty
    for field in ("Title", "Summary", "Author", "Address"):
        assert f"<b>{field}</b>" in empty
    headed = begun(owner, **{"articles_richtext_set-TOTAL_FORMS": "0", "_check": "1"})
    page = owner.post(ADD, headed).content.decode()
    assert "<b>Text</b> There is none yet." in page
    card = begun(owner, **BROKEN[5], _check="1")
    assert "<b>Product card: Product</b>" in owner.post(ADD, card).content.decode()


# --- addresses at which nothing was written -----------------------------------------------------------------------------


def test_an_address_without_words_breaks_no_page_and_can_be_written_at():
    owner = signed_in()
    orphan = Article.objects.create(slug="a-spoon")
    article_page = reverse("admin:articles_article_change", args=[orphan.pk])
    assert "Nothing was ever written" in owner.get(article_page).content.decode()
    assert "a-spoon" in owner.get(f"{ADD}?slug=a-spoon").content.decode()
    for action in ("edit", "publish", "restore", "review", "share", "keep_out", "take_back", "hand_in", "move", "bin", "unbin"):  # fmt: skip
        sent = {"action": action, "uk-chosen": "on", "slug": "a-spoon", "region": "uk", "product": "1"}
        assert owner.post(article_page, sent).status_code == 302, action
    listing = "/admin/articles/article/"
    linked = {
        "action": "link_products",
        "_selected_action": [orphan.pk, Article.objects.exclude(pk=orphan.pk)[0].pk],
    }
    for page in (listing, "/admin/articles/article/matrix/", "/admin/"):
        assert owner.get(page).status_code == 200
    chosen = {**linked, "what": "pin", "product": "1"}
    assert "a-spoon" in owner.post(listing, chosen).content.decode()
    done = owner.post(listing, {**chosen, "confirmed": "1"})
    assert owner.get(done["Location"]).status_code == 200
    for code in ("uk", "us"):
        assert a_shopper().get(f"/{code}/articles/a-spoon/").status_code == 404
    assert owner.post(ADD, {**begun(owner), "_save": "1"}).status_code == 302
    assert Article.objects.get(slug="a-spoon").draft.title == "A spoon"


def test_another_article_can_move_to_an_address_without_words():
    owner = signed_in()
    Article.objects.create(slug="a-spoon")
    article = Article.objects.get(slug="citrate-glycinate-oxide-label-guide")
    article_page = reverse("admin:articles_article_change", args=[article.pk])
    owner.post(article_page, {"action": "move", "slug": "a-spoon"})
    article.refresh_from_db()
    assert article.slug == "a-spoon"
