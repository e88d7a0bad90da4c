"""Ask for an alert, confirm it, stop it, and send it once the pack can be bought again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from shop.alerts.models import StockAlert
from shop.catalogue.offers import offers
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Seller

CONFIRM_WITHIN = timedelta(days=7)
AT_ONCE = 200


def _urls(alert) -> dict:
    page = settings.SITE_URL + reverse("alerts:alert", args=[alert.token])
    return {"url": page, "product_url": settings.SITE_URL + alert.variant.url_in(alert.region)}


def _mail(alert, template, **more) -> Mail:
    return write_mail(
        key=f"alert-{template}:{alert.token}",
        to=alert.email,
        template=f"alert_{template}",
        context={
            "alert": alert,
            "name": f"{alert.variant.product.name_in(alert.region)}, {alert.variant.label}",
            "region": alert.region,
            "seller": Seller.current(),
            **_urls(alert),
            **more,
        },
    )


@transaction.atomic
def ask(variant, region, email: str) -> StockAlert:
    """Keep the wish and write the mail that asks to confirm it. Asking again, by whomever, sends nothing more."""
    alert, is_new = StockAlert.objects.get_or_create(email=email.lower(), variant=variant, region=region)
    if is_new:
        _mail(alert, "confirm")
    return alert


def confirm(alert: StockAlert) -> None:
    StockAlert.objects.filter(pk=alert.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def stop(alert: StockAlert) -> None:
    """Forget it, and the mail that asked to confirm it."""
    Mail.objects.filter(key__in=[f"alert-confirm:{alert.token}"], sent_at=None).delete()
    alert.delete()


def send_alerts(at=None) -> int:
    """Write to everybody whose pack can be bought again, and forget them; how many. Each is told once, however often it runs."""
    now = at or timezone.now()
    StockAlert.objects.filter(confirmed_at=None, asked_at__lt=now - CONFIRM_WITHIN).delete()
    waiting = StockAlert.objects.exclude(confirmed_at=None).select_related("variant__product", "region")
    by_region: dict = {}
    for alert in waiting.order_by("confirmed_at")[:AT_ONCE]:
        by_region.setdefault(alert.region, []).append(alert)
    sent = 0
    for region, alerts in by_region.items():
        found = offers({alert.variant.pk: alert.variant for alert in alerts}.values(), region)
        for alert in alerts:
            offer = found[alert.variant_id]
            if not offer.can_buy:
                continue
            with transaction.atomic():
                if StockAlert.objects.filter(pk=alert.pk).delete()[0]:
                    _mail(alert, "back", offer=offer)
                    sent += 1
    return sent
