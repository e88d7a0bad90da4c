"""What readers read of the library is changed by who may publish; of all others a form keeps a proposal beside it.

Put under every ModelAdmin by `ShopAdminSite.register`, so that a form, a window of another form and whatever else saves
through the admin do the same. Rows that readers don't meet yet, such as a source of a draft alone, are saved as ever.
"""

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpResponseRedirect
from django.urls import reverse

from articles.models.proposal import KEYS, proposals_for
from articles.publishing.proposals import PUBLISH, may_only_propose, propose

WAITS = "Readers see it once an editor puts it live; previews of drafts show it already."


def _gives_a_place(model) -> tuple[str, ...]:
    """Fields that put a row before readers by themselves."""
    return tuple(field.name for field in model._meta.fields if field.name == "role")


class Saved:
    """What a form saves knows whether it was only proposed."""

    only_proposed: bool = False


class Proposing(ModelAdmin):
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None and not request.user.has_perm(PUBLISH):
            for name in _gives_a_place(self.model):
                if name in form.base_fields:
                    form.base_fields[name].disabled = True
        return form

    def save_model(self, request, obj, form, change):
        obj.only_proposed = change and bool(form.changed_data) and may_only_propose(request.user, obj)
        if obj.only_proposed:
            propose(obj, form.changed_data, request.user.get_username())
        else:
            super().save_model(request, obj, form, change)

    def log_change(self, request, obj, message):
        if getattr(obj, "only_proposed", False):
            message = f"Proposed: {', '.join(self._told(obj, message))}"
        return super().log_change(request, obj, message)

    @staticmethod
    def _told(obj, message) -> list[str]:
        told = [one["changed"].get("fields", []) for one in message if "changed" in one]
        return [str(name) for names in told for name in names] or [str(obj)]

    def response_change(self, request, obj):
        if not getattr(obj, "only_proposed", False) or "_popup" in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, f"The change is proposed. {WAITS}", messages.SUCCESS)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if "_continue" in request.POST or not self.has_view_or_change_permission(request):
            return HttpResponseRedirect(reverse(f"{name}_change", args=[obj.pk]))
        return HttpResponseRedirect(reverse(f"{name}_changelist"))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and obj.pk:
            context["proposal"] = next(iter(proposals_for([obj]).values()), None)
        return super().render_change_form(request, context, add, change, form_url, obj)


def proposing(admin_class, models):
    """The admin class with that, if it is of rows that readers read of articles."""
    if not set(models) & set(KEYS):
        return admin_class
    return type(admin_class.__name__, (Proposing, admin_class), {"__module__": admin_class.__module__})
