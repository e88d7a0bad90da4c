"""Which browsers people signed in with, and the sessions that these hold."""

import hashlib
import re
import secrets
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from config.entry.mails import tell
from config.entry.models import Device
from shop.content.throttle import address_of

COOKIE, KEPT = "staff_device", timedelta(days=365)
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
           ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
TOKEN = re.compile(r"[\w-]{43}\Z")


def in_words(request) -> str:
    """The browser and its system as it names them; nobody has to believe it."""
    agent = request.headers.get("User-Agent", "")
    browser = next((words for sign, words in BROWSERS if sign in agent), "A browser")
    system = next((words for sign, words in SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def token_of(request) -> str:
    token = request.COOKIES.get(COOKIE, "")
    return token if TOKEN.match(token) else ""


def device_of(request, user) -> Device | None:
    """The one that this request comes from, if this person has signed in with it before."""
    token = token_of(request)
    if not token or user is None:
        return None
    return Device.objects.filter(user=user, digest=_digest(token)).first()


def remember(request, user, response) -> None:
    """After a sign-in: the device holds this session, its cookie is renewed, and a new one is told by mail."""
    now, key = timezone.now(), request.session.session_key or ""
    device = device_of(request, user)
    token = token_of(request)
    if device is None:
        if not token or not Device.objects.filter(digest=_digest(token)).exists():
            token = secrets.token_urlsafe(32)  # one that we gave out, never one that was brought along
        device = Device(user=user, digest=_digest(token), first_at=now)
    elif device.session_key and device.session_key != key:
        _end(device.session_key)
    is_new = device.pk is None
    device.words, device.network, device.last_at, device.session_key = (
        in_words(request),
        address_of(request),
        now,
        key,
    )
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError:  # signed in twice at once
        return
    response.set_cookie(COOKIE, token, max_age=KEPT, path="/admin/", secure=settings.HTTPS, httponly=True,
                        samesite="Lax")  # fmt: skip
    if is_new:
        tell(user, "new_device", device=device, about=f"{device.pk}")


def keep_session(request, user) -> None:
    """The session got another key, as after a change of the password."""
    if device := device_of(request, user):
        Device.objects.filter(pk=device.pk).update(session_key=request.session.session_key or "")


def sessions_of(request) -> list[dict]:
    """Live sessions of whoever asks, this one first."""
    devices = list(Device.objects.filter(user=request.user).order_by("-last_at")[:100])
    keys = [device.session_key for device in devices if device.session_key]
    live = dict(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", "expire_date"
        )
    )
    this = request.session.session_key
    found = [
        {"device": device, "until": live[device.session_key], "is_this": device.session_key == this}
        for device in devices
        if device.session_key in live
    ]
    return sorted(found, key=lambda row: not row["is_this"])


def end(user, pk: int | None = None, but: str | None = None) -> int:
    """End sessions of this person: that of one device, or all but one; how many. The device is a stranger afterwards."""
    devices = Device.objects.filter(user=user)
    devices = devices.filter(pk=pk) if pk is not None else devices.exclude(session_key=but or "")
    ended = 0
    for device in devices:
        _end(device.session_key)
        device.delete()
        ended += 1
    return ended


def _end(key: str) -> None:
    if key:
        import_module(settings.SESSION_ENGINE).SessionStore(key).delete()


def forget_devices(at=None) -> int:
    """Delete those that nobody signed in with for a year; how many."""
    return Device.objects.filter(last_at__lt=(at or timezone.now()) - KEPT).delete()[0]
