"""Products and posts of another shop: a file is looked at, then brought in as drafts, on two pages that are alike."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from config.moving import drafts, products
from config.moving.drafts import Folder, State
from config.moving.goods import goods_in
from config.moving.posts import posts_in
from config.moving.products import Destination
from shop.catalogue.models.kinds import magnesium_forms
from shop.regions.models import Region
from shop.web.file_or_text import FileOrText

REDIRECTS = "forwarding.add_redirect"
SHOWN = 200  # of each kind
NAMES = {State.REFUSED: "Left out", State.NEW: "New", State.SAME: "There already"}


@dataclass(frozen=True)
class Told:
    """What becomes of an entry of the file."""

    line: int
    name: str
    state: State
    said: list[str]


@dataclass(frozen=True)
class Way:
    """What can be brought in. `most`: entries in one go, so that it is done before a request is over its ceiling."""

    title: str
    noun: str
    rights: tuple[str, ...]
    most: int
    help: str
    command: str
    leads_to: str
    look: Callable
    save: Callable


def _look_at_products(text: str, data: dict):
    destination = Destination(data["region"], Folder(None), data.get("form", ""))
    found = list(products.arrivals_of(goods_in(text), destination))
    told = [
        Told(one.goods.line, one.goods.title, one.state, [*([one.words] if one.words else []), *one.said])
        for one in found
    ]
    return told, (found, destination)


def _save_products(found) -> str:
    count, packs, redirects = products.bring_in(*found)
    return (
        f"{count} products with {packs} packs made as drafts, {redirects} redirects saved. None is on sale: compare the facts "
        "of each with its label, count its stock, then tick “on sale”."
    )


def _look_at_posts(text: str, data: dict):
    found = list(drafts.drafts_of(posts_in(text), Folder(None)))
    told = []
    for one in found:
        claims = [f"{one.findings} findings of the claims check."] if one.findings else []
        said = [*([one.words] if one.words else []), *one.notes, *claims]
        told.append(Told(one.post.line, one.post.title, one.state, said))
    return told, (found, data["region"])


def _save_posts(found) -> str:
    rows, region = found
    count, redirects = drafts.bring_in(rows, region, "import")
    return f"{count} drafts made, {redirects} redirects saved. Nothing is published."


WAYS = {
    "products": Way(
        "Bring products in", "product", ("catalogue.add_product", "catalogue.add_price", REDIRECTS), 500,
        "The table of products that Shopify or WooCommerce exports (CSV). Prices, packs, words and old addresses are taken over; "
        "stock, reductions and promises are not.",
        "import_products", "admin:catalogue_product_changelist", _look_at_products, _save_products,
    ),
    "articles": Way(
        "Bring articles in", "post", ("articles.add_version", REDIRECTS), 100,
        "The export of WordPress (WXR), a blog’s Atom or RSS feed such as Shopify’s, or a table with “Title” and “Body HTML”.",
        "import_posts", "admin:articles_article_changelist", _look_at_posts, _save_posts,
    ),
}  # fmt: skip


class BringInForm(FileOrText):
    too_large = "The file has more than {most} MB: bring it in parts, or with the command below."

    region = forms.ModelChoiceField(
        Region.objects.none(), label="Region", empty_label=None,
        help_text="Prices that name no market count here, and old addresses lead here.",
    )  # fmt: skip
    form = forms.ChoiceField(
        required=False,
        label="Form of magnesium",
        help_text="Of products whose title, type and tags name none.",
    )

    def __init__(self, kind: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        regions: Any = self.fields["region"]
        regions.queryset = Region.objects.filter(is_open=True).order_by("position", "pk")
        if kind == "products":
            may_be: Any = self.fields["form"]
            may_be.choices = [
                ("", "–"),
                *((code, row.name) for code, row in magnesium_forms().items()),
            ]
        else:
            del self.fields["form"]
            regions.help_text = "Old addresses lead here, once the article is published."


def bring_in(request, site, kind: str):
    """Looks at a file, and shows line by line what would become of it; then does it, if it is told to."""
    way = WAYS[kind]
    if not request.user.has_perms(way.rights):
        raise PermissionDenied
    form, told = BringInForm(kind), None
    if request.method == "POST":
        form = BringInForm(kind, request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            count = _count(kind, data["text"])
            if count > way.most:
                words = f"{count} {way.noun}s: here up to {way.most} at a time. Bring them in parts, or with the command below."
                form.add_error(None, words)
            else:
                told, found = way.look(data["text"], data)
                new = sum(one.state == State.NEW for one in told)
                if "save" in request.POST and new:
                    messages.success(request, way.save(found))
                    return HttpResponseRedirect(reverse(way.leads_to), status=303)
                form = BringInForm(kind, initial={**data, "region": data["region"].pk})
    groups = [
        (NAMES[state], rows[:SHOWN], len(rows))
        for state in NAMES
        if told and (rows := [one for one in told if one.state == state])
    ]
    context = {
        **site.each_context(request),
        "title": way.title,
        "way": way,
        "form": form,
        "told": told,
        "groups": groups,
        "new": sum(one.state == State.NEW for one in told or ()),
    }
    return render(request, "admin/bring_in.html", context)


def _count(kind: str, text: str) -> int:
    return sum(1 for _ in (goods_in(text) if kind == "products" else posts_in(text)))
