"""Who stopped letters is deleted; a digest of the address stays, so that no list from elsewhere brings it back."""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.db.models.signals import post_delete
from django.utils import timezone

from config.newsletter.models import Stopped, Subscriber
from shop.optin.asking import CONFIRM_WITHIN


def digest_of(email: str) -> str:
    """Without a key, since a list of who must not be written to has to outlive every SECRET_KEY."""
    return hashlib.sha256(f"letters stopped: {email.strip().lower()}".encode()).hexdigest()


def stopped_among(emails: Iterable[str]) -> set[str]:
    """Those of these addresses that stopped letters here, in any region."""
    digests = {digest_of(email): email for email in emails}
    rows = Stopped.objects.filter(digest__in=digests).values_list("digest", flat=True)
    return {digests[digest] for digest in rows}


def _remember(sender: type[Subscriber], instance: Subscriber, **kwargs: Any) -> None:
    """Somebody's wish, and not the week in which nobody confirmed, took it away."""
    now = timezone.now()
    if instance.confirmed_at or instance.asked_at > now - CONFIRM_WITHIN:
        rows = [Stopped(digest=digest_of(instance.email), stopped_at=now)]
        Stopped.objects.bulk_create(rows, ignore_conflicts=True)


def connect() -> None:
    """Called once, when the apps are ready."""
    post_delete.connect(_remember, sender=Subscriber, dispatch_uid="letters stopped")
