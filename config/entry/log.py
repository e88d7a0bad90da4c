"""Every sign-in, right or wrong, and every change of what one signs in with, in the log."""

import logging
from dataclasses import replace
from datetime import timedelta

from allauth.account import signals as account
from allauth.core import context
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.utils import timezone

from config.deeds.models import Verb
from config.deeds.record import act_of, note
from config.entry import devices
from shop.content.throttle import address_of, too_often

log = logging.getLogger(__name__)
WORKING_DAY = timedelta(hours=12)
UNKNOWN = 200  # refusals of names that nobody has, an hour
METHODS = {"totp": "an authenticator app", "recovery_codes": "recovery codes", "webauthn": "a passkey"}


def refused(request, user, why: str) -> None:
    """`user`: whose account was tried; of names that nobody has none is kept, since some type a password there."""
    request = request or context.request
    who = user.get_username() if user else "a name that nobody has"
    if not user and too_often("refusals of unknown names", "", most=UNKNOWN, seconds=3600):
        return  # whoever invents names fills neither log
    note(replace(act_of(request, user), who=who), Verb.REFUSED, changes={why: None})
    log.warning("Sign-in refused: %s, from %s: %s.", who, address_of(request), why)


def _note(request, user, what: str, verb: Verb = Verb.SECURED) -> None:
    note(act_of(request, user), verb, changes={what: None})
    log.info("%s: %s, from %s.", what, user.get_username(), address_of(request) if request else "a shell")


def ended(request, user, count: int) -> None:
    _note(request, user, f"Ended {count} session{'s' if count > 1 else ''}")


def taken(request, person) -> None:
    """By a colleague who may change people."""
    note(
        act_of(request),
        Verb.SECURED,
        kind="auth.User",
        row=str(person.pk),
        changes={"second factor taken away": None},
    )


def forgotten(user) -> None:
    _note(None, user, "All second factors were taken away")


def signed_in(sender, request, user, **kwargs):
    if not user.is_staff:  # a shopper, whose visit lasts as all visits do
        return
    request.session.set_expiry(timezone.now() + WORKING_DAY)  # however much it is used
    _note(request, user, "Signed in", Verb.ENTERED)


def signed_out(sender, request, user, **kwargs):
    if user is not None and user.is_staff:
        _note(request, user, "Signed out", Verb.ENTERED)


def wrong_code(sender, request, user, **kwargs):
    refused(request, user, "wrong code")


def added(sender, request, user, authenticator, **kwargs):
    _note(request, user, f"Added {METHODS[authenticator.type]}")


def made_anew(sender, request, user, authenticator, **kwargs):
    _note(request, user, f"Made {METHODS[authenticator.type]} anew")


def removed(sender, request, user, authenticator, **kwargs):
    _note(request, user, f"Removed {METHODS[authenticator.type]}")


def password_changed(sender, request, user, **kwargs):
    devices.keep_session(request, user)
    _note(request, user, "Changed the password")


def password_reset(sender, request, user, **kwargs):
    _note(request, user, "Set the password by a link")


def listen() -> None:
    for signal, receiver in (
        (user_logged_in, signed_in),
        (user_logged_out, signed_out),
        (mfa.authentication_failed, wrong_code),
        (mfa.authenticator_added, added),
        (mfa.authenticator_reset, made_anew),
        (mfa.authenticator_removed, removed),
        (account.password_changed, password_changed),
        (account.password_set, password_changed),
        (account.password_reset, password_reset),
    ):
        signal.connect(receiver, dispatch_uid=receiver.__name__)
