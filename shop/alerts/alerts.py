"""Ask for an alert, and send it once the pack can be bought again."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from shop.alerts.models import StockAlert
from shop.catalogue.models import Variant
from shop.catalogue.offers import offers
from shop.content.models import one_state
from shop.optin import asking
from shop.outbox.keys import alert_key
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Region, Seller
from shop.sweeps.alone import each_alone

MAX_PER_SWEEP = 200
asking.forgets_mails(StockAlert)


def _urls(alert) -> dict:
    page = settings.SITE_URL + reverse("alerts:alert", args=[alert.token])
    return {"url": page, "product_url": settings.SITE_URL + alert.variant.url_in(alert.region)}


def _mail(alert, template, number=0, *, is_last=False, not_sent="", **more) -> Mail:
    return write_mail(
        key=alert_key(template, alert.kept_token, number),
        to=alert.email,
        person=alert.kept_token,
        is_last=is_last,
        not_sent=not_sent,
        template=f"alert_{template}",
        context={
            "alert": alert,
            "name": alert.pack_name,
            "region": alert.region,
            "seller": Seller.current(),
            **_urls(alert),
            **more,
        },
    )


@transaction.atomic
def ask(variant, region, email: str) -> StockAlert:
    """Keep the wish and write the mail that asks to confirm it."""
    alert = asking.kept(StockAlert, email=email, variant=variant, region=region)
    asking.ask_to_confirm(alert, partial(_mail, alert, "confirm"))
    return alert


def forget_unconfirmed(at=None) -> int:
    return asking.forget_unconfirmed(StockAlert, sweep="forget_unconfirmed_alerts", at=at)


def send_alerts(at=None) -> int:
    """Write to those whose pack can be bought again, and forget them; how many. Each is told once, however often it runs.

    Packs are looked at first, then people: whoever waits for one that never comes back keeps nobody else waiting.
    """
    confirmed = StockAlert.objects.exclude(confirmed_at=None).order_by()
    waiting: dict[int, list[int]] = {}
    for region, variant in confirmed.values_list("region", "variant").distinct():
        waiting.setdefault(region, []).append(variant)
    sent = 0

    def write_in_region(region) -> bool:
        nonlocal sent
        packs = Variant.objects.filter(pk__in=waiting[region.pk]).select_related("product")
        with one_state():
            back = {pk: offer for pk, offer in offers(packs, region).items() if offer.can_buy}
        due = confirmed.filter(region=region, variant__in=back).select_related("variant__product", "region")

        def write_to(alert) -> bool:
            if not StockAlert.objects.filter(pk=alert.pk).delete()[0]:
                return False
            _mail(alert, "back", offer=back[alert.variant_id], is_last=True)
            return True

        sent += each_alone(
            due.order_by("confirmed_at", "pk"), write_to, sweep="send_alerts", most=MAX_PER_SWEEP, at=at
        )
        return True

    each_alone(
        Region.objects.filter(pk__in=waiting), write_in_region, sweep="send_alerts_in", atomic=False, at=at
    )
    return sent
