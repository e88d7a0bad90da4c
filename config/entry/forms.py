"""The forms of allauth with our words, our limits, and lengths for what is typed."""

from typing import TYPE_CHECKING

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils import timezone

from config.entry import limits, log

LONGEST_PASSWORD, LONGEST_NAME, LONGEST_CODE, LONGEST_KEY = 256, 60, 12, 20_000


if TYPE_CHECKING:  # what these are mixed into
    from allauth.mfa.base.forms import BaseAuthenticateForm as CodeForm
    from django.forms import Form
else:
    Form = CodeForm = object


def _short(field, longest: int):
    field.validators.append(MaxLengthValidator(longest))
    field.widget.attrs["maxlength"] = longest
    return field


def _for_codes(field):
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(inputmode="numeric", autocomplete="one-time-code")
    return _short(field, LONGEST_CODE)


def not_endless(value) -> None:
    if len(str(value)) > LONGEST_KEY:
        raise ValidationError("A passkey never says as much.")


class _Plain(Form):
    """Without placeholders, which vanish while one types; and no field without an end."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if "password" in name:
                _short(field, LONGEST_PASSWORD)


class LoginForm(_Plain, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        self.fields["login"].widget.attrs.update(
            autofocus=True, autocapitalize="none", autocomplete="username webauthn"
        )

    def _login_with_password(self, request, redirect_url, credentials):
        """Afterwards allauth lets the session last as long as shoppers' do."""
        answer = super()._login_with_password(request, redirect_url, credentials)
        request.session.set_expiry(timezone.now() + log.WORKING_DAY)
        return answer


class ReauthenticateForm(_Plain, account.ReauthenticateForm):
    pass


class ChangePasswordForm(_Plain, account.ChangePasswordForm):
    pass


class SetPasswordForm(_Plain, account.SetPasswordForm):
    pass


class ResetPasswordForm(_Plain, account.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Mail address"


class ResetPasswordKeyForm(_Plain, account.ResetPasswordKeyForm):
    pass


class _Counted(CodeForm):
    """A code of the second factor, with as many tries as `limits` gives."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _for_codes(self.fields["code"]).widget.attrs.update(autofocus=True)

    def clean_code(self):
        tries = limits.of_code(self.user)
        if not tries.may():
            raise get_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        tries.forgive()
        return code


class AuthenticateForm(_Counted, codes.AuthenticateForm):
    pass


class ReauthenticateCodeForm(_Counted, codes.ReauthenticateForm):
    pass


class ActivateTOTPForm(totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _for_codes(self.fields["code"])
        self.fields["code"].label = "Code that the app shows"


class _ShortKey(Form):
    """What a passkey answers takes a few kB."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"].validators.append(not_endless)
        if "name" in self.fields:
            _short(self.fields["name"], LONGEST_NAME)
            self.fields["name"].label = "What you call it"


class AddPasskeyForm(_ShortKey, webauthn.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].label = "Also sign in with it alone, without my password"
        self.fields["passwordless"].help_text = "It then asks for your finger, your face or its PIN."


class EditPasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _short(self.fields["name"], LONGEST_NAME)
        self.fields["name"].label = "What you call it"
