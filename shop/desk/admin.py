"""The order desk in the admin: find an order, see all of it, send it, cancel it, take it back, give money back."""

import re
from functools import partial

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from shop.content.link_tokens import opened_by
from shop.desk import batches  # noqa: F401 - registers its pages
from shop.desk.actions import ACTIONS, NOT_CHOSEN
from shop.desk.by_hand import by_hand
from shop.desk.export import orders_csv
from shop.desk.mismatch import LOOKED_AT, choices
from shop.desk.once import CannotDo, check_turn, in_turn, next_turn, turn_of
from shop.desk.picking import waiting, with_batches
from shop.desk.to_send import LATE_AFTER, _unsent, to_send, unsent_by_key
from shop.invoices.models import Document
from shop.orders.mails import mails_of
from shop.orders.models import Order, OrderLine, OrderStatus, Outcome, Parcel, found_by_words
from shop.payments.left import BANK_TOOK_IT, paid_by
from shop.payments.models import Outside, Payment, Refund, RefundCause, RefundStatus
from shop.payments.outside import to_transfer, why_not_outside
from shop.payments.start import pay_until
from shop.regions.models import Seller
from shop.text.findable import wanted
from shop.text.typed import one_spelling, typed_code
from shop.web.actions import chosen
from shop.web.admin_filters import NoDatesOfASearch, by_mode
from shop.withdrawal.due import claims_of, open_withdrawals, still_out

PAGE_OF_ORDER = re.compile(r"/orders/([\w-]{20,40})(?=/|$)")  # as a shopper may send it


def _by_number(typed: str):
    """Pks of orders by the tracking number of a parcel, or the number of an invoice or credit note."""
    spellings = {typed, typed_code(typed), "-".join(one_spelling(typed).upper().split())}
    return (
        Parcel.objects.order_by().filter(tracking__in=spellings).values("order"),
        Document.objects.order_by().filter(number__in=spellings).values("order"),
    )


def _orders_at_stripe(name: str) -> set[int]:
    """Pks of orders by an id of Stripe’s; each is looked up in an index of its own."""
    payments = Payment.objects.order_by().values_list("order", flat=True)
    refunds = Refund.objects.order_by().filter(stripe_id=name)
    return {
        *payments.filter(session_id=name),
        *payments.filter(intent_id=name),
        *refunds.values_list("payment__order", flat=True),
    }


class SavedView(admin.SimpleListFilter):
    """The questions that the desk asks every morning."""

    title = "view"
    parameter_name = "view"

    def lookups(self, request, model_admin):
        return [
            ("to_send", "Paid, to send"),
            ("late", "Paid, not sent, over 2 days"),
            ("part", "Sent in part"),
            ("review", "To look at"),
            ("disputed", "Disputed"),
            ("stopped", "Money gone, packs not sent"),
            ("withdrawn", "Withdrawn, to settle"),
            ("refund_failed", "With a failed refund"),
            ("open", "Waiting for payment"),
            ("by_hand", "By hand"),
        ]

    def queryset(self, request, queryset):
        now = timezone.now()
        match self.value():
            case "to_send":
                return to_send(unsent_by_key(queryset))
            case "late":
                return to_send(unsent_by_key(queryset)).filter(paid_at__lt=now - LATE_AFTER)
            case "part":
                return to_send(unsent_by_key(queryset)).filter(
                    Exists(OrderLine.objects.filter(order=OuterRef("pk"), sent__gt=0))
                )
            case "review":
                return queryset.to_review()
            case "disputed":
                return queryset.exclude(disputed_at=None)
            case "stopped":
                return _unsent(unsent_by_key(queryset)).exclude(stopped="")
            case "withdrawn":
                waiting = open_withdrawals().exclude(proven_at=None).filter(order=OuterRef("pk"))
                return queryset.filter(Exists(waiting))
            case "refund_failed":
                failed = Refund.objects.filter(payment__order=OuterRef("pk"), status=RefundStatus.FAILED)
                return queryset.filter(Exists(failed))
            case "by_hand":
                return queryset.exclude(placed_by="")
            case "open":
                return queryset.filter(status__in=[OrderStatus.PENDING, OrderStatus.AWAITING])
        return queryset


@admin.register(Order)
class OrderAdmin(NoDatesOfASearch):
    list_display = ["number", "placed_at", "who", "region", "total_text", "stage", "sent", "mode"]
    list_filter = [SavedView, "status", "region", by_mode("payment_mode"), "placed_at"]
    sortable_by = ["number", "placed_at", "total_text", "stage", "sent"]  # an index answers each
    list_select_related = ["region"]
    list_per_page = 30
    search_fields = ["number"]  # see get_search_results
    search_help_text = "Number of the order, an invoice or a parcel, name, e-mail, postcode, or an id of Stripe’s (cs_…, pi_…, re_…)."
    date_hierarchy = "placed_at"
    actions = ["pick_list", "packing_slips", "export"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, order=None):
        return False

    def get_search_results(self, request, queryset, search_term):
        """Each word must be found somewhere, however it is written. Each look uses an index (shop.orders.models.words)."""
        ids = [word for word in search_term.split() if word.startswith(("cs_", "pi_", "re_"))]
        for word in ids:
            queryset = queryset.filter(pk__in=_orders_at_stripe(word))
        pages = PAGE_OF_ORDER.findall(search_term)
        for token in pages:
            queryset = opened_by(queryset, token)
        rest = " ".join(
            word for word in search_term.split() if word not in ids and not PAGE_OF_ORDER.search(word)
        )
        if not wanted(rest):
            return queryset, False
        pks, is_cut = found_by_words(rest, _by_number)
        if is_cut and request:
            messages.info(
                request,
                "Very many orders have these words: you see some of the newest alone. Add a word to find older ones.",
            )
        return queryset.filter(pk__in=pks), False

    @admin.display(description="Shopper")
    def who(self, order):
        return f"{order.name} · {order.email}"

    @admin.display(description="State", ordering="status")
    def stage(self, order):
        is_stopped = order.stopped and order.is_paid and not order.sent_at
        words = order.get_status_display()
        if is_stopped:
            words = "Money gone"
        elif order.disputed_at:
            words = "Disputed"
        elif order.stopped:
            words += ", lost at the bank" if order.stopped == BANK_TOOK_IT else ", all given back"
        if order.review_cause or order.disputed_at or is_stopped:
            return format_html('<strong class="attention">{} – look at it</strong>', words)
        return words

    @admin.display(description="Sent", ordering="sent_at")
    def sent(self, order):
        return f"{order.sent_at:%-d %b}" if order.sent_at else ""

    @admin.display(description="Mode")
    def mode(self, order):
        return "" if order.payment_mode == "live" else format_html('<b class="testmark">{}</b>', "TEST")

    @admin.display(description="Total", ordering="total")
    def total_text(self, order):
        return order.total_text

    # --- many orders: paper and CSV ------------------------------------------------------------------------------

    def _printed(self, orders):
        return orders.select_related("region").prefetch_related("lines").iterator(chunk_size=500)

    @admin.action(description="Pick list of the ticked orders (print)", permissions=["view"])
    def pick_list(self, request, orders):
        ticked = orders.count()
        orders = list(self._printed(to_send(orders)))
        picks: dict[tuple[str, int], dict] = {}
        for order in orders:
            for line in order.lines.all():
                if line.to_send > 0:
                    key = (line.sku, order.region_id)
                    row = picks.setdefault(
                        key, {"line": line, "region": order.region, "count": 0, "orders": []}
                    )
                    row["count"] += line.to_send
                    row["orders"].append((order.number, line.to_send))
        context = {
            "picks": with_batches([picks[key] for key in sorted(picks)]),
            "orders": orders,
            "left_out": ticked - len(orders),
            "now": timezone.now(),
        }
        return render(
            request, "admin/orders/order/pick_list.html", {**self.admin_site.each_context(request), **context}
        )

    @admin.action(description="Packing slips of the ticked orders (print)", permissions=["view"])
    def packing_slips(self, request, orders):
        context = {
            "orders": list(self._printed(orders)),
            "seller": Seller.current(),
            "title": "Packing slips",
        }
        return render(
            request,
            "admin/orders/order/packing_slips.html",
            {**self.admin_site.each_context(request), **context},
        )

    @admin.action(description="Export the ticked orders as CSV", permissions=["view"])
    def export(self, request, orders):
        return orders_csv(self._printed(orders))

    # --- one order ----------------------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("by-hand/", view(partial(by_hand, site=self.admin_site)), name="orders_order_by_hand"),
            path("<int:pk>/slip/", view(self.slip_view), name="orders_order_slip"),
            *super().get_urls(),
        ]

    def slip_view(self, request, pk):
        order = self.get_object(request, str(pk))
        if order is None or not self.has_view_permission(request, order):
            raise Http404("There is no such order.")
        context = {"orders": [order], "seller": Seller.current(), "title": f"Packing slip {order.number}"}
        return render(
            request,
            "admin/orders/order/packing_slips.html",
            {**self.admin_site.each_context(request), **context},
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        order = self.get_object(request, object_id)
        if order is None or not self.has_view_permission(request, order):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            return self.perform(request, order, chosen(ACTIONS, request))
        return self.page(request, order)

    def perform(self, request, order, action):
        """Ask first where the action asks; do it, once; back to the order, or to the form with what was typed."""
        who, typed = request.user.get_username(), request.POST
        try:
            if action.has_turn:
                check_turn(order, typed)
            if "change" in typed:
                return self.page(request, order, typed=typed)
            plan = action.plan(order, typed) if action.plan else None
            if plan and not ("confirmed" in typed and (turn_of(typed) or not action.has_turn)):
                return self.ask(request, order, plan)
            if action.has_turn and turn_of(typed):
                words = in_turn(order, typed, who, lambda: action.perform(order, typed, who))
            else:
                words = action.perform(order, typed, who)
        except CannotDo as error:
            if error.again:
                messages.warning(request, str(error))
                return HttpResponseRedirect(request.path)
            messages.error(request, str(error))
            return self.page(request, self.get_object(request, str(order.pk)), typed=typed, status=422)
        self.log_change(request, order, words)
        messages.success(request, words)
        return HttpResponseRedirect(request.path)

    def ask(self, request, order, plan):
        """The page between the form and the action: it names the sum and carries all that was typed."""
        typed = {name: value for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken"}}
        hidden = typed | {
            "turn": turn_of(typed) or next_turn(order),
            "sum": plan.amount,
            "confirmed": "1",
        }
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": plan.title,
            "plan": plan,
            "order": order,
            "hidden": hidden.items(),
            "change": True,
        }
        return render(request, "admin/ask.html", context)

    def page(self, request, order, typed=None, status=200):
        lines = list(order.lines.select_related("order__region"))
        payments = list(
            order.payments.prefetch_related("refunds", "disputes").select_related("order__region")
        )
        payment = paid_by(order)
        typed = typed or {}
        mails = _mails(order)
        out = still_out(order)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Order {order.number}",
            "order": order,
            "lines": lines,
            "to_send": waiting(order, lines, typed),
            "to_return": [
                (
                    line,
                    typed.get(f"return-{line.pk}", min(out.get(line.pk, 0), line.to_return)),
                    typed.get(f"outcome-{line.pk}", ""),
                )
                for line in lines
                if line.to_return > 0
            ],
            "to_refund": [(line, typed.get(f"for-{line.pk}", "")) for line in lines],
            "parcels": order.parcels.prefetch_related("lines__line", "lines__batches__batch"),
            "claims": claims_of(order),
            "unproven": order.withdrawals.filter(proven_at=None, settled_at=None),
            "today": timezone.now().astimezone(order.region.zone).date(),
            "payments": payments,
            "payment": payment,
            "mismatched": [(row, choices(order, row)) for row in payments if row.is_looked_at and row.left],
            "looked_at": LOOKED_AT if any(row.is_looked_at for row in payments) else "",
            "pay_until": pay_until(order, payments),
            "left_text": payment.left_text if payment else "",
            "refunds": [refund for row in payments for refund in row.refunds.all()],
            "disputes": [dispute for row in payments for dispute in row.disputes.all()],
            "documents": self.documents(order),
            "events": order.events.all(),
            "causes": [pair for pair in RefundCause.choices if pair[0] not in NOT_CHOSEN],
            "to_transfer": to_transfer(order),
            "outside_ways": [] if why_not_outside(order) else Outside.choices,
            "outcomes": Outcome.choices,
            "typed": typed,
            "open_action": typed.get("action", ""),
            "turn": next_turn(order),
            "may_fulfil": request.user.has_perm("orders.fulfil_order"),
            "may_refund": request.user.has_perm("payments.refund_payment"),
            "may_note": request.user.has_perm("orders.change_order"),
            "shopper_page": settings.SITE_URL + order.get_absolute_url(),
            "mails": mails,
            "mail_given_up": any(mail.gave_up_at for mail, _ in mails),
        }
        return render(request, "admin/orders/order/desk.html", context, status=status)

    def documents(self, order):
        return [
            (
                f"{row.get_kind_display()} {row.number}",
                reverse("checkout:document", args=[order.token, row.number]),
            )
            for row in order.documents.order_by("issued_at", "pk").defer("pdf", "data")
        ]


def _mails(order):
    return [
        (mail, reverse("admin:outbox_mail_change", args=[mail.pk]))
        for mail in mails_of(order).order_by("written_at")
    ]
