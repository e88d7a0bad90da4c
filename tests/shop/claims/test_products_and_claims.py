"""A product's own words: refused in a form with field, phrase, region and a way out; what ships is clean."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.template.defaultfilters import wordwrap

from shop.catalogue.models import Product, ProductWording
from shop.claims.conditions import conditions_named
from shop.orders.fulfil import send_parcel
from shop.orders.models import OrderLine
from shop.outbox.keys import link_report_kind, order_kind
from shop.outbox.models import Mail
from shop.pages.models import AgreedText
from shop.payments.reconcile import send_refunds
from shop.payments.refund import cancel_and_refund
from tests.conftest import a_shopper
from tests.support.factories import deliver_events
from tests.support.orders import paid
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
EVERYWHERE = "UK, US, EU, EU (Deutsch), UE (français)"


@pytest.mark.slow
def test_every_product_that_ships_is_clean_in_every_region():
    for product in Product.objects.all():
        product.full_clean()
    for wording in ProductWording.objects.select_related("product", "region"):
        wording.full_clean()


@pytest.mark.parametrize(
    ("slug", "field", "text", "told"),
    [
        ("magnesium-citrate-capsules", "summary", "Capsules for people with restless legs.", EVERYWHERE),
        ("magnesium-citrate-capsules", "description", "Helps you sleep soundly.", EVERYWHERE),
        ("magnesium-oil-spray", "description", "Absorbed through the skin in seconds.", EVERYWHERE),
        ("epsom-salt-bath-crystals", "summary", "Soothes sore muscles.", EVERYWHERE),
        ("magnesium-glycinate-capsules", "name", "RLS Calm", EVERYWHERE),
    ],
)
def test_a_claim_on_a_product_is_refused_with_phrase_and_region(slug, field, text, told):
    product = Product.objects.get(slug=slug)
    setattr(product, field, text)
    with pytest.raises(ValidationError) as refused:
        product.full_clean()
    words = " ".join(refused.value.message_dict[field])
    assert f"can’t stand here in {told}. " in words


def test_what_one_region_allows_is_refused_in_the_others():
    wordings = {
        row.region.code: row
        for row in ProductWording.objects.filter(product__slug="magnesium-citrate-capsules")
    }
    for code, wording in wordings.items():
        wording.description = "Supports relaxation and calm."
        if code == "us":
            wording.full_clean()
        else:
            with pytest.raises(ValidationError, match="relaxation"):
                wording.full_clean()


def test_a_warning_may_name_a_condition():
    wording = ProductWording.objects.get(product__slug="epsom-salt-bath-crystals", region__code="eu")
    wording.warnings += "\nAsk a doctor first if you have diabetes."
    wording.full_clean()
    wording.description = "Good for people with diabetes."
    with pytest.raises(ValidationError, match="diabetes"):
        wording.full_clean()


@pytest.mark.slow
def test_the_form_keeps_what_was_typed_and_says_what_to_do():
    owner = signed_in()
    product = Product.objects.get(slug="magnesium-citrate-powder")
    address = f"/admin/catalogue/product/{product.pk}/change/"
    sent = fields_of(owner.get(address).content.decode())
    answer = owner.post(address, {**sent, "summary": "Relieves restless legs."})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "can’t stand here" in page
    assert 'value="Relieves restless legs."' in page
    product.refresh_from_db()
    assert product.summary != "Relieves restless legs."
    assert owner.post(address, sent).status_code == 302


@pytest.mark.walk
def test_nothing_between_the_basket_and_the_last_mail_names_a_condition():
    """Basket, checkout, order page, every mail to shoppers, the feed and the data of products: no condition word.

    Save for the terms in the mail that confirms an order: the law lets nobody limit what he answers for injury.
    """
    shopper = a_shopper()
    for code in ("uk", "us", "eu"):
        orders = [paid("CIT-CAP-90", "OIL-SPR-100", code=code, email=f"a{code}@example.org", quantity=2)]
        line = orders[0].lines.first()
        send_parcel(orders[0], {line.pk: 1}, by="mia")
        cancel_and_refund(orders[0], {line.pk: 1}, by="mia", why="", refund=True)
        shopper.post(f"/{code}/basket/add/", {"variant": "CIT-CAP-90", "quantity": "1"})
        pages = [shopper.get(path).content.decode() for path in (f"/{code}/basket/", f"/{code}/checkout/", orders[0].get_absolute_url(), f"/{code}/feeds/google.xml", f"/{code}/shop/compare/")]  # fmt: skip
        product = shopper.get(f"/{code}/shop/magnesium-citrate-capsules/").content.decode()
        pages += re.findall(r"ld\+json.>(.*?)</script>", product, re.DOTALL)
        assert len(pages) == 7
        for page in pages:
            text = re.sub(r"<[^>]+>", " ", page.split('<main id="main"')[-1])
            assert conditions_named(text) == [], code
    send_refunds()
    deliver_events()
    mails = Mail.objects.exclude(key__startswith=link_report_kind())
    for kind in ("placed", "paid", "shipped", "cancelled", "refunded"):
        assert mails.filter(key__startswith=order_kind(kind)).exists(), kind
    agreed = {wordwrap(row.text, 76): conditions_named(row.text) for row in AgreedText.objects.all()}
    assert all(named in ([], ["injury"]) for named in agreed.values()), agreed
    confirmed = set()
    for mail in mails:
        words = mail.text
        for terms in agreed:
            if terms in words:
                words = words.replace(terms, "")
                confirmed.add(mail.key.split(":")[0])
        without_warnings = re.sub(r"https?://\S+", "", words)  # a token may spell any two letters
        for line in OrderLine.objects.all():
            for warning in line.facts.get("warnings", []):
                without_warnings = without_warnings.replace(warning, "")
        assert conditions_named(without_warnings) == [], mail.key
    assert confirmed == {order_kind("paid").rstrip(":")}, "no other mail brings the terms"
