"""A letter before it goes: who gets it, what is in it, what keeps it from going."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone

from config.newsletter.letters import letter_context
from config.newsletter.models import Letter, Subscriber
from shop.claims.refuse import said_now
from shop.pictures.in_mail import as_shown


@dataclass(frozen=True)
class Look:
    confirmed: int  # who would get it now
    unconfirmed: int  # who asked and gets nothing, since they did not confirm
    shown: list[str]
    left_out: list[str]
    refused: list[str]
    text: str
    html: str

    @property
    def may_go(self) -> bool:
        return not self.refused and self.confirmed > 0


def look(letter: Letter) -> Look:
    """Nothing is written: pictures stand in it as pages show them."""
    readers = Subscriber.objects.filter(region=letter.region).aggregate(
        confirmed=Count("pk", filter=Q(confirmed_at__isnull=False)),
        unconfirmed=Count("pk", filter=Q(confirmed_at=None)),
    )
    context = letter_context(letter, as_shown, stop_url="#")
    shown = [row.version.title for row in context["published"]]
    here = {row.version.article_id for row in context["published"]}
    left_out = [str(row.article) for row in letter.rows.all() if row.article_id not in here]
    text = render_to_string("emails/letter.txt", context).strip()
    html = render_to_string("emails/letter.html", {**context, "subject": letter.subject})
    rows = [letter, letter.picture] if letter.picture else [letter]
    return Look(
        **readers,
        shown=shown,
        left_out=left_out,
        refused=said_now(rows, [letter.region]),
        text=text,
        html=html,
    )


def send_now(letter: Letter) -> bool:
    """From this moment on to those who have confirmed by now; False if it is on its way already."""
    now = timezone.now()
    rows = Letter.objects.filter(Q(send_from=None) | Q(send_from__gt=now), pk=letter.pk, sent_at=None)
    return bool(rows.update(send_from=now))
