"""The shop for machines: a product feed for each region, and llms.txt. Both say what offer() says, at the time of asking."""

import csv
import io
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from articles.live import newest_versions
from shop.catalogue.offers import Availability
from shop.catalogue.views import cards_on_sale
from shop.claims.check import check, worst
from shop.claims.rules import PRODUCT, RED
from shop.content.characters import clean_data, clean_line, clean_text
from shop.money import to_decimal
from shop.regions.models import Region, Seller
from shop.regions.public import public_page
from shop.regions.spelling import spelled

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
                    "description": card.summary,
                    "link": settings.SITE_URL + variant.url_in(region),
                    "image_link": settings.SITE_URL + card.picture.file.url if card.picture else "",
                    "availability": STOCK[offer.availability],
                    "price": f"{to_decimal(offer.amount, region.currency)} {region.currency}",
                    "brand": "Fellbrook",
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
    _add(channel, "title", f"Fellbrook {region.short_name}")
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


@public_page
def llms_txt(request):
    """The shop in plain text for language models: facts, prices of now with their region, limits, articles."""
    seller, now = Seller.current(), timezone.now()
    lines = [
        "# Fellbrook",
        "",
        "> Magnesium citrate, glycinate, skin spray and Epsom salt, with evidence-led articles. Free shipping on all orders.",
        "",
        f"Prices are of {now:%Y-%m-%d} (UTC) and differ by region; the pages named are right at any time.",
        "Food supplements are no medicines and no substitute for a varied diet. Articles are information, not medical advice.",
    ]
    if seller and seller.is_demo:
        lines.append("This is a demonstration: nothing is sold.")
    for region in Region.all_open():
        lines += ["", f"## Products in {region.the_name} ({region.currency}, {region.tax_words})", ""]
        for card in cards_on_sale(region):
            facts = ""
            if card.facts:
                facts = (
                    f"; {card.facts.mg_per_day} mg elemental magnesium a day as directed, level for supplements "
                    f"{region.pack.upper_level_mg} mg a day"
                )
            prices = ", ".join(
                f"{offer.variant.label} {offer.price} ({offer.availability_words.lower()})"
                for offer in card.offers
            )
            lines.append(f"- [{card.name}]({settings.SITE_URL}{card.url}): {prices}{facts}")
        lines += ["", f"## Articles in {region.the_name}", ""]
        lines += [
            f"- [{row.title}]({settings.SITE_URL}{row.url}): {row.summary}" for row in newest_versions(region)
        ]
    text = "\n".join(clean_line(line).replace("\u00a0", " ") for line in lines)
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8")
