"""The way from the basket to the mail, walked with a real purchase that is rolled back."""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from config.audit.read import Statement, Walk, place, text_of
from shop.basket.models import Basket
from shop.basket.session import KEY
from shop.catalogue.offers import Offer
from shop.checkout.place import place_order
from shop.checkout.totals import Address, quote_for
from shop.orders.mails import order_mail
from shop.outbox.keys import order_key
from shop.outbox.models import Mail
from shop.payments.start import session_params
from shop.regions.models import Region
from shop.regions.tax_words import tax_words


def _a_basket(walk: Walk, offer: Offer) -> str:
    """Put two packs in as a shopper does; the basket page."""
    walk.client.cookies.clear()
    code = walk.region.code
    walk.client.post(
        f"/{code}/basket/add/",
        {"variant": offer.variant.sku, "quantity": "2", "seen": str(offer.amount)},
        secure=settings.HTTPS,
    )
    return walk.get(f"/{code}/basket/")


def _address(region: Region) -> Address | None:
    country = region.countries.order_by("pk").first()
    if country is None:
        return None
    state, postcode = ("OR", "97201") if country.code == "US" else ("", {"GB": "LS1 4AP"}.get(country.code, "10115"))  # fmt: skip
    return Address("Check of offers", "1 High Street", "", "Town", state, postcode, country.code)


@place("basket, checkout, Stripe, order, mail")
def purchase(walk: Walk) -> Iterator[Statement]:
    """A whole purchase of each variant up to the payment page, every step of it taken back."""
    address = _address(walk.region)
    if address is None:
        return
    for offer in walk.buyable:
        with transaction.atomic():
            found = list(_purchase(walk, offer, address))
            transaction.set_rollback(True)
        walk.client.cookies.clear()
        yield from found


def _only_country(region: Region) -> str:
    """What is known of where it goes before an address is typed."""
    codes = region.country_codes
    return codes[0] if len(codes) == 1 else ""


def _purchase(walk: Walk, offer: Offer, address: Address) -> Iterator[Statement]:
    region, code = walk.region, walk.region.code
    page = _a_basket(walk, offer)
    count = min(2, offer.sellable)
    total = region.money(offer.sold_at * count)
    main = page.split('<main id="main"')[-1].split("</main>")[0]
    yield Statement(
        offer,
        text_of(main),
        [f"{offer.price} {tax_words(region, _only_country(region))}", offer.unit_price, total],
        may=[region.money(0)],
    )
    basket = Basket.objects.filter(pk=walk.client.session.get(KEY)).first()
    if basket is None:
        yield Statement(offer, "", [f"a basket with {offer.variant.sku}"])
        return
    rows = basket.rows(region)
    likely = quote_for(rows, region, address)
    page = walk.get(f"/{code}/checkout/")
    main = page.split('<main id="main"')[-1].split("</main>")[0]
    yield Statement(
        offer,
        text_of(main),
        [region.money(likely.goods)],
        may=[likely.tax_text, likely.total_text, region.money(0)],
    )
    order = place_order(
        basket, region=region, email="check@example.org", address=address, shown_total=likely.total
    )
    sent = session_params(order, "check", timezone.now())
    line = sent["line_items"][0]["price_data"]
    stripe = f"{line['unit_amount']} {line['currency']} × {sent['line_items'][0]['quantity']}"
    yield Statement(offer, stripe, [f"{offer.amount} {region.currency.lower()} × {count}"])
    amounts = [total, order.tax_text, order.total_text, region.money(0)]
    order_page = walk.get(order.get_absolute_url())
    main = order_page.split('<main id="main"')[-1].split("</main>")[0]
    yield Statement(offer, text_of(main), [total, order.total_text], may=amounts)
    order_mail(order, "paid")
    mail = Mail.objects.get(key=order_key("paid", order.pk))
    for text in (mail.text, text_of(mail.html)):
        yield Statement(offer, text, [total, order.total_text], may=amounts)
