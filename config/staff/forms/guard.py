"""The base of every ModelAdmin, put under it by `ShopAdminSite.register`, so that none can forget it.

A save locks its rows before it reads them, compares what comes back with what the form was opened with (`opened`),
writes changed columns only (`columns`), and what the database still refuses is shown on the form (`refusal`).
"""

from copy import copy
from functools import cache
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.forms import BaseModelFormSet
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from config.staff.forms.ceilings import limited_formset, sent_rows
from config.staff.forms.drawn import Drawn
from config.staff.forms.opened import OPENED, OpenedForm, OpenedFormSet
from config.staff.forms.refusal import NOTHING_SAVED, REFUSALS, reason_of


def opened_form(form):
    if issubclass(form, OpenedForm):
        return form
    return type(form.__name__, (OpenedForm, form), {"__module__": form.__module__})


@cache
def opened_formset(formset):
    if issubclass(formset, OpenedFormSet):
        return formset
    return type(formset.__name__, (OpenedFormSet, formset), {"__module__": formset.__module__})


@cache
def guarded_inline(inline):
    own = {
        "form": opened_form(inline.form),
        "formset": opened_formset(inline.formset),
        "__module__": inline.__module__,
    }
    return type(inline.__name__, (Drawn, inline), own)


class ListFormSet(OpenedFormSet, BaseModelFormSet):
    """Rows that are edited in the list itself; none is added there."""

    may_revive = False

    def add_fields(self, form, index):
        """The list has no labels, so each field names itself and its row."""
        super().add_fields(form, index)
        for one in form.visible_fields():
            one.field.widget.attrs.setdefault("aria-label", f"{capfirst(one.label)}: {form.instance}")


def guarded(admin_class):
    """The ModelAdmin with the guard before it; one with `own_guard` looks after what was changed meanwhile itself."""
    if issubclass(admin_class, Guard):
        return admin_class
    if getattr(admin_class, "own_guard", False):
        bases, own = (Refusing, admin_class), {}
    else:
        bases, own = (Guard, admin_class), {"form": opened_form(admin_class.form)}
    return type(admin_class.__name__, bases, {**own, "__module__": admin_class.__module__})


if TYPE_CHECKING:  # what these are mixed into
    from django.contrib.admin import ModelAdmin as Admin
    from django.forms import ModelForm as Form
else:
    Admin = Form = object


class Refusing(Drawn, Admin):
    """What the database refuses is shown on the form, and all that was typed stays there."""

    refused = ""  # why, while the page of a refused form is made; see `_for_refused`

    def _for_refused(self, words: str):
        """This admin as it is for one request whose form was refused."""
        made = copy(self)
        made.refused = words
        return made

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or self._asks("only_looks", request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        self._asks("look_before", request, object_id)
        try:
            return self._saved(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            refused = f"{reason_of(error)} {NOTHING_SAVED}"
        with transaction.atomic():
            response = self._for_refused(refused)._form(request, object_id, form_url, extra_context)
            transaction.set_rollback(True)
        return response

    def _asks(self, name: str, *given):
        """Of the admin itself, which may have these two.

        `only_looks`: whether this form is only drawn from; it is no transaction then, which on SQLite would lock out all
        others. `look_before`: does what takes long about a save and needs no lock, before the transaction begins.
        """
        found = getattr(super(), name, None)
        return found(*given) if found else None

    def get_formset_kwargs(self, request, obj, inline, prefix):
        given = super().get_formset_kwargs(request, obj, inline, prefix)
        return {**given, "data": sent_rows(given["data"], prefix)} if "data" in given else given

    def get_formsets_with_inlines(self, request, obj=None):
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            yield limited_formset(formset), inline

    def _form(self, *args):
        return super().changeform_view(*args)

    def _saved(self, request, object_id, form_url, extra_context):
        with transaction.atomic():
            if object_id is not None:
                self._lock(object_id)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def rows_to_lock(self, pk) -> list:
        """Querysets of rows that a save of this object changes besides its own and its inlines'; locked first."""
        return []

    def _lock(self, object_id) -> None:
        try:
            pk = self.opts.pk.to_python(unquote(object_id))
        except (ValidationError, ValueError):
            return
        for rows in (*self.rows_to_lock(pk), self.model._base_manager.filter(pk=pk)):
            list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))

    def get_object(self, request, object_id, from_field=None):
        """An empty `_to_field` in the address names no field."""
        return super().get_object(request, object_id, from_field or None)

    # Django calls these by the name `obj`; an admin may call its row what it is.
    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not self.refused:
            return form
        made = type(form.__name__, (Refused, form), {"refusal": self.refused})
        made.base_fields = form.base_fields
        return made

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None, **kwargs):
        """What is wrong with an inline as a whole is seen, too: it does not fold then."""
        made = super().get_inline_formsets(request, formsets, inline_instances, obj, **kwargs)
        for one in made:
            if one.formset.is_bound and one.formset.non_form_errors():
                one.is_collapsible = False
        return made

    def delete_view(self, request, object_id, extra_context=None):
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except REFUSALS as error:
            messages.error(request, f"{reason_of(error)} It was not deleted.")
            return HttpResponseRedirect(self._address("change", object_id))

    def history_view(self, request, object_id, extra_context=None):
        """Whoever may not see these rows is not told either which of them there are."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        if request.method != "POST":
            return self._list(request, extra_context)
        try:
            if "_save" not in request.POST and request.POST.get("action") != "delete_selected":
                return super().changelist_view(request, extra_context)
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except REFUSALS as error:
            refused = reason_of(error)
        if "_save" in request.POST:
            return self._for_refused(refused)._rows(request, extra_context)
        messages.error(request, f"{refused} Nothing was changed.")
        return HttpResponseRedirect(request.get_full_path())

    def _rows(self, *args):
        return super().changelist_view(*args)

    def _list(self, request, extra_context):
        """A filter in the address that no column can hold, such as a number of forty digits, shows the plain list."""
        try:
            return super().changelist_view(request, self._titled(extra_context))
        except (OverflowError, DataError):
            if not request.GET:
                raise
            messages.warning(request, "The list could not be filtered by what the address asks for.")
            return HttpResponseRedirect(request.path)

    def get_action_choices(self, request, default_choices=(("", "Choose an action"),)):
        return super().get_action_choices(request, list(default_choices))

    def _titled(self, extra_context) -> dict:
        """The head of a list is what stands in it; many lists have nothing to “select … to change”."""
        return {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}

    def _address(self, page, *args) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)


class Guard(Refusing):
    """Saves only what its user changed."""

    def get_inlines(self, request, obj):
        return [guarded_inline(inline) for inline in super().get_inlines(request, obj)]

    def get_changelist_formset(self, request, **kwargs):
        made = super().get_changelist_formset(request, formset=ListFormSet, **kwargs)
        made.form = opened_form(made.form)
        made.refusal = self.refused
        return made

    def get_changelist_instance(self, request):
        """A list that comes back with errors shows the rows that were sent, in their order."""
        made = super().get_changelist_instance(request)
        if request.method == "POST" and "_save" in request.POST and made.list_editable:
            posted = self._get_edited_object_pks(request, "form")
            try:
                rows = {str(row.pk): row for row in made.root_queryset.filter(pk__in=posted)}
            except (ValidationError, ValueError):
                return made
            made.result_list = [rows[pk] for pk in posted if pk in rows]
        return made

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        form = context["adminform"].form
        if obj is not None and isinstance(form, OpenedForm):
            context[OPENED] = form.sealed()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Deleted while its form was open: what was typed can still be copied."""
        if request.method != "POST" or OPENED not in request.POST:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        return self._typed_in_vain(request, "was deleted", 410)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One that may not be changed any more, such as a letter that is being sent, gives back what was typed too."""
        if request.method == "POST" and object_id is not None and OPENED in request.POST:
            row = self.get_object(request, unquote(object_id))
            might = row is not None and self.has_change_permission(request)
            if might and not self.has_change_permission(request, row):
                return self._typed_in_vain(request, "can’t be changed any more", 409)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _typed_in_vain(self, request, why, status):
        typed = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if value.strip() and not name.startswith("_") and not name.endswith((OPENED, "_FORMS"))
            and name != "csrfmiddlewaretoken"
        ]  # fmt: skip
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"This {self.opts.verbose_name} {why}",
            "why": why,
            "typed": typed,
        }
        return render(request, "admin/gone.html", context, status=status)


class Refused(Form):
    """A form that was tried and refused by the database."""

    refusal = ""

    def full_clean(self):
        super().full_clean()
        if self.is_bound and self.refusal not in self.non_field_errors():
            self.add_error(None, self.refusal)
