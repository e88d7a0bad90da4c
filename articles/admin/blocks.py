"""The rows of an article's form: its blocks, topics, tags and linked products."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper

from articles.admin.known import KnownForm, KnownFormSet
from articles.models import (
    Callout,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    ProductCard,
    ProductLink,
    ReferenceBlock,
    RichText,
    VersionTag,
    VersionTopic,
)
from shop.regions.models import Region
from shop.web.admin_choices import LoadedChoices

REGION_FIELDS = ("show_in", "region_codes")


class RegionCodes(forms.MultipleChoiceField):
    """Ticks for regions; stored as codes with blanks between."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "region-codes"})

    def __init__(self, **kwargs):
        super().__init__(choices=region_choices, required=False, label="Regions", **kwargs)

    def prepare_value(self, value):
        return value.split() if isinstance(value, str) else value

    def clean(self, value):
        return " ".join(super().clean(self.prepare_value(value)))  # a disabled field gives what is stored

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial or ""), data)


def region_choices():
    return [(region.code, region.short_name) for region in Region.all_cached()]


class BlockForm(KnownForm):
    region_codes = RegionCodes()


class PlacesFormSet(KnownFormSet):
    """Blocks of which this person may only send the places."""


class FewLinks(admin.options.BaseModelAdmin):
    """Beside what is chosen stands a link that adds one, and none that would change or delete what others use too."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
            if db_field.name != "picture":
                field.widget.can_change_related = False
        return field


class BlockInline(FewLinks, LoadedChoices, admin.StackedInline):
    """The blocks of one kind. The page shows those of all kinds in their order (articles/admin/rows.py).

    Who may look at blocks of a kind and not change them (Marketing) has them in the form all the same.

    Without their places, which a script reads and numbers anew when a card is put between them, the form would show
    all blocks in disorder. What such a form sends of them is nothing but their places (see `keep_order`).
    """

    form = BlockForm
    formset = KnownFormSet
    fk_name = "parent"
    extra = 0

    def may_write(self, request, obj=None):
        return super().has_change_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.may_write(request, obj) or request.user.has_perm("articles.change_version")

    def get_formset(self, request, obj=None, **kwargs):
        if self.may_write(request, obj):
            return super().get_formset(request, obj, **kwargs)
        formset = super().get_formset(request, obj, formset=PlacesFormSet, **kwargs)
        formset.form = type(f"Placed{formset.form.__name__}", (PlacedForm, formset.form), {})
        return formset


class PlacedForm(forms.ModelForm):
    """Mix into the form of a block of which only the place may change."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.disabled = name != "ordering"


def keep_order(formsets) -> None:
    """Blocks of which this person may only send the places keep their order among each other."""
    forms = [form for formset in formsets if isinstance(formset, PlacesFormSet) for form in formset.forms]
    before = sorted(forms, key=lambda form: (form.initial["ordering"], form.instance.pk))
    places = sorted(form.instance.ordering for form in forms)
    for form, place in zip(before, places, strict=True):
        form.instance.ordering = place


class RichTextInline(BlockInline):
    model = RichText
    fieldsets = [(None, {"fields": ["body", REGION_FIELDS, "ordering", "region"]})]


class FigureInline(BlockInline):
    model = Figure
    autocomplete_fields = ["picture"]
    fieldsets = [(None, {"fields": ["picture", "caption", REGION_FIELDS, "ordering", "region"]})]


class ProductCardInline(BlockInline):
    model = ProductCard
    autocomplete_fields = ["product"]
    fieldsets = [(None, {"fields": ["product", REGION_FIELDS, "ordering", "region"]})]


class CalloutInline(BlockInline):
    model = Callout
    fieldsets = [(None, {"fields": [("tone", "heading"), "body", REGION_FIELDS, "ordering", "region"]})]


class FaqInline(BlockInline):
    model = Faq
    fieldsets = [(None, {"fields": ["question", "answer", REGION_FIELDS, "ordering", "region"]})]


class ReferenceInline(BlockInline):
    model = ReferenceBlock
    autocomplete_fields = ["reference"]
    fieldsets = [(None, {"fields": ["reference", REGION_FIELDS, "ordering", "region"]})]


class EvidenceTableInline(BlockInline):
    model = EvidenceTable
    autocomplete_fields = ["question"]
    fieldsets = [(None, {"fields": [("heading", "question"), REGION_FIELDS, "ordering", "region"]})]


class FormTableInline(BlockInline):
    model = FormTable
    fieldsets = [(None, {"fields": [("heading", "codes"), REGION_FIELDS, "ordering", "region"]})]


class TopicInline(FewLinks, LoadedChoices, admin.TabularInline):
    model = VersionTopic
    form = KnownForm
    formset = KnownFormSet
    extra = 0
    autocomplete_fields = ["topic"]
    verbose_name = "topic"


class TagInline(FewLinks, LoadedChoices, admin.TabularInline):
    model = VersionTag
    form = KnownForm
    formset = KnownFormSet
    extra = 0
    autocomplete_fields = ["tag"]
    verbose_name = "related-product tag"


class ProductLinkInline(FewLinks, LoadedChoices, admin.TabularInline):
    model = ProductLink
    form = BlockForm
    formset = KnownFormSet
    fields = ["product", "kind", "show_in", "region_codes", "position"]
    extra = 0
    autocomplete_fields = ["product"]
    verbose_name = "product by hand"
    verbose_name_plural = "products by hand (before those of the tags)"
