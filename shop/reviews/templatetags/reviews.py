from django import template

from shop.reviews.reading import NEWEST, shown_of

register = template.Library()


@register.inclusion_tag("reviews/beside_product.html")
def reviews_of(product, region, rating):
    """The sum and the newest few; words where there is none. `rating`: what the product's page knows, or None."""
    return {
        "product": product,
        "region": region,
        "rating": rating,
        "reviews": list(shown_of(product, region)[:NEWEST]) if rating else [],
    }


@register.filter
def as_stars(stars) -> str:
    """Full and empty stars for the eye; the words stand beside it."""
    full = max(0, min(5, round(stars)))
    return "★" * full + "☆" * (5 - full)
