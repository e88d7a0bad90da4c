"""A page that carries wordings and prices of products to another region: choose, look, tick, save."""

import re
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from shop.catalogue.to_region import MOST, Way, looked_at, products_for, save
from shop.regions.models import Region
from shop.text.numbers import Unreadable, read_number, whole_or_none
from shop.text.typed import without_invisible

RIGHTS = ["catalogue.add_price", "catalogue.add_productwording", "catalogue.change_productwording"]
TOLD_AT_MOST = 20
LEAST, GREATEST = Decimal("0.0001"), Decimal(10_000)


class WayForm(forms.Form):
    source = forms.ChoiceField(label="From")
    target = forms.ChoiceField(label="To")
    words = forms.BooleanField(
        label="Wordings: names, directions, warnings, statements", required=False, initial=True
    )
    factor = forms.CharField(
        label="Prices times",
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        help_text="Such as 1.25: £10.00 becomes $12.50. Empty: prices stay behind.",
    )
    ending = forms.CharField(
        label="Each ends in",
        required=False,
        max_length=8,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text="Such as 95: the nearest price with these last digits. Empty: as it comes out.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regions = [(region.code, f"{region.name} ({region.currency})") for region in Region.all_cached()]
        for name in ("source", "target"):
            self.fields[name].choices = regions  # type: ignore[attr-defined]

    def clean_factor(self) -> Decimal | None:
        text = self.cleaned_data["factor"]
        if not text.strip():
            return None
        try:
            factor = read_number(text, places=6)
        except Unreadable as error:
            raise forms.ValidationError(str(error))
        if not LEAST <= factor <= GREATEST:
            raise forms.ValidationError(f"Type a factor from {LEAST} to {GREATEST:,}.")
        return factor

    def clean_ending(self) -> str:
        text = without_invisible(self.cleaned_data["ending"]).lstrip(".,")
        if text and not re.fullmatch(r"[0-9]{1,3}", text):
            raise forms.ValidationError("Type one to three digits, such as 95 or 00.")
        return text

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        if cleaned["source"] == cleaned["target"]:
            raise forms.ValidationError("Choose two different regions.")
        if not cleaned["words"] and cleaned["factor"] is None:
            raise forms.ValidationError("Tick the wordings, or type what prices are to be multiplied by.")
        return cleaned

    @property
    def way(self) -> Way:
        typed = self.cleaned_data
        source, target = Region.by_code(typed["source"]), Region.by_code(typed["target"])
        assert source is not None and target is not None  # noqa: PT018 - choices of the form
        return Way(source, target, typed["words"], typed["factor"], typed["ending"])


def to_region(request, model_admin):
    """GET and a POST without `save` show; one with `save` does what was ticked, if it is still what was shown."""
    if not request.user.has_perms(RIGHTS):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else request.GET
    chosen = [pk for text in sent.getlist("product")[:MOST] if (pk := whole_or_none(text))]
    form = WayForm(request.POST) if request.method == "POST" else WayForm(initial=_first())
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Copy to another region",
        "form": form,
        "chosen": model_admin.model.objects.filter(pk__in=chosen).order_by("name"),
    }
    if form.is_bound and form.is_valid():
        way = form.way
        if "save" in request.POST:
            return _save(request, way, chosen)
        products, more = products_for(way, chosen, whole_or_none(request.POST.get("after", "")) or 0)
        context |= {"way": way, "looked": looked_at(products, way), "more": more}
        context["last"] = products[-1].pk if products else 0
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "admin/catalogue/product/to_region.html", context, status=status)


def _first() -> dict[str, str]:
    """From the first region to the one that was made last."""
    codes = [region.code for region in sorted(Region.all_cached(), key=lambda region: region.pk)]
    return {"source": codes[0], "target": codes[-1]} if codes else {}


def _save(request, way: Way, chosen: list[int]):
    words, prices, refused = save(way, request.POST.getlist("take"), who=request.user.get_username())
    for one in refused[:TOLD_AT_MOST]:
        messages.error(request, f"Not saved: {one.where}. {one.why}")
    if len(refused) > TOLD_AT_MOST:
        messages.error(request, f"{len(refused) - TOLD_AT_MOST} more were not saved.")
    if words or prices:
        told = f"{way.target.short_name}: {_many(words, 'wording')} and {_many(prices, 'price')} saved."
        if words:
            told += " Compare each wording with its label, then move “facts good until” on: it is not sold there before."
        messages.success(request, told)
    elif not refused:
        messages.info(request, "Nothing was ticked, so nothing was changed.")
    if len(chosen) == 1:
        return HttpResponseRedirect(reverse("admin:catalogue_product_change", args=chosen))
    return HttpResponseRedirect(reverse("admin:catalogue_product_changelist"))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
