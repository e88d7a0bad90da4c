import copy

from content_editor.admin import ContentEditor
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from js_asset import Media

from articles.admin.article_page import ArticleAdmin  # noqa: F401 - registers itself
from articles.admin.blocks import (
    CalloutInline,
    EvidenceTableInline,
    FaqInline,
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
from articles.evidence.findings import content_findings
from articles.evidence.sentences import by_state
from articles.models import (
    Article,
    ProductCard,
    Publication,
    Version,
)
from articles.publishing.addresses import check_address, let_go_of
from articles.publishing.errors import NotPossible
from articles.publishing.publish import local_moment, still_scheduled
from articles.publishing.typed import typed_version
from articles.publishing.versions import copy_version, save_version
from articles.reading.page import preview_page
from shop.catalogue.cards import sold_among
from shop.catalogue.models import Product
from shop.regions.models import Region

ONLY_SHOW = ("_check", "_preview")  # buttons of the form that only show what is typed


def only_shows(posted) -> bool:
    return any(name in posted for name in ONLY_SHOW)


class VersionForm(forms.ModelForm):
    slug = forms.SlugField(
        max_length=100,
        label="Address",
        help_text="The last part of its address: /uk/articles/<b>this-part</b>/.",
    )
    slug_was = forms.CharField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    overwrite = forms.BooleanField(required=False, widget=forms.HiddenInput, label="Save mine over it")
    theirs: Version | None = None  # what somebody else saved meanwhile
    before: Version | None = None  # a copy of what was stored, made when this is saved

    class Meta:
        model = Version
        exclude = ["article"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "title": forms.TextInput(attrs={"class": "vTextField title-field"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.article_id:
            self.fields["slug"].initial = self.fields["slug_was"].initial = self.instance.article.slug
            if self.instance.article.publications.exists():
                self.fields["slug"].disabled = True
                self.fields[
                    "slug"
                ].help_text = "Readers know it. An editor changes it on the article’s own page."
            self.fields["seen"].initial = self.instance.changed_at.isoformat()

    def clean(self):
        """Refuse to save over what somebody else saved since this form was opened (nothing typed is lost).

        With `_put_back` the form is only drawn again from what a browser had kept (static/js/keep.js).
        """
        super().clean()
        cleaned = self.cleaned_data
        if "_put_back" in self.data:
            raise ValidationError("This is what you had typed. It is not saved yet: look it over, then save.")
        if self.instance.pk and not cleaned.get("overwrite") and not only_shows(self.data):
            stored = Version.objects.select_for_update().get(pk=self.instance.pk)
            if cleaned.get("seen") != stored.changed_at.isoformat():
                self.theirs = stored
                self.fields["overwrite"].widget = forms.CheckboxInput()
                raise ValidationError(
                    f"{stored.changed_by or 'Somebody'} saved this article at {stored.changed_at:%H:%M} UTC, after "
                    "you had opened it. Your text is below and not saved yet; theirs stands above it. Copy over "
                    "what you need, or tick “Save mine over it”: theirs then stays in the history."
                )
        return cleaned

    def clean_slug(self):
        slug = self.cleaned_data["slug"].lower()
        if self.fields["slug"].disabled:
            return slug
        now, was = self.fields["slug"].initial, self.data.get("slug_was")
        if was and slug == was:
            return now  # not typed here: whoever moved it meanwhile has the say
        if was and now not in (was, slug):
            self.data = self.data.copy()
            self.data["slug_was"] = now
            raise ValidationError(
                f"Somebody moved it to “{now}” after you had opened this form. Save again to move it to “{slug}”, or "
                f"type “{now}”."
            )
        try:
            check_address(slug, self.instance.article_id)
        except NotPossible as error:
            raise ValidationError(str(error))
        return slug


FINDINGS = "admin/articles/version/findings.html"


def findings_of(version) -> dict:
    """What the panel of checks beside the editor shows."""
    return {"findings": content_findings(version), "claims": by_state(version), "checked": True}


def missing(form, formsets) -> list[tuple[str, str]]:
    """(where, why) of each field for which what is typed can't be checked yet."""
    found = [(_label(form, name), " ".join(errors)) for name, errors in form.errors.items()]
    for formset in formsets:
        kind = str(formset.model._meta.verbose_name).capitalize()
        found += [
            (f"{kind}: {_label(row, name)}" if name != "__all__" else kind, " ".join(errors))
            for row in formset.forms
            for name, errors in row.errors.items()
        ]
        found += [(kind, str(error)) for error in formset.non_form_errors()]
    return found


def _label(form, name) -> str:
    return str(form[name].label) if name in form.fields else "Form"


@admin.register(Version)
class VersionAdmin(ContentEditor):
    """The article editor: works on drafts only. History and publishing stand on the article's own page."""

    own_guard = True  # see VersionForm.clean: a draft is refused as a whole
    form = VersionForm
    autocomplete_fields = ["picture"]
    save_on_top = True
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
        return super().get_queryset(request).select_related("article", "picture", "author")

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Who may not change the words of blocks may not change those above them either (Marketing)."""
        form = super().get_form(request, obj, change, **kwargs)
        if not request.user.has_perm("articles.change_richtext"):
            for name in set(form.base_fields) - {"slug_was", "seen", "overwrite", "note"}:
                # A copy: a declared field is one and the same in the forms of all requests.
                form.base_fields[name] = copy.copy(form.base_fields[name])
                form.base_fields[name].disabled = True
        return form

    def get_model_perms(self, request):
        """Not on the start page: staff begin at the list of articles."""
        return {}

    def changelist_view(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("admin:articles_article_changelist"))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A look writes nothing and needs no transaction."""
        if request.method == "POST" and only_shows(request.POST):
            return self._changeform_view(request, object_id, form_url, extra_context)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:  # somebody took the address in this moment: now the form says so
            return super().changeform_view(request, object_id, form_url, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.get_object(request, object_id)
        if version is not None and not version.is_draft:
            messages.info(
                request, "This version is history and stays as it is. Edit the article to go on from it."
            )
            return HttpResponseRedirect(reverse("admin:articles_article_change", args=[version.article_id]))
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, *args, **kwargs):
        """The editor's import map is inline: give it the nonce of this response's content security policy."""
        if "_check" in request.POST:
            formsets = [inline.formset for inline in context["inline_admin_formsets"]]
            return render(request, FINDINGS, {"missing": missing(context["adminform"].form, formsets)})
        context["regions"] = Region.all_open()
        if context.get("original"):
            context.update(findings_of(context["original"]))
        context["put_back"] = "_put_back" in request.POST
        context["theirs"] = context["adminform"].form.theirs
        response = super().render_change_form(request, context, *args, **kwargs)
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
            form.before = copy_version(Version.objects.get(pk=version.pk), is_draft=False)
            version.article.move_to(slug)
        else:
            let_go_of(slug)
            version.article = Article.objects.create(slug=slug)
        version.changed_by, version.changed_at = request.user.get_username(), timezone.now()
        super().save_model(request, version, form, change)

    def save_related(self, request, form, formsets, change):
        keep_order(formsets)
        if only_shows(request.POST):
            typed_version(form.instance, formsets)
            return
        save_version(
            form.instance,
            write=lambda: super(VersionAdmin, self).save_related(request, form, formsets, change),
        )
        touched = set(form.changed_data) - {"slug_was", "seen", "overwrite"}
        before = form.before
        if before and not touched and not any(formset.has_changed() for formset in formsets):
            # nothing was changed, so nothing is history
            Version.objects.filter(pk=form.instance.pk).update(
                changed_by=before.changed_by, changed_at=before.changed_at
            )
            before.delete()
        else:
            for words in still_scheduled(form.instance.article, form.instance):
                messages.warning(request, words)
        self._tell_unsold(request, form.instance)

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
        if not only_shows(request.POST):
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
            region = Region.by_code(request.POST.get("_preview_region", "")) or Region.all_open()[0]
            try:
                typed = parse_datetime(request.POST.get("_preview_at", "") or "x")
                at = local_moment(typed.replace(tzinfo=None), region) if typed else None
            except (ValueError, NotPossible):
                at = None
            return preview_page(request, version, region, at)
        if "_check" in request.POST:
            return render(request, FINDINGS, findings_of(version))
        if "_continue" in request.POST or "_addanother" in request.POST:
            return None
        words = "The draft is saved. Readers see it once it is published."
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:articles_article_change", args=[version.article_id]))
