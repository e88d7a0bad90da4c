"""Plain functions that make what a test needs, with names that read like the sentence they stand in."""

import re
from datetime import date, timedelta
from importlib import import_module

from django.apps import apps
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from shop.basket.models import Basket
from shop.catalogue.models import Particular, Price, Product, ProductWording, Stock, Variant
from shop.catalogue.offers import offer
from shop.catalogue.shelving import shelving_once
from shop.checkout.place import place_order
from shop.checkout.totals import Address, quote_for
from shop.orders.models import Order
from shop.outbox.keys import order_kind
from shop.outbox.models import Mail
from shop.payments.sandbox.events import deliver
from shop.payments.sandbox.models import SandboxSession
from shop.payments.start import start_payment
from shop.regions.models import Country, Region, Seller, VatRate

LEEDS = Address("Ada Lovelace", "1 High Street", "", "Leeds", "", "LS1 4AP", "GB")
ROME = Address("Ada Lovelace", "Via Roma 1", "", "Roma", "", "00184", "IT")
PORTLAND = Address("Ada Lovelace", "1 Main Street", "", "Portland", "OR", "97201", "US")
HOME = {"uk": LEEDS, "eu": ROME, "us": PORTLAND}
TEST_CARDS = {
    "paid": "4242 4242 4242 4242",
    "declined": "4000 0000 0000 0002",
    "no funds": "4000 0000 0000 9995",
}


def region(code: str) -> Region:
    return Region.objects.get(code=code)


def variant(sku: str = "CIT-CAP-90") -> Variant:
    return Variant.objects.select_related("product").get(sku=sku)


def set_price(sku: str, code: str, amount, ago: timedelta = timedelta()) -> Price:
    return Price.objects.create(
        variant=variant(sku), region=region(code), amount=amount, valid_from=timezone.now() - ago
    )


def set_stock(sku: str, code: str, on_hand: int) -> Stock:
    row, _ = Stock.objects.get_or_create(variant=variant(sku), region=region(code))
    row.on_hand = on_hand
    row.save()
    row.refresh_from_db()
    return row


def stock(sku: str = "CIT-CAP-90", code: str = "uk") -> Stock:
    return Stock.objects.get(variant__sku=sku, region__code=code)


def a_basket(*skus: str, code: str = "uk", quantity: int = 1) -> Basket:
    basket = Basket.objects.create()
    for sku in skus or ["CIT-CAP-90"]:
        with transaction.atomic():
            basket.add(offer(variant(sku), region(code)), quantity)
    return basket


def an_order(
    *skus: str, code: str = "uk", basket=None, email="ada@example.org", address=None, quantity=1
) -> Order:
    basket = basket or a_basket(*skus, code=code, quantity=quantity)
    where = region(code)
    address = address or HOME[code]
    total = quote_for(basket.rows(where), where, address).total
    return place_order(basket, region=where, email=email, address=address, shown_total=total)


def an_order_at_stripe(*skus, **kwargs) -> tuple[Order, SandboxSession]:
    order = an_order(*skus, **kwargs)
    start_payment(order)
    return order, session_of(order)


def session_of(order: Order) -> SandboxSession:
    return SandboxSession.objects.get(id=order.payments.first().session_id)


def deliver_events(at=None) -> list[int]:
    """The worker's part: hand the sandbox's events to the webhook; the statuses it answered."""
    client, statuses = Client(SERVER_NAME="127.0.0.1"), []

    def send(payload, signature):
        response = client.post(
            "/stripe/webhook/",
            payload,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )
        statuses.append(response.status_code)
        return response.status_code

    deliver(send, at=at)
    return statuses


def mails_written(kind: str = ""):
    """The mails written so far, of a kind such as "paid"; without one, all but “we have your order”."""
    mails = Mail.objects.exclude(key__startswith=order_kind("placed"))
    return mails.filter(key__startswith=order_kind(kind)) if kind else mails


def post_with_token(client: Client, page: str, action: str, data: dict):
    """Post a form of a page as a browser does: with the token that the page shows."""
    html = client.get(page).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, f"{page} shows no form with a token"
    return client.post(action, {**data, "csrfmiddlewaretoken": found.group(1)})


def shown_next(answer) -> str:
    """The page that a form's answer leads to, as its HTML: every form is answered with a redirect."""
    assert answer.status_code == 303, answer.status_code
    page = answer.client.get(answer["Location"])
    assert page.status_code == 200, page.status_code
    return page.content.decode()


def many_packs(count: int) -> None:
    """Products of one form with a pack each, on sale everywhere."""
    regions, begun = list(Region.objects.all()), timezone.now() - timedelta(days=1)
    markets = Region.markets()
    with shelving_once():
        first = Product.objects.count()
        products = Product.objects.bulk_create(
            Product(
                slug=f"many-{number}", name=f"Many {number}", kind="cosmetic_topical", form="oil", summary="s",
                description="d", ingredients="i", storage="s", position=number,
            )
            for number in range(first, first + count)
        )  # fmt: skip
        packs = Variant.objects.bulk_create(
            Variant(
                product=product, sku=f"OIL-SPR-{1000 + number}", label="x", pack_units=1, unit_name="x",
                net_quantity="9 ml", net_volume_ml=9, ship_weight_g=1,
            )
            for number, product in enumerate(products, first)
        )  # fmt: skip
        ProductWording.objects.bulk_create(
            ProductWording(product=product, region=where, legal_name="n", directions="d", warnings="w")
            for product in products
            for where in regions
        )
        Price.objects.bulk_create(
            Price(variant=pack, region=where, amount=500 + 7 * number, valid_from=begun)
            for number, pack in enumerate(packs)
            for where in markets
        )
        Stock.objects.bulk_create(
            Stock(variant=pack, region=where, on_hand=number % 9)
            for number, pack in enumerate(packs)
            for where in markets
        )


WARNINGS = "Do not exceed the daily dose.\nNo substitute for a varied diet.\nKeep out of the reach of young children."


def with_facts(product: Product) -> Product:
    """A product with its packs, and all that the laws of its regions want to be told before it is sold."""
    Product.objects.filter(pk=product.pk).update(allergens="None.", storage="Keep it dry.")
    supplement = product.kind == "food_supplement"
    if supplement:
        product.variants.update(compound="a salt", magnesium_mg=100)
    for where in Region.objects.all():
        name = "Dietary supplement" if where.law == "US" else "Food supplement"
        ProductWording.objects.create(
            product=product, region=where, legal_name=name, directions="One.", warnings=WARNINGS,
            units_per_day=1 if supplement else None,
        )  # fmt: skip
    product.refresh_from_db()
    return product


def what_migrations_fill_in() -> None:
    """Laws, kinds and forms, where a database was emptied."""
    for migration in (
        "shop.regions.migrations.0011_laws_are_rows",
        "shop.catalogue.migrations.0019_kinds_and_forms",
    ):
        import_module(migration).what_was_code(apps, None)


def a_small_shop(stock_count: int = 1) -> Variant:
    """The least a sale needs, for tests on a database of their own."""
    what_migrations_fill_in()
    uk = Region.objects.create(
        code="uk", name="United Kingdom", short_name="UK", the_name="the UK", currency="GBP", currency_symbol="£",
        locale="en_GB", hreflang="en-GB", law="GB", tax_words="incl. VAT", ships_from="Leeds",
    )  # fmt: skip
    gb = Country.objects.create(region=uk, code="GB", name="United Kingdom")
    VatRate.objects.create(country=gb, rate="20", valid_from=timezone.now() - timedelta(days=1))
    Seller.objects.create(
        trading_name="T", legal_name="T Ltd", email="t@example.org", phone="1", address="Leeds"
    )
    product = Product.objects.create(
        slug="p",
        name="P",
        kind="food_supplement",
        form="citrate",
        summary="s",
        description="d",
        ingredients="i",
    )
    one = Variant.objects.create(
        product=product, sku="CIT-CAP-90", label="90", pack_units=90, unit_name="capsule", net_quantity="90",
        ship_weight_g=1,
    )  # fmt: skip
    Price.objects.create(variant=one, region=uk, amount=1195, valid_from=timezone.now() - timedelta(days=1))
    Stock.objects.create(variant=one, region=uk, on_hand=stock_count)
    Particular.objects.get_or_create(
        law="GB",
        kind="food_supplement",
        fact="product.ingredients",
        defaults={"checked_on": date(2026, 1, 1)},
    )
    with_facts(product)
    one.refresh_from_db()
    return one


def everywhere(text: str) -> list[str]:
    """The tables in whose texts something stands, a mail address for example."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        fields = [field for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField | models.JSONField)]  # fmt: skip
        for row in model._base_manager.values_list(*[field.attname for field in fields]) if fields else ():
            if text in str(row):
                found.append(model._meta.label)
    return sorted(set(found))
