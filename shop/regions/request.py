from django.http import HttpRequest

from shop.regions.models import Region


class RegionRequest(HttpRequest):
    """A request for a page of a region, as views get it from `shop.regions.middleware`. For annotations; never made."""

    region: Region
