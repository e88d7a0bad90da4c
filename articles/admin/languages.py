"""An article in its languages: how far each is, and one beside the original, sentence by sentence."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from articles.models import Article
from articles.publishing.language_states import LanguageState, beside_original, language_states
from articles.publishing.translations import language_name

if TYPE_CHECKING:  # what it is mixed into
    from django.contrib.admin import ModelAdmin as Admin
else:
    Admin = object


class LanguagePages(Admin):
    """Mix into the admin of articles."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("languages/<int:pk>/", view(self.languages_view), name="articles_languages"),
            path("languages/<int:pk>/<slug:language>/", view(self.beside_view), name="articles_beside"),
            *super().get_urls(),
        ]

    def languages_view(self, request, pk):
        article = self._original(request, pk)
        if article.original_id is not None:
            return HttpResponseRedirect(reverse("admin:articles_languages", args=[article.original_id]))
        newest = article.newest()
        context = {
            **self._context(request, article, newest),
            "title": f"Languages: {newest.title}",
            "own_name": language_name(article.language),
            "states": language_states([article])[article.pk],
        }
        return render(request, "admin/articles/article/languages.html", context)

    def beside_view(self, request, pk, language):
        original = self._original(request, pk)
        article = (
            Article.objects.filter(original=original, language=language).select_related("original").first()
        )
        own = article.newest() if article else None
        if article is None or own is None:
            raise Http404("There is no such translation.")
        own.article = article
        newest = original.newest()
        wants_draft = "draft" in request.GET and newest.is_draft
        shown = beside_original(own, newest if wants_draft else None)
        context = {
            **self._context(request, original, newest),
            "title": f"{language_name(language)}: {own.title}",
            "article": article,
            "own": own,
            "beside": shown,
            "language": language,
            "name": language_name(language),
            "wants_draft": wants_draft,
            "has_draft": newest.is_draft and (shown is None or shown.now.pk != newest.pk or wants_draft),
        }
        return render(request, "admin/articles/article/beside.html", context)

    def _original(self, request, pk) -> Article:
        article = get_object_or_404(Article, pk=pk)
        if not self.has_view_permission(request) or article.newest() is None:
            raise Http404("There is no such article.")
        return article

    def _context(self, request, original, newest) -> dict:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": original,
            "newest": newest,
            "may_translate": request.user.has_perm("articles.add_version"),
            "may_edit": request.user.has_perm("articles.change_version"),
            "may_judge": request.user.has_perm("articles.change_richtext"),
        }


def languages_of(article: Article) -> list[LanguageState]:
    """What the page of an article, original or translation, shows of its family."""
    family = article if article.original is None else article.original
    return language_states([family])[family.pk]
