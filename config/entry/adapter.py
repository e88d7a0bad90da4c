"""django-allauth as this shop uses it: staff alone, our limits, our mails, secrets that are kept encrypted."""

import secrets
from base64 import b32encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse

from config.entry import devices, limits, log, mails
from config.entry.hashing import a_place
from shop.content.throttle import address_of

SILENT = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "Username and password do not belong together. Both may be case-sensitive.",
        "too_many_login_attempts": "Too many tries. Wait a quarter of an hour, or use a passkey or the link under "
        "“Forgotten your password?”.",
        "busy": "Others are signing in just now. Try again in a moment; nothing was wrong with what you typed.",
        "incorrect_code": "This code is not right, or it has been used. Wait for the next one.",
        "incorrect_password": "This is not your password.",
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        return address_of(request)

    def get_login_redirect_url(self, request):
        return reverse("admin:index")

    def get_password_change_redirect_url(self, request):
        return reverse("mfa_index")

    def is_safe_url(self, url):
        """Places of this site only, whatever else forms may come from."""
        return bool(url) and url.startswith("/") and super().is_safe_url(url)

    def add_message(self, request, level, message_template=None, *args, **kwargs):
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *args, **kwargs)

    def pre_authenticate(self, request, **credentials):
        """Our own limits stand in `authenticate`."""

    def authenticate(self, request, **credentials):
        """Who it is, or None. Wrong tries are counted, and few passwords are hashed at once."""
        username = credentials.get("username", "")
        user = User.objects.filter(username=username).first()
        device = devices.device_of(request, user)
        tries = limits.of_password(request, username, device)
        with a_place(is_known=device is not None) as has_one:
            if not has_one:
                raise self.validation_error("busy")
            if not tries.may():
                raise self.validation_error("too_many_login_attempts")
            found = super().authenticate(request, **credentials)
        if found is None or not found.is_staff:
            log.refused(
                request, user, "wrong password" + (", the last for a while" if tries.are_spent() else "")
            )
            return None
        tries.forgive()
        return found

    def pre_login(self, request, user, **kwargs):
        if not user.is_staff:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        devices.remember(request, user, response)
        return response

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        mails.tell(user, template_prefix.rpartition("/")[2])

    def send_mail(self, template_prefix, email, context):
        """Through the outbox, in our own words; what has none of ours is not sent."""
        is_link = template_prefix.endswith("/password_reset_key")
        if is_link and limits.may_mail(self.request, context["user"]):
            mails.send_link(context["user"], urlsplit(context["password_reset_url"]).path)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
    }

    def get_totp_issuer(self):
        return settings.BRAND

    def _get_site_name(self):
        return settings.BRAND

    def _get_user_identifier(self, user):
        return user.get_username()

    def generate_authenticator_name(self, user, type):
        return devices.in_words(self.request)

    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """After another SECRET_KEY a secret that nobody knows, so that no code is ever right."""
        try:
            return _box().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return b32encode(secrets.token_bytes(20)).decode()


def _box() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"second factor:" + settings.SECRET_KEY.encode()).digest()))
