"""Links to products changed for many articles at once."""

from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from articles.models import Article, LinkChange, Version
from articles.publishing import bulk_links
from articles.publishing.errors import NotPossible
from shop.catalogue.models import Product, RelatedProductTag
from shop.regions.models import Region

MAX_LINKED = 500


class LinkForm(forms.Form):
    """What to link to the ticked articles."""

    what = forms.ChoiceField(label="What", choices=LinkChange.Kind.choices)
    product = forms.ModelChoiceField(Product.objects.all(), required=False, empty_label="–")
    tag = forms.ModelChoiceField(RelatedProductTag.objects.all(), required=False, empty_label="–")
    regions = forms.MultipleChoiceField(
        choices=lambda: [(region.code, region.short_name) for region in Region.all_open()],
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "region-codes"}),
        help_text="For products. None ticked: in all regions.",
    )

    def wanted(self) -> bulk_links.Wanted:
        data = self.cleaned_data
        return bulk_links.Wanted(data["what"], data["product"], data["tag"], tuple(data["regions"]))


def with_titles(articles) -> list[tuple[Article, str]]:
    """With the title of what was saved last, or the address where nothing is; one query for all."""
    titles: dict[int, str] = {}
    for pk, title in Version.objects.filter(article__in=articles).values_list("article", "title"):
        titles.setdefault(pk, title)
    return [(article, titles.get(article.pk, article.slug)) for article in articles]


if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin import ModelAdmin as Admin
else:
    Admin = object


class LinkActions(Admin):
    """Mix into the admin of articles."""

    def has_link_permission(self, request):
        return request.user.has_perm("articles.link_products")

    @admin.action(description="Link products or tags …", permissions=["link"])
    def link_products(self, request, articles):
        """Choose, look at what it would do, then do it. The last page can take it back."""
        articles = list(articles.filter(binned_at=None)[: MAX_LINKED + 1])
        if len(articles) > MAX_LINKED:
            words = (
                f"More than {MAX_LINKED} articles are ticked, which is too many at once; nothing was done."
            )
            messages.error(request, f"{words} Narrow the list by a topic or a search, then tick all of it.")
            return HttpResponseRedirect(request.get_full_path())
        form = LinkForm(request.POST if "what" in request.POST else None)
        rows = []
        if form.is_bound and form.is_valid():
            try:
                rows = bulk_links.preview(articles, form.wanted())
                if "confirmed" in request.POST:
                    done = bulk_links.change(articles, form.wanted(), request.user.get_username())
                    messages.success(request, f"Done. {done}")
                    return HttpResponseRedirect(reverse("admin:articles_link_change", args=[done.pk]))
            except NotPossible as error:
                form.add_error(None, str(error))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Link products or tags to {len(articles)} article{'' if len(articles) == 1 else 's'}",
            "form": form,
            "rows": rows,
            "articles": articles,
            "checkbox": ACTION_CHECKBOX_NAME,
            "recent": LinkChange.objects.select_related("product", "tag")[:8],
        }
        return render(request, "admin/articles/article/link.html", context)

    def link_change_view(self, request, pk):
        """One change of links: what was done to which article, and one button that takes it back."""
        if not self.has_link_permission(request):
            raise PermissionDenied
        row = get_object_or_404(LinkChange.objects.select_related("product", "tag"), pk=pk)
        if request.method == "POST":
            try:
                count = bulk_links.undo(row, request.user.get_username())
                messages.success(request, f"Taken back in {count} version{'' if count == 1 else 's'}.")
            except NotPossible as error:
                messages.error(request, str(error))
            return HttpResponseRedirect(request.path)
        articles = Article.objects.filter(pk__in=[part["article"] for part in row.done])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(row),
            "row": row,
            "articles": with_titles(articles),
        }
        return render(request, "admin/articles/article/link_change.html", context)
