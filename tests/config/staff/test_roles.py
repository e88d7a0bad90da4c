"""Each role of the staff can do its work, and nothing else."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Publication, Version
from articles.publishing.drafts import open_draft
from config.staff.roles import EDIT, MARKET, ROLES, SELL, WRITE, ship_roles
from shop.catalogue.models import RelatedProductTag
from tests.support.factories import an_order
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
SLUG = "citrate-glycinate-oxide-label-guide"


@pytest.fixture
def article():
    return Article.objects.get(slug=SLUG)


def article_page(article):
    return f"/admin/articles/article/{article.pk}/change/"


def test_every_right_that_a_role_names_exists():
    for name, wanted in ROLES.items():
        group = Group.objects.get(name=name)
        have = {
            f"{one.content_type.app_label}.{one.codename}"
            for one in group.permissions.select_related("content_type")
        }
        assert wanted is None or have == wanted, name
    assert WRITE < EDIT
    assert not (MARKET | SELL | WRITE) & {"articles.publish_article"}


def test_shipping_the_roles_again_takes_back_what_was_changed_by_hand():
    writer = Group.objects.get(name="Writer")
    writer.permissions.clear()
    ship_roles()
    assert writer.permissions.count() == len(WRITE)


@pytest.mark.walk
def test_a_writer_writes_and_does_not_publish(article):
    writer = signed_in("Writer")
    assert writer.post(article_page(article), {"action": "edit"}).status_code == 302
    draft = article.draft
    path = f"/admin/articles/version/{draft.pk}/change/"
    sent = {**fields_of(writer.get(path).content.decode()), "title": "A writer was here", "_continue": "1"}
    assert writer.post(path, sent).status_code == 302
    assert Version.objects.get(pk=draft.pk).title == "A writer was here"
    before = Publication.objects.count()
    for action in ("publish", "take_back", "bin"):
        sent = {"action": action, "version": draft.pk, "uk-chosen": "on", "region": "uk"}
        assert writer.post(article_page(article), sent).status_code == 403, action
    assert Publication.objects.count() == before
    page = writer.get(article_page(article)).content.decode()
    assert 'value="publish"' not in page
    assert "An editor can publish this draft" in page


def test_an_editor_publishes(article):
    editor = signed_in("Editor")
    draft = open_draft(article, "x")
    sent = {"action": "publish", "version": draft.pk, "uk-chosen": "on"}
    assert editor.post(article_page(article), sent).status_code == 302
    assert article.publications.filter(version=draft).exists()


@pytest.mark.walk
def test_marketing_links_and_does_not_touch_words(article):
    marketing = signed_in("Marketing")
    draft = open_draft(article, "x")
    path = f"/admin/articles/version/{draft.pk}/change/"
    page = marketing.get(path).content.decode()
    assert "versiontag_set-TOTAL_FORMS" in page
    texts = draft.articles_richtext_set.count()
    sent = {name: "hacked" if name.endswith("-body") else value for name, value in fields_of(page).items()}
    sent |= {"title": "hacked", "slug": "hacked", "summary": "hacked"}
    sent |= {"versiontag_set-TOTAL_FORMS": str(int(sent["versiontag_set-TOTAL_FORMS"]) + 1)}
    number = int(sent["versiontag_set-TOTAL_FORMS"]) - 1
    tag = RelatedProductTag.objects.get(slug="epsom-salt")
    sent |= {f"versiontag_set-{number}-tag": tag.pk, f"versiontag_set-{number}-version": draft.pk}
    assert marketing.post(path, {**sent, "_continue": "1"}).status_code == 302
    draft.refresh_from_db()
    assert tag in draft.tags.all()
    assert "hacked" not in draft.title + draft.summary + draft.article.slug
    assert draft.articles_richtext_set.count() == texts
    assert not draft.articles_richtext_set.filter(body__contains="hacked").exists()
    assert (
        marketing.post(
            article_page(article), {"action": "publish", "version": draft.pk, "uk-chosen": "on"}
        ).status_code
        == 403
    )


@pytest.mark.parametrize("role", ["Writer", "Editor", "Marketing"])
def test_those_who_write_see_no_order_and_no_money(role):
    an_order()
    client = signed_in(role)
    for path in ("orders/order/", "payments/payment/", "outbox/mail/", "auth/user/", "regions/vatrate/"):
        assert client.get(f"/admin/{path}").status_code == 403, path
    assert client.get("/admin/articles/article/").status_code == 200


@pytest.mark.slow
def test_orders_work_at_the_order_desk_and_nowhere_else():
    order = an_order()
    orders = signed_in("Orders")
    path = f"/admin/orders/order/{order.pk}/change/"
    assert orders.get(path).status_code == 200
    orders.post(path, {"action": "note", "note": "Rang twice.", "status": "paid"})
    order.refresh_from_db()
    assert (order.events.last().why, order.events.last().who) == ("Rang twice.", "orders")
    assert order.status == "pending"
    assert signed_in("Marketing").post(path, {"action": "note", "note": "x"}).status_code == 403
    for path in ("articles/version/add/", "catalogue/product/add/", "auth/user/", "regions/region/add/"):
        assert orders.get(f"/admin/{path}").status_code == 403, path


@pytest.mark.slow
def test_the_owner_reaches_everything():
    owner = signed_in("Owner")
    for path in ("articles/article/", "catalogue/product/", "orders/order/", "payments/payment/", "regions/vatrate/",
                 "regions/salestaxrate/", "outbox/mail/", "auth/user/", "auth/group/", "pictures/picture/"):  # fmt: skip
        assert owner.get(f"/admin/{path}").status_code == 200, path


@pytest.mark.walk
def test_every_list_of_the_admin_costs_fifteen_queries_at_most():
    owner = signed_in()
    for model in admin.site._registry:
        listing = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        owner.get(listing)
        with CaptureQueriesContext(connection) as captured:
            assert owner.get(listing).status_code in {200, 302}, listing
        assert len(captured) <= 15, (listing, len(captured))
