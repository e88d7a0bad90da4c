"""What a region needs before shoppers may see it: a list that ticks itself, and the buttons that open and close it."""

from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from config.words.gathered import languages
from shop.catalogue.models import Lack, Product
from shop.pages.models import PageVersion
from shop.pages.names import PAGES
from shop.pages.shipped import ENGLISH, is_translated
from shop.regions.calendar import holidays_in, place_named
from shop.regions.laws import KnownLaw
from shop.regions.models import Country, Region, Seller, VatRate

RIGHT = "regions.change_region"
NAMED = 5  # of a list; the rest are counted
OWN_PAGES = ("delivery", "returns", "terms", "privacy", "contact")  # whose shipped words are of another law


@dataclass(frozen=True)
class Check:
    """Something that a region needs; `lack` says what is missing, and is empty once nothing is. `told`: what is there."""

    words: str
    lack: str
    url: str
    told: str = ""

    @property
    def is_done(self) -> bool:
        return not self.lack


def checks(region: Region) -> list[Check]:
    """In the order in which a region is made; as many questions for any number of products."""
    own = reverse("admin:regions_region_change", args=[region.pk])
    law = reverse("admin:regions_lawpack_change", args=[region.legal.pk])
    found = [
        Check("Its law is complete and was compared with its sources", _some(region.legal.lacks(timezone.localdate())), law),
        Check("Countries it delivers to", "" if region.country_codes else "no country", own),
        Check("The clock of its shoppers", _wrong_clock(region), own, region.time_zone),
        Check("When parcels leave and arrive", _wrong_delivery(region), own, _promise(region)),
        _writing(region, own),
    ]  # fmt: skip
    if region.edition_of_id:
        return [
            found[0],
            _writing(region, own),
            *_of_products(region),
            _pages_in_its_language(region),
            Check("The region that it is an edition of is open", "" if region.market.is_open else f"{region.market.name} is closed",
                  reverse("admin:regions_region_change", args=[region.market_id])),
        ]  # fmt: skip
    if region.prices_include_tax:
        found.append(
            Check("A tax rate for each country", _without_rate(region), reverse("admin:regions_vatrate_add"))
        )
    elif set(region.country_codes) != {"US"}:
        found.append(
            Check(
                "Tax that comes on top",
                "the shop knows rates by state for the US alone: choose prices with tax in them",
                own,
            )
        )
    found += [
        Check("Who sells", "" if Seller.current() else "nobody", reverse("admin:regions_seller_changelist")),
        *_of_products(region),
    ]
    if region.law not in KnownLaw.values:
        there = set(PageVersion.objects.shown().filter(region=region).values_list("page", flat=True))
        lack = [str(PAGES[page]) for page in OWN_PAGES if page not in there]
        found.append(
            Check("Pages in the words of its own law", _some(lack, "not published: "), reverse("admin:pages_pageversion_changelist"))
        )  # fmt: skip
    return found


def _pages_in_its_language(region: Region) -> Check:
    there = set(PageVersion.objects.shown().filter(region=region).values_list("page", flat=True))
    lack = [
        str(name)
        for page, name in PAGES.items()
        if page not in there and not is_translated(page, region.language)
    ]
    where = reverse("admin:pages_pageversion_changelist")
    return Check("Pages in its language", _some(lack, "in English alone: "), where)


def _zones_of(country: str) -> list[str]:
    return get_global("territory_zones").get(country, [])


def _wrong_clock(region: Region) -> str:
    """A new region has London's clock until somebody chooses."""
    there = {name for code in region.country_codes for name in _zones_of(code)}
    return (
        f"{region.time_zone} is the clock of none of its countries"
        if there and region.time_zone not in there
        else ""
    )


def _wrong_delivery(region: Region) -> str:
    """Holidays are those of the place that parcels leave, and known where they arrive: else each weekday counts as one of work."""
    left, _ = place_named(region.dispatch_holidays)
    wrong = []
    if region.dispatch_time_zone not in _zones_of(left):
        wrong.append(
            f"the holidays are those of {region.dispatch_holidays}, the clock there is {region.dispatch_time_zone}"
        )
    year = timezone.localdate().year
    unknown = [code for code in region.country_codes if not holidays_in((code, ""), year)]
    if unknown:
        wrong.append(_some(unknown[:NAMED], "no public holidays are known for: ", len(unknown) - NAMED))
    return "; ".join(wrong)


def _promise(region: Region) -> str:
    return (
        f"from {region.ships_from}, if paid before {region.dispatch_cutoff:%H:%M} ({region.dispatch_time_zone}), "
        f"in {region.delivery_days_min} to {region.delivery_days_max} working days; holidays of {region.dispatch_holidays}"
    )


def _writing(region: Region, url: str) -> Check:
    wrong = _wrong_locale(region)
    return Check(
        "How numbers, dates and words are written", wrong, url, "" if wrong else region.money(123456)
    )


def _wrong_locale(region: Region) -> str:
    """British words stand everywhere but in American English; another language would get British words all the same."""
    try:
        locale = Locale.parse(region.locale)
    except (ValueError, UnknownLocaleError):
        return f"{region.locale} is no way of writing that is known; take one such as en_AU"
    if locale.language != region.language.split("-")[0]:
        return f"{region.locale} is a way of writing another language than its own, {region.language}"
    if region.language != ENGLISH and region.language not in languages():
        return f"the shop’s own words are not there in {locale.get_display_name('en')}: locale/{region.language}/ is missing"
    if locale.territory not in region.country_codes:
        return f"{region.locale} belongs to none of its countries"
    return ""


def _of_products(region: Region) -> list[Check]:
    now, grid = timezone.now(), reverse("admin:catalogue_product_grid")
    lacks = Lack.objects.filter(region=region, since__lte=now)
    names = list(
        lacks.order_by("product__position", "product").values_list("product__name", flat=True)[: NAMED + 1]
    )
    more = lacks.count() - NAMED if len(names) > NAMED else 0
    sold = Product.objects.on_sale_in(region).exists()
    priced = sold or bool(names)  # what lacks something is kept of products that have a price
    products = reverse("admin:catalogue_product_changelist")
    return [
        Check("Prices in its currency", "" if priced else "no pack has a price", grid),
        Check("Facts and words of every product that has a price", _some(names[:NAMED], "missing for: ", more), products),
        Check("Something to buy", "" if sold else "no product can be sold yet", products),
    ]  # fmt: skip


def _without_rate(region: Region) -> str:
    have = VatRate.objects.filter(country__region=region, zone=None, valid_from__lte=timezone.now()).values(
        "country"
    )
    names = list(
        Country.objects.filter(region=region).exclude(pk__in=have).values_list("name", flat=True)[: NAMED + 1]
    )
    return _some(names[:NAMED], "no rate for: ", len(names) - NAMED) if names else ""


def _some(names: list[str], lead: str = "", more: int = 0) -> str:
    return f"{lead}{', '.join(names)}{f' and {more} more' if more > 0 else ''}" if names else ""


def opening(request, site, pk: int):
    """The list, and what opens or closes the region. It refuses while something is missing, and says what."""
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    region = Region.objects.filter(pk=pk).first()
    if region is None:
        raise Http404("There is no such region.")
    if request.method == "POST":
        _decide(request, pk)
        return HttpResponseRedirect(request.path, status=303)
    rows = checks(region)
    context = {
        **site.each_context(request),
        "title": f"Opening {region.the_name}",
        "region_to_open": region,
        "rows": rows,
        "missing": sum(not row.is_done for row in rows),
        "look": f"/{region.code}/",
    }
    return render(request, "admin/opening.html", context)


def _decide(request, pk: int) -> None:
    """With the row locked, so that two people who press at once decide one after the other."""
    wants_open = request.POST.get("do") == "open"
    with transaction.atomic():
        region = Region.objects.select_for_update().get(pk=pk)
        lack = [f"{row.words}: {row.lack}" for row in checks(region) if not row.is_done] if wants_open else []
        others = Region.objects.filter(is_open=True).exclude(pk=pk).exists()
        if lack:
            messages.error(request, f"It stays closed. {'; '.join(lack)}.")
        elif not wants_open and not others:
            messages.error(request, "It stays open: it is the only open region.")
        elif request.POST.get("do") not in {"open", "close"} or region.is_open == wants_open:
            messages.info(request, f"Nothing was changed: it is {'open' if region.is_open else 'closed'}.")
        else:
            region.is_open = wants_open
            region.save(update_fields=["is_open"])
            done = (
                "open: shoppers see it from now on"
                if wants_open
                else "closed: shoppers see nothing of it; orders go on"
            )
            messages.success(request, f"{region.name} is {done}.")
