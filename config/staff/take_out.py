"""The whole shop as one file for its owner: looked at by GET, taken by POST, told in the log of what staff did."""

from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article
from config.moving.whole.archive import zipped
from config.moving.whole.out import entries
from shop.catalogue.models import Product
from shop.orders.models import Order
from shop.pictures.models import Picture

RIGHTS = ("auth.change_user", "orders.view_order")  # an Owner's: it names everybody who ever bought


def take_out(request, site) -> HttpResponseBase:
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    if request.method == "POST":
        response = StreamingHttpResponse(zipped(entries()), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="shop-{timezone.now():%Y-%m-%d}.zip"'
        response["Cache-Control"] = "no-store, private"
        return response
    counts = [
        ("Products", Product.objects.count()),
        ("Articles", Article.objects.filter(versions__isnull=False).distinct().count()),
        ("Pictures", Picture.objects.count()),
        ("Orders", Order.objects.count()),
    ]
    context = {**site.each_context(request), "title": "Take everything out", "counts": counts}
    return render(request, "admin/take_out.html", context)
