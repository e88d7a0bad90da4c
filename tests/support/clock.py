"""A clock that stands still."""

from datetime import UTC

from django.utils import timezone


def freeze(monkeypatch, moment):
    """Let `timezone.now()` say `moment`, an aware time, until the test ends; returns it in UTC.

    Defaults of model fields hold the real clock and still run on.
    """
    moment = moment.astimezone(UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment
