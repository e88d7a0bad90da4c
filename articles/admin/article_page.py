"""The page of one article in the admin: where it is published, its draft, its history, its preview links."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from articles.admin.article_actions import ACTIONS, Ask, SlotsRefused
from articles.admin.article_context import article_context, region_pairs
from articles.admin.bulk_links import LinkActions
from articles.admin.bulk_publish import PublishActions
from articles.admin.languages import LanguagePages
from articles.admin.slots import ProductFilter, StateFilter, TopicFilter
from articles.models import Article, Version
from articles.publishing.by_region import matrix_rows, region_diff
from articles.publishing.errors import NotPossible
from articles.publishing.history import compare
from articles.publishing.language_states import language_states, newest_versions
from articles.publishing.region_states import region_states, regions_of
from articles.publishing.translations import language_name
from articles.reading.page import preview_page
from shop.pictures.thumbnails import thumbnail
from shop.regions.models import Region
from shop.web.actions import chosen

MATRIX_ROWS = 25


LANGUAGE_LINE = '<br><a href="{}">{}</a>: {}{}'


def _line(parts: tuple[int, str, str, str]) -> tuple:
    pk, name, words, behind = parts
    marked = format_html(', <b class="attention">{}</b>', behind) if behind else ""
    return reverse("admin:articles_article_change", args=[pk]), name, words, marked


class FamilyList(ChangeList):
    """Originals, each with its translations under it. In the bin each lies alone, and so it does where it is a draft."""

    def get_queryset(self, request, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows if self.params.get("state") == "bin" else rows.filter(original=None)

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        states = language_states([article for article in self.result_list if article.original_id is None])
        for article in self.result_list:
            article.languages = states.get(article.pk, [])


@admin.register(Article)
class ArticleAdmin(LanguagePages, PublishActions, LinkActions, admin.ModelAdmin):
    """The list of articles, and the page from which each is edited, published and looked back at."""

    list_display = ["picture", "title", "published_in", "draft", "changed"]
    list_display_links = ["picture", "title"]
    list_filter = [StateFilter, ProductFilter, TopicFilter]
    search_fields = ["slug", "versions__title"]
    actions = ["publish_many", "link_products"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("original")
            .prefetch_related(newest_versions(), "publications")
            .order_by("-changed_at", "-pk")
        )

    def get_changelist(self, request, **kwargs):
        return FamilyList

    def get_search_results(self, request, queryset, search_term):
        """A translation is found as its original, under which it stands; elsewhere, as where one is chosen, as itself."""
        found, doubles = super().get_search_results(request, queryset, search_term)
        if not search_term or request.resolver_match.url_name != "articles_article_changelist":
            return found, doubles
        translations, _ = super().get_search_results(
            request, Article.objects.exclude(original=None), search_term
        )
        pks = found.order_by().values("pk").union(translations.order_by().values("original"))
        return queryset.filter(pk__in=pks), False

    @admin.display(description="Picture")
    def picture(self, article):
        return thumbnail(article.newest_rows[0].picture if article.newest_rows else None)

    @admin.display(description="Title")
    def title(self, article):
        title = article.newest_rows[0].title if article.newest_rows else article.slug
        return title if article.original_id is None else f"{title} ({language_name(article.language)})"

    @admin.display(description="Live in")
    def published_in(self, article):
        states = region_states(article)
        shown = [
            (state.region.short_name, "" if state.current else f" {state.next_words}")
            for state in states
            if state.current or state.scheduled
        ]
        live = format_html_join(" · ", "{}{}", shown) or "nowhere"
        lines = [
            (state.article.pk, state.name, state.words, state.behind_words)
            for state in article.languages
            if state.article is not None
        ]
        return format_html("{}{}", live, format_html_join("", LANGUAGE_LINE, map(_line, lines)))

    @admin.display(description="Draft")
    def draft(self, article):
        newest = article.newest_rows[0] if article.newest_rows else None
        return format_html('<b class="testmark">{}</b>', "DRAFT") if newest and newest.is_draft else ""

    @admin.display(description="Changed", ordering="changed_at")
    def changed(self, article):
        newest = article.newest_rows[0] if article.newest_rows else None
        return f"{newest.changed_at:%-d %b %Y, %H:%M} · {newest.changed_by or '–'}" if newest else ""

    def has_delete_permission(self, request, article=None):
        return False

    def has_add_permission(self, request):
        return request.user.has_perm("articles.add_version")

    def has_change_permission(self, request, article=None):
        return request.user.has_perm("articles.change_version")

    def has_view_permission(self, request, article=None):
        return request.user.has_perm("articles.view_version") or self.has_change_permission(request)

    def add_view(self, request, form_url="", extra_context=None):
        return HttpResponseRedirect(reverse("admin:articles_version_add"))

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("compare/<int:before>/<int:after>/", view(self.compare_view), name="articles_compare"),
            path("links/<int:pk>/", view(self.link_change_view), name="articles_link_change"),
            path("matrix/", view(self.matrix_view), name="articles_matrix"),
            path(
                "regions/<int:pk>/<slug:one>/<slug:other>/", view(self.regions_view), name="articles_regions"
            ),
            path("preview/<int:pk>/<slug:code>/", view(self.preview_view), name="articles_preview"),
            *super().get_urls(),
        ]

    # --- one article -------------------------------------------------------------------------------------------

    def change_view(self, request, object_id, form_url="", extra_context=None):
        article = self.get_object(request, object_id)
        if article is None or not self.has_view_permission(request, article):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            return self.perform(request, article, chosen(ACTIONS, request))
        return self.page(request, article)

    def perform(self, request, article, action):
        """Do it, and back to the article; or to the form with what was typed, where that can be put right there."""
        try:
            done = action.perform(article, request.POST, request.user)
        except SlotsRefused as refused:
            if str(refused):
                messages.error(request, str(refused))
            return self.page(request, article, refused=refused)
        except NotPossible as error:
            messages.error(request, str(error))
            if action.keeps_typed and article.versions.exists():
                return self.page(request, article, typed=request.POST)
            return self.here(article)
        if isinstance(done, Ask):
            context = {**self.admin_site.each_context(request), "opts": self.opts, "article": article}
            return render(request, done.template, {**context, "title": done.title, **done.shown})
        if done.words:
            self.log_change(request, article, done.words)
            messages.success(request, done.words)
        for words in done.warnings:
            messages.warning(request, words)
        return HttpResponseRedirect(done.to) if done.to else self.here(article)

    def page(self, request, article, refused=None, typed=None):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "article": article}
        if not article.versions.exists():
            context |= {"title": article.slug, "may_edit": self.has_add_permission(request)}
            return render(request, "admin/articles/article/unwritten.html", context)
        shown = article_context(article, request.user, all_versions="all" in request.GET, typed=typed)
        if refused is not None:
            shown.slots, shown.needs_reason = refused.slots, refused.needs_reason
            shown.reason_given = request.POST.get("left_out_because", "")
        status = 422 if refused or typed else 200
        return render(
            request, "admin/articles/article/article_page.html", {**context, **vars(shown)}, status=status
        )

    @staticmethod
    def here(article):
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    # --- looking ---------------------------------------------------------------------------------------------

    def compare_view(self, request, before, after):
        if not self.has_view_permission(request):
            raise PermissionDenied
        old = get_object_or_404(Version, pk=before)
        new = get_object_or_404(Version, pk=after, article=old.article_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Compare: {new.title}",
            "article": old.article,
            "old": old,
            "new": new,
            "parts": compare(old, new).items(),
        }
        return render(request, "admin/articles/article/compare.html", context)

    def matrix_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        articles = self.get_queryset(request).filter(binned_at=None, original=None)
        page = Paginator(articles, MATRIX_ROWS).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Articles by region",
            "page": page,
            "regions": Region.all_open(),
            "rows": matrix_rows(list(page)),
            "may_translate": self.has_add_permission(request),
        }
        return render(request, "admin/articles/article/matrix.html", context)

    def regions_view(self, request, pk, one, other):
        version = get_object_or_404(Version.objects.select_related("article"), pk=pk)
        left, right = Region.by_code(one), Region.by_code(other)
        if left is None or right is None or not self.has_view_permission(request):
            raise Http404("There is no such comparison.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{left.short_name} and {right.short_name}: {version.title}",
            "version": version,
            "one": left,
            "other": right,
            "rows": region_diff(version, left, right),
            "region_pairs": region_pairs(regions_of(version.article)),
        }
        return render(request, "admin/articles/article/regions.html", context)

    def preview_view(self, request, pk, code):
        region = Region.by_code(code)
        if region is None or not self.has_view_permission(request):
            raise Http404("There is no such preview.")
        return preview_page(request, get_object_or_404(Version, pk=pk), region)
