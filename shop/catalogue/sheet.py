from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from shop.regions.models import Region


def sheet_url(region: Region, skus: Iterable[str]) -> str:
    """The page about these packs that a shopper prints for a doctor or pharmacist."""
    query = urlencode([("sku", sku) for sku in skus])
    return f"{reverse('sheet', kwargs={'region': region.code})}?{query}"
