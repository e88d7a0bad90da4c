"""Inviting colleagues: their mail addresses, one role, and a link with which each chooses a password."""

import re

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django import forms
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from config.entry import mails
from config.staff.roles import DOES, ROLES
from shop.text.typed import without_invisible

MOST = 30  # at a time
ONE = re.compile(
    r"[^@]*@[^,]*|[^@]+$"
)  # a comma ends an address, not the first word of “Shaw, Nora <nora@…>”
NAMED = re.compile(r"(.*?)<([^<>]*)>")
ADDRESS = forms.EmailField(max_length=150)


def link_path(user) -> str:
    """Works once, for as long as PASSWORD_RESET_TIMEOUT says."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label="Mail addresses",
        max_length=8_000,
        widget=forms.Textarea({"rows": 5, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=f"One a line, up to {MOST}, with a name if you like: Nora Shaw &lt;nora@example.org&gt;. "
        "Each signs in with their address as the username.",
    )
    role = forms.ChoiceField(
        label="Role", widget=forms.RadioSelect, choices=[(name, f"{name}: {DOES[name]}") for name in ROLES]
    )

    def clean_addresses(self) -> list[tuple[str, str]]:
        """(name, address) of each, once. One that can't be invited refuses all, so that nobody is invited by half."""
        found, wrong = read_addresses(self.cleaned_data["addresses"])
        people = User.objects.annotate(name=Lower("username"), address=Lower("email"))
        here = people.filter(Q(name__in=found) | Q(address__in=found))
        known = {name for names in here.values_list("name", "address") for name in names} & {*found}
        wrong += [f"“{address}”: somebody with this address is here already." for address in sorted(known)]
        if not found and not wrong:
            wrong = ["Type at least one address."]
        if len(found) > MOST:
            wrong = [f"{len(found)} addresses: invite at most {MOST} at a time."]
        if wrong:
            raise forms.ValidationError(wrong)
        return [(name, address) for address, name in found.items()]

    def save(self, by: User) -> tuple[list[str], list[str]]:
        """(addresses that are invited, with their mails on the way; those that somebody else invited this moment)."""
        invited: list[str] = []
        not_invited: list[str] = []
        role = Group.objects.get(name=self.cleaned_data["role"])
        for name, address in self.cleaned_data["addresses"]:
            (invited if _invite(name, address, role, by) else not_invited).append(address)
        return invited, not_invited


def read_addresses(text: str) -> tuple[dict[str, str], list[str]]:
    """(name by address, in small letters; what is no address, in words). Between them: lines, commas or semicolons."""
    found: dict[str, str] = {}
    wrong = []
    parts = (part for line in re.split(r"[\n\r;]", text) for part in ONE.findall(line))
    for part in parts:
        typed = without_invisible(part).strip(", ")
        named = NAMED.fullmatch(typed)
        name, address = (named[1].strip(" \"'“”"), named[2]) if named else ("", typed)
        if not typed:
            continue
        try:
            found.setdefault(ADDRESS.clean(address).lower(), name[:60])
        except forms.ValidationError as error:
            wrong.append(f"“{typed[:60]}”: {' '.join(error.messages)}")
    return found, wrong[:MOST]


def _invite(name: str, address: str, role: Group, by: User) -> bool:
    try:
        with transaction.atomic():
            user = User(username=address, email=address, first_name=name, is_staff=True)
            user.set_unusable_password()
            user.save()
            user.groups.add(role)
            mails.send_link(user, link_path(user), invited_by=by.get_full_name() or by.get_username())
    except IntegrityError:
        return False
    return True
