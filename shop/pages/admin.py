from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone

from shop.pages.drawn import choices
from shop.pages.models import PageBlock, PageVersion
from shop.pages.names import EVERY
from shop.pages.preview import preview
from shop.pages.publishing import publish, start_draft, state_words, take_back
from shop.pages.shipped import lines_to_check
from shop.pages.words import FACTS
from shop.regions.local import typed_moment
from shop.regions.models import Region


class BlockForm(forms.ModelForm):
    drawn = forms.ChoiceField(choices=choices, required=False, label="Drawn from data")

    class Meta:
        model = PageBlock
        fields = ("ordering", "kind", "heading", "body", "drawn", "picture", "source", "seen", "to_check")
        widgets = {"body": forms.Textarea(attrs={"rows": 6})}


class BlockInline(admin.StackedInline):
    model = PageBlock
    form = BlockForm
    extra = 1
    autocomplete_fields = ("picture",)
    fields = (("ordering", "kind", "drawn"), "heading", "body", "picture", ("source", "seen", "to_check"))


class StartForm(forms.Form):
    """From when a draft shows, by the region's clock."""

    starts_at = forms.DateTimeField(
        label="From",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )


@dataclass(frozen=True)
class Cell:
    """A page in a region, for the table of all of them."""

    page: str
    region: Region
    shown: PageVersion | None
    draft: PageVersion | None
    later: PageVersion | None
    since: str
    begins: str


@admin.register(PageVersion)
class PageVersionAdmin(admin.ModelAdmin):
    """Drafts are written here; what is published is looked at, and copied into a new draft."""

    list_display = ["page", "region", "edition", "title", "state", "published_by", "change"]
    list_filter = ["page", "region"]
    list_select_related = ["region"]
    search_fields = ["title", "change"]
    change_list_template = "admin/pages/pageversion/change_list.html"
    change_form_template = "admin/pages/pageversion/change_form.html"
    fields = ("title", "lead", "change")
    inlines = (BlockInline,)

    def has_add_permission(self, request):
        """One begins from the table, with the words that are in force."""
        return False

    def has_change_permission(self, request, version=None):
        return super().has_change_permission(request, version) and (version is None or _is_draft(version))

    def has_delete_permission(self, request, version=None):
        """Drafts alone, one by one: what was published is kept."""
        return version is not None and super().has_delete_permission(request, version) and _is_draft(version)

    @admin.display(description="shown")
    def state(self, version):
        return state_words(version, timezone.now())

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("new/<slug:page>/<slug:code>/", view(self.new_view), name="pages_new"),
            path("to-check/", view(self.lawyer_view), name="pages_to_check"),
            path("<int:pk>/preview/", view(self.preview_view), name="pages_preview"),
            path("<int:pk>/publish/", view(self.publish_view), name="pages_publish"),
            path("<int:pk>/back/", view(self.back_view), name="pages_back"),
            path("<int:pk>/again/", view(self.again_view), name="pages_again"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        regions = list(Region.all_cached())
        cells = _cells(regions)
        return super().changelist_view(
            request,
            {
                "title": "Pages",
                "regions": regions,
                "rows": [
                    (name, [cells[page, region.pk] for region in regions]) for page, name in EVERY.items()
                ],
                **(extra_context or {}),
            },
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        version = self.get_object(request, object_id)
        more = {
            "version": version,
            "state": version and state_words(version, timezone.now()),
            "is_due": version and version.is_due(),
            "start_form": StartForm(),
            "names": [(name, words) for name, (words, _) in FACTS.items()],
            "may_publish": request.user.has_perm("pages.publish_pageversion"),
        }
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    @staticmethod
    def _may(request, right):
        if not request.user.has_perm(right):
            raise PermissionDenied

    def _answer(self, version):
        return HttpResponseRedirect(reverse("admin:pages_pageversion_change", args=[version.pk]))

    def new_view(self, request, page, code):
        self._may(request, "pages.add_pageversion")
        region = next((row for row in Region.all_cached() if row.code == code), None)
        if region is None or page not in EVERY:
            raise Http404("There is no such page.")
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:pages_pageversion_changelist"))
        return self._answer(start_draft(page, region))

    def lawyer_view(self, request):
        """What is not verified, of the words in force and of those that ship."""
        self._may(request, "pages.view_pageversion")
        rows = PageBlock.objects.filter(to_check=True).select_related("version__region")
        now = timezone.now()
        shown = {cell.shown.pk for cell in _cells(list(Region.all_cached())).values() if cell.shown}
        context = {
            **self.admin_site.each_context(request),
            "title": "For the owner’s lawyer",
            "shipped": [(EVERY[page], heading, source) for page, heading, source in lines_to_check()],
            "own": rows.filter(version__in=shown).order_by("version__region", "version__page", "ordering"),
            "now": now,
        }
        return render(request, "admin/pages/to_check.html", context)

    def preview_view(self, request, pk):
        self._may(request, "pages.view_pageversion")
        version = get_object_or_404(PageVersion.objects.select_related("region"), pk=pk)
        return preview(request, version)

    def publish_view(self, request, pk):
        self._may(request, "pages.publish_pageversion")
        version = get_object_or_404(PageVersion.objects.select_related("region"), pk=pk)
        form = StartForm(request.POST)
        if request.method == "POST":
            try:
                if not form.is_valid():
                    raise ValidationError("Give day and time, or leave it empty to publish now.")
                start = publish(version, by=request.user.get_username(), at=_moment(form, version.region))
            except (ValidationError, ValueError) as error:
                lines = error.messages if isinstance(error, ValidationError) else [str(error)]
                messages.error(request, f"Nothing was published. {' '.join(lines)}")
            else:
                version.starts_at = start
                messages.success(request, f"{version}: {state_words(version, timezone.now())}.")
        return self._answer(version)

    def back_view(self, request, pk):
        self._may(request, "pages.publish_pageversion")
        version = get_object_or_404(PageVersion.objects.select_related("region"), pk=pk)
        if request.method == "POST":
            try:
                take_back(version)
                messages.success(request, "It is a draft again. Readers go on seeing the version before.")
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
        return self._answer(version)

    def again_view(self, request, pk):
        self._may(request, "pages.add_pageversion")
        version = get_object_or_404(PageVersion.objects.select_related("region"), pk=pk)
        if request.method != "POST":
            return self._answer(version)
        made = start_draft(version.page, version.region, like=version)
        if made.change != "" or made.title != version.title:
            messages.info(request, "There is a draft of this page already: here it is.")
        return self._answer(made)


def _is_draft(version: PageVersion) -> bool:
    """By the row as it is stored: a form that is sent may be older."""
    return PageVersion.objects.filter(pk=version.pk, starts_at=None).exists()


def _moment(form: StartForm, region: Region):
    typed = form.cleaned_data["starts_at"]
    return typed and typed_moment(typed.replace(tzinfo=None), region)


def _cells(regions: list[Region]) -> dict[tuple[str, int], Cell]:
    """By page and region what is shown, what comes and what is being written; one query, whatever came before."""
    now = timezone.now()
    newer = PageVersion.objects.filter(
        page=OuterRef("page"),
        region=OuterRef("region"),
        starts_at__lte=now,
        starts_at__gt=OuterRef("starts_at"),
    )
    rows = PageVersion.objects.exclude(Q(starts_at__lte=now) & Exists(newer))
    found: dict[tuple[str, int], list[PageVersion]] = {}
    for row in rows.order_by(F("starts_at").desc(nulls_last=True), "-pk").select_related("region"):
        found.setdefault((row.page, row.region_id), []).append(row)
    cells = {}
    for page in EVERY:
        for region in regions:
            those = found.get((page, region.pk), [])
            shown = next((row for row in those if row.starts_at and row.starts_at <= now), None)
            later = next((row for row in reversed(those) if row.is_due(now)), None)
            cells[page, region.pk] = Cell(
                page, region, shown, next((row for row in those if row.is_draft), None), later,
                state_words(shown, now) if shown else "as shipped", state_words(later, now) if later else "",
            )  # fmt: skip
    return cells
