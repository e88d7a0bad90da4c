"""Slow down those who try too often.

`too_often` counts in the database, so that all processes and machines count together; `too_fast` in a cache of its own, for
pages that are looked at so often that counting must not write.
"""

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import connection
from django.db.models import F
from django.utils import timezone

from shop.content.models import Tries


def address_of(request) -> str:
    """Where a request comes from, as the server sees it; behind a proxy of ours, as that proxy says (its last word).

    Of an IPv6 address the network (/64) that one customer has.
    """
    forwarded = ""
    if settings.TRUST_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
    return _network(forwarded or request.META.get("REMOTE_ADDR", ""))


def _network(text: str) -> str:
    bare = text.strip("[] ")
    for candidate in (bare, bare.rsplit(":", 1)[0].strip("[]")):  # some proxies add the port
        try:
            found = ipaddress.ip_address(candidate)
        except ValueError:
            continue
        if found.version == 6 and found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
    return text[:64]


def scrambled(text: str) -> str:
    """Stands for an address or a visitor where something is counted; nobody can turn it back."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]


def too_often(name: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one more try of `who` at `name`; whether it was more than `most` since the first of the last `seconds`."""
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    given = [_key(name, who), adapt(now + timedelta(seconds=seconds)), adapt(now), adapt(now)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO content_tries (key, count, ends_at) VALUES (%s, 1, %s) ON CONFLICT (key) DO UPDATE SET "
            "count = CASE WHEN content_tries.ends_at <= %s THEN 1 ELSE content_tries.count + 1 END, "
            "ends_at = CASE WHEN content_tries.ends_at <= %s THEN excluded.ends_at ELSE content_tries.ends_at END "
            "RETURNING count",
            given,
        )
        return cursor.fetchone()[0] > most


def is_spent(name: str, who: str, *, most: int) -> bool:
    """Whether `who` has tried `most` times already. Counts nothing."""
    return Tries.objects.filter(key=_key(name, who), ends_at__gt=timezone.now(), count__gte=most).exists()


def forgive(name: str, who: str) -> None:
    """Take one try back: it has turned out to be honest."""
    Tries.objects.filter(key=_key(name, who), count__gt=0).update(count=F("count") - 1)


def forget_tries(at=None) -> int:
    """Delete what has run out; how many."""
    return Tries.objects.filter(ends_at__lt=at or timezone.now()).delete()[0]


def _key(name: str, who: str) -> str:
    return f"{name}:{scrambled(who)}"


def too_fast(name: str, who: str, *, most: int, seconds: int) -> bool:
    """As `too_often`, on the cache of limits, which no page can fill. One that is away lets pass."""
    cache = caches["limits"]
    key = f"throttle:{_key(name, who)}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out in between, or the cache is away
        return False
