import re
from functools import wraps

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import get_script_prefix, path, reverse

from config.deeds.models import Verb
from config.deeds.record import act_of, acting, note
from config.entry import second_factor
from config.staff.forms.deleting import deleting
from config.staff.forms.filtering import filtering
from config.staff.forms.finding import finding
from config.staff.forms.guard import guarded
from config.staff.forms.lengths import lengths
from config.staff.forms.proposing import proposing
from config.staff.opening import opening
from config.staff.places import often, places
from shop.text.numbers import whole_or_none

# In the order staff need them; what is not named follows.
ORDER = [
    "articles",
    "orders",
    "catalogue",
    "pictures",
    "regions",
    "claims",
    "payments",
    "outbox",
    "sandbox",
    "auth",
]


MOST_APP_LISTS = 100  # as many sets of rights; then they begin anew

POLICY = {
    "script-src": settings.ADMIN_SCRIPT_SOURCES,
    "style-src": settings.ADMIN_STYLE_SOURCES,
    "frame-src": ["'self'"],
}


INDENT = re.compile(rb">\s*\n\s*<(?!/textarea)")
BEFORE_ATTRIBUTE = re.compile(rb"\n {2,}(?=[\w-]+=\")")


def without_indents(response):
    """A page without what only indents its source: a third of a long form, more than of what is read.

    It stands between tags and before attributes alone; inside of what was typed there is none, since “<”, “>” and quotes
    are escaped there.
    """
    if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
        response.add_post_render_callback(_squeezed)
        return response
    return _squeezed(response)


def _squeezed(response):
    is_page = not response.streaming and response.get("Content-Type", "").startswith("text/html")
    if is_page and b"<pre" not in response.content:
        response.content = BEFORE_ATTRIBUTE.sub(b"\n", INDENT.sub(b">\n<", response.content))
    return response


class AutocompleteWithNotes(AutocompleteJsonView):
    """Choices with more than their name, for models whose admin has an `autocomplete_result`.

    It returns any of: text, note, picture (an address). static/js/staff.js shows them.
    """

    def serialize_result(self, obj, to_field_name):
        more: dict = getattr(self.model_admin, "autocomplete_result", lambda obj: {})(obj)
        return {**super().serialize_result(obj, to_field_name), **more}


class ShopAdminSite(AdminSite):
    """Stock Django admin with the shop's name, order and content security policy."""

    site_header = f"{settings.BRAND} staff"
    site_title = settings.BRAND
    index_title = "Today"
    site_url = "/"
    enable_nav_sidebar = False  # the menu at the top holds every list (config/staff/places.py)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._app_lists: dict[tuple, list] = {}

    def each_context(self, request):
        context = super().each_context(request)
        if context["has_permission"]:
            context["menu"] = places(request, context["available_apps"])
            context["menu_often"] = often(context["menu"])
        return context

    def register(self, model_or_iterable, admin_class=None, **options):
        """Every form saves only what its user changed; every list finds in any spelling, is filtered by what it offers
        alone, and costs the same however long it is, and so does the page that asks before a deletion; what readers read of
        the library is only proposed by who may not publish (config/staff/forms).
        """
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        base = proposing(admin_class or ModelAdmin, models)
        made = deleting(lengths(filtering(finding(guarded(base)))))
        super().register(model_or_iterable, made, **options)

    def admin_view(self, view, cacheable=False):
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def answer(request, *args, **kwargs):
            if request.user.is_authenticated and not self.has_permission(request):
                return HttpResponseRedirect(
                    reverse("account_inactive")
                )  # signing in would only lead back here
            if self.has_permission(request) and second_factor.is_missing(request):
                return HttpResponseRedirect(f"{reverse('mfa_index')}?needed=1")
            if request.method == "POST" and self.has_permission(request):
                with acting(request):
                    response = without_indents(inner(request, *args, **kwargs))
            else:
                response = without_indents(inner(request, *args, **kwargs))
            if "attachment" in response.get("Content-Disposition", "") and not request.path.endswith(
                "/deeds/deed/csv/"
            ):
                note(act_of(request), Verb.EXPORTED)
            if not hasattr(response, "_csp_replace"):  # a view may have a stricter policy of its own
                response._csp_update = POLICY
            return response

        return answer

    def get_urls(self):
        from articles.products.report import link_report
        from config.moving.models import Import
        from config.staff.bring_in import bring_in, bring_in_one
        from config.staff.calendar import calendar_page
        from config.staff.customer import customer
        from config.staff.earnings_page import earnings
        from config.staff.find import find_page
        from config.staff.handbook import handbook, handbook_picture
        from config.staff.refunds import refunds
        from config.staff.sales import sales
        from config.staff.take_out import take_out
        from shop.ledger.oss import oss_report
        from shop.ledger.page import ledger
        from shop.ledger.vat import vat_report
        from shop.regions.rates_page import rates_page

        view = self.admin_view
        return [
            path("earnings/", view(lambda request: earnings(request, self, "articles")), name="earnings"),
            path(
                "earnings/campaigns/",
                view(lambda request: earnings(request, self, "campaigns")),
                name="campaign_earnings",
            ),
            path(
                "earnings/codes/",
                view(lambda request: earnings(request, self, "codes")),
                name="code_earnings",
            ),
            path("find/", view(lambda request: find_page(request, self)), name="find"),
            path("customer/", view(lambda request: customer(request, self)), name="customer"),
            path("calendar/", view(lambda request: calendar_page(request, self)), name="calendar"),
            path("sales/", view(lambda request: sales(request, self)), name="sales"),
            path("why-back/", view(lambda request: refunds(request, self)), name="why_back"),
            path("ledger/", view(lambda request: ledger(request, self)), name="ledger"),
            path("vat/", view(lambda request: vat_report(request, self)), name="vat_report"),
            path("vat/oss/", view(lambda request: oss_report(request, self)), name="oss_report"),
            path(
                "regions/region/<int:pk>/opening/",
                view(lambda request, pk: opening(request, self, pk)),
                name="region_opening",
            ),
            *(
                path(
                    f"bring-in/{kind}/",
                    view(lambda request, kind: bring_in(request, self, kind)),
                    {"kind": kind},
                    f"bring_in_{kind}",
                )
                for kind in Import.Kind.values
            ),
            path(
                "bring-in/<int:pk>/",
                view(lambda request, pk: bring_in_one(request, self, pk)),
                name="bring_in_one",
            ),
            path("take-out/", view(lambda request: take_out(request, self)), name="take_out"),
            path("rates/", view(lambda request: rates_page(request, self)), name="vat_rates"),
            path("links/", view(lambda request: link_report(request, self)), name="link_report"),
            path("r/<path:content_type_id>/<path:object_id>/", view(self.on_site_view), name="view_on_site"),
            path("handbook/", view(lambda request: handbook(request, self)), name="handbook"),
            path("handbook/pictures/<slug:name>.webp", view(handbook_picture)),
            *super().get_urls(),
        ]

    def on_site_view(self, request, content_type_id, object_id):
        """“View on site”, for those who may see the row: the address of some, such as an order, is a secret."""
        kind = ContentType.objects.filter(pk=whole_or_none(content_type_id) or 0).first()
        model = kind.model_class() if kind else None
        one = self._registry.get(model) if model else None
        row = one.get_object(request, object_id) if one else None
        if one is None or row is None or not one.has_view_or_change_permission(request, row):
            raise Http404("There is no such page.")
        if not hasattr(row, "get_absolute_url"):
            raise Http404("It has no page of its own.")
        return HttpResponseRedirect(row.get_absolute_url())

    def autocomplete_view(self, request):
        return AutocompleteWithNotes.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        from config.middleware.proxy import unknown_proxy
        from config.staff.first_hour import first_hour
        from config.staff.four_weeks import four_weeks
        from config.staff.often import often_used
        from config.staff.start_page import start_page_lists
        from shop.ledger.check import last_state
        from shop.ledger.page import webhooks_are_silent

        wanted = second_factor.wanted_from(request)
        context: dict[str, object] = {
            "second_factor_from": wanted,
            "lists": start_page_lists(request.user, request.GET.get("all", "")),
        }
        if request.user.has_perm("auth.change_user"):
            context["unknown_proxy"] = unknown_proxy(request)
        if request.user.has_perm("desk.view_ledger"):
            context["sales"] = four_weeks()
            context["webhooks_silent"] = webhooks_are_silent()
            state = last_state()
            context["ledger_red"] = len(state.breaches) if state else 0
        context["first_hour"] = first_hour(request.user)
        menu = self.each_context(request)["menu"]
        context["often"], context["last_changed"] = often_used(request.user, menu)
        return super().index(request, {**context, **(extra_context or {})})

    def get_app_list(self, request, app_label=None):
        """What this person may see, worked out once in a process for all who may do the same.

        No admin decides by rows what may be seen. Whether a row may be added is not read from here.
        """
        user = request.user
        may = user.is_active and (user.is_superuser or frozenset(user.get_all_permissions()))
        key = (app_label, may, get_script_prefix(), len(self._registry))
        if key not in self._app_lists:
            if len(self._app_lists) >= MOST_APP_LISTS:
                self._app_lists.clear()
            apps = super().get_app_list(request, app_label)
            place = {label: number for number, label in enumerate(ORDER)}
            self._app_lists[key] = sorted(apps, key=lambda app: place.get(app["app_label"], len(ORDER)))
        return self._app_lists[key]
