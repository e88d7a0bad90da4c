"""Which browsers people signed in with, and the sessions that these hold."""

import hashlib
import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils import timezone

from config.entry.mails import tell
from config.entry.models import Device
from shop.content.sessions import (
    KEY_LETTERS,
    as_digest,
    known_by_key,
    name_by_digests,
    name_of_new,
    names_of,
)
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
    now, name = timezone.now(), _name_of_session(request)
    device = device_of(request, user)
    token = token_of(request)
    if device is None:
        if not token or not Device.objects.filter(digest=_digest(token)).exists():
            token = secrets.token_urlsafe(32)  # one that we gave out, never one that was brought along
        device = Device(user=user, digest=_digest(token), first_at=now)
    elif device.session_key and as_digest(device.session_key) != as_digest(name):
        _end(device)
    is_new = device.pk is None
    device.words, device.network, device.last_at, device.session_key = (
        in_words(request),
        address_of(request),
        now,
        name,
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
        Device.objects.filter(pk=device.pk).update(session_key=_name_of_session(request))


def sessions_of(request) -> list[dict]:
    """Live sessions of whoever asks, this one first."""
    devices = list(Device.objects.filter(user=request.user).order_by("-last_at")[:100])
    names = {name for device in devices if device.session_key for name in _names(device)}
    rows = Session.objects.filter(pk__in=names, expire_date__gt=timezone.now())
    live = {as_digest(name): until for name, until in rows.values_list("pk", "expire_date")}
    this = as_digest(_name_of_session(request))
    found = [
        {"device": device, "until": live[name], "is_this": name == this}
        for device in devices
        if (name := as_digest(device.session_key)) in live
    ]
    return sorted(found, key=lambda row: not row["is_this"])


def end(user, pk: int | None = None, but=None) -> int:
    """End sessions of this person: that of one device, or all but that of the request `but`; how many. The device is a
    stranger afterwards.
    """
    devices = Device.objects.filter(user=user)
    if pk is not None:
        devices = devices.filter(pk=pk)
    elif but is not None:
        devices = devices.exclude(session_key__in=names_of(but.session.session_key))
    ended = 0
    for device in devices:
        _end(device)
        device.delete()
        ended += 1
    return ended


def _name_of_session(request) -> str:
    key = request.session.session_key
    return name_of_new(key) if key else ""


def _names(device: Device) -> set[str]:
    """Of its session: the worker may have renamed that, but not yet the device."""
    return {device.session_key, as_digest(device.session_key)}


def _end(device: Device) -> None:
    if device.session_key:
        Session.objects.filter(pk__in=_names(device)).delete()


def name_sessions_by_digests() -> int:
    """What was named by its key, as the release before wants it, is named by a digest; how many."""
    done = name_by_digests()
    if not known_by_key():
        rows = Device.objects.annotate(letters=Length("session_key")).filter(letters=KEY_LETTERS)
        for device in rows[:1000]:
            named = Device.objects.filter(pk=device.pk, session_key=device.session_key)
            done += named.update(session_key=as_digest(device.session_key))
    return done


def forget_devices(at=None) -> int:
    """Delete those that nobody signed in with for a year; how many."""
    return Device.objects.filter(last_at__lt=(at or timezone.now()) - KEPT).delete()[0]
