"""Signed webhooks: written as rows, delivered over HTTP by the worker."""

import hashlib
import hmac
import json
import secrets
import time
import urllib.error
import urllib.request
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from shop.payments.sandbox.models import SandboxEvent, SandboxSwitches
from shop.sweeps.alone import each_alone

API_VERSION = "2026-10-28.endive"
RETRIES = [timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1)]


def webhook_secret() -> str:
    """One per installation, made from SECRET_KEY."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"sandbox webhook", hashlib.sha256).hexdigest()
    return f"whsec_{digest}"


def emit(type: str, obj: dict, deliver_at=None) -> SandboxEvent:
    switches = SandboxSwitches.current()
    now = timezone.now()
    event_id = f"evt_{secrets.token_hex(12)}"
    body = {
        "id": event_id,
        "object": "event",
        "api_version": API_VERSION,
        "created": int(now.timestamp()),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": type,
        "data": {"object": obj},
    }
    return SandboxEvent.objects.create(
        id=event_id,
        type=type,
        body=body,
        deliver_at=(deliver_at or now) + timedelta(seconds=switches.delay_seconds),
    )


def signature(payload: bytes, *, secret: str | None = None, at: int | None = None) -> str:
    """The Stripe-Signature header of a body: t=…,v1=HMAC-SHA256 of "t.body"."""
    moment = int(time.time()) if at is None else at
    signed = f"{moment}.".encode() + payload
    digest = hmac.new((secret or webhook_secret()).encode(), signed, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def over_http(payload: bytes, header: str) -> int:
    """POST to the shop's own webhook; the status, or 0 when nobody answers."""
    url = settings.SITE_URL + reverse("stripe_webhook")
    request = urllib.request.Request(  # noqa: S310 - our own address
        url, data=payload, headers={"Content-Type": "application/json", "Stripe-Signature": header}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def due_events(now):
    """`now` may be the database's Now()."""
    return SandboxEvent.objects.filter(delivered_at=None, deliver_at__lte=now)


def deliver(send=over_http, at=None) -> int:
    """Deliver what is due; returns how many posts were made. Refused ones come again, at most four times."""
    now, posts = at or timezone.now(), 0
    switches = SandboxSwitches.current()
    if switches.drop:
        due_events(now).update(delivered_at=now, answer="dropped by a switch")
        return 0

    def post(event) -> bool:
        nonlocal posts
        claimed = SandboxEvent.objects.filter(pk=event.pk, delivered_at=None, attempts=event.attempts).update(
            attempts=event.attempts + 1
        )
        if not claimed:
            return False
        payload = json.dumps(event.body).encode()
        secret = "whsec_wrong" if switches.wrong_signature else None
        status = 0
        for _ in range(1 + switches.duplicate):
            status = send(payload, signature(payload, secret=secret))
            posts += 1
        if 200 <= status < 300 or event.attempts >= len(RETRIES):
            SandboxEvent.objects.filter(pk=event.pk).update(delivered_at=now, answer=f"HTTP {status}")
        else:
            SandboxEvent.objects.filter(pk=event.pk).update(
                deliver_at=now + RETRIES[event.attempts], answer=f"HTTP {status}, will come again"
            )
        return True

    rows = due_events(now).order_by("-created" if switches.reverse_order else "deliver_at")
    each_alone(rows, post, sweep="deliver", most=50, atomic=False, at=now)
    return posts
