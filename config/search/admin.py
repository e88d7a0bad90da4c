from django.contrib import admin, messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify

from articles.models import Article, Author, Version
from articles.publishing.versions import save_version
from config.search.models import EmptySearch, Pin, Synonym


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """What readers call the same thing."""

    list_display = ["__str__"]
    search_fields = ["words"]


@admin.register(Pin)
class PinAdmin(admin.ModelAdmin):
    """What stands first for some words."""

    list_display = ["words", "target_name", "region"]
    list_filter = ["region"]
    list_select_related = ["region", "product", "article"]
    search_fields = ["words"]
    autocomplete_fields = ["product", "article"]

    @admin.display(description="Stands first")
    def target_name(self, pin):
        return pin.product or pin.article or f"Help: {pin.get_help_page_display()}"


@admin.register(EmptySearch)
class EmptySearchAdmin(admin.ModelAdmin):
    """What was looked for in vain. Words and numbers; nobody's name."""

    list_display = ["words", "region", "count", "last_on"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["words"]
    actions = ["write_article"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    @admin.action(description="Write an article about this", permissions=["write"])
    def write_article(self, request, rows):
        """Begin a draft for the first of the chosen searches."""
        row = rows.first()
        author = Author.objects.order_by("-is_team", "pk").first()
        if author is None:
            self.message_user(request, "Add an author first: every article needs one.", messages.ERROR)
            return None
        slug = _free_slug(slugify(row.words)[:60] or "new-article")
        article = Article.objects.create(slug=slug)
        draft = save_version(
            Version(
                article=article,
                title=row.words.capitalize(),
                summary=f"Readers looked for “{row.words}” {row.count} times and found nothing.",
                author=author,
                is_draft=True,
                changed_by=request.user.get_username(),
            )
        )
        self.message_user(
            request, "A draft was begun. Write its summary before you publish it.", messages.SUCCESS
        )
        return redirect(reverse("admin:articles_version_change", args=[draft.pk]))

    def has_write_permission(self, request):
        return request.user.has_perm("articles.add_version")


def _free_slug(slug: str) -> str:
    taken = set(Article.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(
        name for name in (slug, *(f"{slug}-{number}" for number in range(2, 1000))) if name not in taken
    )
