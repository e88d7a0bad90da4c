"""Short addresses of marketing: where they lead, what is counted, and what they can't be made to do."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from PIL import Image

from articles.models import Article
from config.forwarding.models import ShortLink, ShortLinkDay
from shop.attribution.models import CampaignDay
from shop.catalogue.models import Collection, Product
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.orders import a_code
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
READER = {"User-Agent": "Mozilla/5.0"}
PNG = b"\x89PNG"


def a_link(word="leaflet", **more) -> ShortLink:
    more = more or {"page": "shop"}
    return ShortLink.objects.create(word=word, region=region("uk"), **more)


@pytest.mark.parametrize("target", ["article", "product", "collection", "home", "shop", "articles"])
def test_it_leads_to_the_page_with_its_campaign_and_code(target):
    code = a_code("SPRING10")
    rows = {"article": Article, "product": Product, "collection": Collection}
    where = {target: rows[target].objects.first()} if target in rows else {"page": target}
    a_link(**where, source="Leaflet", campaign="spring 2027", code=code)
    answer = a_shopper().get("/go/leaflet/")
    assert answer.status_code == 302
    path, query = answer["Location"].split("?")
    assert path.startswith("/uk/")
    assert query == "utm_source=Leaflet&utm_campaign=spring+2027&code=SPRING10"
    assert "no-store" in answer["Cache-Control"]


def test_following_it_ends_on_the_page_with_the_code_kept():
    a_link(page="shop", code=a_code("SPRING10"), source="leaflet")
    html = a_shopper().get("/go/LEAFLET/", follow=True).content.decode()
    assert "Your code SPRING10 is kept" in html


def test_readers_are_counted_by_day_and_nobody_else():
    a_link()
    for _ in range(2):
        a_shopper().get("/go/leaflet/", headers=READER)
    a_shopper().get("/go/leaflet/", headers={"User-Agent": "Googlebot/2.1"})
    a_shopper().get("/go/leaflet/", headers={**READER, "Sec-Purpose": "prefetch"})
    a_shopper().head("/go/leaflet/", headers=READER)
    assert [row.clicks for row in ShortLinkDay.objects.all()] == [2]
    assert {field.name for field in ShortLinkDay._meta.fields} == {"id", "link", "day", "clicks"}


def test_switched_off_it_leads_to_the_page_alone():
    link = a_link(page="shop", source="leaflet", code=a_code("SPRING10"))
    ShortLink.objects.filter(pk=link.pk).update(is_active=False)
    assert a_shopper().get("/go/leaflet/")["Location"] == "/uk/shop/"
    assert not ShortLinkDay.objects.exists()


def test_an_address_that_moved_is_followed_and_one_that_is_gone_leads_to_the_front_page():
    product = Product.objects.first()
    a_link(product=product)
    Product.objects.filter(pk=product.pk).update(slug="quite-another")
    assert a_shopper().get("/go/leaflet/")["Location"].endswith("/quite-another/")
    ShortLink.objects.update(product=None)
    assert a_shopper().get("/go/leaflet/")["Location"] == "/uk/"


@pytest.mark.parametrize(
    "odd",
    [
        "/go/",
        "/go/none",
        "/go/%00",
        "/go//evil.example",
        "/go/leaflet/../x",
        "/go/" + "a" * 400,
        "/go/leaflet?next=//evil.example",
    ],
)
def test_it_is_never_an_open_redirect(odd):
    a_link()
    answer = a_shopper().get(odd)
    assert not answer.get("Location", "/uk/").startswith(("//", "http"))
    assert answer.status_code in {301, 302, 400, 404}


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": ""},
        {"page": "shop", "product": 1},
        {"page": "https://evil.example"},
        {"word": "Two Words", "page": "shop"},
        {"word": "-x", "page": "shop"},
        {"word": "cures-insomnia", "page": "shop"},
    ],
)
def test_what_can_not_be_is_refused(wrong):
    product = Product.objects.first() if wrong.get("product") else None
    link = ShortLink(**{"word": "leaflet", "region": region("uk"), **wrong, "product": product})
    with pytest.raises(ValidationError):
        link.full_clean()


def test_the_database_keeps_it_to_one_page_of_ours():
    for wrong in [{"page": "//evil"}, {"page": "shop", "product": Product.objects.first()}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            a_link(**wrong)


def test_marketing_makes_one_and_reads_what_it_brought():
    client, page = signed_in("Marketing"), "/admin/forwarding/shortlink/add/"
    sent = fields_of(client.get(page).content.decode())
    client.post(
        page, {**sent, "word": "leaflet", "region": region("uk").pk, "page": "shop", "source": "leaflet"}
    )
    link = ShortLink.objects.get()
    assert link.named == "leaflet / – / –"
    ShortLinkDay.objects.create(link=link, day="2027-03-01", clicks=1234)
    CampaignDay.objects.create(day="2027-03-01", region=region("uk"), campaign=link.named, orders=7)
    html = client.get("/admin/forwarding/shortlink/").content.decode()
    assert "1,234" in html
    assert ">7<" in html
    html = client.get(f"/admin/forwarding/shortlink/{link.pk}/change/").content.decode()
    assert "/go/leaflet/" in html
    assert "7 orders" in html


def test_its_qr_code_is_a_picture_of_either_kind():
    link = a_link()
    client, page = signed_in("Marketing"), f"/admin/forwarding/shortlink/{link.pk}/qr."
    svg = client.get(page + "svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    png = client.get(page + "png")
    assert Image.open(io.BytesIO(png.content)).size > (200, 200)
    assert client.get(page + "gif").status_code == 404
    assert signed_in("Orders").get(page + "svg").status_code == 403


def test_the_list_costs_the_same_however_long_it_is(django_assert_max_num_queries):
    client = signed_in("Marketing")
    for number in range(12):
        a_link(f"leaflet-{number}", page="shop", source=f"s{number}")
    client.get("/admin/forwarding/shortlink/")
    with django_assert_max_num_queries(16):
        client.get("/admin/forwarding/shortlink/")
