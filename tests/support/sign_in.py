"""Staff who sign in with a password, and with the code of an app."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.models import Group, User

WORDS = "four-unrelated-words-of-mine"


def somebody(name="sam", role="Orders", **more) -> User:
    user = User.objects.create_user(name, f"{name}@shop.example", WORDS, is_staff=True, **more)
    user.groups.add(Group.objects.get(name=role))
    return user


def try_in(client, name="sam", password=WORDS, **more):
    return client.post("/admin/login/?next=/admin/", {"login": name, "password": password}, **more)


def is_in(client) -> bool:
    return client.get("/admin/").status_code == 200


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_app(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret
