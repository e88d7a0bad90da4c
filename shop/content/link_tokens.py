"""Links that open something for whoever has them: the database holds a name, and the secret is made of it.

What a link carries is the name of its row, which is no secret, and a code that only SECRET_KEY can make of it. So no
column holds what opens a row, neither for who may ask the database nor for who finds a backup of it. Rows of before
held the secret itself: `shut_links` leaves its digest there, by which the links that were mailed still open them.

While the release before may still serve (`opened_by_both`) new rows keep their secret in the column, since that
release looks there. The worker shuts them afterwards.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Length
from django.utils import timezone

from shop.web.tokens import new_token

NAME, CODE = 22, 18  # letters: 128 and 108 bits
LONGEST = 43  # of a secret of before
BOTH_SERVE = timedelta(hours=1)  # how long after an upgrade the release before may still answer
MIGRATION = ("content", "0005_links_hold_no_secret")


L = TypeVar("L", bound=models.Model)


@cache
def _alone_from(migration: tuple[str, str]) -> datetime:
    """From when on no release of before this migration serves: at once in a shop that was set up with it."""
    applied = MigrationRecorder(connection).applied_migrations()
    row = applied.get(migration)
    if row is None or row.applied - min(one.applied for one in applied.values()) < BOTH_SERVE:
        return datetime.min.replace(tzinfo=UTC)
    return row.applied + BOTH_SERVE


def both_serve_since(migration: tuple[str, str]) -> bool:
    """Whether a release that doesn't know this migration may still answer."""
    return timezone.now() < _alone_from(migration)


def opened_by_both() -> bool:
    return both_serve_since(MIGRATION)


def kept_at_first() -> str:
    """What the column of a new row holds."""
    return new_token() if opened_by_both() else secrets.token_urlsafe(16)


def _short(digest: bytes, letters: int) -> str:
    return urlsafe_b64encode(digest).decode()[:letters]


def digest_of(token: str) -> str:
    """The name of a row whose links of before carry this secret."""
    return _short(hashlib.sha256(token.encode()).digest(), NAME)


def _code(kind: str, name: str, key: str) -> str:
    return _short(hmac.new(key.encode(), f"link:{kind}:{name}".encode(), hashlib.sha256).digest(), CODE)


def opened_by(rows: models.QuerySet[L], token: str) -> models.QuerySet[L]:
    """Of these rows the one that a link opens, or none: by the code of its name, or as a link of before."""
    kind, name = rows.model._meta.label_lower, token[:NAME]
    if len(token) == NAME + CODE and token.isascii():
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        codes = [hmac.compare_digest(_code(kind, name, key), token[NAME:]) for key in keys]
        return rows.filter(kept_token=name) if any(codes) else rows.none()
    if not NAME < len(token) <= LONGEST:
        return rows.none()
    return rows.filter(kept_token__in=[token, digest_of(token)])


def kept_token(column: str, letters: int = 40) -> models.CharField:
    """The column that `OpenedByLink` needs."""
    return models.CharField(
        db_column=column, max_length=letters, unique=True, default=kept_at_first, editable=False
    )


class OpenedByLink(models.Model):
    """Its `token` opens it in an address; its column `kept_token` opens nothing."""

    kept_token: Any

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """What a link to it carries. Links of before carry something else, and open it too."""
        if self.holds_secret:
            return self.kept_token
        return self.kept_token + _code(self._meta.label_lower, self.kept_token, settings.SECRET_KEY)

    @property
    def holds_secret(self) -> bool:
        return len(self.kept_token) > NAME

    def shut(self) -> None:
        """Put the digest of its secret in the secret's place. Subclasses tell those who name the row by it."""
        rows: Any = type(self)._base_manager
        rows.filter(pk=self.pk, kept_token=self.kept_token).update(kept_token=digest_of(self.kept_token))


def shut_links(kinds: list[type[OpenedByLink]], most: int = 500) -> int:
    """Shut the rows that hold a secret, some of each kind; how many. Nothing happens while both releases serve."""
    if opened_by_both():
        return 0
    done = 0
    for model in kinds:
        rows = model._base_manager.annotate(letters=Length("kept_token")).filter(letters__gt=NAME)
        for row in rows.order_by("pk")[:most]:
            with transaction.atomic():
                row.shut()
            done += 1
    return done
