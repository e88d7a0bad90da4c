"""The shop in plain text for language models."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from articles.reading.published import newest_versions
from shop.catalogue.cards import cards_on_sale
from shop.claims.statements import on_its_own
from shop.regions.models import Region, Seller
from shop.text.characters import clean_line
from shop.web.public import public_page


@public_page
def llms_txt(request):
    """The shop in plain text for language models: facts, prices of now with their region, limits, articles."""
    seller, now = Seller.current(), timezone.now()
    lines = [
        f"# {settings.BRAND}",
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
                    f"{region.legal.upper_level_mg} mg a day"
                )
            prices = ", ".join(
                f"{offer.variant.label} {offer.price} ({offer.availability_words.lower()})"
                for offer in card.offers
            )
            lines.append(f"- [{card.name}]({settings.SITE_URL}{card.url}): {prices}{facts}")
        lines += ["", f"## Articles in {region.the_name}", ""]
        lines += [
            f"- [{row.version.title}]({settings.SITE_URL}{row.url}): {on_its_own(row.version.summary, region)}"
            for row in newest_versions(region)
        ]
    text = "\n".join(clean_line(line).replace("\u00a0", " ") for line in lines)
    return HttpResponse(text + "\n", content_type="text/plain; charset=utf-8")
