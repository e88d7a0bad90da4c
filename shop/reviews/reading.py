"""What pages show of reviews. It writes nothing."""

from django.db.models import QuerySet

from shop.catalogue.models import Product
from shop.content.scopes import product as scope_of_product
from shop.content.scopes import shows
from shop.regions.models import Region
from shop.reviews.models import PublishedReview

NEWEST = 3
A_PAGE = 24


def shown_of(product: Product, region: Region) -> QuerySet[PublishedReview]:
    """Newest first, whatever their stars."""
    shows(scope_of_product(region.code, product.pk))
    return PublishedReview.objects.filter(product=product, region=region).order_by("-first_at", "-pk")


def as_data(review: PublishedReview) -> dict:
    """As schema.org has a review, for the page that shows it."""
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": review.by},
        "datePublished": review.first_at.date().isoformat(),
        "reviewBody": review.text,
        "reviewRating": {"@type": "Rating", "ratingValue": review.stars, "bestRating": 5, "worstRating": 1},
    }
