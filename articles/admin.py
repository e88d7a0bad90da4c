from content_editor.admin import ContentEditor, ContentEditorInline
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from js_asset import Media

from articles.models import (
    Article,
    Author,
    Callout,
    Faq,
    Figure,
    ProductCard,
    ProductLink,
    Publication,
    Reference,
    ReferenceBlock,
    RichText,
    Topic,
    Version,
    VersionTag,
    VersionTopic,
)
from shop.pictures.admin import thumbnail
from shop.regions.models import Region

REGION_FIELDS = ("show_in", "region_codes")


class VersionForm(forms.ModelForm):
    slug = forms.SlugField(
        max_length=100,
        label="Address",
        help_text="The last part of its address: /uk/articles/<b>this-part</b>/.",
    )

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
            self.fields["slug"].initial = self.instance.article.slug

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        taken = Article.objects.filter(slug=slug).exclude(pk=self.instance.article_id).exists()
        if taken:
            raise ValidationError("Another article has this address. Choose another one.")
        return slug

    def save(self, commit=True):
        slug = self.cleaned_data["slug"]
        if self.instance.article_id is None:
            self.instance.article = Article.objects.create(slug=slug)
        elif self.instance.article.slug != slug:
            self.instance.article.slug = slug
            self.instance.article.save()
        return super().save(commit)


class BlockInline(ContentEditorInline):
    extra = 0


class RichTextInline(BlockInline):
    model = RichText
    icon = "notes"
    fieldsets = [(None, {"fields": ["body", REGION_FIELDS, "ordering", "region"]})]


class FigureInline(BlockInline):
    model = Figure
    icon = "image"
    autocomplete_fields = ["picture"]
    fieldsets = [(None, {"fields": ["picture", "caption", REGION_FIELDS, "ordering", "region"]})]


class ProductCardInline(BlockInline):
    model = ProductCard
    icon = "shopping_basket"
    autocomplete_fields = ["product"]
    fieldsets = [(None, {"fields": ["product", REGION_FIELDS, "ordering", "region"]})]


class CalloutInline(BlockInline):
    model = Callout
    icon = "campaign"
    fieldsets = [(None, {"fields": [("tone", "heading"), "body", REGION_FIELDS, "ordering", "region"]})]


class FaqInline(BlockInline):
    model = Faq
    icon = "help"
    fieldsets = [(None, {"fields": ["question", "answer", REGION_FIELDS, "ordering", "region"]})]


class ReferenceInline(BlockInline):
    model = ReferenceBlock
    icon = "bookmark"
    autocomplete_fields = ["reference"]
    fieldsets = [(None, {"fields": ["reference", REGION_FIELDS, "ordering", "region"]})]


class TopicInline(admin.TabularInline):
    model = VersionTopic
    extra = 0
    autocomplete_fields = ["topic"]
    verbose_name = "topic"


class TagInline(admin.TabularInline):
    model = VersionTag
    extra = 0
    autocomplete_fields = ["tag"]
    verbose_name = "related-product tag"


class ProductLinkInline(admin.TabularInline):
    model = ProductLink
    extra = 0
    autocomplete_fields = ["product"]
    verbose_name = "product by hand"
    verbose_name_plural = "products by hand (before those of the tags)"


class PublicationInline(admin.TabularInline):
    model = Publication
    extra = 0
    verbose_name_plural = "publications: where and when readers see it"


@admin.register(Version)
class VersionAdmin(ContentEditor):
    """The article editor. Readers see a version where a publication says so."""

    form = VersionForm
    list_display = ["preview", "title", "live_in", "author", "review", "changed_at"]
    list_display_links = ["preview", "title"]
    list_filter = ["topics", "author"]
    search_fields = ["title", "summary", "article__slug"]
    autocomplete_fields = ["picture"]
    date_hierarchy = "changed_at"
    save_on_top = True
    inlines = [
        RichTextInline,
        FigureInline,
        ProductCardInline,
        CalloutInline,
        FaqInline,
        ReferenceInline,
        TopicInline,
        TagInline,
        ProductLinkInline,
        PublicationInline,
    ]
    fieldsets = [
        (
            None,
            {
                "description": "Write in blocks; the plus adds one, and they can be dragged. Cite a source as "
                "[[walker2003]] and add it as a reference block. Readers see the article where a publication below "
                "says so. Example: a text, a product card, a text, three questions, the references.",
                "fields": ["title", "slug", "summary", ("picture", "author")],
            },
        ),
        ("Medical review", {"fields": [("medical_reviewer", "reviewed_on"), "note"]}),
    ]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("article", "picture", "author")
            .prefetch_related("publications__region")
        )

    def render_change_form(self, request, context, *args, **kwargs):
        """The editor's import map is inline: give it the nonce of this response's content security policy."""
        response = super().render_change_form(request, context, *args, **kwargs)
        response.context_data["media"] = Media.from_media(
            response.context_data["media"], nonce=str(request.csp_nonce)
        )
        return response

    def save_model(self, request, version, form, change):
        if not change:
            version.created_by = request.user.get_username()
        super().save_model(request, version, form, change)

    def save_formset(self, request, form, formset, change):
        if formset.model is Publication:
            for publication in formset.save(commit=False):
                publication.published_by = request.user.get_username()
        super().save_formset(request, form, formset, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        form.instance.classify()

    def has_delete_permission(self, request, version=None):
        return False

    def view_on_site(self, version):
        live = [row.region for row in version.publications.all()]
        region = live[0] if live else Region.all_open()[0]
        return version.article.url_in(region)

    @admin.display(description="")
    def preview(self, version):
        return thumbnail(version.picture)

    @admin.display(description="Published in")
    def live_in(self, version):
        codes = dict.fromkeys(row.region.short_name for row in version.publications.all())
        return " · ".join(codes) or format_html('<em class="quiet">nowhere yet</em>')

    @admin.display(description="Review")
    def review(self, version):
        return version.review_state


@admin.register(Author)
class AuthorAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Reference)
class ReferenceAdmin(admin.ModelAdmin):
    list_display = ["key", "authors", "year", "kind", "certainty"]
    list_filter = ["certainty"]
    search_fields = ["key", "authors", "title"]
