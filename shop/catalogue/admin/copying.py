"""A page that asks how the copy of a product is to be called, and makes it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from shop.catalogue.copying import MOST_PACKS, CanNotCopy, beginning, copy_product, packs_of
from shop.text.typed import LineField, typed_code


class CopyForm(forms.Form):
    name = LineField(max_length=120, widget=forms.TextInput({"class": "vTextField"}))
    slug = forms.SlugField(max_length=80, label="Address", widget=forms.TextInput({"class": "vTextField"}))
    with_prices = forms.BooleanField(required=False, initial=True, label="With its prices of now")

    def __init__(self, packs, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.packs = packs
        for pack in packs:
            self.fields[f"sku-{pack.pk}"] = forms.CharField(
                max_length=30, label=f"SKU of {pack.label}", help_text=f"Copied from {pack.sku}."
            )

    @property
    def skus(self) -> dict[int, str]:
        return {pack.pk: typed_code(self.cleaned_data[f"sku-{pack.pk}"]) for pack in self.packs}


def copying(request, product, model_admin):
    """Asked by GET, done by POST. A draft that is sold nowhere; what was typed stays where something can't be."""
    if product is None:
        raise Http404("There is no such product.")
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    packs = packs_of(product)
    if request.method == "POST":
        form = CopyForm(packs, request.POST)
        made = _copied(form, product) if form.is_valid() else None
        if made:
            model_admin.log_addition(request, made, f"Copied from {product}.")
            messages.success(
                request,
                f"“{made}” is a draft: without stock and pictures, on sale nowhere. Compare its facts with its label, "
                "then move “facts good until” on in each wording.",
            )
            return HttpResponseRedirect(reverse("admin:catalogue_product_change", args=[made.pk]))
    else:
        first = beginning(product)
        initial = {"name": first.name, "slug": first.slug}
        initial |= {f"sku-{pk}": sku for pk, sku in first.skus.items()}
        form = CopyForm(packs, initial={"with_prices": True, **initial})
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Copy {product.name}",
        "product": product,
        "form": form,
        "left_out": max(product.variants.count() - MOST_PACKS, 0),
    }
    status = 422 if form.is_bound else 200
    return render(request, "admin/catalogue/product/copy.html", context, status=status)


def _copied(form: CopyForm, product):
    typed = form.cleaned_data
    try:
        return copy_product(
            product, name=typed["name"], slug=typed["slug"], skus=form.skus, with_prices=typed["with_prices"]
        )
    except CanNotCopy as error:
        form.add_error(error.part, error.messages)
        return None
