"""A product as schema.org JSON-LD, saying what its page says: each pack with its price, stock, delivery and returns."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from shop.catalogue.models import Rating
from shop.catalogue.offers import Availability, Offer
from shop.money import to_decimal

AVAILABILITY = {
    Availability.IN_STOCK: "https://schema.org/InStock",
    Availability.SOLD_OUT: "https://schema.org/OutOfStock",
    Availability.NOT_SOLD: "https://schema.org/OutOfStock",
    Availability.WITHDRAWN: "https://schema.org/Discontinued",
}


def product_data(page: dict, region, seller) -> dict:
    """`page`: as shop.catalogue.views makes it. Packs that are not sold in the region have no offer."""
    product, site = page["product"], settings.SITE_URL
    countries = region.country_codes
    pictures = [row.picture.full_url for row in product.pictures.all()]
    return {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": page["name"],
        "description": page["summary"],
        "url": site + product.url_in(region),
        "brand": {"@type": "Brand", "name": seller.trading_name if seller else settings.BRAND},
        **({"image": pictures} if pictures else {}),
        **({"aggregateRating": rating_data(page["rating"])} if page.get("rating") else {}),
        "offers": [
            _offer(offer, region, seller, countries) for offer in page["offers"] if offer.amount is not None
        ],
    }


def rating_data(rating: Rating) -> dict:
    """The sum as the page says it; only pages that show reviews carry it."""
    return {
        "@type": "AggregateRating",
        "ratingValue": rating.average,
        "reviewCount": rating.count,
        "bestRating": 5,
        "worstRating": 1,
    }


def _prices(offer: Offer, region) -> dict | list[dict]:
    """The price; of a reduction the earlier price after it, as the one that is struck through."""
    now = _one_price(offer.sold_at, region)
    if offer.was is None:
        return now
    return [now, {**_one_price(offer.was, region), "priceType": "https://schema.org/StrikethroughPrice"}]


def _one_price(amount: int, region) -> dict:
    return {
        "@type": "UnitPriceSpecification",
        "price": str(to_decimal(amount, region.currency)),
        "priceCurrency": region.currency,
        "valueAddedTaxIncluded": region.prices_include_tax,
    }


def _delivery_time(region) -> dict:
    """Working days: those before a parcel leaves, which depend on the cut-off, and those on its way."""
    local = timezone.now().astimezone(region.dispatch_zone)
    cutoff = datetime.combine(local.date(), region.dispatch_cutoff, region.dispatch_zone)
    weekdays = [
        f"https://schema.org/{day}" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    return {
        "@type": "ShippingDeliveryTime",
        "businessDays": {"@type": "OpeningHoursSpecification", "dayOfWeek": weekdays},
        "cutoffTime": cutoff.isoformat().partition("T")[2],
        "handlingTime": _days(0, 1),
        "transitTime": _days(region.delivery_days_min, region.delivery_days_max),
    }


def _days(least: int, most: int) -> dict:
    return {"@type": "QuantitativeValue", "minValue": least, "maxValue": most, "unitCode": "DAY"}


def _offer(offer: Offer, region, seller, countries) -> dict:
    price = str(to_decimal(offer.sold_at, region.currency))
    return {
        "@type": "Offer",
        "sku": offer.variant.sku,
        "name": offer.variant.translated.label,
        "url": settings.SITE_URL + offer.variant.url_in(region),
        "price": price,
        "priceCurrency": region.currency,
        "availability": AVAILABILITY[offer.availability],
        "itemCondition": "https://schema.org/NewCondition",
        "priceSpecification": _prices(offer, region),
        "shippingDetails": {
            "@type": "OfferShippingDetails",
            "shippingRate": {"@type": "MonetaryAmount", "value": "0", "currency": region.currency},
            "shippingDestination": {"@type": "DefinedRegion", "addressCountry": countries},
            "deliveryTime": _delivery_time(region),
        },
        "hasMerchantReturnPolicy": {
            "@type": "MerchantReturnPolicy",
            "applicableCountry": countries,
            "returnPolicyCategory": "https://schema.org/MerchantReturnFiniteReturnWindow",
            "merchantReturnDays": region.legal.withdrawal_days,
            "returnMethod": "https://schema.org/ReturnByMail",
            "merchantReturnLink": f"{settings.SITE_URL}/{region.code}/help/returns/",
        },
        **({"seller": {"@type": "Organization", "name": seller.legal_name}} if seller else {}),
    }
