from typing import cast

from django.http import HttpRequest
from django.utils import translation

from shop.regions.languages import tag_of
from shop.regions.models import Region


class RegionRequest(HttpRequest):
    """A request for a page of a region, as views get it from `shop.regions.middleware`. For annotations; never made."""

    region: Region


def set_region(request: HttpRequest, region: Region) -> None:
    """Whose page it is. An address says it to the middleware; where one names a row instead, the row's view says it.

    From here on the request speaks the region's language (shop.regions.middleware ends that).
    """
    translation.activate(tag_of(region))
    cast(RegionRequest, request).region = region
