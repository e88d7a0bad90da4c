"""Batches in the admin: take goods in, look who got them, recall them."""

from datetime import timedelta

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from shop.catalogue.batches import (
    CannotTakeIn,
    can_count,
    count_batch,
    look_at_arrival,
    recall,
    take_in_batch,
)
from shop.catalogue.models import Batch, Stock, Variant
from shop.catalogue.models.batches import MOST, last_day_of_sale
from shop.orders.recall import count_of, sent_of
from shop.regions.models import Region
from shop.text.characters import clean_text
from shop.text.fields import WholeField
from shop.text.numbers import whole_or_none
from shop.web.admin_choices import ChosenSelect
from shop.web.spreadsheet import csv_answer

A_PAGE = 50
COLUMNS = ["order", "sent at (UTC)", "region", "name", "e-mail", "SKU", "packs", "batch", "best before"]


def spelled_number(typed: str) -> str:
    """In one spelling, so that a batch is found again: “ l2031 a” is L2031 A."""
    return " ".join(typed.split()).upper()


class BatchForm(forms.ModelForm):
    """Of a batch that is here: what was typed wrongly is put right, and its packs are counted."""

    class Meta:
        model = Batch
        fields = ["number", "left", "best_before", "sold_until"]
        help_texts = {"left": "Count them: the stock changes by as many."}

    def clean_number(self):
        return spelled_number(self.cleaned_data["number"])

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        if self.instance.recalled_at and self.has_changed():
            raise ValidationError("A recalled batch stays as it is.")
        left, held = cleaned.get("left"), self.instance.stock.held
        if left is not None and not can_count(self.instance.pk, left):
            self.add_error("left", f"{held} packs belong to orders not sent yet; the stock can’t be lower.")
        return cleaned


class ArrivalForm(forms.ModelForm):
    """Goods that came in."""

    variant = forms.ModelChoiceField(
        Variant.objects.all(),
        label="Pack",
        widget=ChosenSelect(Stock._meta.get_field("variant"), admin.site),
    )
    region = forms.ModelChoiceField(Region.objects.filter(edition_of=None))
    packs = WholeField(label="Packs that came", min_value=1, max_value=MOST)
    is_counted = forms.BooleanField(
        label="They are in the stock already",
        required=False,
        help_text="Tick it to give packs that were counted before their batch. Else the stock rises by as many.",
    )

    class Meta:
        model = Batch
        fields = ["number", "best_before", "sold_until"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sold_until"].required = False
        self.fields[
            "sold_until"
        ].help_text = "Empty: so many days before the best-before date as the region says."

    def clean_number(self):
        return spelled_number(self.cleaned_data["number"])

    def clean(self):
        super().clean()
        cleaned = self.cleaned_data
        region, best_before = cleaned.get("region"), cleaned.get("best_before")
        if not region or not best_before:
            return cleaned
        today = timezone.now().astimezone(region.zone).date()
        try:
            until = cleaned.get("sold_until") or last_day_of_sale(best_before, region.least_days_left)
        except OverflowError:
            self.add_error("best_before", "That is no day that stands on a pack.")
            return cleaned
        cleaned["sold_until"] = self.instance.sold_until = until
        if until < today:
            self.add_error(
                "best_before",
                f"These packs could be sold until {until:%-d %B %Y} alone, and that is over: they can't be taken in.",
            )
        elif until > best_before:
            self.add_error("sold_until", "Packs are sold until their best-before date at the latest.")
        elif best_before.year > today.year + 20:
            self.add_error("best_before", "That is more than twenty years from now. Look at the pack again.")
        if not self.errors:
            try:
                look_at_arrival(
                    cleaned["variant"], region, number=cleaned["number"], best_before=best_before,
                    packs=cleaned["packs"], is_counted=cleaned["is_counted"],
                )  # fmt: skip
            except CannotTakeIn as error:
                self.add_error(None, str(error))
        return cleaned

    def _post_clean(self):
        """The batch may be known already, so nothing is compared with it here."""


class State(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("left", "With packs"),
            ("soon", "Sold for 30 days more at most"),
            ("recalled", "Recalled"),
            ("fewer", "More packs than the stock has"),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "left":
                return queryset.with_packs()
            case "soon":
                return queryset.with_packs().filter(
                    sold_until__lte=timezone.now().date() + timedelta(days=30)
                )
            case "recalled":
                return queryset.exclude(recalled_at=None)
            case "fewer":
                return queryset.with_packs().filter(left__gt=F("stock__on_hand"))
        return queryset


@admin.register(Batch)
class BatchAdmin(admin.ModelAdmin):
    form = BatchForm
    list_display = ["number", "pack", "region", "best_before", "sold_until", "left", "sent_count", "state"]
    list_filter = [State, "stock__region"]
    list_select_related = ["stock__variant__product", "stock__region"]
    search_fields = ["number", "stock__variant__sku"]
    search_help_text = "Batch number, or SKU of a pack."
    ordering = ["-came_at", "-pk"]
    change_form_template = "admin/catalogue/batch.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["form"] = ArrivalForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            fields = [("variant", "region"), ("number", "packs"), ("best_before", "sold_until"), "is_counted"]
            return [(None, {"fields": fields})]
        edited = ["number", "left", "best_before", "sold_until"]
        shown = ["pack", "region", *edited, "came", "sent_count", "taken_out", "came_at", "came_by"]
        return [
            (
                None,
                {
                    "fields": shown
                    + (["recalled_at", "recalled_by", "recall_words"] if obj.recalled_at else [])
                },
            )
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        shown = ["pack", "region", "came", "sent_count", "taken_out", "came_at", "came_by"]
        return [*shown, "recalled_at", "recalled_by", "recall_words"]

    @admin.display(description="Pack")
    def pack(self, batch):
        return str(batch.stock.variant)

    @admin.display(description="Region")
    def region(self, batch):
        return batch.stock.region.short_name

    @admin.display(description="Sent")
    def sent_count(self, batch):
        return batch.sent

    @admin.display(description="State")
    def state(self, batch):
        if batch.recalled_at:
            return format_html('<strong class="attention">{}</strong>', "recalled")
        if batch.taken_out and not batch.left:
            return "no longer sold"
        return "in stock" if batch.left else "all sent"

    def save_model(self, request, batch, form, change):
        who, typed = request.user.get_username(), form.cleaned_data
        if change:
            was = Batch.objects.get(pk=batch.pk).left
            if batch.left != was and not count_batch(batch, was=was, became=batch.left, who=who):
                messages.error(
                    request, "The count was not saved: orders took these packs meanwhile. Count again."
                )
                batch.left = was
            batch.came = Batch.objects.get(pk=batch.pk).came
            super().save_model(request, batch, form, change)
            return
        taken = take_in_batch(
            typed["variant"], typed["region"], number=typed["number"], best_before=typed["best_before"],
            sold_until=typed["sold_until"], packs=typed["packs"], who=who, is_counted=typed["is_counted"],
        )  # fmt: skip
        batch.pk = taken.pk
        batch.refresh_from_db()
        words = f"{typed['packs']} packs of batch {batch.number}: sold until {batch.sold_until:%-d %B %Y}."
        messages.info(request, words)

    def has_delete_permission(self, request, batch=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        try:
            return super().add_view(request, form_url, extra_context)
        except CannotTakeIn as error:  # the form looked before; somebody was quicker
            messages.error(request, f"Nothing came in: {error}")
            return HttpResponseRedirect(request.get_full_path())

    # --- who got it, and the recall ---------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/buyers/", view(self.buyers_view), name="catalogue_batch_buyers"),
            path("<int:pk>/buyers.csv", view(self.csv_view), name="catalogue_batch_csv"),
            path("<int:pk>/recall/", view(self.recall_view), name="catalogue_batch_recall"),
            *super().get_urls(),
        ]

    def _batch(self, request, pk) -> Batch:
        if not (self.has_view_permission(request) and request.user.has_perm("orders.view_order")):
            raise PermissionDenied
        batch = self.get_object(request, str(pk))
        if batch is None:
            raise Http404("There is no such batch.")
        return batch

    def _context(self, request, batch, **context):
        return {**self.admin_site.each_context(request), "opts": self.opts, "batch": batch, **context}

    def buyers_view(self, request, pk):
        batch = self._batch(request, pk)
        page = Paginator(sent_of(batch), A_PAGE).get_page(request.GET.get("page"))
        context = self._context(
            request, batch, title=f"Who got batch {batch.number}", page=page, count=count_of(batch)
        )
        return render(request, "admin/catalogue/batch_buyers.html", context)

    def csv_view(self, request, pk):
        batch = self._batch(request, pk)
        return csv_answer(f"batch-{batch.pk}-buyers", COLUMNS, self._cells(batch))

    def _cells(self, batch):
        for row in sent_of(batch).iterator(chunk_size=500):
            line, parcel = row.parcel_line.line, row.parcel_line.parcel
            order = parcel.order
            sent = parcel.sent_at.isoformat(timespec="seconds")
            yield [order.number, sent, order.region.code, order.name, order.email, line.sku, row.quantity, batch.number,
                   batch.best_before.isoformat()]  # fmt: skip

    def recall_view(self, request, pk):
        """Asks first, with what it does; then once, whoever is quicker."""
        batch = self._batch(request, pk)
        if not request.user.has_perm("catalogue.recall_batch"):
            raise PermissionDenied
        words = clean_text(request.POST.get("words", ""))[:2001].strip()
        error = ""
        if request.method == "POST" and not batch.recalled_at:
            if not words:
                error = "Write what is wrong and what the buyers should do. Nothing was done yet."
            elif len(words) > 2000:
                error = "These are more than 2,000 characters. Shorten them; nothing was done yet."
            elif whole_or_none(request.POST.get("packs")) != batch.left or request.POST.get("sure") != "on":
                error = (
                    "Look at the numbers below once more and tick that you are sure. Nothing was done yet."
                )
            else:
                if recall(batch, words, who=request.user.get_username()):
                    self.log_change(request, batch, "Recalled.")
                    messages.success(
                        request, f"Batch {batch.number} is recalled. Its buyers are being written to."
                    )
                return HttpResponseRedirect(reverse("admin:catalogue_batch_buyers", args=[batch.pk]))
        context = self._context(
            request,
            batch,
            title=f"Recall batch {batch.number}",
            count=count_of(batch),
            words=words,
            error=error,
        )
        return render(request, "admin/catalogue/batch_recall.html", context, status=422 if error else 200)
