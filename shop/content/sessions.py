"""Sessions as Django keeps them in its table, but a row is named by a digest of its key: who reads the table opens none.

The release before looks for the key itself. While it may still serve, new rows are named as it wants; the worker renames
them afterwards (`name_by_digests`), and until then they are found by either name.
"""

import hashlib
import re

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.models import Session
from django.db.models.functions import Length
from django.utils import timezone

from shop.content.link_tokens import both_serve_since

KEY_LETTERS = 32
KEY = re.compile(rf"[a-z0-9]{{{KEY_LETTERS}}}")  # as Django makes them; no digest is that short
MIGRATION = ("content", "0006_sessions_by_digests")


def digest_of(key: str) -> str:
    """160 bits of SHA-256 in 40 letters, as many as the column has; Django's keys have 165 random bits."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:40]


def names_of(key: str | None) -> list[str]:
    """Under which the table may hold the session of this key. A name is never taken for a key."""
    return [digest_of(key), *([key] if KEY.fullmatch(key) else [])] if key else []


def as_digest(name: str) -> str:
    """The name that a row has, or will have, once no release before serves."""
    return digest_of(name) if KEY.fullmatch(name) else name


def known_by_key() -> bool:
    """Whether new rows are still named by their keys."""
    return both_serve_since(MIGRATION)


def name_of_new(key: str) -> str:
    return key if known_by_key() else digest_of(key)


class SessionStore(db.SessionStore):
    is_renamed = False
    # What Django's own store has for coroutines asks by the key; these call what stands below.
    aload, aexists, asave = SessionBase.aload, SessionBase.aexists, SessionBase.asave
    adelete, acreate = SessionBase.adelete, SessionBase.acreate

    def load(self):
        rows = Session.objects.filter(pk__in=names_of(self.session_key), expire_date__gt=timezone.now())
        row = rows.order_by().first() if self.session_key else None
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row.session_data)

    def exists(self, session_key):
        return Session.objects.filter(pk__in=names_of(session_key)).exists()

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.session_key = (digest_of if self.is_renamed else name_of_new)(row.session_key)
        return row

    def save(self, must_create=False):
        try:
            super().save(must_create)
        except UpdateError:  # it is gone, or has another name
            if not known_by_key():
                rename(self.session_key or "")
            self.is_renamed = True
            super().save(must_create)

    def delete(self, session_key=None):
        key = self.session_key if session_key is None else session_key
        Session.objects.filter(pk__in=names_of(key)).delete()


def rename(key: str) -> int:
    """Name the row that is called by this key by its digest; how many."""
    return Session.objects.filter(pk=key).update(session_key=digest_of(key)) if KEY.fullmatch(key) else 0


def name_by_digests(most: int = 20_000) -> int:
    """Rename the rows that are called by their keys; how many. Nothing happens while the release before may serve."""
    if known_by_key():
        return 0
    rows = Session.objects.annotate(letters=Length("session_key")).filter(letters=KEY_LETTERS)
    return sum(map(rename, rows.order_by().values_list("pk", flat=True)[:most]))
