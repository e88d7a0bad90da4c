"""The log of sign-offs and ticks in the admin: to look at and to take along as PDF or CSV, never to change."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from articles.evidence.log import Entry, entries
from articles.evidence.sentences import name_of
from articles.models import ClaimSignOff, NoClaim
from shop.claims import rules
from shop.claims.rules import RED
from shop.invoices.typesetting import typeset
from shop.regions.models import Seller
from shop.web.spreadsheet import csv_answer

TEMPLATE = Path(__file__).with_name("claim_log.typ")
TITLE = "Claims: sign-offs and ticks of “no claim”"
MAX_ENTRIES = 2000  # of a PDF, which is made in memory
COLUMNS = [
    "article", "title", "region", "law", "kind", "words", "finding", "rule", "source", "reason", "by", "at (UTC)",
    "rules", "holds", "lapsed since (UTC)", "lapsed because", "text as saved", "seller", "exported at (UTC)", "period",
]  # fmt: skip
NOTES = [
    "A sign-off lets products show beside what the check of claims found. A tick of “no claim” says of a sentence, which "
    "no rule recognised as allowed, that it makes no claim.",
    "Each holds for exactly the words, the links and the rules it was given for. What has lapsed has no effect any more; "
    "it stays in the log. The check finds problems; it does not clear a text legally.",
]


class PeriodForm(forms.Form):
    begin = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(required=False, label="Until", widget=forms.DateInput(attrs={"type": "date"}))
    form = forms.ChoiceField(choices=[("pdf", "PDF"), ("csv", "CSV")], label="As", required=False)

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        begin, end = cleaned.get("begin"), cleaned.get("end")
        if begin and end and end < begin:
            raise forms.ValidationError("“Until” lies before “From”: give the days the other way round.")
        return cleaned

    @property
    def period(self) -> str:
        begin, end = self.cleaned_data["begin"], self.cleaned_data["end"]
        if not begin and not end:
            return "everything up to now"
        return f"{f'from {begin:%Y-%m-%d}' if begin else ''} {f'until {end:%Y-%m-%d}' if end else ''}".strip()


def csv_rows(found: Iterable[Entry], seller: str, at: datetime, period: str) -> Iterator[list[str]]:
    """A row for each sentence that was answered for."""
    for entry in found:
        lapsed = entry.lapsed_at.isoformat(timespec="seconds") if entry.lapsed_at else ""
        for said in entry.said:
            yield [
                entry.article, entry.title, entry.region, entry.law, entry.kind, said.words, said.finding, said.rule,
                said.source, entry.reason, entry.by, entry.at.isoformat(timespec="seconds"), entry.rules,
                "yes" if entry.holds else "no", lapsed, entry.lapsed_because, entry.version, seller,
                at.isoformat(timespec="seconds"), period,
            ]  # fmt: skip


def pdf_data(found: list[Entry], seller: Seller | None, at: datetime, period: str) -> dict:
    """What claim_log.typ shows, all of it as text."""
    company = f"company number {seller.company_number}" if seller and seller.company_number else ""
    lines = [seller.legal_name, *seller.address.splitlines(), company, seller.email] if seller else []
    return {
        "title": TITLE,
        "paper": "a4",
        "seller": seller.legal_name if seller else "",
        "made": f"{at:%-d %B %Y, %H:%M} UTC",
        "head": [
            {"name": "Seller", "lines": [line for line in lines if line]},
            {"name": "Date", "lines": [f"{at:%-d %B %Y, %H:%M} UTC"]},
            {"name": "Period", "lines": [f"{period} (days in UTC)"]},
            {"name": "Rules in force", "lines": [rules.version()]},
            {"name": "Entries", "lines": [f"{len(found)}, of which {sum(row.holds for row in found)} hold"]},
        ],
        "notes": NOTES,
        "articles": [
            {"title": rows[-1].title or slug, "address": f"address: {slug}", "regions": _by_region(rows)}
            for slug, rows in ((slug, list(rows)) for slug, rows in groupby(found, lambda row: row.article))
        ],
    }


def _by_region(rows: list[Entry]) -> list[dict]:
    grouped = groupby(rows, lambda row: (row.region, row.law))
    return [
        {"name": name, "law": law, "entries": [_told(row) for row in some]} for (name, law), some in grouped
    ]


def _told(entry: Entry) -> dict:
    return {
        "kind": entry.kind,
        "by": entry.by,
        "at": f"{entry.at:%-d %B %Y, %H:%M} UTC",
        "standing": entry.standing,
        "holds": entry.holds,
        "reason": entry.reason,
        "rules": entry.rules,
        "version": entry.version,
        "said": [
            {
                "words": said.words,
                "about": " · ".join(part for part in (said.finding, said.rule, said.source) if part),
            }
            for said in entry.said
        ],
    }


class LogAdmin(admin.ModelAdmin):
    """Base: rows are added elsewhere, and never changed or deleted."""

    change_list_template = "admin/articles/claim_log_list.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    def has_delete_permission(self, request, row=None):
        return False


@admin.register(NoClaim)
class NoClaimAdmin(LogAdmin):
    list_display = ["article", "sentence", "reason", "ticked_by", "ticked_at", "law", "withdrawn"]
    list_filter = ["law", "ticked_by"]
    list_select_related = ["article", "end"]
    search_fields = ["reason", "sentence", "article__slug"]
    ordering = ["-pk"]  # what was ticked last

    @admin.display(description="Withdrawn")
    def withdrawn(self, row):
        ended = getattr(row, "end", None)
        return f"{ended.ended_at:%-d %b %Y}, by {ended.ended_by}" if ended else "–"


@admin.register(ClaimSignOff)
class ClaimSignOffAdmin(LogAdmin):
    list_display = ["article", "region", "signed_by", "signed_at", "reason", "holds"]
    list_filter = ["region", "signed_by"]
    list_select_related = ["version", "region"]
    search_fields = ["reason", "version__title"]
    date_hierarchy = "signed_at"
    actions = ["export"]
    fields = ["article", "region", "sentences", "reason", "signed_by", "signed_at", "rules", "holds"]

    @admin.display(description="Sentences")
    def sentences(self, row):
        """What was signed off, each with its rule and source."""
        red = [found for found in row.findings if found["severity"] == RED]
        return format_html_join(
            mark_safe("<br>"),
            "“{}” ({} · {})",
            ((found["sentence"], name_of(found["rule"]), found["source"]) for found in red),
        )

    @admin.display(description="Article")
    def article(self, row):
        return row.version.title

    @admin.display(description="Holds", boolean=True)
    def holds(self, row):
        """Whether it still belongs to the words, links and rules of its version."""
        return row.version.claims_in(row.region).get("state") == row.state

    @admin.action(description="Export the ticked rows as CSV", permissions=["view"])
    def export(self, request, rows):
        return _csv(entries(signed=rows, ticked=NoClaim.objects.none()), "the ticked rows")

    def get_urls(self):
        own = path("export/", self.admin_site.admin_view(self.export_view), name="articles_claim_log")
        return [own, *super().get_urls()]

    def export_view(self, request):
        """A form for the period; with `form` in its address the document itself. Nothing is written."""
        if not self.has_view_permission(request) or not request.user.has_perm("articles.view_noclaim"):
            raise PermissionDenied
        asked = "form" in request.GET
        form = PeriodForm(request.GET if asked else None)
        if asked and form.is_valid():
            begin, end = form.cleaned_data["begin"], form.cleaned_data["end"]
            if form.cleaned_data["form"] == "csv":
                return _csv(entries(begin, end), form.period)
            found = list(islice(entries(begin, end), MAX_ENTRIES + 1))
            if len(found) <= MAX_ENTRIES:
                return _pdf(found, form.period)
            form.add_error(
                None, f"A PDF holds {MAX_ENTRIES} entries at most. Choose a shorter period, or take the CSV."
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Export the log of claims",
            "form": form,
        }
        return render(request, "admin/articles/claim_log.html", context, status=422 if form.errors else 200)


def _csv(found: Iterable[Entry], period: str) -> HttpResponseBase:
    seller, at = Seller.current(), timezone.now()
    rows = csv_rows(found, seller.legal_name if seller else "", at, period)
    return csv_answer(f"claims-{at:%Y-%m-%d}", COLUMNS, rows)


def _pdf(found: list[Entry], period: str) -> HttpResponse:
    at = timezone.now()
    data = pdf_data(found, Seller.current(), at, period)
    return _named(HttpResponse(typeset(TEMPLATE, data), content_type="application/pdf"), at, "pdf")


def _named(response, at: datetime, ending: str):
    response["Content-Disposition"] = f'attachment; filename="claims-{at:%Y-%m-%d}.{ending}"'
    response["Cache-Control"] = "no-store, private"
    return response
