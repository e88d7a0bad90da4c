"""The one navigation of staff pages: every list and report that a person may see, in groups of what it is about."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse

# Groups in the order staff need them, with the apps whose lists stand in them; all others stand in the last.
GROUPS = {
    "Orders and money": [
        "orders",
        "withdrawal",
        "payments",
        "invoices",
        "outbox",
        "alerts",
        "reminders",
        "reviews",
    ],
    "Articles": ["articles", "pictures", "claims"],
    "Shop": ["catalogue", "codes", "regions", "pages"],
    "Readers": ["letters", "search"],
    "House": [],
}
# (group, name, address, what follows it, right; "" for everybody)
REPORTS = [
    ("Orders and money", "Orders to send", "admin:orders_order_changelist", "?view=to_send", "orders.view_order"),
    ("Orders and money", "Order by hand", "admin:orders_order_by_hand", "", "orders.fulfil_order"),
    ("Orders and money", "Money ledger", "admin:ledger", "", "desk.view_ledger"),
    ("Orders and money", "VAT report", "admin:vat_report", "", "desk.view_ledger"),
    ("Orders and money", "One-stop shop", "admin:oss_report", "", "desk.view_ledger"),
    ("Orders and money", "Customers", "admin:customer", "", "orders.view_order"),
    ("Orders and money", "Sales", "admin:sales", "", "attribution.view_packday"),
    ("Orders and money", "Why money went back", "admin:why_back", "", "payments.view_refund"),
    ("Shop", "Newer VAT rates", "admin:vat_rates", "", "regions.add_vatrate"),
    ("Shop", "Prices and stock", "admin:catalogue_product_grid", "", "catalogue.change_stock"),
    ("Articles", "Calendar", "admin:calendar", "", ""),
    ("Articles", "New article", "admin:articles_version_add", "", "articles.add_version"),
    ("Articles", "Articles by region", "admin:articles_matrix", "", "articles.view_version"),
    ("Articles", "Links in trouble", "admin:link_report", "", "articles.view_version"),
    ("Readers", "What articles earn", "admin:earnings", "", "attribution.view_articleday"),
    ("Readers", "What campaigns earn", "admin:campaign_earnings", "", "attribution.view_campaignday"),
    ("Readers", "What codes earn", "admin:code_earnings", "", "codes.view_codeday"),
    ("Shop", "Bring products in", "admin:bring_in_products", "", "catalogue.add_product"),
    ("Articles", "Bring articles in", "admin:bring_in_articles", "", "articles.add_version"),
    ("Readers", "Bring subscribers in", "admin:bring_in_customers", "", "letters.add_subscriber"),
    ("House", "Bring a whole shop in", "admin:bring_in_shop", "", "auth.change_user"),
    ("House", "Take everything out", "admin:take_out", "", "auth.change_user"),
    ("House", "Handbook for editors", "admin:handbook", "", ""),
]  # fmt: skip
OFTEN = [
    "Order",
    "Article",
    "Product",
    "Letter",
]  # models whose lists have a link of their own on a wide screen


GROUP_OF = {label: group for group, labels in GROUPS.items() for label in labels}


def group_of(app: str) -> str:
    return GROUP_OF.get(app, "House")


@dataclass(frozen=True)
class Place:
    name: str
    url: str
    model: str = ""  # of the list; empty for a report
    is_here: bool = False


def places(request, apps) -> list[tuple[str, list[Place]]]:
    """(group, its places) of the apps of `get_app_list`, which holds what this person may see. No query of its own."""
    found: dict[str, list[Place]] = {group: [] for group in GROUPS}
    for group, name, address, more, right in REPORTS:
        if not right or request.user.has_perm(right):
            found[group].append(_place(request, name, reverse(address) + more))
    for app in apps:
        rows = found[group_of(app["app_label"])]
        for model in app["models"]:
            if model["admin_url"]:
                name = str(model["name"])
                rows.append(_place(request, name, model["admin_url"], model["object_name"]))
    return [(group, rows) for group, rows in found.items() if rows]


def _place(request, name: str, url: str, model: str = "") -> Place:
    return Place(name[:1].upper() + name[1:], url, model, _is_here(request, url))


def _is_here(request, url: str) -> bool:
    parts = urlsplit(url)
    return request.path == parts.path and parts.query == request.META.get("QUERY_STRING", "")


def often(groups: list[tuple[str, list[Place]]]) -> list[Place]:
    by_model = {place.model: place for _, rows in groups for place in rows}
    return [by_model[model] for model in OFTEN if model in by_model]
