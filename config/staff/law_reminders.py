"""What the start page reminds of about laws: those to compare with their sources again, and tax rates that wait for a decision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse

from config.staff.each_once import Once
from shop.regions.laws import LawPack
from shop.regions.models import Decision, ProposedRate

MOST_DAYS = 50  # on which rates of newer sources begin


@dataclass(frozen=True)
class Item:
    words: str
    about: str
    url: str
    is_late: bool = False


Listing = tuple[QuerySet | list | Once, Callable[..., Item]]  # rows, and what the list says of each


def laws_to_compare(now) -> Listing:
    """Those whose day is over, or will be within a month."""
    rows = LawPack.objects.filter(review_by__lte=(now + timedelta(days=31)).date()).order_by(
        "review_by", "code"
    )

    def item(row):
        url = reverse("admin:regions_lawpack_change", args=[row.pk])
        return Item(row.name, f"good until {row.review_by:%-d %B %Y}", url, row.review_by < now.date())

    return rows, item


def rates_to_decide(now) -> Listing:
    """Rates of a file by the day on which they begin; what needs an adviser first is one line."""
    url, found = reverse("admin:vat_rates"), []
    waiting = ProposedRate.objects.filter(decision=Decision.OPEN)
    days = (
        waiting.filter(is_verified=True).values_list("begins").annotate(count=Count("pk")).order_by("begins")
    )
    for day, count in days[:MOST_DAYS]:
        words = f"{count} rate{'' if count == 1 else 's'} of a newer source"
        begins = "the old one is charged still" if day <= now.date() else f"begins on {day:%-d %B %Y}"
        found.append(Item(words, begins, url, is_late=day <= now.date()))
    unsure = waiting.filter(is_verified=False).count()
    if unsure:
        words = f"{unsure} unverified reduced rate{'' if unsure == 1 else 's'}"
        found.append(Item(words, "for your tax adviser; the standard rate is charged until then", url))
    return found, lambda item: item
