from urllib.parse import urlencode

from django.conf import settings

from shop.regions.choice import COOKIE
from shop.regions.models import Region, Seller


def storefront(request):
    """Region, seller and the switch. Errors pages without a region in the address get none."""
    region = getattr(request, "region", None)
    chosen = Region.by_code(request.COOKIES.get(COOKIE, "")) if region else None
    return {
        "region": region,
        "here": here(request),
        "regions": Region.all_open(),
        "seller": Seller.current(),
        "chosen_region": chosen,
        "site_url": settings.SITE_URL,
        "payment_mode": settings.PAYMENT_MODE,
    }


def here(request) -> str:
    """This page's address with the query keys that pages know, so that it is the same for every visitor."""
    query = [(name, request.GET[name]) for name in settings.PAGE_QUERY_KEYS if name in request.GET]
    return request.path + (f"?{urlencode(query)}" if query else "")
