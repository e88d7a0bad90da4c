"""When and where an article is to be published, as staff type it."""

from django import forms
from django.contrib import admin
from django.utils import timezone

from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, local_moment


def moment_field(label):
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


class SlotForm(forms.Form):
    """Where and when, for one region. Times are typed in the region's own time zone."""

    chosen = forms.BooleanField(required=False)
    starts_at = moment_field("from")
    ends_at = moment_field("until")

    def __init__(self, data=None, *, region):
        super().__init__(data, prefix=region.code)
        self.region = region

    def _moment(self, name):
        typed = self.cleaned_data.get(name)
        if typed is None:
            return None
        try:
            return local_moment(typed.replace(tzinfo=None), self.region)
        except NotPossible as error:
            self.add_error(name, str(error))
            return None

    def clean(self):
        super().clean()
        if self.cleaned_data.get("chosen"):
            starts_at, ends_at = self._moment("starts_at") or timezone.now(), self._moment("ends_at")
            if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
                self.add_error("ends_at", "The end must be later than the start.")
            self.slot = Slot(self.region, starts_at, ends_at)
        return self.cleaned_data


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("draft", "Has a draft"), ("bin", "In the bin")]

    def queryset(self, request, queryset):
        if self.value() == "bin":
            return queryset.exclude(binned_at=None)
        queryset = queryset.filter(binned_at=None)
        return queryset.filter(versions__is_draft=True) if self.value() == "draft" else queryset
