"""Inviting somebody to the staff: a mail address, a role, and a link with which they choose a password themselves."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.urls import reverse

from config.entry import mails
from config.staff.roles import DOES, ROLES


def link_path(user) -> str:
    """Works once, for as long as PASSWORD_RESET_TIMEOUT says."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Mail address", max_length=150, help_text="They sign in with it as their username."
    )
    first_name = forms.CharField(label="Name", max_length=60, required=False)
    role = forms.ChoiceField(
        label="Role", widget=forms.RadioSelect, choices=[(name, f"{name}: {DOES[name]}") for name in ROLES]
    )

    def clean_email(self):
        email = self.cleaned_data["email"].strip().lower()
        if (
            User.objects.filter(username__iexact=email).exists()
            or User.objects.filter(email__iexact=email).exists()
        ):
            raise forms.ValidationError("Somebody with this address is here already.")
        return email

    def save(self, by: User) -> User | None:
        """The new colleague, with the mail on its way; None if somebody invited them this moment."""
        given = self.cleaned_data
        try:
            with transaction.atomic():
                user = User(
                    username=given["email"],
                    email=given["email"],
                    first_name=given["first_name"],
                    is_staff=True,
                )
                user.set_unusable_password()
                user.save()
                user.groups.add(Group.objects.get(name=given["role"]))
                mails.send_link(user, link_path(user), invited_by=by.get_full_name() or by.get_username())
        except IntegrityError:
            return None
        return user
