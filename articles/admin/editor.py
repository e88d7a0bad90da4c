import copy
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from js_asset import Media

from articles.admin.article_page import ArticleAdmin  # noqa: F401 - registers itself
from articles.admin.autosave import (
    Kept,
    answer,
    answered,
    autosaves,
    goes_on,
    kept_rows,
    refusal,
    unfinished_rows,
    without_unfinished,
)
from articles.admin.blocks import (
    CalloutInline,
    EvidenceTableInline,
    FaqInline,
    FewLinks,
    FigureInline,
    FormTableInline,
    ProductCardInline,
    ProductLinkInline,
    ReferenceInline,
    RichTextInline,
    TagInline,
    TopicInline,
    keep_order,
)
from articles.admin.late import gone_as_new, is_late, take_out_what_is_not_shown
from articles.admin.rows import (
    CHOSEN,
    TEXT_WIDTH,
    block_formsets,
    block_rows,
    empty_rows,
    other_formsets,
    with_another,
)
from articles.admin.talking import SAID, keep_said, says_something, talk_of, talks_of
from articles.admin.version_form import VersionForm, missing, only_shows
from articles.evidence.findings import content_findings
from articles.evidence.sentences import by_state
from articles.models import (
    Article,
    ProductCard,
    Publication,
    Version,
)
from articles.publishing import presence
from articles.publishing.addresses import let_go_of
from articles.publishing.errors import NotPossible
from articles.publishing.language_states import beside_original
from articles.publishing.publish import local_moment, still_scheduled
from articles.publishing.region_states import regions_of
from articles.publishing.typed import typed_version
from articles.publishing.versions import copy_version, save_version
from articles.reading.page import preview_page
from shop.catalogue.cards import sold_among
from shop.catalogue.models import Product
from shop.pictures.thumbnails import thumbnail_url
from shop.regions.models import Region

FOLLOWING = (TopicInline, TagInline, ProductLinkInline)
LONG = 60_000  # characters posted, with what the form was opened with
FINDINGS = "admin/articles/version/findings.html"
TALK = "admin/articles/version/talk.html"


def findings_of(version) -> dict:
    """What the panel of checks beside the editor shows."""
    return {"findings": content_findings(version), "claims": by_state(version), "checked": True}


@admin.register(Version)
class VersionAdmin(FewLinks, admin.ModelAdmin):
    """The article editor: works on drafts only. History and publishing stand on the article's own page.

    Its page is the article, with the blocks of all kinds in their order and the rest beside them (rows.py, and
    static/js/writer/). Underneath it is a form of the admin with its formsets, which needs no script.
    """

    own_guard = True  # see VersionForm.clean: a draft is refused as a whole
    form = VersionForm
    autocomplete_fields = ["picture"]
    change_form_template = "admin/articles/version/change_form.html"
    inlines = [
        RichTextInline,
        FigureInline,
        ProductCardInline,
        CalloutInline,
        FaqInline,
        ReferenceInline,
        EvidenceTableInline,
        FormTableInline,
        TopicInline,
        TagInline,
        ProductLinkInline,
    ]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "slug",
                    "summary",
                    ("picture", "author"),
                    "note",
                    "changed_since_review",
                    "slug_was",
                    "seen",
                    "overwrite",
                ],
            },
        ),
    ]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("article__original", "picture", "author")

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Who may not change the words of blocks may not change those above them either (Marketing)."""
        form = super().get_form(request, obj, change, **kwargs)
        if not request.user.has_perm("articles.change_richtext"):
            for name in set(form.base_fields) - {"slug_was", "seen", "overwrite", "note"}:
                # A copy: a declared field is one and the same in the forms of all requests.
                form.base_fields[name] = copy.copy(form.base_fields[name])
                form.base_fields[name].disabled = True
        return form

    def get_inlines(self, request, version):
        """The topics, tags and products of a translation are its original's."""
        follows = version is not None and version.article.original_id is not None
        return [inline for inline in self.inlines if not (follows and inline in FOLLOWING)]

    def get_model_perms(self, request):
        """Not on the start page: staff begin at the list of articles."""
        return {}

    def changelist_view(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A look writes nothing and needs no transaction."""
        if request.method == "POST" and "_insert" in request.POST:
            request.POST = with_another(request.POST, request.POST["_insert"])
        if request.method == "POST" and only_shows(request.POST):
            stock: Any = self
            return stock._changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and (said := answered(request)):
            return said
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # somebody took the address in this moment: now the form says so
            return super().changeform_view(request, object_id, form_url, extra_context)

    def only_looks(self, request):
        return only_shows(request.POST)

    def look_before(self, request, object_id):
        """Look at a long text before it is saved: what the claims check found in its sentences is remembered then, and the
        save holds its rows, on SQLite the whole database, no longer than that of a short one.
        """
        posted = request.POST
        if sum(map(len, posted.values())) < LONG:
            return
        stock: Any = self
        request.POST = posted.copy()
        request.POST["_check"] = "1"
        try:
            stock._changeform_view(request, object_id, "", None)
        finally:
            request.POST = posted

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.get_object(request, object_id)
        if version is not None and ("_here" in request.POST or "_gone" in request.POST):
            return self._presence(request, version)
        if version is not None and says_something(request) and self.has_change_permission(request, version):
            refused = keep_said(version, request)
            if "_alone" in request.POST:
                talk = talk_of(version, request.POST.get("_comment", ""), request.POST)
                return render(
                    request, TALK, {"talk": talk, "refused": refused}, status=422 if refused else 200
                )
        if version is not None and request.method == "POST" and is_late(version, request.POST):
            request.POST = gone_as_new(request.POST, version, self.inlines)
        if version is not None and not version.is_draft:
            messages.info(
                request, "This version is history and stays as it is. Edit the article to go on from it."
            )
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[version.article_id]))
        return super().change_view(request, object_id, form_url, extra_context)

    def _presence(self, request, version):
        """A sign of life of an open editor, or that it was closed; answers who else has the article open."""
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        article, name = version.article_id, request.user.get_username()
        if "_gone" in request.POST:
            presence.has_left(article, name)
        else:
            presence.is_here(article, name)
        return JsonResponse({"here": presence.others_here(article, name)})

    def render_change_form(self, request, context, *args, **kwargs):
        """The editor's import map is inline: give it the nonce of this response's content security policy."""
        inlines = context["inline_admin_formsets"]
        if "_check" in request.POST:
            formsets = [inline.formset for inline in inlines]
            return render(request, FINDINGS, {"missing": missing(context["adminform"].form, formsets)})
        if autosaves(request.POST):
            form = context["adminform"].form
            return refusal(form, missing(form, []))
        context["is_written"] = self.has_change_permission(request, context.get("original"))
        context["said"] = SAID in request.POST
        if context["is_written"]:
            original, name = context.get("original"), request.user.get_username()
            context["here"] = presence.others_here(original.article_id, name) if original else []
            talks = talks_of(context.get("original"), inlines, request.POST)
            context["beside"] = original and beside_original(original)
            originals = context["beside"].by_key if context["beside"] else {}
            context["blocks"], context["kinds"] = block_rows(inlines, talks, originals), empty_rows(inlines)
            context["talk"] = talks.get("")
            context["talks"] = [thread for talk in talks.values() for thread in talk.threads]
            picture = getattr(context.get("original"), "picture", None)
            context["head_picture"] = thumbnail_url(picture, TEXT_WIDTH) if picture else ""
            context["by_number"] = CHOSEN
        context["block_formsets"], context["at_the_side"] = block_formsets(inlines), other_formsets(inlines)
        edited = context.get("original")
        context["regions"] = regions_of(edited.article if edited else Article()) or Region.all_open()
        if context.get("original"):
            context.update(findings_of(context["original"]))
        context["put_back"] = "_put_back" in request.POST
        context["theirs"] = context["adminform"].form.theirs
        response: Any = super().render_change_form(request, context, *args, **kwargs)
        response.context_data["media"] = Media.from_media(
            response.context_data["media"], nonce=str(request.csp_nonce)
        )
        return response

    def save_model(self, request, version, form, change):
        slug = form.cleaned_data["slug"]
        if only_shows(request.POST):
            if not version.article_id:
                version.article = Article(slug=slug)
            return
        if change:
            form.was = form.was or Version.objects.get(pk=version.pk)
            if form.cleaned_data.get("overwrite") or not goes_on(form.was, request.user.get_username()):
                form.before = copy_version(form.was, is_draft=False)
            version.article.move_to(slug)
        else:
            let_go_of(slug)
            version.article = Article.objects.create(slug=slug)
        version.changed_by, version.changed_at = request.user.get_username(), timezone.now()
        version.autosaved = autosaves(request.POST)
        super().save_model(request, version, form, change)

    def _create_formsets(self, request, obj, change):
        """Of an autosave the formsets hold what is finished."""
        stock: Any = super()
        formsets, inlines = stock._create_formsets(request, obj, change)
        if not autosaves(request.POST):
            return formsets, inlines
        obj.kept = Kept({}, unfinished_rows(request.POST, formsets))
        if not obj.kept.unfinished:
            return formsets, inlines
        request.POST = without_unfinished(request.POST, formsets)
        return stock._create_formsets(request, obj, change)

    def save_related(self, request, form, formsets, change):
        keep_order(formsets)
        goes_over = (
            form.was is not None
            and form.cleaned_data.get("overwrite")
            and is_late(form.was, form.cleaned_data)
        )
        if only_shows(request.POST):
            typed_version(form.instance, formsets)
            return
        others = goes_over and take_out_what_is_not_shown(formsets)
        save_version(
            form.instance,
            write=lambda: super(VersionAdmin, self).save_related(request, form, formsets, change),
        )
        touched = set(form.changed_data) - {"slug_was", "seen", "overwrite"}
        if form.was and not touched and not others and not any(row.has_changed() for row in formsets):
            self._changed_nothing(form)
        elif not autosaves(request.POST):
            for words in still_scheduled(form.instance.article, form.instance):
                messages.warning(request, words)
        if autosaves(request.POST):
            kept = form.instance.kept or Kept()
            form.instance.kept = Kept(kept_rows(formsets), [*form.unfinished, *kept.unfinished])
            return
        self._tell_unsold(request, form.instance)

    @staticmethod
    def _changed_nothing(form):
        """Nothing is history then, and the draft is as new as it was."""
        version, was = form.instance, form.was
        version.changed_by, version.changed_at = was.changed_by, was.changed_at
        Version.objects.filter(pk=version.pk).update(changed_by=was.changed_by, changed_at=was.changed_at)
        if form.before:
            form.before.delete()

    def _tell_unsold(self, request, version):
        """Products chosen by hand or as a card that are not sold where the article is published."""
        current = Publication.objects.filter(article=version.article_id).current_by_region()
        blocks, linked = version.parts()
        for region in Region.all_open():
            if current and region.pk not in current:
                continue
            wanted = set(linked.in_region(region).pins) | {
                block.product_id
                for block in blocks
                if isinstance(block, ProductCard) and block.shows_in(region)
            }
            missing = wanted - sold_among(wanted, region)
            for product in Product.objects.filter(pk__in=missing):
                messages.warning(
                    request,
                    f"{product.name} is not sold in {region.the_name}: readers there see no card of it.",
                )

    def has_delete_permission(self, request, version=None):
        return False

    def construct_change_message(self, request, form, formsets, add=False):
        return (
            [] if only_shows(request.POST) else super().construct_change_message(request, form, formsets, add)
        )

    def log_addition(self, request, version, message):
        if not only_shows(request.POST):
            super().log_addition(request, version, message)

    def log_change(self, request, version, message):
        if not (only_shows(request.POST) or autosaves(request.POST)):
            super().log_change(request, version, message)

    def message_user(self, request, message, level=messages.INFO, extra_tags="", fail_silently=False):
        """That something was saved carries which draft it was: the browser then forgets what it had kept of it."""
        if level == messages.SUCCESS:
            pk = request.resolver_match.kwargs.get("object_id", "add")
            extra_tags = f"{extra_tags} saved-draft-{pk}"
        super().message_user(request, message, level, extra_tags, fail_silently)

    def response_add(self, request, version, post_url_continue=None):
        return self._answer(request, version) or super().response_add(request, version, post_url_continue)

    def response_change(self, request, version):
        return self._answer(request, version) or super().response_change(request, version)

    def _answer(self, request, version):
        """Of a look what was asked for; of a save the page of the article; None for what the admin answers itself."""
        if "_preview" in request.POST:
            chosen = Region.by_code(request.POST.get("_preview_region", ""))
            region = chosen or [*regions_of(version.article), *Region.all_open()][0]
            try:
                typed = parse_datetime(request.POST.get("_preview_at", "") or "x")
                at = local_moment(typed.replace(tzinfo=None), region) if typed else None
            except (ValueError, NotPossible):
                at = None
            return preview_page(request, version, region, at)
        if "_check" in request.POST:
            return render(request, FINDINGS, findings_of(version))
        if autosaves(request.POST):
            return answer(request, version)
        if "_continue" in request.POST or "_addanother" in request.POST:
            return None
        words = "The draft is saved. Readers see it once it is published."
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[version.article_id]))
