"""Mails to staff about their account. None stays once it is sent, and none is shown but to who may change people."""

import hashlib

from django.conf import settings
from django.utils import timezone

from shop.outbox.keys import staff_key
from shop.outbox.send import write_mail

WORDS = {
    "new_device": ("You signed in with a new device", "Somebody signed in to your account with a device that you had not used before."),
    "password_changed": ("Your password was changed", "The password of your account was changed."),
    "password_reset": ("Your password was set anew", "The password of your account was set anew by a link from a mail."),
    "password_set": ("Your password was set", "The password of your account was set."),
    "totp_activated": ("An authenticator app was added", "An authenticator app was added to your account as a second factor."),
    "totp_deactivated": ("The authenticator app was removed", "The authenticator app of your account was removed."),
    "webauthn_added": ("A passkey was added", "A passkey was added to your account."),
    "webauthn_removed": ("A passkey was removed", "A passkey of your account was removed."),
    "recovery_codes_generated": ("New recovery codes were made", "New recovery codes were made for your account; the old ones no longer work."),
}  # fmt: skip


def tell(user, what: str, *, device=None, about: str = "") -> None:
    """What happened to an account, to whom it belongs; nothing where there is no address."""
    if not user.email or what not in WORDS:
        return
    now = timezone.now()
    subject, sentence = WORDS[what]
    _write(
        user,
        "staff_told",
        f"{what}-{about or f'{now:%Y%m%d%H%M%S%f}'}",
        {"subject": subject, "sentence": sentence, "device": device, "happened_at": now, "person": user},
    )


def send_link(user, path: str, *, invited_by=None) -> None:
    """A link to choose a password with: forgotten, or the first one."""
    template = "staff_invited" if invited_by else "staff_reset"
    context = {
        "person": user,
        "link": f"{settings.SITE_URL}{path}",
        "by": invited_by,
        "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
    }
    _write(user, template, hashlib.sha256(path.encode()).hexdigest()[:32], context)


def _write(user, template: str, about: str, context: dict) -> None:
    write_mail(
        key=staff_key(template, user.pk, about),
        to=user.email,
        template=template,
        context={"brand": settings.BRAND, "site": settings.SITE_URL, **context},
        is_last=True,
    )
