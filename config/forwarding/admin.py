"""Redirects in the admin: one by one, many from a table after a look, and out again; what was not found beside them."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join

from articles.models import Article
from config.forwarding.models import MissedPage, Redirect, ShortLink, ShortLinkDay
from config.forwarding.plan import MOST_ROWS, State, Wish, carry_out, plan, wishes_in
from config.forwarding.short_links import address_of_link, leads_to, qr
from shop.attribution.models import CampaignDay
from shop.catalogue.models import Product
from shop.regions.models import Region
from shop.web.file_or_text import FileOrText
from shop.web.spreadsheet import csv_answer

SHOWN = 200  # rows of each kind, on the page that shows what a table would do
NAMES = {State.REFUSED: "Left out", State.CHANGED: "Changed", State.NEW: "New", State.SAME: "There already"}


class RedirectForm(forms.ModelForm):
    """One redirect, checked as a table of one row."""

    class Meta:
        model = Redirect
        fields = ["source", "target"]
        widgets = {name: forms.TextInput(attrs={"class": "vLargeTextField"}) for name in fields}

    outcome = None

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        [row] = plan([Wish(1, cleaned["source"], cleaned["target"])]).outcomes
        if row.state == State.REFUSED:
            raise forms.ValidationError({row.column or "source": row.words})
        self.outcome = row
        cleaned["source"], cleaned["target"] = row.source, row.target
        return cleaned


class TableForm(FileOrText):
    nothing = "Choose a file, or paste some rows."

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = "CSV, as Shopify and WordPress write it."
        self.fields["text"].label = "Or paste the rows"
        self.fields[
            "text"
        ].help_text = "The old address, then where it leads: two columns, with or without headings."


@admin.register(Redirect)
class RedirectAdmin(admin.ModelAdmin):
    """Addresses of another shop, and the pages that answer them."""

    form = RedirectForm
    change_list_template = "admin/forwarding/redirects.html"
    list_display = ["source", "target", "hits", "last_hit_on"]
    search_fields = ["source", "target"]
    actions = ["export"]

    def get_changeform_initial_data(self, request):
        """From “Make a redirect” beside what was not found: with a page of the same name, where there is one."""
        initial = super().get_changeform_initial_data(request)
        if "source" in initial and "target" not in initial:
            initial["target"] = _named_alike(str(initial["source"]))
        return initial

    def save_model(self, request, row, form, change):
        row.target_key = form.outcome.key if form.outcome else row.target_key
        super().save_model(request, row, form, change)
        led = Redirect.objects.filter(target_key=row.source)
        led.update(target=row.target, target_key=row.target_key)
        MissedPage.objects.filter(path=row.source).delete()

    @admin.action(description="Export the ticked redirects as CSV", permissions=["view"])
    def export(self, request, rows):
        return _as_csv(rows)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.bring_in), name="forwarding_redirect_import"),
            path("all.csv", view(self.take_out), name="forwarding_redirect_csv"),
            *super().get_urls(),
        ]

    def take_out(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return _as_csv(Redirect.objects.order_by("source"))

    def bring_in(self, request):
        """Look at what a table would do, then do it. The table stands in the form between the two."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        form, found = TableForm(), None
        if request.method == "POST":
            form = TableForm(request.POST, request.FILES)
            if form.is_valid():
                found = plan(wishes_in(form.cleaned_data["text"]))
                if "save" in request.POST and found.changes:
                    done, counts = carry_out(found), found.counts
                    words = f"{done} redirects saved; {counts['same']} were there already, {counts['refused']} left out."
                    messages.success(request, words)
                    return redirect("admin:forwarding_redirect_changelist")
                form = TableForm(initial={"text": form.cleaned_data["text"]})
        groups = [
            (NAMES[state], rows[:SHOWN], len(rows)) for state in NAMES if found and (rows := found.of(state))
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": "Bring redirects in",
            "form": form,
            "plan": found,
            "groups": groups,
            "most_rows": f"{MOST_ROWS:,}",
        }
        return render(request, "admin/forwarding/import.html", context)


@admin.register(MissedPage)
class MissedPageAdmin(admin.ModelAdmin):
    """What readers looked for and did not find, the most wanted first."""

    list_display = ["path", "hits", "first_on", "last_on", "make"]
    search_fields = ["path"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    @admin.display(description="Redirect")
    def make(self, row):
        address = f"{reverse('admin:forwarding_redirect_add')}?{urlencode({'source': row.path})}"
        return format_html('<a href="{}">Make a redirect</a>', address)


def _named_alike(source: str) -> str:
    """A product's or article's page with the name that an old address ends with, in the first region; else ""."""
    slug = source.partition("?")[0].rstrip("/").rpartition("/")[2].partition(".")[0]
    region = next(iter(Region.all_open()), None)
    row: Any
    for owner in (Product, Article):
        row, _ = owner.leads_to(slug) if region and slug else (None, None)
        if row is not None:
            return row.url_in(region)
    return ""


def _as_csv(rows) -> HttpResponseBase:
    """With Shopify's headings, so that it can go into either shop."""
    cells = ((row.source, row.target) for row in rows.iterator(1000))
    return csv_answer("redirects", ["Redirect from", "Redirect to"], cells)


@admin.register(ShortLink)
class ShortLinkAdmin(admin.ModelAdmin):
    """The link builder of marketing: a short address and its QR code, with what they brought."""

    list_display = ["word", "where", "region", "named", "clicks", "orders", "is_active"]
    list_filter = ["region", "is_active", "made_at"]
    list_select_related = ["region", "article", "product", "collection", "code"]
    list_per_page = 30
    search_fields = ["word", "named", "note"]
    autocomplete_fields = ["article", "product", "code"]
    fields = ["word", "region", "article", "product", "collection", "page", "source", "medium", "campaign", "code",
              "is_active", "note", "whole", "scan", "brought"]  # fmt: skip
    readonly_fields = ["whole", "scan", "brought"]

    def get_queryset(self, request):
        """With what each brought: two sums by index for each row that is shown."""
        clicks = ShortLinkDay.objects.filter(link=OuterRef("pk")).order_by().values("link")
        of_it = CampaignDay.objects.filter(
            campaign=OuterRef("named"), region=OuterRef("region"), product=None
        )
        sold = of_it.order_by().values("campaign")
        return (
            super()
            .get_queryset(request)
            .annotate(
                clicked=Coalesce(Subquery(clicks.annotate(n=Sum("clicks")).values("n"), IntegerField()), 0),
                ordered=Coalesce(Subquery(sold.annotate(n=Sum("orders")).values("n"), IntegerField()), 0),
            )
        )

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/qr.<str:kind>", view(self.qr), name="forwarding_shortlink_qr"),
            *super().get_urls(),
        ]

    def qr(self, request, pk, kind):
        link = ShortLink.objects.filter(pk=pk).first()
        if not self.has_view_permission(request, link):
            raise PermissionDenied
        if link is None or kind not in {"svg", "png"}:
            raise Http404("There is no such code.")
        return qr(link, kind)

    @admin.display(description="Leads to")
    def where(self, link):
        return leads_to(link).partition("?")[0]

    @admin.display(description="Clicks")
    def clicks(self, link):
        return f"{link.clicked:,}"

    @admin.display(description="Orders of its campaign")
    def orders(self, link):
        return f"{link.ordered:,}" if link.named else "–"

    @admin.display(description="Whole address")
    def whole(self, link):
        if not link.pk:
            return "Stands here once it is saved."
        address = address_of_link(link)
        return format_html(
            '<a href="{}">{}</a><br><span class="quiet">leads to {}</span>', address, address, leads_to(link)
        )

    @admin.display(description="QR code")
    def scan(self, link):
        if not link.pk:
            return "Stands here once it is saved."
        svg, png = (reverse("admin:forwarding_shortlink_qr", args=[link.pk, kind]) for kind in ("svg", "png"))
        return format_html(
            '<img class="qr" src="{}" width="160" height="160" alt="QR code of {}"><br>'
            '<a href="{}">SVG, for print</a> · <a href="{}">PNG</a>',
            svg, link, svg, png,
        )  # fmt: skip

    @admin.display(description="What it brought")
    def brought(self, link):
        """By day, the last two weeks with clicks; and what the campaign sold, which other links may share."""
        if not link.pk:
            return "–"
        days = link.days.all()[:14]
        lines = format_html_join(
            "", "<li>{}: {}</li>", ((f"{row.day:%-d %B %Y}", f"{row.clicks:,}") for row in days)
        )
        sold = (
            f"{getattr(link, 'ordered', 0):,} orders of the campaign {link.named}"
            if link.named
            else "No campaign, so no orders are counted."
        )
        total = f"{getattr(link, 'clicked', 0):,} clicks; {sold}"
        return format_html("{}<ul>{}</ul>", total, lines)
