"""Write a mail as a row; send what is due. Exactly one row per key, and one worker per row at a time."""

import logging
import smtplib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.utils import timezone

from shop.content.throttle import too_often
from shop.outbox.models import Mail
from shop.sweeps.alone import each_alone
from shop.text.addresses import without_addresses
from shop.text.characters import clean_line, clean_text
from shop.web.language import speaking
from shop.web.secret_links import without_secret_links

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)
KEEP_WORDS = timedelta(days=180)  # how long a mail can be read here, and to whom it went
SEND_AGAIN = timedelta(days=14)  # how long a mail that was given up can be sent again
MOST_A_DAY = 10  # mails to one address that nobody has paid from, whatever for
TOO_MANY = f"Not sent: this address was typed into forms more than {MOST_A_DAY} times in a day."
MAX_WAIT = timedelta(hours=6)
MAX_TRIES = 20  # about three days and a half
# Where the mail server says that the address can't be written to: three tries, an hour in all, since servers err too.
MAX_REFUSALS, AFTER_REFUSAL = 3, timedelta(minutes=30)
gave_up = Signal()  # `mail`: sent in the transaction in which its last try is over


def write_mail(
    *,
    key: str,
    to: str,
    template: str,
    context: dict,
    headers: dict | None = None,
    person: str = "",
    about: str = "",
    is_last: bool = False,
    not_sent: str = "",
) -> Mail:
    """Render `emails/<template>.txt` (first line: the subject) and `.html` into a row, once per `key`.

    `person`: the name of the wish or subscription that it belongs to; `forget` deletes it with that. `about`: what its
    reader may look for, such as order:17. `is_last`: nothing
    keeps the address once this mail is sent, so the row goes, too. `not_sent`: why it never is; staff read it.

    It is in the language of the `region` in its context. It asks the same two things of the database whether there was
    such a mail or not.
    """
    with speaking(context.get("region")):
        text = render_to_string(f"emails/{template}.txt", context)
        subject, _, body = text.strip().partition("\n")
        html = render_to_string(f"emails/{template}.html", {**context, "subject": subject})
    now = timezone.now()
    mail = Mail(
        key=key,
        to=to,
        subject=subject.strip(),
        text=body.strip() + "\n",
        html=html,
        headers=headers or {},
        due_at=now,
        person=person,
        about=about,
        is_last=is_last,
        gave_up_at=now if not_sent else None,
        last_error=not_sent,
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=True)
    return Mail.objects.get(key=key)


def had_enough(address: str) -> bool:
    """Count one more mail to an address that a stranger may have typed; whether it has had MOST_A_DAY since yesterday.

    The count holds a digest of the address. Mails about what was paid are never asked.
    """
    return too_often("mails", address.lower(), most=MOST_A_DAY, seconds=24 * 3600)


def rename(person: str, to: str) -> None:
    """What the mails of a wish or subscription belong to is called otherwise: in their keys too, so that none is written twice."""
    for mail in Mail.objects.filter(person=person):
        Mail.objects.filter(pk=mail.pk).update(person=to, key=mail.key.replace(person, to))


def forget(person: str) -> int:
    """Delete every mail that belongs to a wish or subscription, sent or not; how many."""
    return Mail.objects.filter(person=person).delete()[0] if person else 0


def forget_undeliverable(at=None) -> int:
    """Delete mails that were the last trace of an address, two weeks after they were given up; how many."""
    before = (at or timezone.now()) - SEND_AGAIN
    return Mail.objects.filter(is_last=True, gave_up_at__lt=before).delete()[0]


def close_given_up(at=None) -> int:
    """Cut the links of mails that were given up so long ago that they can't be sent again, some at a time; how many."""
    before, closed = (at or timezone.now()) - SEND_AGAIN, 0
    over = Mail.objects.filter(sent_at=None, gave_up_at__lt=before, is_closed=False)
    for mail in over.order_by("gave_up_at")[:500]:
        closed += over.filter(pk=mail.pk).update(is_closed=True, **without_links(mail))
    return closed


def forget_addresses(at=None) -> int:
    """Empty mails of KEEP_WORDS ago, some at a time: their rows stay, so that none is written twice; how many.

    Those that still wait for a mail server keep what they need.
    """
    old = Mail.objects.filter(written_at__lt=(at or timezone.now()) - KEEP_WORDS).exclude(to="")
    if settings.EMAIL_URL:
        old = old.exclude(sent_at=None, gave_up_at=None)
    rows = list(old.order_by("written_at").values_list("pk", flat=True)[:1000])
    return Mail.objects.filter(pk__in=rows).update(to="", text="", html="", headers={}, last_error="")


def due_mails(now):
    """Those to send. `now` may be the database's Now()."""
    rows = Mail.objects.filter(sent_at=None, gave_up_at=None, due_at__lte=now)
    return rows if settings.EMAIL_URL else rows.none()


def send_next(at=None) -> Mail | None:
    """Try one mail that is due and return it; None when there is none.

    The row is claimed by moving `due_at` first. A worker killed while it talks to the mail server leaves the
    claim to run out, so in that one case a mail may be sent twice; it is never lost. Without EMAIL_URL nothing
    is sent: the rows stay readable in the admin.
    """
    now, tried = at or timezone.now(), []

    def send(mail) -> bool:
        claimed = Mail.objects.filter(pk=mail.pk, sent_at=None, gave_up_at=None, due_at=mail.due_at).update(
            due_at=now + CLAIM, attempts=F("attempts") + 1
        )
        if claimed:
            tried.append(mail)
            _try(mail, now)
        return bool(claimed)

    each_alone(due_mails(now).order_by("due_at", "pk"), send, sweep="send_next", most=1, atomic=False, at=now)
    return tried[0] if tried else None


def _try(mail: Mail, now) -> None:
    try:
        message = EmailMultiAlternatives(
            clean_line(mail.subject), clean_text(mail.text), to=[mail.to], headers=mail.headers
        )
        message.attach_alternative(clean_text(mail.html), "text/html")
        message.send()
    except Exception as error:
        _failed(mail, error, now)
    else:
        if mail.is_last:
            mail.delete()
        else:
            Mail.objects.filter(pk=mail.pk).update(
                sent_at=timezone.now(), last_error="", **without_links(mail)
            )


def without_links(mail: Any) -> dict[str, Any]:
    """The columns of a mail that is not sent again: its words stay readable, and nothing in them opens anything."""
    words = {name: without_secret_links(getattr(mail, name)) for name in ("text", "html")}
    return {**words, "headers": {}}


def _failed(mail: Mail, error: Exception, now) -> None:
    """Later again, ever more seldom; in the end no more, and whoever the mail is about hears of it."""
    mail.last_error, refused = _words(error)[:300], _is_refusal(error)
    mail.attempts += 1
    wait = min(timedelta(minutes=1) * 2 ** min(mail.attempts - 1, 12), MAX_WAIT)
    mail.due_at = now + (max(wait, AFTER_REFUSAL) if refused else wait)
    if mail.attempts >= (MAX_REFUSALS if refused else MAX_TRIES):
        mail.gave_up_at = now
    with transaction.atomic():
        is_there = Mail.objects.filter(pk=mail.pk).update(
            last_error=mail.last_error, due_at=mail.due_at, gave_up_at=mail.gave_up_at
        )
        if is_there and mail.gave_up_at:
            gave_up.send(Mail, mail=mail)
    what = "it is not tried again" if mail.gave_up_at else f"trying again at {mail.due_at:%Y-%m-%d %H:%M} UTC"
    log.warning("Mail %s could not be sent (%s); %s.", mail.pk, without_addresses(mail.last_error), what)


def _is_refusal(error: Exception) -> bool:
    """Whether trying again is of little use: the address or the mail itself is refused (5xx), or can't be put into a mail.

    A server that refuses us (sign-in, sender, greeting) says nothing about the address.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return isinstance(error, smtplib.SMTPNotSupportedError | ValueError | TypeError)


def _words(error: Exception) -> str:
    text: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, text = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, text = error.smtp_code, error.smtp_error
    else:
        return (str(error) or type(error).__name__).replace("\x00", "")
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
    return f"{code} {text}".replace("\x00", "").replace("\n", " ")


def send_again(mails, to: str = "") -> int:
    """Begin anew with mails that did not go out, to the address `to` if given; how many. Those that are closed stay so."""
    anew = {"gave_up_at": None, "attempts": 0, "last_error": "", "due_at": timezone.now()}
    return mails.filter(sent_at=None, is_closed=False).update(**anew, **({"to": to} if to else {}))
