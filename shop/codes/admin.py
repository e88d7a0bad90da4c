from typing import Any

from django import forms
from django.contrib import admin

from shop.codes.belonging import article_typed, articles_named
from shop.codes.models import HALF, NUMBERS, AutomaticDiscount, Belongs, Code, CodeTerms
from shop.regions.models import Region
from shop.text.fields import NumberInput, money_text, money_typed
from shop.text.typed import typed_code


class CapitalField(forms.CharField):
    def to_python(self, value):
        return super().to_python(typed_code(value or ""))


class CodeForm(forms.ModelForm):
    """Small letters are fine: shoppers type them too."""

    of_article = forms.CharField(
        label="Its article",
        required=False,
        max_length=300,
        help_text="Its address, as the browser shows it. Never an article on a condition.",
    )

    class Meta:
        model = Code
        fields = "__all__"
        field_classes = {"code": CapitalField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "percent" in self.fields:
            self.fields["percent"].units = ("%",)
        if "of_article" in self.fields and self.instance.article:
            found = articles_named([self.instance.article]).get(self.instance.article)
            self.fields["of_article"].initial = found.path if found else ""

    def clean(self):
        """An article is looked up where it was typed anew; one that is gone stays until somebody chooses."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("belongs") != Belongs.ARTICLE or "of_article" not in self.fields:
            return cleaned
        typed = cleaned.get("of_article", "")
        if not typed and (self.instance.article is None or "of_article" in self.changed_data):
            self.add_error("of_article", "Paste the address of the article.")
        elif typed and ("of_article" in self.changed_data or self.instance.article is None):
            try:
                self.instance.article = article_typed(typed).uid
            except forms.ValidationError as error:
                self.add_error("of_article", error)
        return cleaned


class TermsForm(forms.ModelForm):
    """Amounts typed as people write them: 5.00."""

    off = forms.CharField(
        label="Amount off",
        required=False,
        help_text="For codes with an amount, such as 5.00.",
        widget=NumberInput(mode="decimal"),
    )
    least = forms.CharField(
        label="Goods worth at least",
        required=False,
        help_text="Empty: no minimum.",
        widget=NumberInput(mode="decimal"),
    )

    class Meta:
        model = CodeTerms
        fields = ["region"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        row = self.instance
        if row.pk:
            currency = row.region.currency
            self.fields["off"].initial = money_text(row.amount, currency)
            self.fields["least"].initial = money_text(row.minimum or None, currency)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        region: Region | None = cleaned.get("region")
        for name, field in (("off", "amount"), ("least", "minimum")):
            try:
                value = region and money_typed(cleaned.get(name), region.currency)
            except forms.ValidationError as error:
                self.add_error(name, error)
                continue
            setattr(self.instance, field, (value or 0) if name == "least" else value)
        return cleaned


class TermsFormSet(forms.models.BaseInlineFormSet):
    def clean(self):
        super().clean()
        rows = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        if not rows:
            raise forms.ValidationError("Name at least one region in which the code holds.")
        if self.instance.kind == "amount":
            for form in rows:
                if form.instance.amount is None and "off" not in form.errors:
                    form.add_error("off", "Type the amount that this code takes off here.")
                elif (
                    form.instance.amount
                    and self.instance.limit is None
                    and form.instance.minimum * HALF < form.instance.amount * 100
                ):
                    form.add_error(
                        "least",
                        f"It could take more than {HALF} % off: ask for goods worth twice as much at least, "
                        "or give “orders in all” above.",
                    )


class TermsInline(admin.TabularInline):
    model = CodeTerms
    form = TermsForm
    formset = TermsFormSet
    fields = ["region", "off", "least"]
    extra = 0
    min_num = 1


@admin.register(Code)
class CodeAdmin(admin.ModelAdmin):
    form = CodeForm
    list_display = ["code", "off", "starts_at", "ends_at", "used", "limit", "is_active", "belongs", "note"]
    list_filter = ["is_active", "kind", "belongs", "starts_at"]
    search_fields = ["code", "note", "belongs_name"]
    autocomplete_fields = ["products"]
    inlines = [TermsInline]
    readonly_fields = ["used"]
    fieldsets = [
        (None, {"fields": [("code", "is_active"), ("kind", "percent"), ("starts_at", "ends_at")]}),
        ("Who may use it", {"fields": [("limit", "per_person", "used"), "products", "note"]}),
        ("What it was made for", {"fields": ["belongs", ("belongs_name", "of_article")]}),
    ]

    @admin.display(description="Takes off")
    def off(self, code):
        if code.percent:
            return f"{code.percent} %"
        return " · ".join(row.region.money(row.amount or 0) for row in code.terms.all())

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("terms__region")

    def get_readonly_fields(self, request, code=None):
        """A code that was used keeps its name, so that orders and reports go on telling the truth."""
        return [*self.readonly_fields, "code"] if code and code.used else self.readonly_fields

    def has_delete_permission(self, request, code=None):
        return super().has_delete_permission(request, code) and (code is None or not code.uses.exists())


SHOWN_AS = {"amount": "amount_off", "minimum": "least"}  # columns in minor units, and the fields for them


class AutomaticForm(forms.ModelForm):
    """Amounts typed as people write them: 5.00."""

    amount_off = forms.CharField(
        label="Amount off",
        required=False,
        help_text="For “from £30 £5 off”: 5.00.",
        widget=NumberInput(mode="decimal"),
    )
    least = forms.CharField(
        label="Goods worth at least",
        required=False,
        help_text="For “from £30 £5 off”: 30.00.",
        widget=NumberInput(mode="decimal"),
    )

    class Meta:
        model = AutomaticDiscount
        fields = ["region", "name", "kind", "packs", "pays", "percent", "product", "starts_at", "ends_at", "limit",
                  "is_active"]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "percent" in self.fields:
            percent: Any = self.fields["percent"]
            percent.units = ("%",)
        row = self.instance
        if row.pk and "amount_off" in self.fields:
            self.fields["amount_off"].initial = money_text(row.amount, row.region.currency)
            self.fields["least"].initial = money_text(row.minimum, row.region.currency)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        region: Region | None = cleaned.get("region") or (self.instance.region if self.instance.pk else None)
        for field, name in SHOWN_AS.items():
            try:
                value = region and money_typed(cleaned.get(name), region.currency)
            except forms.ValidationError as error:
                self.add_error(name, error)
                continue
            setattr(self.instance, field, value)
        self._refuse_what_its_kind_has_not(cleaned)
        return cleaned

    def _refuse_what_its_kind_has_not(self, cleaned):
        """What was typed just now is not forgotten in silence; what stood there before the kind was changed goes."""
        needed = AutomaticDiscount(kind=cleaned.get("kind")).needed
        for column in NUMBERS:
            name = SHOWN_AS.get(column, column)
            typed = name in self.changed_data and cleaned.get(name) not in {None, ""}
            if "kind" in cleaned and typed and column not in needed:
                self.add_error(name, "This kind has no such number: leave it empty, or choose another kind.")

    def add_error(self, field, error):
        """The model names its own columns; the fields that show them are called otherwise."""
        if field is None and hasattr(error, "error_dict"):
            for theirs, ours in SHOWN_AS.items():
                if theirs in error.error_dict:
                    error.error_dict[ours] = error.error_dict.pop(theirs)
        super().add_error(field, error)


@admin.register(AutomaticDiscount)
class AutomaticDiscountAdmin(admin.ModelAdmin):
    form = AutomaticForm
    list_display = ["name", "region", "terms", "starts_at", "ends_at", "used", "limit", "is_active"]
    list_filter = ["region", "is_active", "kind"]
    list_select_related = ["region", "product"]
    search_fields = ["name"]
    autocomplete_fields = ["product"]
    fields = ["region", "name", "kind", "packs", "pays", "percent", "amount_off", "least", "product",
              "starts_at", "ends_at", "limit", "is_active"]  # fmt: skip

    def has_delete_permission(self, request, row=None):
        """What an order names stays; it can be switched off."""
        return super().has_delete_permission(request, row) and (row is None or row.used == 0)
