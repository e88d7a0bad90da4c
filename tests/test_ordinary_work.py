"""Ordinary work moves nothing that readers see, so every page stays kept."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import (
    Article,
    Publication,
    Reference,
    RichText,
    Topic,
)
from articles.publishing.drafts import open_draft
from config.worker.loop import Worker
from config.worker.sweeps import sweeps
from shop.alerts.models import StockAlert
from shop.catalogue.models import (
    Product,
    RelatedProductTag,
    Stock,
)
from shop.orders.fulfil import send_parcel
from shop.pictures.models import Picture
from shop.pictures.renditions import render_next
from shop.regions.models import Region
from tests.conftest import a_shopper
from tests.support.editing import act, begin, save
from tests.support.factories import region, set_stock, variant
from tests.support.moved import CAPSULES, Moved, capsules, guide, live
from tests.support.orders import paid
from tests.support.pictures import upload
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


# Of each kind of work what comes before `yield` prepares it.


def order_and_pay():
    yield
    paid()


def send_a_parcel():
    order = paid(quantity=2)
    yield
    send_parcel(order, {line.pk: 1 for line in order.lines.all()}, by="olga")


def put_into_a_basket():
    yield
    assert a_shopper().post("/uk/basket/add/", {"variant": "CIT-CAP-90"}).status_code == 303


def press_edit():
    owner = signed_in()
    yield
    begin(owner, guide())


def save_a_draft():
    owner, draft = signed_in(), open_draft(guide(), "anna")
    yield
    save(owner, draft, title="Another title", note="Tried a title")
    assert guide().draft.title == "Another title"


def save_a_draft_unchanged():
    owner, draft = signed_in(), open_draft(guide(), "anna")
    yield
    save(owner, draft)


def preview_a_draft():
    owner, draft = signed_in(), open_draft(guide(), "anna")
    yield
    assert owner.get(reverse("admin:articles_preview", args=[draft.pk, "uk"])).status_code == 200


def hand_in_and_restore():
    owner, draft = signed_in(), open_draft(guide(), "anna")
    yield
    act(owner, guide(), "hand_in")
    act(owner, guide(), "restore", version=draft.made_from_id)


def link_in_a_draft():
    draft = open_draft(guide(), "anna")
    yield
    draft.topics.set(Topic.objects.all()[:2])
    draft.tags.set(RelatedProductTag.objects.all()[:2])
    draft.product_links.create(product=capsules(), kind="exclude")
    RichText.objects.create(parent=draft, region="main", ordering=900, body="<p>More.</p>")
    RichText.objects.filter(parent=draft).update(ordering=7)
    RichText.objects.filter(parent=draft).delete()


def bin_what_nobody_read():
    orphan = Article.objects.create(slug="never-read")
    yield
    orphan.delete()


def ask_for_an_alert():
    set_stock("CIT-CAP-90", "uk", 0)
    yield
    StockAlert.objects.create(
        email="a@example.org", variant=variant(), region=region("uk"), asked_at=timezone.now()
    )


def upload_a_picture():
    Picture.objects.update(failed="Not now.")
    yield
    picture = Picture(title="Not used", file=upload(), alt="A jar.")
    picture.full_clean()
    picture.save()
    assert render_next()
    Picture.objects.filter(pk=picture.pk).update(alt="Another jar.")


def rename_a_picture_for_staff():
    yield
    Picture.objects.update(title="Renamed")


def find_nothing():
    worker = Worker()
    while worker.tick():
        pass
    yield
    worker.tick()
    for sweep in sweeps():
        sweep.work()


def save_unchanged():
    yield
    for row in (capsules(), variant(), live(), Publication.objects.first(), Region.objects.first()):
        row.save()
    Product.objects.filter(slug=CAPSULES).update(slug=CAPSULES)


def save_the_form_of_a_product_unchanged():
    owner, page = signed_in(), reverse("admin:catalogue_product_change", args=[capsules().pk])
    sent = fields_of(owner.get(page).content.decode())
    yield
    assert owner.post(page, {**sent, "_save": "1"}).status_code == 302


def change_a_source_that_nobody_cites():
    source = Reference.objects.create(key="nobody2020", authors="N", title="T")
    yield
    Reference.objects.filter(pk=source.pk).update(title="Another")


def take_in_more_of_what_there_is():
    yield
    Stock.objects.take_in({variant().pk: 3}, region("uk"))
    set_stock("CIT-CAP-90", "uk", 77)


ORDINARY = [
    order_and_pay, send_a_parcel, put_into_a_basket, press_edit, preview_a_draft, hand_in_and_restore, link_in_a_draft,
    bin_what_nobody_read, ask_for_an_alert, upload_a_picture, rename_a_picture_for_staff, save_unchanged,
    save_the_form_of_a_product_unchanged, change_a_source_that_nobody_cites, take_in_more_of_what_there_is,
    *(pytest.param(work, marks=pytest.mark.walk) for work in (save_a_draft, save_a_draft_unchanged, find_nothing)),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("work", ORDINARY, ids=lambda work: work.__name__)
def test_ordinary_work_moves_nothing(work, django_capture_on_commit_callbacks):
    steps = work()
    with django_capture_on_commit_callbacks(execute=True):
        next(steps)
    moved = Moved()
    with django_capture_on_commit_callbacks(execute=True):
        next(steps, None)
    assert moved.scopes() == set()
