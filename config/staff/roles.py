"""Who of the staff may do what. Shipped as groups; brought up to date after every migration.

A role that was changed by hand in the admin is set back to this list, so that the list can be trusted: change it
here. People may have several roles.
"""

from django.apps import apps

ARTICLE_ROWS = ["version", "richtext", "figure", "productcard", "callout", "faq", "referenceblock",
                "evidencetable", "formtable",
                "versiontopic", "versiontag", "productlink", "previewlink"]  # fmt: skip


def rights(app: str, models: list[str], *permissions: str) -> set[str]:
    return {f"{app}.{permission}_{model}" for model in models for permission in permissions}


LOOK = (
    rights("articles", [*ARTICLE_ROWS, "article", "publication", "author", "topic", "reference", "question", "magnesiumform", "medicalreview", "comment", "claimsignoff", "noclaim", "linkchange", "proposal"], "view")
    | rights("catalogue", ["product", "variant", "price", "relatedproducttag", "productpicture", "productwording"], "view")
    | rights("pictures", ["picture"], "view")
    | rights("regions", ["region"], "view")
    | rights("attribution", ["articleday", "campaignday"], "view")
    | rights("claims", ["ownrule"], "view")
    | rights("search", ["synonym", "pin", "emptysearch"], "view")
    | rights("catalogue", ["collection", "collectionproduct"], "view")
)  # fmt: skip
WRITE = (
    LOOK
    | rights("articles", ARTICLE_ROWS, "add", "change", "delete")
    | rights("articles", ["reference", "topic", "question"], "add", "change")
    | rights("articles", ["comment"], "change")
    | rights("pictures", ["picture"], "add", "change")
)
FORWARD = rights("forwarding", ["redirect"], "add", "change", "delete", "view") | rights(
    "forwarding", ["missedpage"], "view", "delete"
)
EDIT = (
    WRITE
    | {"articles.publish_article", "articles.add_medicalreview", "articles.link_products"}
    | {"articles.may_tick_no_claim"}
    | rights("articles", ["author", "magnesiumform"], "add", "change")
    | rights("search", ["synonym", "pin"], "add", "change", "delete")
    | rights("sweeps", ["setback"], "view")
    | rights("pages", ["pageversion", "pageblock"], "view", "add", "change", "delete")
    | FORWARD
)
SHORT = rights("forwarding", ["shortlink"], "add", "change", "view")
LINKS = ["versiontag", "productlink", "productcard"]
MARKET = (
    LOOK
    | {"articles.change_version", "articles.link_products"}
    | rights("articles", [*LINKS, "previewlink"], "add", "change", "delete")
    | rights("codes", ["code", "codeterms", "automaticdiscount"], "add", "change", "view")
    | rights("codes", ["codeday"], "view")
    | rights("letters", ["letter", "letterarticle"], "add", "change", "delete", "view")
    | rights("letters", ["subscriber"], "view", "delete")
    | rights("catalogue", ["relatedproducttag", "producttag"], "add", "change", "delete", "view")
    | rights("catalogue", ["collection", "collectionproduct"], "add", "change", "delete")
    | rights("search", ["synonym", "pin"], "add", "change", "delete")
    | FORWARD
    | SHORT
)
SELL = (
    rights("orders", ["order", "orderline", "orderevent"], "view")
    | rights("orders", ["order"], "change")
    | {"orders.fulfil_order", "payments.refund_payment", "desk.view_ledger"}
    | rights("orders", ["parcel", "return"], "view")
    | rights("payments", ["dispute"], "view")
    | rights("invoices", ["document"], "view")
    | rights("withdrawal", ["withdrawal", "withdrawalline"], "view")
    | rights("withdrawal", ["withdrawal"], "change")
    | rights("codes", ["code", "codeterms", "automaticdiscount", "codeday"], "view")
    | rights("payments", ["payment", "refund", "stripeevent"], "view")
    | rights("outbox", ["mail"], "view", "change")
    | rights("sweeps", ["setback"], "view")
    | rights("alerts", ["stockalert"], "view", "delete")
    | rights("accounts", ["account"], "view")
    | rights("reminders", ["packreminder", "basketreminder"], "view", "delete")
    | rights("reviews", ["review", "reviewreport"], "view", "change")
    | rights("reviews", ["reviewask"], "view", "delete")
    | rights(
        "catalogue", ["product", "variant", "price", "pricelog", "stock", "stockmovement", "batch"], "view"
    )
    | rights("regions", ["region"], "view")
)
OWN_APPS = [
    "articles",
    "catalogue",
    "pictures",
    "regions",
    "pages",
    "orders",
    "payments",
    "outbox",
    "alerts",
    "reminders",
    "reviews",
    "codes",
    "desk",
    "invoices",
    "withdrawal",
    "attribution",
    "claims",
    "search",
    "letters",
    "forwarding",
    "operation",
    "sweeps",
    "auth",
    "accounts",
    "moving",
    "deeds",
]
DOES = {
    "Writer": "writes articles; somebody else publishes them",
    "Editor": "writes, reviews and publishes articles, and drafts the shop’s pages",
    "Marketing": "links articles and products, writes letters, makes discount codes",
    "Orders": "sends, cancels and refunds orders, and sees who ordered",
    "Owner": "does everything, people and prices included",
}
ROLES = {"Writer": WRITE, "Editor": EDIT, "Marketing": MARKET, "Orders": SELL, "Owner": None}


def ship_roles() -> None:
    """Make the groups and give them exactly their rights. Safe to repeat. Owner has every right of the shop's apps."""
    from django.contrib.auth.models import Group, Permission

    every = {
        f"{label}.{codename}": pk
        for pk, label, codename in Permission.objects.values_list("pk", "content_type__app_label", "codename")
    }
    for name, wanted in ROLES.items():
        if wanted is None:
            wanted = {right for right in every if right.split(".")[0] in OWN_APPS}
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set([every[right] for right in wanted if right in every])


def ship_after_the_last_app(app_config, **kwargs) -> None:
    """After a migration, once: when the permissions of all apps exist."""
    from django.contrib.auth.management import create_permissions

    if app_config.label == list(apps.app_configs)[-1]:
        create_permissions(app_config, verbosity=0)  # Django's own receiver may come after this one
        ship_roles()
