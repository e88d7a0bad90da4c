"""Who has to have a second factor, and since when."""

from datetime import datetime, timedelta

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_for(user) -> bool:
    """Owners, and whoever sees orders; owners see them."""
    return user.has_perm("orders.view_order")


def since(user) -> datetime:
    """Until then the password alone is enough."""
    return user.date_joined + timedelta(days=settings.SECOND_FACTOR_GRACE_DAYS)


def has_one(user) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def with_factor(users: QuerySet) -> QuerySet:
    """The people, each with `has_factor`."""
    rows = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return users.annotate(has_factor=Exists(rows))


def is_missing(request) -> bool:
    """Whether this person may do nothing before they have set one up. Asks the database only of those it may concern."""
    user = request.user
    if not is_for(user) or timezone.now() < since(user) or _was_used(request):
        return False
    return not has_one(user)


def wanted_from(request) -> datetime | None:
    """Within the grace: when it ends, for those who have none yet."""
    user = request.user
    if not is_for(user) or timezone.now() >= since(user) or _was_used(request) or has_one(user):
        return None
    return since(user)


def _was_used(request) -> bool:
    """In this session; allauth notes by what one signed in."""
    found = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    return any(isinstance(row, dict) and row.get("method") == "mfa" for row in found)
