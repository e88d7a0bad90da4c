"""Ask for letters, confirm, stop; and send a letter to everybody who confirmed, each once."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from articles.live import live_versions
from config.letters.models import Letter, Subscriber
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.regions.models import Seller

CONFIRM_WITHIN = timedelta(days=7)
AT_ONCE = 200


def _page(subscriber) -> str:
    return settings.SITE_URL + reverse("letters:letters", args=[subscriber.token])


def _stop(subscriber) -> str:
    return settings.SITE_URL + reverse("letters:stop", args=[subscriber.token])


@transaction.atomic
def ask(region, email: str) -> Subscriber:
    """Keep the wish and write the mail that asks to confirm it. Asking again, by whomever, sends nothing more."""
    row, is_new = Subscriber.objects.get_or_create(email=email.lower(), region=region)
    if is_new:
        write_mail(
            key=f"letters-confirm:{row.token}",
            to=row.email,
            template="letters_confirm",
            context={
                "url": _page(row),
                "region": region,
                "seller": Seller.current(),
                "agreed": row.agreed_to,
            },
        )
    return row


def confirm(subscriber: Subscriber) -> None:
    Subscriber.objects.filter(pk=subscriber.pk, confirmed_at=None).update(confirmed_at=timezone.now())


@transaction.atomic
def stop(subscriber: Subscriber) -> None:
    """Forget the address and every mail to it that has not gone out."""
    Mail.objects.filter(key__endswith=f":{subscriber.token}", sent_at=None).delete()
    subscriber.delete()


def letter_context(letter: Letter, **more) -> dict:
    """What a letter shows: its words, and of its articles those that are live in its region."""
    order = [row.article_id for row in letter.rows.all()]
    live = {version.article_id: version for version in live_versions(letter.region, articles=order)}
    return {
        "letter": letter,
        "versions": [live[pk] for pk in order if pk in live],
        "region": letter.region,
        "seller": Seller.current(),
        "site_url": settings.SITE_URL,
        **more,
    }


def write_letter(letter: Letter, subscriber: Subscriber, context: dict) -> Mail:
    """The letter as one mail, which mail programs can stop with one click (RFC 8058)."""
    stop_url = _stop(subscriber)
    return write_mail(
        key=f"letter:{letter.pk}:{subscriber.token}",
        to=subscriber.email,
        template="letter",
        context={**context, "stop_url": _page(subscriber)},
        headers={"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )


def send_letters(at=None) -> int:
    """Write the mails of a letter that is due, some hundred at a time; how many. Safe to run twice, or at once."""
    now = at or timezone.now()
    Subscriber.objects.filter(confirmed_at=None, asked_at__lt=now - CONFIRM_WITHIN).delete()
    letter = (
        Letter.objects.filter(sent_at=None, send_from__lte=now)
        .select_related("region")
        .order_by("send_from")
        .first()
    )
    if letter is None:
        return 0
    known = Subscriber.objects.filter(region=letter.region, confirmed_at__lte=letter.send_from).order_by("pk")
    waiting = list(known.filter(pk__gt=letter.reached)[:AT_ONCE])
    context = letter_context(letter)
    for subscriber in waiting:
        with transaction.atomic():
            if (
                Subscriber.objects.select_for_update().filter(pk=subscriber.pk).exists()
            ):  # not stopped meanwhile
                write_letter(letter, subscriber, context)
                Letter.objects.filter(pk=letter.pk).update(reached=subscriber.pk)
    if not waiting:
        told = Mail.objects.filter(key__startswith=f"letter:{letter.pk}:").count()
        Letter.objects.filter(pk=letter.pk, sent_at=None).update(sent_at=now, sent_to=told)
    return len(waiting)
