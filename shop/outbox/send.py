"""Write a mail as a row; send what is due. Exactly one row per key, and one worker per row at a time."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from shop.content.characters import clean_line, clean_text
from shop.outbox.models import Mail

log = logging.getLogger(__name__)
CLAIM = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)


def write_mail(*, key: str, to: str, template: str, context: dict, headers: dict | None = None) -> Mail:
    """Render `emails/<template>.txt` (first line: the subject) and `.html` into a row, once per `key`."""
    text = render_to_string(f"emails/{template}.txt", context)
    subject, _, body = text.strip().partition("\n")
    html = render_to_string(f"emails/{template}.html", {**context, "subject": subject})
    mail, _ = Mail.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": subject.strip(),
            "text": body.strip() + "\n",
            "html": html,
            "headers": headers or {},
            "due_at": timezone.now(),
        },
    )
    return mail


def due_mails(now):
    """Those to send. `now` may be the database's Now()."""
    rows = Mail.objects.filter(sent_at=None, due_at__lte=now)
    return rows if settings.EMAIL_URL else rows.none()


def send_next(at=None) -> Mail | None:
    """Send one mail that is due and return it; None when there is none.

    The row is claimed by moving `due_at` first. A worker killed while it speaks to the mail server leaves the
    claim to run out, so in that one case a mail may be sent twice; it is never lost. Without EMAIL_URL nothing
    is sent: the rows stay readable in the admin.
    """
    if not settings.EMAIL_URL:
        return None
    now = at or timezone.now()
    mail = Mail.objects.filter(sent_at=None, due_at__lte=now).order_by("due_at", "pk").first()
    if mail is None:
        return None
    claimed = Mail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at).update(
        due_at=now + CLAIM, attempts=F("attempts") + 1
    )
    if not claimed:
        return None
    message = EmailMultiAlternatives(
        clean_line(mail.subject), clean_text(mail.text), to=[mail.to], headers=mail.headers
    )
    message.attach_alternative(clean_text(mail.html), "text/html")
    try:
        message.send()
    except Exception as error:
        wait = min(timedelta(minutes=1) * 2 ** min(mail.attempts, 12), LONGEST_WAIT)
        Mail.objects.filter(pk=mail.pk).update(due_at=now + wait, last_error=str(error)[:300])
        log.warning("Mail %s could not be sent (%s); trying again in %s.", mail.pk, error, wait)
    else:
        Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), last_error="")
    return mail
