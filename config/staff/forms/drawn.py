"""How fields of the admin are drawn: dates and times by the browser's own pickers, many choices as boxes to tick."""

from typing import Any

from django.db.models import DateField, DateTimeField, TimeField
from django.forms import CheckboxSelectMultiple, DateInput, SplitDateTimeWidget, TimeInput
from django.utils.choices import BlankChoiceIterator

from shop.web.admin_choices import Choices

DASHES = "---------"  # Django's word for nothing
NONE = "None"
CHOOSE = "Choose…"


class Day(DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__({"class": "vDateField", **(attrs or {})}, format="%Y-%m-%d")


class Clock(TimeInput):
    """To the second, as rows are kept; a browser that was told no step would refuse those."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__({"class": "vTimeField", "step": "1", **(attrs or {})}, format="%H:%M:%S")


TIME_OF_DAY = "Time of day"  # until a form says of which field


class Moment(SplitDateTimeWidget):
    """static/js/staff.js lets its button fill in the present, by the clock that the form is read by."""

    template_name = "admin/widgets/moment.html"
    use_fieldset = False  # its label is that of the day; the time names itself

    def __init__(self, attrs=None):
        super(SplitDateTimeWidget, self).__init__([Day(), Clock({"aria-label": TIME_OF_DAY})], attrs)

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else id_


WIDGETS = ((DateTimeField, Moment), (DateField, Day), (TimeField, Clock))  # the first of its kind counts


class Ticks(CheckboxSelectMultiple):
    """All choices with a box each; where they are many, static/js/staff.js adds a field that narrows them."""

    template_name = "admin/widgets/ticks.html"


class Drawn(Choices):
    """Mix into every admin and inline."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        for kind, widget in WIDGETS:
            if isinstance(db_field, kind):
                kwargs.setdefault("widget", widget)
                break
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        choices = getattr(field, "choices", None)
        if isinstance(choices, list | BlankChoiceIterator):
            nothing = ("", CHOOSE if field.required else NONE)
            field.choices = [nothing if one == ("", DASHES) else one for one in choices]
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs.setdefault("empty_label", NONE if db_field.blank else CHOOSE)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name not in (*self.autocomplete_fields, *self.raw_id_fields):
            kwargs.setdefault("widget", Ticks)
        return super().formfield_for_manytomany(db_field, request, **kwargs)
