"""People in the admin: there is always somebody left who may do everything."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from config.entry import log, mails, second_factor
from config.staff.forms.rights import Rights
from config.staff.invite import InviteForm, link_path
from config.staff.roles import DOES

MOST_LINKS = 50  # people at once

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


HELP = {
    "username": "What they type to sign in.",
    "password": "“Mail a link to choose a password”, in the list of people, lets them choose another themselves.",
    "is_active": "Untick when somebody leaves: they can’t sign in any more, and what they did keeps their name.",
    "is_staff": "Without it they can’t sign in here.",
    "is_superuser": "Whatever the roles say.",
    "groups": "What they may do; several roles add up.",
    "user_permissions": "Beside what the roles allow. Seldom needed.",
}
LABELS = {
    "is_staff": "Staff",
    "is_superuser": "May do everything",
    "groups": "Roles",
    "user_permissions": "Single rights",
}
AGAIN = {"password1": "New password", "password2": "Once more"}


RENAMED = {User: ("person", "people"), Group: ("role", "roles")}  # Django's words, and those of these pages


class PasswordForm(AdminPasswordChangeForm):
    """A new password. To keep somebody out, untick “Active”: two ways for that would contradict each other."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        for name, words in AGAIN.items():
            self.fields[name].label = words
            self.fields[name].required = True
        self.fields["password2"].help_text = ""


class NewPersonForm(UserCreationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = HELP["username"]
        for name, words in AGAIN.items():
            self.fields[name].label = words
        self.fields["password2"].help_text = ""


class PersonForm(UserChangeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = words
        for name, label in LABELS.items():
            if name in self.fields:
                self.fields[name].label = label

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


def with_rights(db_field, drawn: dict) -> dict:
    """Rights are drawn in plain words, whatever a form asks for."""
    return {**drawn, "widget": Rights} if db_field.related_model is Permission else drawn


class RoleAdmin(GroupAdmin):
    def formfield_for_manytomany(self, db_field, request, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **with_rights(db_field, kwargs))
        if field is not None and db_field.name == "permissions":
            field.label = "May"
        return field


class PersonAdmin(UserAdmin):
    form: type[forms.ModelForm] = PersonForm
    add_form = NewPersonForm
    add_form_template = None
    fieldsets = (
        (None, {"fields": ("username", "password", "first_name", "last_name", "email")}),
        (
            "What they may do",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("When", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2")}),)
    change_password_form = PasswordForm
    change_user_password_template = "admin/people/password.html"  # noqa: S105 - a template
    list_display = ("username", "first_name", "does", "factor", "last_login", "is_active")
    list_filter = ("groups", "is_active")
    actions = ("send_links", "take_factors")
    change_list_template = "admin/people/change_list.html"

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(db_field, request, **with_rights(db_field, kwargs))

    def get_queryset(self, request):
        people = super().get_queryset(request).filter(shopper=None)  # shoppers are no people of the shop
        return second_factor.with_factor(people).prefetch_related("groups")

    @admin.display(description="may")
    def does(self, person):
        if not (person.is_active and person.is_staff):
            return "nothing: can’t sign in"
        if person.is_superuser:
            return f"{OWNER}: {DOES[OWNER]}"
        return (
            "; ".join(f"{one.name}: {DOES.get(one.name, '')}" for one in person.groups.all()) or "nothing yet"
        )

    @admin.display(description="second factor", boolean=True)
    def factor(self, person):
        return person.has_factor

    def get_urls(self):
        view = self.admin_site.admin_view(self.invite_view)
        return [path("invite/", view, name="invite"), *super().get_urls()]

    def invite_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            invited, not_invited = form.save(request.user)
            if invited:
                each = "gets" if len(invited) == 1 else "get"
                words = f"{', '.join(invited)} {each} a mail with a link, which works for a day."
                self.message_user(request, words)
            if not_invited:
                words = f"Invited by somebody else this moment: {', '.join(not_invited)}."
                self.message_user(request, words, messages.WARNING)
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        context = {**self.admin_site.each_context(request), "title": "Invite colleagues", "form": form}
        return TemplateResponse(request, "admin/people/invite.html", context)

    @admin.action(description="Mail a link to choose a password", permissions=["change"])
    def send_links(self, request, people):
        sent = 0
        for person in people.filter(is_active=True, is_staff=True).exclude(email="")[:MOST_LINKS]:
            mails.send_link(person, link_path(person))
            sent += 1
        self.message_user(
            request, f"{sent} mail{'s' if sent != 1 else ''} written. Who has no mail address gets none."
        )

    @admin.action(description="Take the second factor away, for who lost it", permissions=["change"])
    def take_factors(self, request, people):
        count = 0
        for person in second_factor.with_factor(people).filter(has_factor=True)[:MOST_LINKS]:
            Authenticator.objects.filter(user=person).delete()
            log.taken(request, person)
            count += 1
        self.message_user(
            request, f"{count} {'people sign' if count != 1 else 'person signs'} in with the password alone."
        )

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
    for model, (one, many) in RENAMED.items():
        model._meta.verbose_name, model._meta.verbose_name_plural = one, many
    admin.site.unregister([User, Group])
    admin.site.register(User, PersonAdmin)
    admin.site.register(Group, RoleAdmin)
