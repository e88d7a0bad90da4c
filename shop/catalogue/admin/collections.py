"""Collections and related-product tags."""

from django.contrib import admin
from django.utils.text import capfirst

from shop.catalogue.collected import how_many_in
from shop.catalogue.models import Collection, CollectionProduct, RelatedProductTag
from shop.regions.models import Region
from shop.web.admin_choices import LoadedChoices
from shop.web.admin_pages import Paged

NAMED = 20  # that bear a tag, before it is deleted


class CollectionProductInline(Paged, LoadedChoices, admin.TabularInline):
    model = CollectionProduct
    extra = 0
    autocomplete_fields = ["product"]
    verbose_name = "product"
    verbose_name_plural = "products put in by hand: these come first, in this order"


@admin.register(Collection)
class CollectionAdmin(admin.ModelAdmin):
    """Groups of products with a page of their own, by hand and by rule."""

    list_display = ["name", "rule", "now", "position", "is_open"]
    list_editable = ["position", "is_open"]
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = ["picture", "rule_tag"]

    class Media:
        js = ["js/staff.js"]

    inlines = [CollectionProductInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "summary", "picture", "is_open"]}),
        ("Rule: fills itself", {"fields": ["rule_tag", "rule_form", "rule_kind", "rule_vegan"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("rule_tag").prefetch_related("by_hand")

    @admin.display(description="Rule")
    def rule(self, row):
        parts = [
            f"tag “{row.rule_tag}”" if row.rule_tag_id else "",
            row.get_rule_form_display(),
            row.get_rule_kind_display(),
            "vegan" if row.rule_vegan else "",
        ]
        return " and ".join(filter(None, parts)) or "by hand only"

    @admin.display(description="Products now")
    def now(self, row):
        found = [(region.short_name, how_many_in(region).get(row.pk, 0)) for region in Region.all_open()]
        return " · ".join(f"{name} {count}" for name, count in found)

    def view_on_site(self, row):
        return row.url_in(Region.all_open()[0])


def _first(rows, end) -> list[str]:
    """The first NAMED that bear a tag, and how many more there are."""
    kind, count = end.verbose_name, rows.count()
    named = [f"{capfirst(kind)}: {getattr(row, end.name)}" for row in rows[:NAMED]]
    plural = end.related_model._meta.verbose_name_plural
    return named if count <= NAMED else [*named, f"and {count - NAMED} more {plural}"]


@admin.register(RelatedProductTag)
class RelatedProductTagAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}

    def get_deleted_objects(self, objs, request):
        """What goes with a tag, by what bears it: the rows between are all named like the tag. The first of each kind."""
        _, counts, needed, protected = super().get_deleted_objects(objs, request)
        listed = []
        for tag in objs:
            bearers: list[str] = []
            for relation in tag._meta.related_objects:
                if (
                    not relation.one_to_many
                ):  # that is the bearers again, whose own authors and pictures bear no tag
                    continue
                rows = relation.related_model.objects.filter(**{relation.field.name: tag})
                for end in relation.related_model._meta.fields:
                    if end.many_to_one and end.name != relation.field.name:
                        bearers += _first(rows.select_related(end.name).order_by("pk"), end)
            listed += [f"{capfirst(tag._meta.verbose_name)}: {tag}", list(dict.fromkeys(bearers))]
        return listed, counts, needed, protected
