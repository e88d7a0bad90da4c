"""When and where an article is to be published, as staff type it."""

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from articles.models import Topic, Version, VersionTopic
from articles.products.usage import articles_using
from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, local_moment
from shop.catalogue.models import Product
from shop.text.numbers import whole_or_none


def moment_field(label):
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


class SlotForm(forms.Form):
    """Where and when, for one region. Times are typed in the region's own time zone."""

    chosen = forms.BooleanField(required=False)
    starts_at = moment_field("from")
    ends_at = moment_field("until")

    def __init__(self, data=None, *, region):
        super().__init__(data, prefix=region.code)
        self.region = region

    def _moment(self, name):
        typed = self.cleaned_data.get(name)
        if typed is None:
            return None
        try:
            return local_moment(typed.replace(tzinfo=None), self.region)
        except NotPossible as error:
            self.add_error(name, str(error))
            return None

    def clean(self):
        super().clean()
        if self.cleaned_data.get("chosen"):
            starts_at, ends_at = self._moment("starts_at") or timezone.now(), self._moment("ends_at")
            if ends_at is not None and ends_at <= max(starts_at, timezone.now()):
                self.add_error("ends_at", "The end must be later than the start.")
            self.slot = Slot(self.region, starts_at, ends_at)
        return self.cleaned_data


ALL = "all"  # the prefix of what is typed once for all regions


def for_all(typed, region, article=None):
    """What was typed, with the one tick and the one time for all regions where this region has none of its own.

    `article`: in whose regions alone all are meant, those in its language.
    """
    if article is not None and region.language != article.language:
        return typed
    given = typed.copy()
    for name in ("chosen", "starts_at", "ends_at"):
        key, of_all = f"{region.code}-{name}", typed.get(f"{ALL}-{name}", "")
        if of_all and not given.get(key):
            given[key] = of_all
    return given


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("draft", "Has a draft"), ("bin", "In the bin")]

    def queryset(self, request, queryset):
        if self.value() == "bin":
            return queryset.exclude(binned_at=None)
        queryset = queryset.filter(binned_at=None)
        if self.value() != "draft":
            return queryset
        drafts = Version.objects.filter(is_draft=True).order_by()  # of the article or of a translation of it
        translated = drafts.exclude(article__original=None).values("article__original")
        return queryset.filter(Q(pk__in=drafts.values("article")) | Q(pk__in=translated))


class ProductFilter(admin.SimpleListFilter):
    """The articles that show a product, to which its form leads; not offered otherwise."""

    title = "product"
    parameter_name = "product"

    def lookups(self, request, model_admin):
        product = Product.objects.filter(pk=whole_or_none(self.value()) or 0).first()
        return [(self.value(), product.name)] if product else []

    def queryset(self, request, queryset):
        pk = whole_or_none(self.value())
        return queryset if pk is None else queryset.filter(pk__in=articles_using(pk).values("pk"))


class TopicFilter(admin.SimpleListFilter):
    title = "topic"
    parameter_name = "topic"

    def lookups(self, request, model_admin):
        return list(Topic.objects.values_list("pk", "name"))

    def queryset(self, request, queryset):
        pk = whole_or_none(self.value())
        filed = VersionTopic.objects.filter(topic=pk).values("version__article")
        return queryset if pk is None else queryset.filter(pk__in=filed)
