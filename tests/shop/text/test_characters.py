"""Characters that XML, JSON, mails or PDF can't carry: gone when a row is saved, harmless where one is stored already."""

import csv
import email
import io
import json
import re
from contextlib import contextmanager
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.core import mail
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.utils import timezone

from articles.models import Article, Author, Comment, Faq, Reference, RichText, Topic
from articles.reading.published import newest_versions
from config.newsletter.models import Letter
from config.search.models import EmptySearch
from shop.catalogue.models import Product
from shop.invoices.issue import issue_invoice, typeset
from shop.orders.mails import order_mail
from shop.orders.models import Order
from shop.outbox.models import Mail
from shop.outbox.send import send_next
from shop.pages import triggers
from shop.payments import stripe_api
from shop.payments.sandbox.events import signature
from shop.pictures.models import Picture
from shop.regions.models import Region, Seller
from shop.text.characters import clean_data, clean_html, clean_line, clean_text, is_clean
from tests.conftest import a_shopper
from tests.support.factories import an_order, an_order_at_stripe
from tests.support.rates import rates_unguarded
from tests.support.staff import fields_of, signed_in

CODES = ("uk", "us", "eu", "de", "fr")
POISON = "\x00\x01\x0b\x0c\x1f\x7f\x92\ufffe\uffff\ufdd0\U0001fffe\u202e\u2066\ufeff\u2028&lt;"
# What names a thing in an address or a rule, as our own code writes it.
OWN_WORDS = {"key", "code", "codes", "currency", "locale", "hreflang", "law", "time_zone", "sku", "token", "number", "country",
             "tax_class", "region_codes", "state", "session_id", "session_url", "pattern", "postcode_pattern", "region",
             "source_hash", "words_digest", "reviewed_words", "claims_rules", "rules", "stripe_id", "intent_id", "payment_mode",
             "mode", "status", "letter", "kind", "help_page", "email", "to", "id", "basket_key", "form", "rule_form", "rule_kind",
             "link_policy", "link", "dispatch_time_zone", "dispatch_holidays", "prefixes", "page", "digest", "kept_token",
             "colour"}  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("10\x0bmg", "10 mg"),
        ("page\x0cbreak\x1e\x1funit", "page break  unit"),
        ("magne\x02sium\x00\x7f", "magnesium"),
        ("it\x92s \x93so\x94 \x96 \x85", "it’s “so” – …"),
        ("\x81\x8d\x90", ""),
        ("a\ufffeb\uffffc\ufdd0d\U0010ffffe", "abcde"),
        ("a\u202eb\u2067c\u2069", "abc"),
        ("\ufeffname\ufffc", "name"),
        ("a\ud800b\udfffc", "a\ufffdb\ufffdc"),
        ("\ud83d\ude00", "😀"),
        ("one\u2028two\u2029three", "one two three"),
        ("tab\tline\r\nline", "tab\tline\r\nline"),
        ("Ægir ≥ 300 µg, H₂O, 日本, 👩‍🔬, 🏴󠁧󠁢󠁥󠁮󠁧󠁿, שלום\u200f, ﷺ, \ufffd", None),
    ],
)
def test_each_character_has_its_rule(raw, clean):
    assert clean_text(raw) == (raw if clean is None else clean)
    assert clean_text(clean_text(raw)) == clean_text(raw)
    assert is_clean(clean_text(raw))


def test_lines_data_and_markup():
    assert clean_line("a\r\nBcc: b\tc\x0bd") == "a Bcc: b c d"
    assert clean_data({"a\x01": ["b\x02", {"c": "d\ud800"}, 3, None]}) == {
        "a": ["b", {"c": "d\ufffd"}, 3, None]
    }
    assert clean_html('<a href="java\x01script:x">10\x0bmg</a>') == '<a href="java script:x">10 mg</a>'


@pytest.mark.slow
def test_what_xml_allows_is_kept_and_nothing_else():
    """Every character below U+3000 and some beyond, asked of the parser itself."""
    for code in [*range(0x3000), 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF]:
        cleaned = clean_text(f"a{chr(code)}b")
        node = ElementTree.Element("a")
        node.text = cleaned
        assert ElementTree.fromstring(ElementTree.tostring(node, encoding="utf-8")).text.replace("\n", "\r") == cleaned.replace("\n", "\r")  # fmt: skip


# --- cleaned when it is saved ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["\x0b", "\x01", "\ufffe", "\u202e", "\ud800", "\x00"])
def test_no_row_is_stored_with_them_whoever_saves_it(wrong):
    author = Author.objects.create(name=f"A{wrong}B", slug="a", about=f"one\n{wrong}two")
    Reference.objects.bulk_create([Reference(key="k", authors=f"A{wrong}", title=f"T{wrong}", finding=wrong)])
    order = an_order()
    order.name, order.legal = f"Ada{wrong}", {f"seller{wrong}": [f"x{wrong}"]}
    order.save()
    seller = Seller.current()
    seller.address = f"1 Street{wrong}\nLeeds"
    seller.save()
    for row in (author, Reference.objects.get(key="k"), order, seller):
        row.refresh_from_db()
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            assert not isinstance(value, str) or is_clean(value), field
            assert clean_data(value) == value, field
    assert "\n" in author.about
    assert "\n" in seller.address


@pytest.mark.django_db
def test_a_column_of_one_line_keeps_one_line():
    topic = Topic.objects.create(name="Sleep\r\nand\tmuscles", slug="x")
    topic.refresh_from_db()
    assert topic.name == "Sleep and muscles"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", ["\x0b", "&#11;", "&#x1;", "&#xFFFE;", "\ufffe", "\u202e", "&#8238;", "\ud800"]
)
def test_rich_text_keeps_none_nor_a_reference_to_one(wrong):
    version = Article.objects.first().newest()
    block = RichText.objects.create(parent=version, region="main", ordering=999, body=f"<p>a{wrong}b</p>")
    block.refresh_from_db()
    assert is_clean(block.body)
    assert "&#" not in block.body
    faq = Faq.objects.create(parent=version, region="main", ordering=998, question="q", answer=f'<p><a href="java{wrong}script:x">x</a></p>')  # fmt: skip
    faq.refresh_from_db()
    assert is_clean(faq.answer)
    assert "javascript:" not in faq.answer


@pytest.mark.slow
@pytest.mark.django_db
def test_staff_forms_comments_and_searches_are_cleaned():
    staff = signed_in()
    product = Product.objects.get(slug="magnesium-citrate-capsules")
    page = f"/admin/catalogue/product/{product.pk}/change/"
    sent = fields_of(staff.get(page).content.decode())
    staff.post(page, {**sent, "summary": "Pure\x0bcitrate\ufffe", "description": "One\x0btwo\r\nthree"})
    product.refresh_from_db()
    assert product.summary == "Pure citrate"
    assert product.description.split() == ["One", "two", "three"]
    a_shopper().get("/uk/search/?q=xqz%0Bzt%01%EF%BF%BE")
    assert all(is_clean(row.words) for row in EmptySearch.objects.all())
    for query in ("q=magnesium%0Bcitrate", "q=%ED%A0%80", "q=%FF%FE", "q=%E2%80%AEcitrate", "q=a%C2%85b"):
        assert a_shopper().get(f"/uk/search/?{query}").status_code == 200
        json.loads(a_shopper().get(f"/uk/search/suggest/?{query}").content)
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "path", ["/uk/shop/a%0Bb/", "/uk/%EF%BF%BE/", "/orders/%01/", "/uk/articles/%E2%80%AE/", "/to/%C2%85/"]
)
@pytest.mark.django_db
def test_an_address_with_them_leads_nowhere(path):
    assert a_shopper().get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", ["\\ud800", "\\u0000", "\\u000b", "\\ufffe"])
def test_what_stripe_says_is_cleaned_too(wrong):
    body = f'{{"id": "evt{wrong}", "type": "x", "created": 1, "livemode": false, "data": {{"object": {{"a{wrong}": "b{wrong}"}}}}}}'
    event = stripe_api.verified_event(body.encode(), signature(body.encode()))
    assert clean_data(event) == event
    json.dumps(event, ensure_ascii=False).encode()


# --- harmless where it is stored already -----------------------------------------------------------------------------


def poisoned_columns():
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in {"shop", "articles", "config"}:
            continue
        for field in model._meta.concrete_fields:
            if (
                isinstance(field, models.CharField | models.TextField)
                and not isinstance(field, models.SlugField | models.EmailField | models.URLField)
                and not field.choices
                and field.name not in OWN_WORDS
            ):
                yield model, field


def poison_everything():
    columns = list(poisoned_columns())
    assert len(columns) > 90
    for model, field in columns:
        rows = models.QuerySet(model).exclude(**{field.name: ""})
        rows.update(**{field.name: Concat(Value(POISON), F(field.name), output_field=models.TextField())})
        assert not rows.exists() or POISON in rows.values_list(field.name, flat=True)[0], field
    # A text that would look like an address if a control character were only dropped.
    models.QuerySet(RichText).update(
        body=Concat(F("body"), Value('<p>\x0b\ufffe<a href="java\x01script:alert(1)">x</a></p>'), output_field=models.TextField())
    )  # fmt: skip


@contextmanager
def agreed_unguarded():
    """While what a buyer agreed to can be changed, which the database refuses else."""
    triggers.drop()
    yield
    triggers.install()


@pytest.fixture
def poisoned(db):
    order, _ = an_order_at_stripe()
    Letter.objects.create(region=Region.objects.first(), subject="News", words="Words")
    with rates_unguarded(), agreed_unguarded():
        poison_everything()
    return Order.objects.get(pk=order.pk)


def texts_of(tree):
    return "".join(part for node in tree.iter() for part in [node.text or "", *node.attrib.values()])


@pytest.mark.walk
@pytest.mark.sqlite
def test_every_feed_sitemap_and_list_for_machines_can_be_read(poisoned):
    guest = a_shopper()
    paths = ["/sitemap.xml"]
    for code in CODES:
        paths += [f"/{code}/sitemap.xml", f"/{code}/feeds/google.xml", f"/{code}/articles/feed/"]
        paths += [
            f"/{code}/articles/feed/?topic={topic.slug}"
            for topic in Topic.objects.filter(versiontopic__isnull=False)[:1]
        ]
        rows = list(csv.reader(io.StringIO(guest.get(f"/{code}/feeds/meta.csv").content.decode())))
        assert len({len(row) for row in rows}) == 1
        assert all(is_clean(cell) for row in rows for cell in row)
    for path in paths:
        answer = guest.get(path)
        assert answer.status_code == 200, path
        tree = ElementTree.fromstring(answer.content)
        assert is_clean(texts_of(tree)), path
        assert "javascript:" not in texts_of(tree)
    text = guest.get("/llms.txt").content.decode()
    assert is_clean(text)
    assert "javascript:" not in text


@pytest.mark.walk
@pytest.mark.sqlite
def test_every_page_is_answered_and_its_structured_data_can_be_read(poisoned):
    guest = a_shopper()
    for code in CODES:
        region = Region.objects.get(code=code)
        paths = [f"/{code}/", f"/{code}/shop/", f"/{code}/shop/compare/", f"/{code}/articles/", f"/{code}/help/delivery/",
                 f"/{code}/search/?q=citrate", f"/{code}/sheet/?sku=CIT-CAP-90", f"/{code}/collections/to-take/"]  # fmt: skip
        paths += [product.url_in(region) for product in Product.objects.on_sale_in(region)]
        paths += [row.url for row in newest_versions(region)]
        for path in paths:
            answer = guest.get(path)
            assert answer.status_code == 200, path
            page = answer.content.decode()
            assert "javascript:" not in page
            for data in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL):
                assert clean_data(json.loads(data)) == json.loads(data), path
            for card in re.findall(r'property="og:image" content="http://[^/]+(/[^"]+)"', page):
                picture = guest.get(card.replace("&amp;", "&"))
                assert picture.status_code == 200, card
                assert picture["Content-Type"] == "image/jpeg"


@pytest.mark.slow
@pytest.mark.sqlite
def test_mails_invoices_and_exports_can_be_read(poisoned, settings):
    settings.EMAIL_URL = "smtp://x"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    order = poisoned
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now(), status="paid")
    order.refresh_from_db()
    assert issue_invoice(order).pdf.startswith(b"%PDF")
    order_mail(order, "paid")
    Mail.objects.create(key="x", to="a@example.org", subject="s", text="t", html="h", due_at=timezone.now())
    Mail.objects.filter(key="x").update(
        subject=f"Sub{POISON}\r\nBcc: b@example.org", text=POISON, html=POISON
    )
    while send_next(timezone.now() + timedelta(days=1)):
        pass
    assert len(mail.outbox) >= 3
    for message in mail.outbox:
        read = email.message_from_bytes(message.message().as_bytes())
        assert not read.defects
        assert read["Bcc"] is None
        assert is_clean(message.subject)
        assert is_clean(message.body)
    staff = signed_in()
    guest = a_shopper()
    assert guest.get(order.get_absolute_url()).status_code == 200
    for path in ("/admin/vat/?as=csv", "/admin/earnings/?as=csv", "/admin/earnings/campaigns/?as=csv"):
        answer = staff.get(path)
        assert answer.status_code == 200, path
        assert is_clean(answer.getvalue().decode("utf-8-sig"))  # which begins with the mark that Excel needs
    answer = staff.post("/admin/orders/order/", {"action": "export", "_selected_action": [order.pk]})
    export = answer.getvalue().decode("utf-8-sig")
    assert "Ada" in export
    assert is_clean(export)


@pytest.mark.parametrize("wrong", ["\x00", "\x0b", "\ufffe", "\u202e", "\ud800", "\x9f"])
def test_the_typesetter_takes_any_name(wrong, db):
    order = an_order()
    Order.objects.filter(pk=order.pk).update(paid_at=timezone.now(), status="paid")
    order.refresh_from_db()
    data = issue_invoice(order).data
    spoilt = {**data, "seller": f"S{wrong}", "buyer": [f"Ada{wrong}"], "country": f"UK{wrong}"}
    assert typeset(spoilt).startswith(b"%PDF")


@pytest.mark.django_db
def test_a_picture_told_in_them_is_still_told():
    picture = Picture(title="t", alt="A\x0bjar\ufffe", file="pictures/x.webp")
    picture.save()
    assert picture.alt == "A jar"
