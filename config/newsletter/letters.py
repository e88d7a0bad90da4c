"""Ask for letters; and send a letter to everybody who confirmed, each once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from articles.models import Version
from articles.reading.published import published_versions
from config.newsletter.models import AGREED, Letter, Subscriber
from shop.optin import asking
from shop.outbox.keys import letter_key, letter_kind, newsletter_confirm_key
from shop.outbox.models import Mail
from shop.outbox.send import write_mail
from shop.pictures.in_mail import InMail, in_mail
from shop.pictures.models import Picture
from shop.regions.languages import speaking
from shop.regions.models import Seller
from shop.sweeps.alone import each_alone, not_set_back
from shop.sweeps.models import Setback

MAX_PER_SWEEP = 200
MAX_TRIES = 7  # for one reader, about an hour
asking.forgets_mails(Subscriber)


def _page(subscriber) -> str:
    return settings.SITE_URL + reverse("letters:letters", args=[subscriber.token])


def _stop(subscriber) -> str:
    return settings.SITE_URL + reverse("letters:stop", args=[subscriber.token])


@transaction.atomic
def ask(region, email: str) -> Subscriber:
    """Keep the wish and write the mail that asks to confirm it."""
    row = asking.kept(Subscriber, email=email, region=region)
    with speaking(region):
        agreed = gettext(AGREED)
    if row.agreed_to == AGREED != agreed:
        row.agreed_to = agreed
        row.save(update_fields=["agreed_to"])
    asking.ask_to_confirm(row, partial(_ask_to_confirm, row))
    return row


def _ask_to_confirm(row: Subscriber, number: int, not_sent: str) -> Mail:
    with speaking(row.region):
        return write_mail(
            key=newsletter_confirm_key(row.kept_token, number),
            not_sent=not_sent,
            to=row.email,
            person=row.kept_token,
            template="letters_confirm",
            context={
                "url": _page(row),
                "region": row.region,
                "seller": Seller.current(),
                "agreed": row.agreed_to,
            },
        )


@dataclass(frozen=True)
class InLetter:
    """An article as a letter shows it."""

    url: str
    version: Version
    picture: InMail | None


def letter_context(letter: Letter, picture_of: Callable[[Picture], InMail | None] = in_mail, **more) -> dict:
    """What a letter shows: its words, and of its articles those that are published in its region and claim nothing.

    Pictures are made for mail, unless `picture_of` does something else. Raises NotStored.
    """
    order = [row.article_id for row in letter.rows.all()]
    published = {
        row.article.pk: row
        for row in published_versions(letter.region, articles=order)
        if not row.version.head_claims_in(letter.region)
    }
    return {
        "letter": letter,
        "published": [
            InLetter(row.url, row.version, picture_of(row.version.picture) if row.version.picture else None)
            for row in (published[pk] for pk in order if pk in published)
        ],
        "picture": picture_of(letter.picture) if letter.picture else None,
        "region": letter.region,
        "seller": Seller.current(),
        "site_url": settings.SITE_URL,
        **more,
    }


def write_letter(letter: Letter, subscriber: Subscriber, context: dict) -> Mail:
    """The letter as one mail, which mail programs can stop with one click (RFC 8058)."""
    stop_url = _stop(subscriber)
    with speaking(letter.region):
        return write_mail(
            key=letter_key(letter.pk, subscriber.kept_token),
            to=subscriber.email,
            person=subscriber.kept_token,
            template="letter",
            context={**context, "stop_url": _page(subscriber)},
            headers={
                "List-Unsubscribe": f"<{stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def forget_unconfirmed(at=None) -> int:
    return asking.forget_unconfirmed(Subscriber, sweep="forget_unconfirmed_subscribers", at=at)


def due_letters(now):
    """Those that are being sent, or should be. `now` may be the database's Now()."""
    return Letter.objects.filter(sent_at=None, send_from__lte=now).order_by("send_from", "pk")


def send_letters(at=None) -> int:
    """Write the mails of every letter that is due, some hundred of each at a time; how many.

    Safe to run twice, or at once. A reader whose mail can't be written is tried again for about an hour; the letter
    counts as sent once nobody is left to try.
    """
    now, written = at or timezone.now(), 0

    def send(letter) -> bool:
        nonlocal written
        count = _send_to_some(letter, now)
        written += count
        return bool(count)

    each_alone(due_letters(now).select_related("region"), send, sweep="send_letters", atomic=False, at=now)
    return written


def _send_to_some(letter: Letter, now) -> int:
    sweep = f"send_letters {letter.pk}"
    failed: set[int] = set()
    given_up: set[int] = set()
    for pk, tries in Setback.objects.filter(sweep=sweep).values_list("about", "tries"):
        (failed if tries < MAX_TRIES else given_up).add(int(pk))
    waiting = (
        Subscriber.objects.filter(region=letter.region, confirmed_at__lte=letter.send_from)
        .filter(Q(pk__gt=letter.reached) | Q(pk__in=failed))
        .exclude(pk__in=given_up)
        .order_by("pk")
    )
    if not waiting.exists():
        readers = Mail.objects.filter(key__startswith=letter_kind(letter.pk)).count()
        Letter.objects.filter(pk=letter.pk, sent_at=None).update(sent_at=now, sent_to=readers)
        return 0
    context = letter_context(letter) if not_set_back(waiting, sweep, now).exists() else {}

    def write(subscriber) -> bool:
        if not Subscriber.objects.select_for_update().filter(pk=subscriber.pk).exists():  # stopped meanwhile
            return False
        write_letter(letter, subscriber, context)
        Letter.objects.filter(pk=letter.pk, reached__lt=subscriber.pk).update(reached=subscriber.pk)
        return True

    return each_alone(waiting, write, sweep=sweep, most=MAX_PER_SWEEP, at=now)
