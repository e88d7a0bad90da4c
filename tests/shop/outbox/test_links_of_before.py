"""Mails of before their links were cut (migration 0008)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils import timezone

from shop.outbox.models import Mail

pytestmark = pytest.mark.django_db
migration = import_module("shop.outbox.migrations.0008_sent_mails_open_nothing")


def a_mail(key: str, words: str, sent=True) -> Mail:
    now = timezone.now()
    return Mail.objects.create(
        key=key, to="ada@mail.example", subject="Your order", text=words, html=f"<p>{words}</p>",
        headers={"List-Unsubscribe": f"<{settings.SITE_URL}/x/>"}, due_at=now, sent_at=now if sent else None,
    )  # fmt: skip


def test_every_part_of_the_mails_that_were_sent_opens_nothing_afterwards(monkeypatch):
    monkeypatch.setattr(migration, "AT_ONCE", 2)
    link = f"{settings.SITE_URL}/orders/{'a' * 32}/"
    for number in range(5):
        a_mail(f"linked-{number}", f"See {link}, 100 % of it")
    a_mail("plain", "No link")
    a_mail("waiting", f"See {link}", sent=False)
    migration.cut(apps, type("Editor", (), {"connection": connection}))
    waiting = Mail.objects.get(key="waiting")
    assert link in waiting.text
    assert waiting.headers
    sent = Mail.objects.filter(sent_at__isnull=False)
    assert not sent.exclude(headers={}).exists()
    texts = dict(sent.values_list("key", "text"))
    assert texts.pop("plain") == "No link"
    assert {text.startswith("See") and "100 % of it" in text for text in texts.values()} == {True}
    assert not any(link in words for row in sent for words in (row.text, row.html))
