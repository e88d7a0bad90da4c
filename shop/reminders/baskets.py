"""Ask for one mail should a basket be left behind, and send it a day after anybody touched the basket."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from shop.basket.models import Basket, BasketLine
from shop.catalogue.offers import offers
from shop.content.models import one_state
from shop.optin import asking
from shop.outbox.keys import basket_reminder_key
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Region, Seller
from shop.reminders.models import BasketReminder
from shop.sweeps.alone import each_alone

LEFT_FOR = timedelta(days=1)
MAX_PER_SWEEP = 200
asking.forgets_mails(BasketReminder)


def _mail(wish: BasketReminder, template: str, number=0, *, is_last=False, not_sent="", **more) -> Mail:
    return write_mail(
        key=basket_reminder_key(template, wish.kept_token, number),
        to=wish.email,
        person=wish.kept_token,
        is_last=is_last,
        not_sent=not_sent,
        template=f"basket_{template}",
        context={
            "region": wish.region,
            "seller": Seller.current(),
            "url": settings.SITE_URL + reverse("reminders:basket", args=[wish.token]),
            "basket_url": settings.SITE_URL + reverse("basket:show", kwargs={"region": wish.region.code}),
            **more,
        },
    )


@transaction.atomic
def ask(basket: Basket, region: Region, email: str) -> BasketReminder:
    """Keep the wish and write the mail that asks to confirm it."""
    wish = asking.kept(BasketReminder, email=email, defaults={"region": region}, basket=basket)
    asking.ask_to_confirm(wish, partial(_mail, wish, "confirm"))
    return wish


def forget_unconfirmed(at: datetime | None = None) -> int:
    return asking.forget_unconfirmed(BasketReminder, sweep="forget_unconfirmed_basket_reminders", at=at)


def send_basket_reminders(at: datetime | None = None) -> int:
    """Write to those who asked and left packs behind, and forget them; how many wishes ended.

    Who ordered, or emptied the basket, hears nothing.
    """
    before = (at or timezone.now()) - LEFT_FOR
    lines = BasketLine.objects.exclude(variant=None).select_related("variant__product")
    rows = BasketReminder.objects.filter(
        confirmed_at__lte=before, basket__touched_at__lte=before
    ).select_related("basket", "region")
    rows = rows.prefetch_related(
        Prefetch("basket__lines", lines), "basket__lines__variant__product__wordings"
    )
    return each_alone(
        rows.order_by("confirmed_at", "pk"), _tell, sweep="send_basket_reminders", most=MAX_PER_SWEEP, at=at
    )


def _tell(wish: BasketReminder) -> bool:
    if not BasketReminder.objects.filter(pk=wish.pk).delete()[0]:
        return False
    lines = list(wish.basket.lines.all())
    with one_state():
        found = offers([line.variant for line in lines if line.variant], wish.region)
    left = [
        {
            "quantity": line.quantity,
            "name": f"{line.variant.product.name_in(wish.region)}, {line.variant.translated_in(wish.region).label}",
            "url": settings.SITE_URL + line.variant.url_in(wish.region),
        }
        for line in lines
        if line.variant and found[line.variant.pk].can_buy
    ]
    if left:
        _mail(wish, "left", lines=left, is_last=True)
    return True
