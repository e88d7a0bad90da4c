from django.conf import settings

from shop.regions.choice import COOKIE
from shop.regions.models import Region, Seller
from shop.web.public import own_address


def storefront(request):
    """Region, seller and the switch. Errors pages without a region in the address get none."""
    region = getattr(request, "region", None)
    chosen = Region.by_code(request.COOKIES.get(COOKIE, "")) if region else None
    return {
        "region": region,
        "here": own_address(request),
        "regions": Region.all_open(),
        "seller": Seller.current(),
        "chosen_region": chosen,
        "site_url": settings.SITE_URL,
        "payment_mode": settings.PAYMENT_MODE,
    }
