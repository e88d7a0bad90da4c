"""The page of one article in the admin: where it is live, its draft, its history, its preview links."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Prefetch, Subquery
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from articles.admin.bulk_links import LinkActions, shown_products
from articles.admin.slots import SlotForm, StateFilter, moment_field
from articles.evidence import claims
from articles.evidence.findings import content_findings
from articles.models import (
    Article,
    ClaimSignOff,
    Comment,
    MedicalReview,
    PreviewLink,
    Version,
)
from articles.publishing.by_region import matrix_rows, region_diff
from articles.publishing.editing import (
    NeedsReason,
    NotPossible,
    hand_in,
    local_moment,
    move,
    open_draft,
    publish,
    record_review,
    region_states,
    restore,
    still_scheduled,
    take_back,
)
from articles.publishing.history import compare
from articles.reading.page import preview_page
from shop.pictures.thumbnails import thumbnail
from shop.regions.models import Region
from shop.text.numbers import whole_or_none

LINK_DAYS = 7
MOST_VERSIONS = 50
MATRIX_ROWS = 25
KEPT = {"review", "sign_off", "move"}  # whose refusal is a page with what was typed still in its form


@admin.register(Article)
class ArticleAdmin(LinkActions, admin.ModelAdmin):
    """The list of articles, and the page from which each is edited, published and looked back at."""

    list_display = ["picture", "title", "live", "draft", "changed"]
    list_display_links = ["picture", "title"]
    list_filter = [StateFilter, "versions__topics"]
    search_fields = ["slug", "versions__title"]
    list_per_page = 50
    actions = ["link_products"]
    show_full_result_count = False

    def get_queryset(self, request):
        newest = Version.objects.filter(article=OuterRef("article")).values("pk")[:1]
        newest_rows = Version.objects.annotate(newest=Subquery(newest)).filter(pk=F("newest"))
        changed = Version.objects.filter(article=OuterRef("pk")).values("changed_at")[:1]
        return (
            super()
            .get_queryset(request)
            .annotate(last_change=Subquery(changed))
            .prefetch_related(
                Prefetch("versions", newest_rows.select_related("picture", "author"), to_attr="newest_rows"),
                "publications",
            )
            .order_by("-last_change", "-pk")
        )

    @admin.display(description="")
    def picture(self, article):
        return thumbnail(article.newest_rows[0].picture if article.newest_rows else None)

    @admin.display(description="Title")
    def title(self, article):
        return article.newest_rows[0].title if article.newest_rows else article.slug

    @admin.display(description="Live in")
    def live(self, article):
        states = region_states(article)
        shown = [
            (state.region.short_name, "" if state.live else f" {state.next_words}")
            for state in states
            if state.live or state.scheduled
        ]
        return format_html_join(" · ", "{}{}", shown) or "nowhere"

    @admin.display(description="Draft")
    def draft(self, article):
        newest = article.newest_rows[0] if article.newest_rows else None
        return format_html('<b class="testmark">{}</b>', "DRAFT") if newest and newest.is_draft else ""

    @admin.display(description="Changed", ordering="last_change")
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
        slots = None
        if request.method == "POST":
            action = ACTIONS.get(request.POST.get("action", ""))
            if action is None:
                raise Http404("There is no such action.")
            right, act = action
            if not request.user.has_perm(right):
                raise PermissionDenied
            try:
                answer = act(self, request, article)
            except NotPossible as error:
                messages.error(request, str(error))
                if request.POST["action"] not in KEPT or not article.versions.exists():
                    return self.here(article)
                return self.desk(request, article, typed=request.POST)
            if not isinstance(answer, list):
                return answer
            slots = answer
        return self.desk(request, article, slots)

    def desk(self, request, article, slots=None, typed=None):
        versions = list(
            article.versions.select_related("author")
            .prefetch_related("publications__region")
            .order_by("-is_draft", "-changed_at", "-pk")[: None if "all" in request.GET else MOST_VERSIONS]
        )
        context = {**self.admin_site.each_context(request), "opts": self.opts, "article": article}
        if not versions:
            context |= {"title": article.slug, "may_edit": self.has_add_permission(request)}
            return render(request, "admin/articles/article/unwritten.html", context)
        newest = article.newest()
        now = timezone.now()
        context |= {
            "title": newest.title,
            "newest": newest,
            "draft": newest if newest.is_draft else None,
            "versions": versions,
            "older": article.versions.count() - len(versions) if len(versions) == MOST_VERSIONS else 0,
            "states": region_states(article),
            "findings": content_findings(newest),
            "typed": typed,
            "slots": slots or [SlotForm(region=region) for region in Region.all_open()],
            "links": PreviewLink.objects.filter(
                version__article=article, revoked_at=None, expires_at__gt=now
            ).select_related("region", "version"),
            "regions": Region.all_open(),
            "old_addresses": article.old_addresses.all(),
            "region_pairs": _pairs(Region.all_open()),
            "claims": claims.told(newest),
            "claim_states": [(region, newest.claims_in(region)) for region in Region.all_open()],
            "sign_offs": ClaimSignOff.objects.filter(version__article=article).select_related(
                "version", "region"
            ),
            "may_sign_off": request.user.has_perm("articles.sign_off_claims"),
            "reviews": MedicalReview.objects.filter(version__article=article).select_related("version"),
            "shown": shown_products(newest),
            "may_link": self.has_link_permission(request),
            "comments": Comment.objects.filter(link__version__article=article, done_at=None)
            .select_related("link__version", "link__region")
            .order_by("link__version_id", "pk"),
            "today": timezone.localdate(),
            "needs_reason": getattr(request, "needs_reason", False),
            "reason_given": request.POST.get("left_out_because", ""),
            "may_leave_out": request.user.has_perm("articles.leave_out_study"),
            "may_review": request.user.has_perm("articles.add_medicalreview"),
            "may_publish": request.user.has_perm("articles.publish_article"),
            "may_edit": request.user.has_perm("articles.change_version"),
            "may_restore": request.user.has_perm("articles.change_richtext"),
            "now": now,
            "link_days": LINK_DAYS,
        }
        status = 422 if slots or typed else 200
        return render(request, "admin/articles/article/desk.html", context, status=status)

    @staticmethod
    def here(article):
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[article.pk]))

    def tell(self, request, article, words):
        """Tell the editor and write it into the article's log."""
        self.log_change(request, article, words)
        messages.success(request, words)
        return self.here(article)

    def edit(self, request, article):
        draft = open_draft(article, request.user.get_username())
        return HttpResponseRedirect(reverse("admin:articles_version_change", args=[draft.pk]))

    def restore(self, request, article):
        old, name = _version(article, request), request.user.get_username()
        draft = article.draft
        if draft is not None and draft.changed_by != name and "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Restore the version of {old.changed_at:%-d %B %Y, %H:%M} UTC?",
                "article": article,
                "old": old,
                "draft": draft,
            }
            return render(request, "admin/articles/article/restore.html", context)
        restore(old, name)
        return self.tell(
            request, article, f"Restored as a new draft: the version of {old.changed_at:%-d %B %Y, %H:%M} UTC"
        )

    def publish(self, request, article):
        slots = [SlotForm(request.POST, region=region) for region in Region.all_open()]
        if [form for form in slots if not form.is_valid()]:
            return slots
        chosen = [form.slot for form in slots if form.cleaned_data["chosen"]]
        version = _version(article, request)
        if request.POST.get("seen", version.changed_at.isoformat()) != version.changed_at.isoformat():
            raise NotPossible(
                f"{version.changed_by or 'Somebody'} saved it after you opened this page, so nothing was published. "
                "Look at the draft as it is now, then publish."
            )
        if version.is_taken_back:
            raise NotPossible(
                "Its product links were taken back after you opened this page, so nothing was published. Look at the "
                "article as it is now, then publish."
            )
        reason = request.POST.get("left_out_because", "").strip()
        if reason and not request.user.has_perm("articles.leave_out_study"):
            raise PermissionDenied
        try:
            made = publish(version, chosen, request.user.get_username(), reason)
        except NeedsReason as error:
            request.needs_reason = True
            messages.error(request, str(error))
            return slots
        answer = self.tell(
            request,
            article,
            _published(made, timezone.now()) + (f" (left a study out: {reason})" if reason else ""),
        )
        for words in still_scheduled(article, version):
            messages.warning(request, words)
        return answer

    def hand_in(self, request, article):
        hand_in(_version(article, request), request.user.get_username())
        return self.tell(request, article, "Handed in: editors find it on their start page")

    def review(self, request, article):
        version = _version(article, request)
        try:
            reviewed_on = forms.DateField().clean(request.POST.get("reviewed_on", ""))
        except forms.ValidationError:
            raise NotPossible("Give the day of the review, such as 2026-11-30.")
        review = record_review(
            version,
            _fitting(request, "reviewer", 200),
            reviewed_on,
            request.user.get_username(),
            request.POST.get("note", ""),
        )
        return self.tell(request, article, f"Medical review recorded: {review}")

    def sign_off(self, request, article):
        region = Region.by_code(request.POST.get("region", ""))
        if region is None:
            raise NotPossible("Choose a region.")
        try:
            row = claims.sign_off(
                _version(article, request),
                region,
                _fitting(request, "reason", 300),
                request.user.get_username(),
            )
        except ValueError as error:
            raise NotPossible(str(error))
        return self.tell(request, article, f"Signed off in {region.short_name}: {row.reason}")

    def comment_done(self, request, article):
        pk = whole_or_none(request.POST.get("comment"))
        rows = Comment.objects.filter(link__version__article=article, done_at=None)
        if pk is None or not rows.filter(pk=pk).update(
            done_at=timezone.now(), done_by=request.user.get_username()
        ):
            raise NotPossible("This comment is done already.")
        return self.here(article)

    def take_back(self, request, article):
        region = Region.by_code(request.POST.get("region", ""))
        if region is None:
            raise NotPossible("Choose a region.")
        return self.tell(request, article, take_back(article, region))

    def share(self, request, article):
        region = Region.by_code(request.POST.get("region", "")) or Region.all_open()[0]
        try:
            typed = moment_field("at").clean(request.POST.get("at", ""))
        except forms.ValidationError:
            raise NotPossible("The moment must be a date and a time, or empty for now.")
        link = PreviewLink.objects.create(
            version=_version(article, request),
            region=region,
            at=local_moment(typed.replace(tzinfo=None), region) if typed else None,
            expires_at=timezone.now() + timedelta(days=LINK_DAYS),
            made_by=request.user.get_username(),
        )
        return self.tell(request, article, f"Preview link made for {link.region.short_name}")

    def revoke(self, request, article):
        links = PreviewLink.objects.filter(version__article=article, token=request.POST.get("token", ""))
        if not links.update(revoked_at=timezone.now()):
            raise NotPossible("There is no such link.")
        return self.tell(request, article, "Preview link revoked")

    def move(self, request, article):
        slug = request.POST.get("slug", "").strip().lower()
        try:
            slug = forms.SlugField(max_length=100).clean(slug)
        except forms.ValidationError as error:
            raise NotPossible(f"The address can’t be “{slug[:60]}”: {' '.join(error.messages)}")
        move(article, slug, take_over="take_over" in request.POST)
        return self.tell(request, article, f"The address is now {slug}; the old one leads to it")

    def bin(self, request, article):
        if any(state.live or state.scheduled for state in region_states(article)):
            raise NotPossible("It is live or scheduled. Take it back in every region first.")
        Article.objects.filter(pk=article.pk).update(binned_at=timezone.now())
        return self.tell(request, article, "Put into the bin")

    def unbin(self, request, article):
        Article.objects.filter(pk=article.pk).update(binned_at=None)
        return self.tell(request, article, "Taken out of the bin")

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
        articles = self.get_queryset(request).filter(binned_at=None)
        page = Paginator(articles, MATRIX_ROWS).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Articles by region",
            "page": page,
            "regions": Region.all_open(),
            "rows": matrix_rows(list(page)),
        }
        return render(request, "admin/articles/article/matrix.html", context)

    def regions_view(self, request, pk, one, other):
        version = get_object_or_404(Version.objects.select_related("article"), pk=pk)
        pair = Region.by_code(one), Region.by_code(other)
        if None in pair or not self.has_view_permission(request):
            raise Http404("There is no such comparison.")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{pair[0].short_name} and {pair[1].short_name}: {version.title}",
            "version": version,
            "one": pair[0],
            "other": pair[1],
            "rows": region_diff(version, *pair),
            "region_pairs": _pairs(Region.all_open()),
        }
        return render(request, "admin/articles/article/regions.html", context)

    def preview_view(self, request, pk, code):
        region = Region.by_code(code)
        if region is None or not self.has_view_permission(request):
            raise Http404("There is no such preview.")
        return preview_page(request, get_object_or_404(Version, pk=pk), region)


def _published(made, now) -> str:
    """What was done, in words: nothing that only begins later is called published."""
    told = [
        f"{row.region.short_name} now"
        if row.starts_at <= now
        else f"{row.region.short_name} from {row.starts_at.astimezone(row.region.zone):%-d %b %Y, %H:%M}"
        for row in made
    ]
    later = [row.starts_at > now for row in made]
    if all(later):
        return f"Scheduled: {', '.join(told)}. Readers see nothing of it before"
    return "Published: " + ", ".join(
        words + (" (scheduled)" if is_later else "") for words, is_later in zip(told, later, strict=True)
    )


def _pairs(regions):
    return [(one, other) for place, one in enumerate(regions) for other in regions[place + 1 :]]


def _fitting(request, name: str, most: int) -> str:
    """What was typed, never cut. Raises NotPossible for what is too long."""
    text = request.POST.get(name, "")
    if len(text) > most:
        raise NotPossible(f"“{text[:30]}…” has {len(text)} characters; {most} fit here.")
    return text


def _version(article, request) -> Version:
    pk = whole_or_none(request.POST.get("version"))
    found = article.versions.filter(pk=pk).first() if pk else None
    if found is None:
        raise NotPossible("This version is not there any more. Look at the history below.")
    return found


ACTIONS = {
    "keep_out": ("articles.link_products", ArticleAdmin.keep_out),
    "hand_in": ("articles.change_version", ArticleAdmin.hand_in),
    "review": ("articles.add_medicalreview", ArticleAdmin.review),
    "sign_off": ("articles.sign_off_claims", ArticleAdmin.sign_off),
    "comment_done": ("articles.change_version", ArticleAdmin.comment_done),
    "edit": ("articles.change_version", ArticleAdmin.edit),
    "restore": ("articles.change_richtext", ArticleAdmin.restore),
    "share": ("articles.change_version", ArticleAdmin.share),
    "revoke": ("articles.change_version", ArticleAdmin.revoke),
    "publish": ("articles.publish_article", ArticleAdmin.publish),
    "take_back": ("articles.publish_article", ArticleAdmin.take_back),
    "move": ("articles.publish_article", ArticleAdmin.move),
    "bin": ("articles.publish_article", ArticleAdmin.bin),
    "unbin": ("articles.publish_article", ArticleAdmin.unbin),
}
