"""Kinds of product and forms of magnesium: few rows, never deleted, with a code that stays."""

from django.contrib import admin

from shop.catalogue.models import FormOfMagnesium, ProductKind


class CodedAdmin(admin.ModelAdmin):
    def get_readonly_fields(self, request, row=None):
        return ["code", *self.readonly_fields] if row else self.readonly_fields

    def has_delete_permission(self, request, row=None):
        return False


@admin.register(ProductKind)
class ProductKindAdmin(CodedAdmin):
    list_display = ["name", "use_words", "is_swallowed", "judged_as", "tax_class"]
    fields = [
        ("name", "code", "position"),
        ("use_words", "used_on"),
        ("is_swallowed", "judged_as"),
        ("tax_class", "other_substitutes"),
    ]


@admin.register(FormOfMagnesium)
class FormOfMagnesiumAdmin(CodedAdmin):
    list_display = ["name", "words", "share", "sku_rule", "checked_on"]
    readonly_fields = ["sku_rule"]
    fields = [
        ("name", "code", "position"),
        "words",
        "kinds",
        ("share", "source", "checked_on"),
        ("sku_code", "sku_packs"),
        "sku_rule",
        "colour",
    ]

    @admin.display(description="Its SKUs")
    def sku_rule(self, form):
        return (
            form.sku_rule if form.pk else "as the two fields above say, then two to four digits for the size"
        )
