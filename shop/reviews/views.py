from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from shop.catalogue.cards import product_with_slug
from shop.catalogue.models import Rating, rating_of
from shop.catalogue.shelf import CountedPaginator
from shop.catalogue.structured import rating_data
from shop.content.link_tokens import opened_by
from shop.content.throttle import address_of, too_often
from shop.orders.models import Order
from shop.regions.request import RegionRequest, set_region
from shop.reviews import asking
from shop.reviews.judging import refused
from shop.reviews.models import (
    LONGEST,
    LONGEST_NAME,
    LONGEST_WHY,
    PublishedReview,
    ReportReason,
    Review,
    ReviewReport,
    ReviewState,
)
from shop.reviews.reading import A_PAGE, as_data, shown_of
from shop.reviews.writing import lines_to_review, take_back, write
from shop.text.characters import clean_line, clean_text
from shop.text.numbers import whole_or_none
from shop.web.answers import AN_HOUR, keep, kept_for
from shop.web.public import public_page
from shop.web.redirects import redirect_303
from shop.web.structured import breadcrumbs

WRITTEN = "review"  # among the answers kept in the session
MAX_REPORTS = 6  # in an hour, from one network


@public_page(query=("page",), scoped=True)
def of_product(request: RegionRequest, slug: str) -> HttpResponse:
    """All that is shown of a product in a region, newest first."""
    region = request.region
    product = product_with_slug(slug, region)
    rows = shown_of(product, region)
    rating = rating_of(product, region)
    page = CountedPaginator(rows, rating.count if rating else 0, A_PAGE).get_page(request.GET.get("page"))
    reviews = list(page.object_list)
    name, own = product.name_in(region), product.url_in(region)
    crumbs = [
        (_("Shop"), reverse("catalogue:list", kwargs={"region": region.code})),
        (name, own),
        (_("Reviews"), request.path),
    ]
    context = {
        "product": product,
        "name": name,
        "product_url": own,
        "rating": rating,
        "reviews": reviews,
        "page": page,
        "base": request.path,
        "joint": "?",
        "canonical": request.path + (f"?page={page.number}" if page.number > 1 else ""),
        "crumbs": crumbs,
        "structured": [breadcrumbs(crumbs), *_data(request, name, rating, reviews)],
    }
    return render(request, "reviews/of_product.html", context)


def _data(
    request: HttpRequest, name: str, rating: Rating | None, reviews: list[PublishedReview]
) -> list[dict]:
    """The reviews that stand on this page and their sum; nothing where none does."""
    if rating is None or not reviews:
        return []
    return [
        {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": name,
            "aggregateRating": rating_data(rating),
            "review": [as_data(row) for row in reviews],
        }
    ]


@never_cache
@require_POST
def of_order(request: RegionRequest, token: str) -> HttpResponse:
    """The form on an order's page: one mail that asks for a review, or none after all."""
    order = opened_by(Order.objects.select_related("region"), token).first()
    if order is None:
        raise Http404("There is no order at this address.")
    set_region(request, order.storefront)
    if "stop" in request.POST:
        asking.stop(order)
        messages.success(request, _("Stopped. We won’t ask you."))
    elif asking.ask(order):
        messages.success(request, _("We write to you once, and ask what you think."))
    else:
        messages.info(request, _("There is no such mail for this order (any more), so nothing was kept."))
    return redirect_303(order.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_line(request: RegionRequest, token: str, sku: str) -> HttpResponse:
    """Where a buyer writes on a line of their order; the order's link lets in, as to the order itself."""
    order = opened_by(Order.objects.select_related("region"), token).first()
    line = lines_to_review(order).filter(sku=sku[:20]).first() if order else None
    if order is None or line is None:
        raise Http404("There is nothing to review at this address.")
    line.order = order
    set_region(request, order.storefront)
    review = Review.objects.filter(line=line).select_related("published").first()
    here = reverse("reviews:of_line", args=[token, line.sku])
    if request.method == "POST":
        return _written(request, line, review, here)
    kept = kept_for(request, WRITTEN)
    typed = kept if kept.get("line") == line.pk else {}
    newest = {"stars": review.stars, "text": review.text, "name": review.name} if review else {}
    context = {
        "order": order,
        "line": line,
        "review": review,
        "errors": typed.get("errors", {}),
        "typed": typed.get("typed") or newest,
        "stars": range(5, 0, -1),
        "longest": LONGEST,
        "longest_name": LONGEST_NAME,
    }
    response = render(request, "reviews/write.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "same-origin"
    return response


def _written(request: RegionRequest, line, review: Review | None, here: str) -> HttpResponse:
    if "take_back" in request.POST:
        if review:
            take_back(review)
        keep(request, WRITTEN, 0)
        messages.success(request, _("Your review is deleted."))
        return redirect_303(line.order.get_absolute_url())
    stars = whole_or_none(request.POST.get("stars", ""))
    text = clean_text(request.POST.get("text", "")).replace("\r\n", "\n").strip()
    name = clean_line(request.POST.get("name", "")).strip()
    errors = refused(stars, text, name)
    if errors:
        typed = {"stars": stars, "text": text, "name": name[:200]}
        keep(request, WRITTEN, AN_HOUR, line=line.pk, errors=errors, typed=typed)
        return redirect_303(here)
    assert stars is not None
    keep(request, WRITTEN, 0)
    row = write(line, stars=stars, text=text, name=name)
    if row.state == ReviewState.WAITING:
        messages.success(request, _("Thank you. A person reads it first; then it stands beside the product."))
    return redirect_303(here)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: RegionRequest, pk: int) -> HttpResponse:
    """A reader says what is wrong with a review. It hides nothing by itself."""
    rows = PublishedReview.objects.select_related("product", "review").filter(region=request.region)
    shown = rows.filter(pk=pk).first()
    if shown is None:
        raise Http404("There is no such review here.")
    back = reverse("reviews:of_product", kwargs={"region": request.region.code, "slug": shown.product.slug})

    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if reason in ReportReason.values:
            _keep_report(request, shown, reason)
            return redirect_303(back)
        messages.error(request, _("Choose what is wrong with it."))
        return redirect_303(request.path)
    context = {"shown": shown, "reasons": ReportReason.choices, "longest": LONGEST_WHY, "back": back}
    response = render(request, "reviews/report.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _keep_report(request: RegionRequest, shown: PublishedReview, reason: str) -> None:
    if too_often("review-reports", address_of(request), most=MAX_REPORTS, seconds=3600):
        messages.error(
            request,
            _(
                "Many reviews were reported from your connection. Please try again in an hour, or write to us."
            ),
        )
        return
    words = clean_line(request.POST.get("words", "")).strip()[:LONGEST_WHY]
    ReviewReport.objects.create(review=shown.review, reason=reason, words=words)
    messages.success(request, _("Thank you. A person looks at it; until then it stays."))
