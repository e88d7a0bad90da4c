"""Sources in the admin; a DOI or PMID fills in where and by whom one was published (articles/evidence/lookup.py)."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from articles.evidence.lookup import NotFound, known, look_up
from articles.models import Reference

FIND, LOOK_UP = "_find", "_look_up"  # what is typed to be looked up; the button beside it


def looks_up(posted) -> bool:
    """Asked by the button, or by any other while something is typed to be looked up."""
    return LOOK_UP in posted or bool(posted.get(FIND, "").strip())


class ReferenceForm(forms.ModelForm):
    class Meta:
        model = Reference
        exclude = ()

    def full_clean(self):
        """A look-up only draws the form anew: nothing is missing yet, and nothing is saved."""
        super().full_clean()
        if self.is_bound and looks_up(self.data):
            self.errors.clear()
            self.add_error(None, ValidationError("Nothing is saved yet."))


@admin.register(Reference)
class ReferenceAdmin(admin.ModelAdmin):
    form = ReferenceForm
    change_form_template = "admin/articles/reference/change_form.html"
    list_display = ["key", "authors", "year", "question", "direction", "certainty", "seen", "retracted_on"]
    list_filter = ["question", "direction", "certainty", "seen", ("retracted_on", admin.EmptyFieldListFilter)]
    list_select_related = ["question"]
    search_fields = ["key", "authors", "title", "doi", "pmid"]
    autocomplete_fields = ["question"]
    fieldsets = [
        (None, {"fields": ["key", "authors", "title", ("journal", "year"), ("doi", "pmid"), "link"]}),
        (
            "What it found",
            {
                "fields": [
                    "question",
                    ("kind", "size", "size_unit"),
                    ("population", "outcome"),
                    ("direction", "direction_note", "certainty"),
                    "finding",
                    "funder",
                ]
            },
        ),
        ("How we know", {"fields": [("seen", "checked_on"), "note", "retracted_on"]}),
    ]

    def only_looks(self, request):
        return looks_up(request.POST)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and looks_up(request.POST) and self.has_change_or_add(request, object_id):
            request.POST = self._filled_in(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def has_change_or_add(self, request, object_id) -> bool:
        return self.has_add_permission(request) if object_id is None else self.has_change_permission(request)

    def render_change_form(self, request, context, *args, **kwargs):
        if looks_up(request.POST):
            context["errors"] = ()  # the message says what happened
        context["typed_number"] = request.POST.get(FIND, "")
        return super().render_change_form(request, context, *args, **kwargs)

    @staticmethod
    def _filled_in(request, object_id):
        """What was posted, with what is known of its DOI or PMID in the fields that are empty."""
        posted = request.POST.copy()
        posted[LOOK_UP] = "1"
        number = next((posted[name] for name in (FIND, "doi", "pmid") if posted.get(name, "").strip()), "")
        try:
            twin = known(number)
            if twin is not None and str(twin.pk) != object_id:
                messages.warning(request, f"The library has it already, as {twin.key}: cite that one.")
                return posted
            found = look_up(number)
        except NotFound as error:
            messages.warning(request, f"Nothing was filled in. {error}")
            return posted
        empty = [name for name in found if not posted.get(name, "").strip()]
        for name in empty:
            posted[name] = found[name]
        posted[FIND] = ""
        labels = ", ".join(
            str(field.verbose_name) for field in Reference._meta.concrete_fields if field.name in empty
        )
        words = f"Filled in: {labels}." if empty else "What is known of it stands here already."
        messages.info(
            request, f"{words} Nothing is saved yet: look it over, type what you read in it, then save."
        )
        return posted
