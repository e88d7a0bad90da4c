"""Events, as a list."""

from datetime import UTC, datetime

from django.db.models import Q

from shop.payments.sandbox import params as accepted
from shop.payments.sandbox.models import (
    SandboxEvent,
)
from shop.payments.sandbox.stripe.answers import Refused, _check


def list_events(params: dict) -> dict:
    """Newest first, as Stripe lists them: of `created[gte]` and later, after `starting_after`, `limit` a page."""
    _check(params, accepted.LIST_EVENTS)
    rows = SandboxEvent.objects.order_by("-created", "-pk")
    since = (params.get("created") or {}).get("gte")
    if since:
        rows = rows.filter(created__gte=datetime.fromtimestamp(int(since), UTC))
    after = params.get("starting_after")
    if after:
        last = SandboxEvent.objects.filter(pk=after).first()
        if last is None:
            raise Refused("No such event.", code="resource_missing", param="starting_after")
        rows = rows.filter(Q(created__lt=last.created) | Q(created=last.created, pk__lt=last.pk))
    limit = min(max(int(params.get("limit") or 10), 1), 100)
    found = list(rows[: limit + 1])
    return {
        "object": "list",
        "url": "/v1/events",
        "has_more": len(found) > limit,
        "data": [row.body for row in found[:limit]],
    }
