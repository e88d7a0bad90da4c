"""The shop for machines: a product feed for each region, and llms.txt. Both say what offer() says, at the time of asking."""

import csv
import io
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpResponse

from shop.catalogue.cards import cards_on_sale
from shop.catalogue.offers import Availability
from shop.claims.check import check, worst
from shop.claims.rules import PRODUCT, RED
from shop.claims.statements import on_its_own
from shop.money import to_decimal
from shop.regions.spelling import spelled
from shop.text.characters import clean_data, clean_text
from shop.web.public import public_page

STOCK = {Availability.IN_STOCK: "in_stock", Availability.SOLD_OUT: "out_of_stock"}


def feed_rows(region) -> list[dict]:
    """A row for each pack on sale in a region. A product whose words have a red claim there is left out."""
    rows = []
    for card in cards_on_sale(region):
        texts = f"{card.name}\n{card.summary}"
        if worst(check(texts, region.law, PRODUCT, (card.product.kind,))) == RED:
            continue
        for offer in card.offers:
            variant = offer.variant
            rows.append(
                {
                    "id": f"{variant.sku}-{region.code}",
                    "title": f"{card.name}, {variant.label}",
                    "description": on_its_own(card.summary, region),
                    "link": settings.SITE_URL + variant.url_in(region),
                    "image_link": settings.SITE_URL + card.picture.file.url if card.picture else "",
                    "availability": STOCK[offer.availability],
                    "price": f"{to_decimal(offer.sold_at, region.currency)} {region.currency}",
                    "brand": settings.BRAND,
                    "mpn": variant.sku,
                    "gtin": variant.barcode,
                    "condition": "new",
                    "item_group_id": f"P{card.product.pk}",
                    "product_type": f"Magnesium > {card.product.get_form_display()}",
                    "offer": offer,
                }
            )
    return rows


GOOGLE = "http://base.google.com/ns/1.0"
ElementTree.register_namespace("g", GOOGLE)


def _add(parent, name: str, text) -> None:
    ElementTree.SubElement(parent, name).text = clean_text(str(text))


@public_page
def google_feed(request):
    """RSS 2.0 with Google's product fields."""
    region = request.region
    countries = region.country_codes
    rss = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(rss, "channel")
    _add(channel, "title", f"{settings.BRAND} {region.short_name}")
    _add(channel, "link", f"{settings.SITE_URL}/{region.code}/")
    _add(channel, "description", spelled("Magnesium, plainly labelled. Free shipping on all orders.", region))
    for row in feed_rows(region):
        item = ElementTree.SubElement(channel, "item")
        for name, value in row.items():
            if name != "offer" and value:
                _add(item, f"{{{GOOGLE}}}{name}", value)
        for code in countries:
            shipping = ElementTree.SubElement(item, f"{{{GOOGLE}}}shipping")
            _add(shipping, f"{{{GOOGLE}}}country", code)
            _add(shipping, f"{{{GOOGLE}}}price", f"0 {region.currency}")
            # Working days: before the parcel leaves, by the cut-off, and on its way.
            for name, days in (
                ("min_handling_time", 0),
                ("max_handling_time", 1),
                ("min_transit_time", region.delivery_days_min),
                ("max_transit_time", region.delivery_days_max),
            ):
                _add(shipping, f"{{{GOOGLE}}}{name}", days)
    body = ElementTree.tostring(rss, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


META = ("id", "title", "description", "availability", "condition", "price", "link", "image_link", "brand", "gtin", "item_group_id", "product_type")  # fmt: skip


@public_page
def meta_feed(request):
    """The same rows as CSV with the columns and words of Meta's catalogue."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, META, extrasaction="ignore", lineterminator="\n")
    sheet.writeheader()
    for row in feed_rows(request.region):
        sheet.writerow(clean_data({**row, "availability": row["availability"].replace("_", " ")}))
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
