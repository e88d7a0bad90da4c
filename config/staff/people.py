"""People in the admin: there is always somebody left who may do everything."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

OWNER = "Owner"
LAST = "Nobody else could do everything then: give somebody else the role Owner first."


def owners() -> QuerySet[User]:
    """Those who can sign in and may do everything: with the role Owner, or a superuser."""
    may = Q(groups__name=OWNER, is_staff=True) | Q(is_superuser=True, is_staff=True)
    return User.objects.filter(may, is_active=True).distinct()


def is_last_owner(user: User) -> bool:
    """Also locks the question: two who take the role from each other at once are answered one after the other."""
    with transaction.atomic():
        list(Group.objects.select_for_update().filter(name=OWNER))
        return owners().filter(pk=user.pk).exists() and not owners().exclude(pk=user.pk).exists()


class PersonForm(UserChangeForm):
    def clean(self):
        cleaned = super().clean() or {}
        if self.instance.pk and is_last_owner(self.instance) and not self._stays_owner(cleaned):
            raise ValidationError(LAST)
        return cleaned

    def _stays_owner(self, cleaned: dict) -> bool:
        """Fields that are not on the form stay as they are."""
        person = self.instance
        groups = cleaned["groups"] if "groups" in cleaned else person.groups.all()
        has_role = Group.objects.get(name=OWNER) in groups
        may = cleaned.get("is_superuser", person.is_superuser) or has_role
        return may and cleaned.get("is_active", person.is_active) and cleaned.get("is_staff", person.is_staff)


class PersonAdmin(UserAdmin):
    form: type[forms.ModelForm] = PersonForm

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not is_last_owner(obj))

    def delete_queryset(self, request, queryset):
        """Several at once: never the last of those who may do everything."""
        if not owners().exclude(pk__in=queryset.values("pk")).exists() and owners().exists():
            self.message_user(request, LAST, "error")
            return
        super().delete_queryset(request, queryset)


def install() -> None:
    for unlisted in (
        Authenticator,
        EmailAddress,
    ):  # secrets of second factors; addresses that nobody confirms
        admin.site.unregister(unlisted)
    admin.site.unregister(User)
    admin.site.register(User, PersonAdmin)
