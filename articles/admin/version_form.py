"""The form of an article's head: title, address, summary; and what refuses to save over somebody else's words."""

from typing import cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from articles.admin.autosave import autosaves, keep_stored
from articles.admin.known import KnownForm
from articles.admin.talking import SAID
from articles.models import Author, Version
from articles.publishing.addresses import check_address, free_address
from articles.publishing.errors import NotPossible

ONLY_SHOW = ("_check", "_preview")  # buttons of the form that only show what is typed


def only_shows(posted) -> bool:
    return any(name in posted for name in ONLY_SHOW)


class VersionForm(KnownForm):
    slug = forms.SlugField(
        max_length=100,
        label="Address",
        help_text="The last part of its address: /uk/articles/<b>this-part</b>/.",
    )
    slug_was = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    overwrite = forms.BooleanField(required=False, widget=forms.HiddenInput, label="Save mine over it")
    theirs: Version | None = None  # what somebody else saved meanwhile
    was: Version | None = None  # what was stored when this is saved
    before: Version | None = None  # a copy of that, for the history

    class Meta:
        model = Version
        exclude = ["article"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2, "placeholder": "Summary"}),
            "title": forms.Textarea(attrs={"rows": 1, "placeholder": "Title", "autofocus": True}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.unfinished: list[str] = []  # what an autosave does not keep as it is typed
        if autosaves(self.data):
            self.fields["summary"].required = False
        if not self.instance.pk and "author" in self.fields:
            self.fields["author"].initial = Author.objects.filter(is_team=True).first()
        if self.instance.article_id:
            self.fields["slug"].initial = self.fields["slug_was"].initial = self.instance.article.slug
            if self.instance.article.publications.exists():
                self.fields["slug"].disabled = True
                self.fields[
                    "slug"
                ].help_text = "Readers know it. An editor changes it on the article’s own page."
            self.fields["seen"].initial = self.instance.changed_at.isoformat()

    def clean(self):
        """Refuse to save over what somebody else saved since this form was opened (nothing typed is lost).

        With `_put_back` the form is only drawn again from what a browser had kept (static/js/keep.js).
        """
        super().clean()
        cleaned = self.cleaned_data
        if "_put_back" in self.data:
            raise ValidationError("This is what you had typed. It is not saved yet: look it over, then save.")
        if SAID in self.data:
            raise ValidationError(self.data[SAID])
        if "_insert" in self.data:
            raise ValidationError(
                "A block was added at the end. Nothing is saved yet: fill it in, then save."
            )
        if self.instance.pk and not cleaned.get("overwrite") and not only_shows(self.data):
            self.was = stored = Version.objects.select_for_update().get(pk=self.instance.pk)
            if cleaned.get("seen") != stored.changed_at.isoformat():
                self.theirs = stored
                self.fields["overwrite"].widget = forms.CheckboxInput()
                raise ValidationError(
                    f"{stored.changed_by or 'Somebody'} saved this article at {stored.changed_at:%H:%M} UTC, after "
                    "you had opened it. Your text is below and not saved yet; theirs stands above it. Copy over "
                    "what you need, or tick “Save mine over it”: theirs then stays in the history."
                )
        if self.instance.pk and autosaves(self.data):
            keep_stored(self)
        return cleaned

    def clean_title(self):
        return " ".join(self.cleaned_data["title"].split())

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if self.fields["slug"].disabled:
            return slug
        now, was = self.fields["slug"].initial, self.data.get("slug_was")
        if was and slug == was:
            return now  # not typed here: whoever moved it meanwhile has the say
        if was and now not in (was, slug):
            typed = cast("QueryDict", self.data).copy()
            typed["slug_was"] = now
            self.data = typed
            raise ValidationError(
                f"Somebody moved it to “{now}” after you had opened this form. Save again to move it to “{slug}”, or "
                f"type “{now}”."
            )
        if autosaves(self.data) and not self.instance.pk:
            slug = free_address(slug)
        try:
            check_address(slug, self.instance.article_id)
        except NotPossible as error:
            raise ValidationError(str(error))
        return slug


def missing(form, formsets) -> list[tuple[str, str]]:
    """(where, why) of each field for which what is typed can't be checked yet."""
    found = [(_label(form, name), " ".join(errors)) for name, errors in form.errors.items()]
    for formset in formsets:
        kind = str(formset.model._meta.verbose_name).capitalize()
        found += [
            (f"{kind}: {_label(row, name)}" if name != "__all__" else kind, " ".join(errors))
            for row in formset.forms
            for name, errors in row.errors.items()
        ]
        found += [(kind, str(error)) for error in formset.non_form_errors()]
    return found


def _label(form, name) -> str:
    return str(form[name].label) if name in form.fields else "Form"
