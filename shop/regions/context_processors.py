from django.conf import settings

from shop.regions.models import Region, Seller
from shop.web.public import own_address


def storefront(request):
    """Region, seller and the switch. Errors pages without a region in the address get none."""
    region = getattr(request, "region", None)
    return {
        "region": region,
        "here": own_address(request),
        "regions": Region.all_open(),
        "markets": Region.open_markets(),
        "seller": Seller.current(),
        "site_url": settings.SITE_URL,
        "payment_mode": settings.PAYMENT_MODE,
    }
