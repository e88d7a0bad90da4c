"""What a law wants told of a product: its list, and on a product's form what is missing where."""

from django.contrib import admin
from django.utils.html import format_html_join

from shop.catalogue.models import Particular, Product
from shop.catalogue.offers import amounts_in_force
from shop.catalogue.particulars import REVIEW, missing
from shop.regions.models import Region


def sold_where(product: Product, now) -> str:
    """For each region whether a product is sold there, and what is missing if it has a price. Four queries."""
    packs = list(product.variants.filter(is_active=True))
    wordings = {row.region_id: row for row in product.wordings.all()}
    amounts = amounts_in_force(packs, now)
    rows = []
    for region in Region.all_cached():
        priced = [pack for pack in packs if amounts.get(pack.pk, {}).get(region.pk)]
        wording = wordings.get(region.pk)
        asks = list(dict.fromkeys(ask for pack in priced for ask in missing(product, pack, wording, region)))
        if wording and (wording.review_by is None or wording.review_by <= now):
            asks.append(REVIEW)
        rows.append((region.short_name, _words(product, wording, priced, asks)))
    return format_html_join("", "<div><strong>{}</strong>: {}</div>", rows)


def _words(product, wording, priced, asks) -> str:
    if product.is_withdrawn:
        return "not sold: it is not on sale, see the box above."
    if not priced:
        return "not sold: no pack has a price."
    if asks:
        return f"not sold, since this is missing: {', '.join(asks)}."
    return f"sold; its facts are good until {wording.review_by:%-d %B %Y}."


@admin.register(Particular)
class ParticularAdmin(admin.ModelAdmin):
    list_display = ["asks", "kind", "law", "fact", "words", "source", "checked_on", "is_verified"]
    list_filter = [
        ("law", admin.ChoicesFieldListFilter),
        ("kind", admin.ChoicesFieldListFilter),
        "is_verified",
    ]
    search_fields = ["asks", "source"]
    fields = [("law", "kind"), ("fact", "words"), "asks", ("source", "checked_on", "is_verified"), "position"]
