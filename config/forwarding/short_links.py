"""Short addresses for marketing, such as /go/spring: to a page of this shop, with a campaign and perhaps a code.

Where one leads is a row of this shop and a region, never an address that somebody typed; it is looked up on each visit,
so it is right however the page is called by then.
"""

import io
from typing import Any
from urllib.parse import urlencode

import qrcode  # type: ignore[import-untyped]
import qrcode.image.svg  # type: ignore[import-untyped]
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.forwarding.models import ShortLink, ShortLinkDay
from shop.attribution.count import is_reader, local_day
from shop.web.public import CAMPAIGN_KEYS, CODE_KEY


def leads_to(link: ShortLink) -> str:
    """Path and query of the page; the region's front page where what it named is gone there."""
    target: Any = link.article or link.product or link.collection
    if target is not None:
        path = target.url_in(link.region)
    elif link.page in {"", "home"}:
        path = reverse("home", kwargs={"region": link.region.code})
    else:
        name = {"shop": "catalogue:list", "articles": "articles:list"}[link.page]
        path = reverse(name, kwargs={"region": link.region.code})
    query = {**utm_of(link), **({CODE_KEY: link.code.code} if link.code else {})}
    return path + (f"?{urlencode(query)}" if query else "")


def utm_of(link: ShortLink) -> dict[str, str]:
    values = (link.source, link.medium, link.campaign)
    return {key: value for key, value in zip(CAMPAIGN_KEYS, values, strict=True) if value}


def address_of_link(link: ShortLink) -> str:
    """Empty for a word that no address can have: the form that refused it is shown again."""
    try:
        return f"{settings.SITE_URL}{reverse('short_link', args=[link.word])}"
    except NoReverseMatch:
        return ""


@never_cache
@require_safe
def go(request: HttpRequest, word: str) -> HttpResponse:
    """Lead on, and count a reader. One that is switched off leads to the same page without campaign and code."""
    link = (
        ShortLink.objects.select_related("region", "article", "product", "collection", "code")
        .filter(word=word.lower()[:41])
        .first()
    )
    if link is None or not link.region.is_open:
        raise Http404("There is no such short address.")
    if link.is_active and is_reader(request):
        count_click(link)
    address = leads_to(link)
    return HttpResponseRedirect(address if link.is_active else address.partition("?")[0])


def count_click(link: ShortLink) -> None:
    """In the totals of the day, on the region's clock: never of whom, nor at what time."""
    rows = ShortLinkDay.objects.filter(link=link, day=local_day(link.region))
    if rows.update(clicks=F("clicks") + 1):
        return
    try:
        with transaction.atomic():
            ShortLinkDay.objects.create(link=link, day=local_day(link.region), clicks=1)
    except IntegrityError:  # another was first today
        rows.update(clicks=F("clicks") + 1)


def qr(link: ShortLink, kind: str) -> HttpResponse:
    """The short address as a QR code: `svg` for print, `png` for all else."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=12, border=4)
    code.add_data(address_of_link(link))
    out = io.BytesIO()
    if kind == "svg":
        code.make_image(image_factory=qrcode.image.svg.SvgPathFillImage).save(out)
        response = HttpResponse(out.getvalue(), content_type="image/svg+xml")
    else:
        code.make_image().save(out)
        response = HttpResponse(out.getvalue(), content_type="image/png")
    response["Content-Disposition"] = f'inline; filename="{link.word}.{kind}"'
    response["X-Robots-Tag"] = "noindex"
    return response
