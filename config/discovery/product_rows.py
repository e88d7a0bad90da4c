"""What feeds say of a pack: one row for each that is on sale in a region, from which every feed takes its own words.

What Google, Meta and the Agentic Commerce Protocol ask for and where it stands here, or why it does not apply, is a table in
tests/config/discovery/test_attributes.py.
"""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.discovery.parts import cards_in
from shop.catalogue.cards import ProductCard
from shop.catalogue.facts import daily_facts
from shop.catalogue.models import Product
from shop.catalogue.models.kinds import JudgedAs
from shop.catalogue.offers import Availability, Offer
from shop.claims.check import check, worst
from shop.claims.rules import PRODUCT, RED
from shop.claims.statements import on_its_own
from shop.money import to_decimal
from shop.regions.languages import speaking
from shop.text.characters import clean_line

SUPPLEMENTS = (
    "Health & Beauty > Health Care > Fitness & Nutrition > Vitamins & Supplements"  # of Google's taxonomy
)
# By how many grams or millilitres a law compares prices: (that amount, the unit that packs are told in).
GRAMS = {10: ("10 g", "g"), 100: ("100 g", "g"), 1000: ("1 kg", "g"), 28: ("1 oz", "oz"), 454: ("1 lb", "lb")}
MILLILITRES = {10: ("10 ml", "ml"), 100: ("100 ml", "ml"), 1000: ("1 l", "ml"), 30: ("1 floz", "floz")}
STOCK = {Availability.IN_STOCK: "in_stock", Availability.SOLD_OUT: "out_of_stock"}


CATEGORIES = {
    JudgedAs.FOOD_SUPPLEMENT: SUPPLEMENTS,
    JudgedAs.COSMETIC_TOPICAL: "Health & Beauty > Personal Care > Cosmetics > Skin Care",
    JudgedAs.BATH_SALT: "Health & Beauty > Personal Care > Cosmetics > Bath & Body > Bath Additives",
}
FEWEST_HIGHLIGHTS = 2  # Google takes none, or two and more
MOST_PICTURES = 10  # beside the first


def is_held_back(product: Product, region) -> bool:
    """Whether a product's words have a red claim in the region: then no feed names it."""
    texts = f"{product.name_in(region)}\n{product.summary_in(region)}"
    kinds = (product.judged_as or "",)
    return worst(check(texts, region.claims_law, PRODUCT, kinds, language=region.language)) == RED


def feed_rows(region, number: int) -> list[dict]:
    """A row for each pack on sale in a region, of a part of its products; what is held back is left out."""
    with speaking(region):
        cards = (card for card in cards_in(region, number) if not is_held_back(card.product, region))
        return [_row(card, offer, region) for card in cards for offer in card.offers]


def _row(card: ProductCard, offer: Offer, region) -> dict:
    """Of a reduction the law lets us tell of, `price` is the earlier one and `sale_price` what it costs."""
    product, variant = card.product, offer.variant
    first, *others = _pictures(product, variant) or [""]
    facts = _facts(card, offer, region)
    sale = offer.cut if offer.was is not None else None
    return {
        "id": f"{variant.sku}-{region.code}",
        "title": f"{card.name}, {variant.translated.label}",
        "name": card.name,
        "description": on_its_own(card.summary, region),
        "link": settings.SITE_URL + variant.url_in(region),
        "image_link": first,
        "additional_image_link": others[:MOST_PICTURES],
        "availability": STOCK[offer.availability],
        "price": _money(offer.sold_at if offer.was is None else offer.was, region),
        "sale_price": _money(offer.sold_at, region) if sale else "",
        "sale_begins": sale.began if sale else None,
        "sale_ends": sale.ends if sale else None,
        "brand": settings.BRAND,
        "mpn": variant.sku,
        "gtin": variant.barcode,
        "condition": "new",
        "adult": "no",
        "is_bundle": "no",
        "item_group_id": f"P{product.pk}",
        "size": variant.translated.label,
        "product_type": f"Magnesium > {product.get_form_display()}",
        "custom_label_0": f"price {region.tax_words}",
        "google_product_category": CATEGORIES.get(product.judged_as, ""),
        "product_weight": f"{variant.net_weight_g} g" if variant.net_weight_g else "",
        "shipping_weight": f"{variant.ship_weight_g} g" if variant.ship_weight_g else "",
        "details": facts,
        "highlights": _highlights(card, offer, region),
        "warnings": clean_line(" ".join(card.wording.warnings.split("\n"))) if card.wording else "",
        **_unit_pricing(variant, region),
    }


def _pictures(product, variant) -> list[str]:
    """The pack's own pictures before those of the product; none of another pack's."""
    rows = [row for row in product.pictures.all() if row.variant_id in {None, variant.pk}]
    return [row.picture.full_url for row in sorted(rows, key=lambda row: row.variant_id is None)]


def _facts(card: ProductCard, offer: Offer, region) -> list[tuple[str, str]]:
    """What stands on the label, as (name, value)."""
    variant, facts = offer.variant, daily_facts(offer.variant, card.wording, region)
    found = [(_("Form of magnesium"), card.form_name), (_("Contents"), variant.translated.net_quantity)]
    if facts:
        found += [
            (
                _("Elemental magnesium"),
                _("{mg} mg per {unit}").format(mg=facts.mg_per_unit, unit=facts.unit_name),
            ),
            (
                _("Elemental magnesium a day as directed"),
                _("{mg} mg in {dose}").format(mg=facts.mg_per_day, dose=facts.dose),
            ),
            (
                _("Share of the {label} ({mg} mg)").format(
                    label=facts.reference_label, mg=region.legal.reference_mg
                ),
                f"{facts.percent} %",
            ),
            (_("Level for supplements"), _("{mg} mg a day").format(mg=facts.upper_level_mg)),
            (_("Lasts as directed"), ngettext("{n} day", "{n} days", facts.days).format(n=facts.days)),
        ]
    if card.product.vegan:
        found.append((_("Vegan"), _("yes")))
    return [(name, clean_line(value)) for name, value in found if value]


def _highlights(card: ProductCard, offer: Offer, region) -> list[str]:
    """Label facts in a few words, and nothing else."""
    facts = daily_facts(offer.variant, card.wording, region)
    found = []
    if facts:
        found += [
            _("{mg} mg elemental magnesium per {unit}").format(mg=facts.mg_per_unit, unit=facts.unit_name),
            _("{mg} mg a day in {dose}; level for supplements {level} mg").format(
                mg=facts.mg_per_day, dose=facts.dose, level=facts.upper_level_mg
            ),
            ngettext("{pack}: {n} day as directed", "{pack}: {n} days as directed", facts.days).format(
                pack=offer.variant.translated.label, n=facts.days
            ),
        ]
    if card.product.vegan:
        found.append(_("Vegan"))
    return found if len(found) >= FEWEST_HIGHLIGHTS else []


def _unit_pricing(variant, region) -> dict[str, str]:
    """How much is in it, and by which amount the region's law compares prices, in the units that both feeds know."""
    legal = region.legal
    if variant.net_weight_g:
        measure, base = _measured(variant.net_weight_g, "g", legal.weight_unit_grams, GRAMS)
    elif variant.net_volume_ml:
        measure, base = _measured(variant.net_volume_ml, "ml", legal.volume_unit_ml, MILLILITRES)
    else:
        measure, base = f"{variant.pack_units} ct", "1 ct"
    return {"unit_pricing_measure": measure, "unit_pricing_base_measure": base} if base else {}


def _measured(amount: int, unit: str, by, known: dict[int, tuple[str, str]]) -> tuple[str, str]:
    """(the amount, what it is compared by); nothing where the law compares by what no feed knows."""
    base, own = known.get(round(by), ("", unit))
    return (f"{amount} {unit}" if own == unit else f"{amount / float(by):.2f} {own}"), base


def _money(amount: int, region) -> str:
    return f"{to_decimal(amount, region.currency)} {region.currency}"
