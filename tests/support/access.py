"""Who may what: a row for every address of the site (tests/test_access.py compares).

Written by hand from what each page is for, never read from the views. An address of a model's admin page needs no row:
its right follows from its name, and `NOBODY_*` and `HELD` say what no role can do there.
"""

from dataclasses import dataclass

from config.staff.roles import OWN_APPS, ROLES

SIGNED_OUT = ["anonymous", "another shopper"]
STAFF = ["no role", *ROLES, "superuser"]
VISITORS = [*SIGNED_OUT, "not staff", *STAFF]

PUBLIC = [
    "",
    "llms.txt",
    "robots.txt",
    "sitemap.xml",
    "favicon.ico",
    "media/<path>",
    "region/before/",
    "to/article/<pk>/",
    "to/product/<pk>/",
    "go/<word>/",
    "<region>/",
    "<region>/shop/",
    "<region>/shop/compare/",
    "<region>/shop/<slug>/",
    "<region>/collections/<slug>/",
    "<region>/sheet/",
    "<region>/search/",
    "<region>/search/suggest/",
    "<region>/articles/",
    "<region>/articles/feed/",
    "<region>/articles/authors/<slug>/",
    "<region>/articles/<slug>/",
    "<region>/sitemap.xml",
    "<region>/sitemap-<number>.xml",
    "<region>/card/<kind>/<key>.jpg",
    "<region>/feeds/meta.csv",
    "<region>/feeds/google.xml",
    "<region>/feeds/agents.jsonl",
    "<region>/help/",
    "<region>/help/<page>/",
    "<region>/basket/",
    "<region>/basket/problem/",
    "<region>/checkout/",
    "<region>/withdraw/",
    "<region>/withdraw/receipt/",
    "<region>/alerts/again/",
    "<region>/alerts/stopped/",
    "<region>/reminders/again/",
    "<region>/reviews/<pk>/report/",
    "<region>/shop/<slug>/reviews/",
    "<region>/reminders/stopped/",
    "<region>/account/",
    "<region>/account/addresses/",
    "<region>/letters/again/",
    "<region>/letters/stopped/",
]
QUERIES = {"<region>/sheet/": "?sku=CIT-CAP-90"}
EMPTY = ["<region>/sitemap-<number>.xml"]  # a small shop has no second part
# Signing in, and forgotten passwords; who is in already is led on.
ENTRY = [
    "admin/login/",
    "admin/login/code/",
    "admin/login/passkey/",
    "admin/login/closed/",
    "admin/login/cancel/",
    "admin/password/forgotten/",
    "admin/password/forgotten/sent/",
    "admin/password/new/<uidb36>-<key>/",
    "admin/password/new/done/",
]
# Of one's own account. Nothing in the address says whose, but for a passkey's number, which finds one's own alone.
OWN_ACCOUNT = [
    "admin/login/again/",
    "admin/login/again/code/",
    "admin/login/again/passkey/",
    "admin/password_change/",
    "admin/password_set/",
    "admin/you/",
    "admin/you/app/",
    "admin/you/app/remove/",
    "admin/you/mails/",
    "admin/you/codes/",
    "admin/you/codes/new/",
    "admin/you/codes/recovery-codes.txt",
    "admin/you/passkeys/",
    "admin/you/passkeys/add/",
]
OF_SOMEBODY_ELSE = ["admin/you/passkeys/<pk>/remove/", "admin/you/passkeys/<pk>/name/"]
# Changes something of the one who asks, or of the one whose secret stands in the address: by a form alone.
BY_FORM = [
    "reading/",
    "region/",
    "<region>/basket/add/",
    "<region>/basket/update/",
    "<region>/basket/code/",
    "<region>/basket/confirm/",
    "<region>/alerts/",
    "<region>/reminders/",
    "<region>/account/link/",
    "<region>/account/undo/",
    "<region>/account/again/",
    "<region>/account/stop/",
    "<region>/account/export/",
    "<region>/account/out/",
    "<region>/account/delete/",
    "<region>/letters/",
    "stripe/webhook/",
    "csp-reports/",
]
STAFF_BY_FORM = ["admin/you/sessions/", "admin/logout/"]
# Whoever has the secret may; nothing else opens them: no number, no other's secret.
SECRET = [
    "orders/<token>/",
    "orders/<token>/<number>.pdf",
    "orders/<token>/terms/",
    "orders/<token>/withdraw/",
    "orders/<token>/review/<sku>/",
    "withdrawals/<proof>/",
    "account/<token>/",
    "alerts/<token>/",
    "reminders/<token>/",
    "reminders/basket/<token>/",
    "letters/<token>/",
    "preview/<token>/",
    "sandbox/pay/<session_id>/",
    "sandbox/3ds/<session_id>/",
]
SECRET_BY_FORM = [
    "orders/<token>/pay/",
    "orders/<token>/cancel/",
    "orders/<token>/remind/",
    "orders/<token>/review/",
    "letters/<token>/stop/",
    "preview/<token>/comment/",
]

ANY: tuple[str, ...] = ()
RIGHTS: dict[str, tuple[str, ...]] = {
    "admin/": ANY,
    "admin/calendar/": ANY,  # it shows what one may see
    "admin/find/": ANY,  # it finds what one may see
    "admin/handbook/": ANY,
    "admin/handbook/pictures/<name>.webp": ANY,
    "admin/jsi18n/": ANY,
    "admin/password_change/done/": ANY,
    "admin/earnings/": ("attribution.view_articleday",),
    "admin/earnings/campaigns/": ("attribution.view_campaignday",),
    "admin/earnings/codes/": ("codes.view_codeday",),
    "admin/sales/": ("attribution.view_packday",),
    "admin/customer/": ("orders.view_order",),
    "admin/why-back/": ("payments.view_refund", "desk.view_ledger"),
    "admin/ledger/": ("desk.view_ledger",),
    "admin/vat/": ("desk.view_ledger",),
    "admin/vat/oss/": ("desk.view_ledger",),
    "admin/rates/": ("regions.add_vatrate",),
    "admin/regions/region/<pk>/opening/": ("regions.change_region",),
    "admin/bring-in/products/": ("catalogue.add_product", "catalogue.add_price", "forwarding.add_redirect"),
    "admin/bring-in/articles/": ("articles.add_version", "forwarding.add_redirect"),
    "admin/bring-in/customers/": ("letters.add_subscriber",),
    "admin/bring-in/shop/": ("auth.change_user", "orders.view_order"),
    "admin/bring-in/<pk>/": ("catalogue.add_product", "catalogue.add_price", "forwarding.add_redirect"),
    "admin/take-out/": ("auth.change_user", "orders.view_order"),
    "admin/links/": ("articles.view_version",),
    "admin/deeds/deed/csv/": ("deeds.view_deed",),
    "admin/forwarding/redirect/import/": ("forwarding.add_redirect", "forwarding.change_redirect"),
    "admin/forwarding/redirect/all.csv": ("forwarding.view_redirect",),
    "admin/forwarding/shortlink/<pk>/qr.<kind>": ("forwarding.view_shortlink",),
    "admin/outbox/mail/<pk>/html/": ("outbox.view_mail",),
    "admin/letters/letter/<pk>/look/": ("letters.view_letter",),
    "admin/letters/letter/<pk>/look/html/": ("letters.view_letter",),
    "admin/claims/ownrule/bench/": ("claims.view_ownrule",),
    "admin/catalogue/batch/<pk>/buyers/": ("catalogue.view_batch", "orders.view_order"),
    "admin/catalogue/batch/<pk>/buyers.csv": ("catalogue.view_batch", "orders.view_order"),
    "admin/catalogue/batch/<pk>/recall/": ("catalogue.recall_batch", "orders.view_order"),
    "admin/catalogue/product/grid/": ("catalogue.add_price", "catalogue.change_stock"),
    "admin/catalogue/product/<pk>/copy/": ("catalogue.add_product",),
    "admin/catalogue/product/to-region/": (
        "catalogue.add_price",
        "catalogue.add_productwording",
        "catalogue.change_productwording",
    ),
    "admin/orders/order/by-hand/": ("orders.fulfil_order",),
    "admin/orders/order/<pk>/slip/": ("orders.view_order",),
    "admin/articles/article/compare/<before>/<after>/": ("articles.view_version",),
    "admin/articles/article/links/<pk>/": ("articles.link_products",),
    "admin/articles/article/languages/<pk>/": ("articles.view_version",),
    "admin/articles/article/languages/<pk>/<language>/": ("articles.view_version",),
    "admin/articles/article/matrix/": ("articles.view_version",),
    "admin/articles/article/regions/<pk>/<one>/<other>/": ("articles.view_version",),
    "admin/articles/article/preview/<pk>/<code>/": ("articles.view_version",),
    "admin/articles/claimsignoff/export/": ("articles.view_claimsignoff", "articles.view_noclaim"),
    "admin/pages/pageversion/new/<page>/<code>/": ("pages.add_pageversion",),
    "admin/pages/pageversion/to-check/": ("pages.view_pageversion",),
    "admin/pages/pageversion/<pk>/preview/": ("pages.view_pageversion",),
    "admin/pages/pageversion/<pk>/publish/": ("pages.publish_pageversion",),
    "admin/pages/pageversion/<pk>/back/": ("pages.publish_pageversion",),
    "admin/pages/pageversion/<pk>/again/": ("pages.add_pageversion",),
    "admin/auth/user/invite/": ("auth.add_user",),
    "admin/auth/user/<id>/password/": ("auth.change_user",),
}
# The right to these depends on the row or the query: each is asked for once for every kind of row.
BY_KIND = ["admin/r/<content_type_id>/<object_id>/", "admin/autocomplete/", "admin/<app_label>/"]
NOBODY = ["admin/<url>"]  # all that is no page

# An article is its versions.
INSTEAD = {"articles.article": "articles.version"}
# What the shop writes itself, or has one of.
NOBODY_ADDS = [
    "accounts.account",
    "alerts.stockalert",
    "articles.claimsignoff",
    "articles.noclaim",
    "articles.proposal",
    "catalogue.pricelog",
    "catalogue.stockmovement",
    "catalogue.variant",
    "deeds.deed",
    "forwarding.missedpage",
    "invoices.document",
    "letters.subscriber",
    "operation.violation",
    "orders.order",
    "outbox.mail",
    "payments.dispute",
    "payments.payment",
    "payments.refund",
    "pages.pageversion",
    "payments.stripeevent",
    "sandbox.sandboxevent",
    "search.emptysearch",
    "sweeps.setback",
    "withdrawal.withdrawal",
    "regions.seller",
    "reminders.basketreminder",
    "reminders.packreminder",
    "reviews.review",
    "reviews.reviewask",
    "reviews.reviewreport",
    "sandbox.sandboxswitches",
]
NOBODY_DELETES = [
    "reviews.review",
    "reviews.reviewreport",
    "accounts.account",
    "articles.article",
    "articles.claimsignoff",
    "articles.noclaim",
    "articles.proposal",
    "articles.version",
    "catalogue.batch",
    "catalogue.formofmagnesium",
    "catalogue.product",
    "catalogue.pricelog",
    "catalogue.productkind",
    "catalogue.stockmovement",
    "catalogue.variant",
    "deeds.deed",
    "invoices.document",
    "operation.violation",
    "orders.order",
    "outbox.mail",
    "payments.dispute",
    "payments.payment",
    "payments.refund",
    "payments.stripeevent",
    "regions.lawpack",
    "regions.postalzone",
    "regions.region",
    "regions.seller",
    "sandbox.sandboxswitches",
    "sweeps.setback",
    "withdrawal.withdrawal",
]
# The row that is asked for can't be deleted by anybody: it has begun, or is carried by an article.
HELD = ["articles.topic", "catalogue.price", "regions.salestaxrate", "regions.vatrate"]


@dataclass(frozen=True)
class Page:
    """A page of a model's admin."""

    model: str
    page: str

    def rights(self) -> list[str]:
        """Any of these; none where nobody may."""
        app, name = INSTEAD.get(self.model, self.model).split(".")
        if self.page == "add":
            return [] if self.model in NOBODY_ADDS else [f"{app}.add_{name}"]
        if self.page == "delete":
            return [] if self.model in [*NOBODY_DELETES, *HELD] else [f"{app}.delete_{name}"]
        return [f"{app}.view_{name}", f"{app}.change_{name}"]


def has(visitor: str, right: str) -> bool:
    if visitor in ("superuser", "Owner"):
        return visitor == "superuser" or right.split(".")[0] in OWN_APPS
    return right in (ROLES.get(visitor) or ())
