"""A file that staff bring in is worked at by the worker: pages tell how far it is, one at a time, and nothing comes twice."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from config.moving import working
from config.moving.models import Import, ImportLine
from config.moving.whole.archive import zipped
from config.moving.working import bring_in_imports, due_imports, forget_imports, work_at
from config.newsletter.models import Subscriber
from config.staff.bring_in import MOST_MB
from shop.catalogue.models import Product
from shop.outbox.models import Mail
from shop.sweeps.models import Setback
from tests.support.exports import CUSTOMERS_OF_SHOPIFY
from tests.support.exports import PRODUCTS_OF_SHOPIFY as SHOPIFY
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db
POSTS = "Handle,Title,Body HTML\nwater,Water,<p>Drink it.</p>\nnothing,Nothing,\n"


@pytest.fixture
def owner():
    client = signed_in("Owner")
    User.objects.filter(pk=client.session["_auth_user_id"]).update(email="owner@example.org")
    return client


def handed_in(client, text=SHOPIFY, kind="products", **more):
    """The address of its page."""
    data = {"text": text, "region": region("uk").pk, **more}
    return client.post(f"/admin/bring-in/{kind}/", data)["Location"]


def page(client, address):
    return client.get(address).content.decode()


def many(count):
    return "Handle,Title\n" + "\n".join(f"p-{n},Citrate {n}" for n in range(count))


def killed(*args, **kwargs):
    raise KeyboardInterrupt


def test_it_is_looked_at_first_and_saved_when_told(owner):
    address = handed_in(owner)
    begun = owner.get(address)
    assert "Being looked at" in begun.content.decode()
    assert begun["Refresh"] == "3", "the page asks for itself without a script"
    assert bring_in_imports() == 1
    looked = owner.get(address)
    assert "Refresh" not in looked
    assert "2 of 4 can be brought in" in looked.content.decode()
    assert "It cures restless legs." in looked.content.decode()
    assert not Product.objects.filter(slug="old-citrate").exists()

    owner.post(address, {"save": "1"})
    bring_in_imports()
    assert "2 products with 3 packs made as drafts" in page(owner, address)
    assert Product.objects.get(slug="old-citrate").variants.count() == 2
    mail = Mail.objects.get(key__startswith="staff_import")
    assert (mail.to, "2 products with 3 packs" in mail.text) == ("owner@example.org", True)
    assert bytes(Import.objects.get().data) == b"", "the file is kept no longer than it is needed"


def test_posts_and_subscribers_come_the_same_way(owner):
    address = handed_in(owner, POSTS, "articles")
    bring_in_imports()
    assert "1 of 2 can be brought in" in page(owner, address)
    owner.post(address, {"save": "1"})
    bring_in_imports()
    assert "1 drafts made" in page(owner, address)

    address = handed_in(owner, CUSTOMERS_OF_SHOPIFY, "customers", shop="old.example", sure="1")
    bring_in_imports()
    told = page(owner, address)
    assert "3 of 7 can be brought in" in told
    assert "Did not agree to letters: 1" in told
    assert "dan@example.org" not in told
    owner.post(address, {"save": "1"})
    bring_in_imports()
    assert Subscriber.objects.count() == 3


def test_how_far_it_is_stands_on_the_page(owner, monkeypatch):
    monkeypatch.setattr(working, "TELL_EVERY", -1.0)
    address = handed_in(owner, many(12))
    seen = []

    def watch(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and '"moving_import" SET "seen"' in sql:
            seen.append(params[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        bring_in_imports()
    assert seen[:13] == list(range(13))
    Import.objects.update(state="saving", turn=1, seen=4, total=12)
    shown = page(owner, address)
    assert "4 of 12 products are looked at" in shown
    assert '<progress max="100" value="33"' in shown
    assert "A mail to owner@example.org says when it is done" in shown


def test_a_second_file_is_refused_in_words(owner):
    handed_in(owner)
    answer = owner.post("/admin/bring-in/articles/", {"text": POSTS, "region": region("uk").pk})
    assert "“pasted text” is being brought in just now for" in answer.content.decode()
    assert Import.objects.count() == 1


def test_two_that_were_looked_at_are_not_saved_at_once(owner):
    one, other = (handed_in(owner, many(n)) for n in (1, 2) if bring_in_imports() or True)
    Import.objects.update(state="looked", turn=None)
    owner.post(one, {"save": "1"})
    assert "is being brought in just now" in owner.post(other, {"save": "1"}, follow=True).content.decode()


@pytest.mark.parametrize("step", ["looks", "saves"])
def test_a_worker_that_is_killed_begins_again_and_nothing_is_doubled(owner, monkeypatch, step):
    address = handed_in(owner)
    bring_in_imports()
    owner.post(address, {"save": "1"})
    way = working.WAYS["products"]
    with monkeypatch.context() as patch:
        broken = {name: getattr(way, name) for name in ("reads", "looks", "saves")}
        if step == "saves":  # all was made, and the commit never came

            def saves(found, chosen):
                way.saves(found, chosen)
                killed()

            broken["saves"] = saves
        else:
            broken["looks"] = lambda text, chosen: (killed() for _ in [1])
        patch.setattr(working, "WAYS", {"products": SimpleNamespace(**broken)})
        with pytest.raises(KeyboardInterrupt):
            bring_in_imports()
    assert not Product.objects.filter(slug="old-citrate").exists()
    assert not due_imports(timezone.now()).exists(), "it may still be at it"
    Import.objects.update(free_at=timezone.now())
    bring_in_imports()
    assert "2 products with 3 packs made" in page(owner, address)
    assert Product.objects.filter(slug="old-citrate").count() == 1
    assert ImportLine.objects.count() == 4


def test_of_two_workers_one_saves(owner, monkeypatch):
    address = handed_in(owner)
    bring_in_imports()
    owner.post(address, {"save": "1"})
    row = Import.objects.get()
    slow, whole = Import.objects.get(), working.set_aside

    def late(rows):
        rows = whole(rows)
        Import.objects.update(free_at=timezone.now())
        monkeypatch.setattr(working, "set_aside", whole)
        assert work_at(row), "another worker is quicker"
        return rows

    monkeypatch.setattr(working, "set_aside", late)
    assert not work_at(slow)
    assert Mail.objects.filter(key__startswith="staff_import").count() == 1
    assert Product.objects.filter(slug="old-citrate").count() == 1


def test_what_is_stopped_saves_nothing(owner, monkeypatch):
    address = handed_in(owner, many(5))
    monkeypatch.setattr(working, "TELL_EVERY", -1.0)
    whole = working.Progress.count

    def count(self, told):
        owner.post(address, {"stop": "1"})
        whole(self, told)

    monkeypatch.setattr(working.Progress, "count", count)
    assert not bring_in_imports()
    assert "Stopped, nothing saved" in page(owner, address)
    assert "It was stopped: begin anew." in owner.post(address, {"save": "1"}, follow=True).content.decode()


def test_a_try_that_fails_is_told_and_made_again(owner, monkeypatch):
    address = handed_in(owner)
    with monkeypatch.context() as patch:
        patch.setattr(working, "_entries", lambda row, progress: 1 / 0)
        bring_in_imports()
    assert "A try failed, and it is tried again by itself" in page(owner, address)
    Setback.objects.all().delete()
    Import.objects.update(free_at=timezone.now())
    bring_in_imports()
    assert "2 of 4 can be brought in" in page(owner, address)


def test_what_nobody_saved_is_forgotten_after_a_week(owner):
    address = handed_in(owner)
    assert not forget_imports(timezone.now() + working.KEPT * 2), "it is still wanted"
    bring_in_imports()
    assert not forget_imports()
    assert forget_imports(timezone.now() + working.KEPT * 2)
    assert owner.get(address).status_code == 404


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("products", {}, "Choose a file, or paste"),
        ("products", {"text": "  "}, "Choose a file, or paste"),
        ("products", {"text": SHOPIFY, "region": "99999"}, "Select a valid choice"),
        ("products", {"text": SHOPIFY, "form": "oxide"}, "Select a valid choice"),
        ("customers", {"text": "x", "shop": "old.example"}, "Letters go only to those who agreed"),
        ("customers", {"text": "x", "sure": "1"}, "This field is required"),
        ("shop", {}, "This field is required"),
    ],
)
def test_the_page_says_what_is_wrong(owner, kind, data, words, monkeypatch):
    monkeypatch.setattr("config.staff.bring_in.is_empty", lambda: True)
    answer = owner.post(f"/admin/bring-in/{kind}/", {"region": region("uk").pk, **data})
    assert words in answer.content.decode()
    assert not Import.objects.exists()


# --- a whole shop ----------------------------------------------------------------------------------------------------


def a_zip(**files):
    return SimpleUploadedFile("shop.zip", b"".join(zipped((name, [data]) for name, data in files.items())))


TAG = b'{"id": 5, "name": "A tag of there", "slug": "a-tag-of-there"}\n{"id": 6}\n'


def test_a_whole_shop_comes_into_an_empty_one_alone(owner, monkeypatch):
    assert "comes into an empty one alone" in page(owner, "/admin/bring-in/shop/")
    answer = owner.post("/admin/bring-in/shop/", {"file": a_zip(x=b"")})
    assert "comes into an empty one alone" in answer.content.decode()
    assert not Import.objects.exists()

    for module in ("config.staff.bring_in", "config.moving.working"):
        monkeypatch.setattr(f"{module}.is_empty", lambda: True)
    tags = "rows/catalogue.relatedproducttag.jsonl"
    file = a_zip(**{"rows/catalogue.product.jsonl": b"", tags: TAG})
    address = owner.post("/admin/bring-in/shop/", {"file": file})["Location"]
    bring_in_imports()
    looked = page(owner, address)
    assert "1 rows would come in, 1 left out." in looked
    assert f"{tags}, line 2: left out" in looked
    model = Product.tags.rel.model
    assert not model.objects.filter(slug="a-tag-of-there").exists()
    owner.post(address, {"save": "1"})
    bring_in_imports()
    assert "1 rows came in, 1 left out." in page(owner, address)
    assert model.objects.filter(slug="a-tag-of-there").exists()


@pytest.mark.parametrize("data", [b"no zip", b"PK", a_zip(x=b"y").read()])
def test_what_is_no_export_is_told(owner, monkeypatch, data):
    for module in ("config.staff.bring_in", "config.moving.working"):
        monkeypatch.setattr(f"{module}.is_empty", lambda: True)
    file = SimpleUploadedFile("mine.zip", data)
    address = owner.post("/admin/bring-in/shop/", {"file": file})["Location"]
    bring_in_imports()
    told = page(owner, address)
    assert "There is nothing to save" in told
    assert "mine.zip" in told
    assert not Setback.objects.filter(sweep=working.SWEEP).exists()


def test_a_shop_that_sells_meanwhile_is_not_touched(owner):
    Import.objects.create(kind="shop", state="saving", file_name="x.zip", data=b"")
    bring_in_imports()
    assert "Nothing came in" in Import.objects.get().words


def test_a_file_that_is_too_large_is_refused(owner, monkeypatch):
    monkeypatch.setattr("config.staff.bring_in.is_empty", lambda: True)
    monkeypatch.setattr("config.staff.bring_in.MOST_MB", 0)
    answer = owner.post("/admin/bring-in/shop/", {"file": SimpleUploadedFile("x.zip", b"12345")})
    assert "bring it in with the command below" in answer.content.decode()
    assert MOST_MB < 20, "a request of staff ends at 20 MB"
