from django.conf import settings
from django.http import Http404
from django.utils import translation

from shop.regions.models import Region
from shop.regions.request import set_region

RIGHT = "regions.change_region"


class RegionMiddleware:
    """Sets `request.region` from the address (/uk/…), and answers 404 for a region that is not open, but for staff.

    The keyword `region` is taken out of the view's arguments: a view reads `request.region`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.region = None
        with translation.override(settings.LANGUAGE_CODE):  # until an address says another (set_region)
            response = self.get_response(request)
        if request.region is not None and not request.region.is_open:
            response["X-Robots-Tag"] = "noindex"
            response["Cache-Control"] = "private, no-cache"
        return response

    def process_view(self, request, view, args, kwargs):
        if "region" in kwargs:
            code = kwargs.pop("region")
            region = Region.by_code(code) or self._closed(request, code)
            if region is None:
                raise Http404("There is no such region.")
            set_region(request, region)

    @staticmethod
    def _closed(request, code: str) -> Region | None:
        """A region that is not open, for staff with the right to open it: to look at, never to buy in."""
        region = next((row for row in Region.all_cached() if row.code == code), None)
        user = getattr(request, "user", None) if region and request.method in {"GET", "HEAD"} else None
        if user is None or not user.is_active or not user.is_staff or not user.has_perm(RIGHT):
            return None
        return region
