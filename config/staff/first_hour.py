"""What a shop needs before it sells, as a list that ticks itself; it is gone once all is done."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from articles.models import Publication
from shop.catalogue.models import ShelfRow
from shop.payments.models import StripeEvent
from shop.regions.models import Country, Region, Seller


@dataclass(frozen=True)
class Step:
    words: str
    about: str
    url: str
    is_done: bool


# (words, what it asks for, address, right, whether it is done)
STEPS: list[tuple[str, str, str, str, Callable[[], bool]]] = [
    (
        "Say who sells",
        "name, address, numbers; untick “demonstration” once they are real",
        "admin:regions_seller_changelist",
        "regions.change_seller",
        lambda: bool((seller := Seller.current()) and not seller.is_demo),
    ),
    (
        "Put a product on sale",
        "with its facts, a pack, a price and stock",
        "admin:catalogue_product_add",
        "catalogue.add_product",
        lambda: ShelfRow.objects.exists(),
    ),
    (
        "Say where you deliver",
        "regions that are open, with their countries, days and hours",
        "admin:regions_region_changelist",
        "regions.change_region",
        lambda: Country.objects.filter(region__in=Region.all_open()).exists(),
    ),
    ("Take real payments", "", "admin:ledger", "desk.view_ledger", lambda: not payments_lack()),
    (
        "Publish the first article",
        "in one region or all",
        "admin:articles_version_add",
        "articles.publish_article",
        lambda: Publication.objects.filter(starts_at__lte=timezone.now()).exists(),
    ),
    (
        "Let colleagues in",
        "paste their mail addresses; each chooses a password",
        "admin:invite",
        "auth.add_user",
        lambda: User.objects.filter(is_staff=True, is_active=True)[1:2].exists(),
    ),
]


def payments_lack() -> str:
    """What keeps the shop from taking real money, as far as it can tell; "" once Stripe’s live webhook was heard."""
    if settings.PAYMENT_MODE == "sandbox":
        return (
            "now: the sandbox, no money moves. In the settings, take PAYMENTS=sandbox out and set "
            "STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET"
        )
    if settings.PAYMENT_MODE == "test":
        heard = "has arrived" if _webhook_came(live=False) else "has not arrived yet: look at its endpoint"
        return (
            f"now: Stripe’s test mode, whose webhook {heard}. Then set the live key, its webhook’s secret and "
            "STRIPE_LIVE=1"
        )
    if not _webhook_came(live=True):
        return (
            "the live key is set; no live webhook has arrived yet: look at its endpoint, then buy something"
        )
    return ""


def _webhook_came(*, live: bool) -> bool:
    return StripeEvent.objects.filter(livemode=live, came_by="webhook").exists()


def first_hour(user) -> list[Step]:
    """The steps that this person may take; empty once all of them are done."""
    steps = [
        Step(words, about or payments_lack(), reverse(url), is_done())
        for words, about, url, right, is_done in STEPS
        if user.has_perm(right)
    ]
    return [] if all(step.is_done for step in steps) else steps
