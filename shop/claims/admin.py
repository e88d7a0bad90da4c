import subprocess
import sys
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone

from shop.claims.bench import Bench, on_bench
from shop.claims.models import RULED_SURFACES, OwnRule
from shop.claims.rules import ALONE, ARTICLE, LAWS, PRODUCT, SAFETY, book, expand, shipped
from shop.claims.statements import allowed_in_texts
from shop.regions.models import Region

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldOpts, _FieldsetSpec

COLOURS = [
    ("green", "green"),
    ("amber", "amber"),
    ("red", "red"),
    ("amber_if_ours", "amber if it is about ours"),
    ("red_if_ours", "red if it is about ours"),
]
LAW_NAMES = {"GB": "UK", "EU": "EU", "US": "US"}
KIND_NAMES = [
    ("food_supplement", "Food supplements"),
    ("cosmetic_topical", "Skin sprays"),
    ("bath_salt", "Bath salts"),
]
SURFACE_NAMES = [
    (ARTICLE, "An article with products"),
    (ALONE, "An article without products"),
    (PRODUCT, "A product’s own words"),
    (SAFETY, "Directions and warnings"),
]
LONGEST_TEXT = 20_000
MAX_PACKS = 500
PATIENCE_SECONDS = 3
PROBE = (
    "import re, sys\npattern = re.compile(sys.argv[1], re.IGNORECASE)\n"
    "for text in ('magnesium helps restless legs ' * 60, 'a' * 4000 + '!', 'aa bb ' * 800 + '!'):\n"
    "    pattern.search(text)\n"
)


def is_slow(pattern: str) -> bool:
    """Whether a pattern takes seconds on ordinary text; tried in a process of its own, which can be stopped."""
    try:
        subprocess.run([sys.executable, "-c", PROBE, expand(pattern)], timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return False


def packs() -> list[tuple[str, str]]:
    rows = apps.get_model("catalogue", "Variant").objects.select_related("product")
    rows = rows.order_by("product__position", "product", "position")[:MAX_PACKS]
    return [(row.sku, f"{row.product.name}, {row.label} ({row.sku})") for row in rows]


class BenchForm(forms.Form):
    """A text to try the rules on."""

    text = forms.CharField(
        max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8, "cols": 90}), label="Text"
    )
    surface = forms.ChoiceField(choices=SURFACE_NAMES)
    regions = forms.MultipleChoiceField(
        choices=lambda: [(region.code, region.short_name) for region in Region.all_open()],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "region-codes"}),
        help_text="None ticked: all.",
    )
    skus = forms.MultipleChoiceField(
        choices=packs,
        required=False,
        label="Products beside it",
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="None chosen: every kind of product, in a sufficient amount.",
    )


def tried(form: BenchForm) -> list[Bench]:
    """What is found in the text of a valid form, in each region that it names."""
    data = form.cleaned_data
    regions = [row for row in Region.all_open() if not data["regions"] or row.code in data["regions"]]
    return on_bench(data["text"], regions, data["surface"], data["skus"])


class RuleForm(forms.ModelForm):
    applies_to = forms.MultipleChoiceField(
        choices=KIND_NAMES, widget=forms.CheckboxSelectMultiple(attrs={"class": "region-codes"})
    )
    try_on = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        label="Try it on",
        widget=forms.Textarea(attrs={"rows": 4, "cols": 90}),
        help_text="A sentence or a text. “Try it” shows what would be found with the rule as typed; nothing is saved.",
    )

    class Meta:
        model = OwnRule
        fields = ["code", "is_off", "pattern", "applies_to", "negation_ok", "why", "advice"]
        widgets = {
            name: forms.Textarea(attrs={"rows": rows, "cols": 90})
            for name, rows in (("pattern", 6), ("why", 2), ("advice", 2))
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        laws = self.instance.laws or (self.initial.get("laws") or {})
        for law in LAWS:
            here = laws.get(law, {})
            self.fields[f"source_{law}"] = forms.CharField(
                label=f"{LAW_NAMES[law]}: source",
                required=False,
                max_length=300,
                initial=here.get("source", ""),
                widget=forms.TextInput(attrs={"size": 90}),
                help_text="The rule of law or the ruling behind it. Empty: the rule does not hold there.",
            )
            for surface in RULED_SURFACES:
                self.fields[f"{surface}_{law}"] = forms.ChoiceField(
                    label=dict(SURFACE_NAMES)[surface],
                    choices=COLOURS,
                    initial=here.get(surface, "green"),
                )

    def clean_pattern(self) -> str:
        pattern: str = self.cleaned_data["pattern"]
        if is_slow(pattern):
            raise forms.ValidationError(
                "This pattern takes seconds on an ordinary text. Repetitions inside repetitions do that: (a+)+."
            )
        return pattern

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        self.instance.laws = {
            law: {
                "source": cleaned[f"source_{law}"],
                **{surface: cleaned.get(f"{surface}_{law}", "green") for surface in RULED_SURFACES},
            }
            for law in LAWS
            if cleaned.get(f"source_{law}")
        }
        if not self.instance.laws and not cleaned.get("is_off"):
            raise forms.ValidationError("Give a source for at least one law, or switch the rule off.")
        return cleaned


@admin.register(OwnRule)
class OwnRuleAdmin(admin.ModelAdmin):
    """The Owner's changes to the claim rules, beside those that came with the shop."""

    form = RuleForm
    list_display = ["code", "is_off", "why", "changed_by", "changed_at"]
    change_list_template = "admin/claims/ownrule/change_list.html"
    change_form_template = "admin/claims/ownrule/change_form.html"

    def get_fieldsets(self, request: HttpRequest, obj: OwnRule | None = None) -> "_FieldsetSpec":
        by_law: list[tuple[str, _FieldOpts]] = [
            (
                f"{LAW_NAMES[law]}: colour on each surface",
                {"fields": [f"source_{law}", tuple(f"{surface}_{law}" for surface in RULED_SURFACES)]},
            )
            for law in LAWS
        ]
        return [
            (None, {"fields": ["code", "is_off", "pattern", "applies_to", "negation_ok", "why", "advice"]}),
            *by_law,
            ("Try it", {"fields": ["try_on"]}),
        ]

    def get_form(
        self, request: HttpRequest, obj: OwnRule | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """The fields by law are made by the form itself."""
        kwargs["fields"] = self.form.Meta.fields
        return super().get_form(request, obj, change, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """?code= of a shipped rule begins with that rule."""
        row = shipped().get(request.GET.get("code", ""))
        if row is None:
            return super().get_changeform_initial_data(request)
        names = ("pattern", "applies_to", "why", "advice", "negation_ok", "laws")
        return {"code": row["id"], **{name: row[name] for name in names}}

    def save_model(self, request: HttpRequest, rule: OwnRule, form: RuleForm, change: bool) -> None:
        if set(form.changed_data) - {"try_on"} or not change:
            rule.changed_by, rule.changed_at = request.user.get_username(), timezone.now()
        super().save_model(request, rule, form, change)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        own = set(OwnRule.objects.values_list("code", flat=True))
        rows = [{**row, "is_changed": code in own} for code, row in sorted(shipped().items())]
        sentences = [(LAW_NAMES[law], row) for law in LAWS for row in allowed_in_texts(law)]
        context = {
            "shipped": rows,
            "sentences": sentences,
            "version": book().version,
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        return [
            path("bench/", self.admin_site.admin_view(self.bench_view), name="claims_bench"),
            *super().get_urls(),
        ]

    def bench_view(self, request: HttpRequest) -> HttpResponse:
        """Paste a text and see what is found, in every region; nothing is stored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = BenchForm(request.POST or None)
        found = tried(form) if form.is_bound and form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Test bench for claims",
            "form": form,
            "found": found,
            "version": book().version,
        }
        return render(request, "admin/claims/ownrule/bench.html", context)

    def response_add(
        self, request: HttpRequest, rule: OwnRule, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._try(request, rule) or super().response_add(request, rule, post_url_continue)

    def response_change(self, request: HttpRequest, rule: OwnRule) -> HttpResponse:
        return self._try(request, rule) or super().response_change(request, rule)

    def _try(self, request: HttpRequest, rule: OwnRule) -> HttpResponse | None:
        """What the typed rule finds in the typed text: it is saved, asked, and taken back."""
        if "_try" not in request.POST:
            return None
        form = BenchForm({"text": request.POST.get("try_on", ""), "surface": ARTICLE})
        found = tried(form) if form.is_valid() else []
        product = BenchForm({"text": request.POST.get("try_on", ""), "surface": PRODUCT})
        on_product = tried(product) if product.is_valid() else []
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"What would be found with {rule.code} as typed",
            "form": form,
            "found": found,
            "on_product": on_product,
            "is_try": True,
        }
        page = render(request, "admin/claims/ownrule/bench.html", context)
        transaction.set_rollback(True)
        return page
