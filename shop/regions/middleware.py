from django.http import Http404

from shop.regions.models import Region
from shop.regions.request import set_region


class RegionMiddleware:
    """Sets `request.region` from the address (/uk/…), and answers 404 for a region that is not open.

    The keyword `region` is taken out of the view's arguments: a view reads `request.region`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.region = None
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if "region" in kwargs:
            region = Region.by_code(kwargs.pop("region"))
            if region is None:
                raise Http404("There is no such region.")
            set_region(request, region)
