"""Every text field of every model: what shoppers read of it and as what it is checked, or why nobody reads it.

The apps declare what is read (`CLAIM_TEXTS` in their `claim_texts`, see shop/content/texts.py); the rest stands here
with its reason. A text field is one whose words come from staff or visitors: one with choices, or with the code of a row, is not. Law texts and
the words of templates are code: templates/.
"""

from django.apps import apps
from django.db import models

from shop.content.texts import declared
from shop.content.translations import Translated

CODES = "codes and settings of a fixed form: no words"
STAFF = "only staff read it"
MACHINE = "written and read by the shop itself"
TYPED = "what a shopper typed, read by that shopper and by staff"
COPY = "a copy of texts that are checked where they are written"
OLD = "an address that was checked as the row’s own; readers are led on from it"
AUTHORITY = "names an authority, whose own name a rule may refuse, such as the Therapeutic Goods Administration; only the Owner writes it"
WHERE = "in which regions a block shows"
STRIPE = "written by Stripe or for it"

ALL = "*"  # every text field of the model that no app declares
NOT_READ: dict[str, dict[str, str]] = {
    "discovery.KeptPart": {ALL: MACHINE},
    "search.Document": {ALL: MACHINE},
    "search.Posting": {ALL: MACHINE},
    "search.StemCount": {ALL: MACHINE},
    "search.Word": {ALL: COPY},
    "search.Synonym": {
        "language": CODES,
        "words": "what readers type; a condition is never joined with something sold",
    },
    "search.Pin": {"words": "what readers type; a condition never pins a product"},
    "search.EmptySearch": {ALL: STAFF},
    "entry.Device": {ALL: MACHINE},
    "accounts.Account": {ALL: TYPED},
    "accounts.SavedAddress": {ALL: TYPED},
    "accounts.SignInLink": {ALL: TYPED},
    "deeds.Deed": {ALL: STAFF},
    "letters.Subscriber": {ALL: TYPED},
    "letters.Stopped": {ALL: MACHINE},
    "moving.Import": {ALL: STAFF},
    "moving.ImportLine": {ALL: STAFF},
    "forwarding.Redirect": {ALL: "an address of another shop, and where readers of it are led"},
    "forwarding.MissedPage": {ALL: STAFF},
    "forwarding.ShortLink": {
        "note": STAFF,
        "source": CODES,
        "medium": CODES,
        "campaign": CODES,
        "named": MACHINE,
    },
    "operation.Violation": {ALL: MACHINE},
    "content.ContentScope": {ALL: MACHINE},
    "content.Tries": {ALL: MACHINE},
    "sweeps.Heartbeat": {ALL: STAFF},
    "sweeps.Setback": {ALL: STAFF},
    "outbox.Mail": {ALL: COPY},
    "pages.AgreedText": {ALL: COPY},
    "pages.PageVersion": {"change": STAFF, "published_by": STAFF},
    "pages.PageBlock": {"drawn": CODES, "source": STAFF},
    "pictures.Picture": {
        "title": STAFF,
        "rendered_widths": MACHINE,
        "failed": STAFF,
        "source_hash": MACHINE,
    },
    "regions.Region": dict.fromkeys(
        (
            "currency",
            "locale",
            "language",
            "hreflang",
            "dispatch_time_zone",
            "dispatch_holidays",
            "time_zone",
        ),
        CODES,
    ),
    "regions.LawPack": {
        "code": CODES,
        "language": CODES,
        "upper_level_source": AUTHORITY,
        "report_to": AUTHORITY,
        "disclaimer": "the FDA’s own words, which a product may say nowhere else; only the Owner writes them",
    },
    "regions.LawSource": {ALL: STAFF},
    "regions.LawVersion": {ALL: COPY},
    "regions.Country": {"code": CODES, "postcode_pattern": CODES},
    "regions.PostalZone": {
        "code": MACHINE,
        "pattern": CODES,
        "prefixes": CODES,
        "places": "names that are looked for in what was typed",
        "lines": CODES,
    },
    "regions.VatRate": {"source": STAFF},
    "orders.BuyerVatNumber": {ALL: TYPED},
    "regions.ProposedRate": {ALL: STAFF},
    "regions.SalesTaxRate": {"state": CODES, "source": STAFF},
    "claims.OwnRule": {ALL: STAFF},
    "catalogue.OldProduct": {"slug": OLD},
    "catalogue.OldCollection": {"slug": OLD},
    "catalogue.Variant": {"sku": CODES, "hs_code": CODES, "barcode": CODES},
    "catalogue.Hold": {ALL: MACHINE},
    "catalogue.Stock": {ALL: STAFF},
    "catalogue.StockMovement": {ALL: STAFF},
    "catalogue.Batch": {
        "number": CODES,
        "came_by": STAFF,
        "recalled_by": STAFF,
        "recall_words": "what is wrong with packs, to those alone who bought them",
    },
    "catalogue.Lack": {ALL: COPY},
    "catalogue.Particular": {ALL: STAFF},
    "catalogue.ProductKind": {"code": CODES},
    "catalogue.FormOfMagnesium": {
        "code": CODES,
        "source": STAFF,
        "sku_code": CODES,
        "sku_packs": CODES,
        "colour": CODES,
    },
    "attribution.CampaignDay": {ALL: STAFF},
    "attribution.PackDay": {ALL: MACHINE},
    "attribution.Tally": {ALL: STAFF},
    "alerts.StockAlert": {ALL: TYPED},
    "reminders.PackReminder": {ALL: TYPED},
    "reminders.BasketReminder": {ALL: TYPED},
    "reviews.Review": {ALL: "a buyer’s words before a person has read them; its writer and staff read it"},
    "reviews.PublishedReview": {
        "name": "a buyer’s own word, read by the claims check and by a person before it is shown (shop.reviews.judging)",
        "text": "a buyer’s own words, read by the claims check and by a person before they are shown (shop.reviews.judging)",
        "rules": MACHINE,
    },
    "reviews.ReviewReport": {ALL: STAFF},
    "codes.Code": {"note": STAFF, "belongs_name": STAFF},
    "codes.CodeDay": {ALL: MACHINE},
    "codes.CodeUse": {ALL: MACHINE},
    "codes.AutomaticUse": {ALL: MACHINE},
    "basket.Basket": {ALL: MACHINE},
    "basket.BasketLine": {"title": COPY, ALL: MACHINE},
    "orders.OrderEvent": {ALL: STAFF},
    "orders.OrderWord": {ALL: STAFF},
    "search.NameWord": {ALL: STAFF},
    "orders.Order": {
        "legal": COPY,
        "stopped": STAFF,
        "placed_by": STAFF,
        "automatic_name": COPY,
        "needs_review": STAFF,
        ALL: TYPED,
    },
    "orders.OrderLine": {"origins": MACHINE, ALL: COPY},
    "orders.Parcel": {"tracking_url": "the carrier’s address of one parcel", "sent_by": STAFF},
    "orders.Return": {ALL: STAFF},
    "payments.Payment": {"outside_why": STAFF, ALL: STRIPE},
    "payments.Refund": {"reason": STAFF, "wanted_by": STAFF, "stripe_id": STRIPE},
    "payments.Dispute": {ALL: STRIPE},
    "payments.StripeDifference": {ALL: STAFF},
    "payments.StripeEvent": {ALL: STRIPE},
    "sandbox.SandboxSession": {ALL: STRIPE},
    "sandbox.SandboxIntent": {ALL: STRIPE},
    "sandbox.SandboxCoupon": {ALL: STRIPE},
    "sandbox.SandboxDispute": {ALL: STRIPE},
    "sandbox.SandboxRefund": {ALL: STRIPE},
    "sandbox.SandboxIdempotency": {ALL: STRIPE},
    "sandbox.SandboxEvent": {ALL: STRIPE},
    "invoices.Series": {ALL: CODES},
    "invoices.Document": {ALL: COPY},
    "invoices.DaySum": {ALL: CODES},
    "invoices.Correction": {ALL: CODES},
    "withdrawal.Withdrawal": {"form": MACHINE, "settled_by": STAFF, "outcome": STAFF, ALL: TYPED},
    "checkout.OrderStart": {ALL: MACHINE},
    "desk.LedgerState": {ALL: STAFF},
    "desk.Turn": {ALL: STAFF},
    "articles.Article": {"language": MACHINE},
    "articles.OldAddress": {"slug": OLD},
    "articles.OldTopic": {"slug": OLD},
    "articles.OldAuthor": {"slug": OLD},
    "catalogue.ShelfRow": {ALL: MACHINE},
    "catalogue.ShelfCount": {ALL: MACHINE},
    "articles.CountedArticle": {ALL: MACHINE},
    "articles.Question": {ALL: "staff group sources by it; a table has a heading of its own"},
    "articles.Reference": {
        "key": "marks a citation; readers see its number",
        "doi": CODES,
        "pmid": CODES,
        "link": "where the source stands elsewhere",
        "population": STAFF,
        "finding": STAFF,
        "note": STAFF,
    },
    "articles.MagnesiumForm": {"code": MACHINE},
    "articles.Version": {
        "reviewed_words": MACHINE,
        "note": STAFF,
        "changed_by": STAFF,
        "condition_regions": MACHINE,
        "title_condition_regions": MACHINE,
        "region_facts": MACHINE,
        "claims": MACHINE,
        "claims_rules": MACHINE,
        "words_digest": MACHINE,
        "handed_in_by": STAFF,
        "sent_back_because": STAFF,
        "sent_back_by": STAFF,
    },
    "articles.ProductLink": {"region_codes": WHERE},
    **{
        f"articles.{block}": {"region_codes": WHERE, "region": WHERE}
        for block in (
            "RichText",
            "Figure",
            "ProductCard",
            "Callout",
            "Faq",
            "ReferenceBlock",
            "EvidenceTable",
        )
    },
    "articles.FormTable": {"region_codes": WHERE, "region": WHERE, "codes": "names rows of the table"},
    "articles.OutsideLink": {ALL: STAFF},
    "articles.LinkChange": {ALL: STAFF},
    "articles.PreviewLink": {ALL: STAFF},
    "articles.Comment": {ALL: STAFF},
    "articles.MailWish": {ALL: MACHINE},
    "articles.Presence": {ALL: MACHINE},
    "articles.Proposal": {ALL: "read in drafts; checked as the row’s own before readers see it"},
    "articles.Publication": {ALL: STAFF},
    "articles.MedicalReview": {"reviewer": "copied to the version, where it is checked", ALL: STAFF},
    "articles.ClaimSignOff": {ALL: STAFF},
    "articles.ClaimChange": {ALL: STAFF},
    "articles.NoClaim": {ALL: STAFF},
    "articles.NoClaimEnd": {ALL: STAFF},
    "articles.RulesInForce": {ALL: STAFF},
}
TEXT_FIELDS = (models.CharField, models.TextField, models.JSONField)


def text_fields() -> list[tuple[str, str]]:
    """(label of the model, name) of every text field of our models; what a row says in other languages is its fields again."""
    return [
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model.__module__.split(".")[0] in {"shop", "articles", "config"}
        for field in model._meta.local_fields
        if isinstance(field, TEXT_FIELDS) and not field.choices and not getattr(field, "names", None)
        if not (field.name == "translations" and issubclass(model, Translated))
    ]


def unregistered() -> list[str]:
    """Text fields of which nobody said whether shoppers read them."""
    return [
        f"{label}.{name}"
        for label, name in text_fields()
        if (label, name) not in declared() and not {name, ALL} & set(NOT_READ.get(label, {}))
    ]


def gone() -> list[str]:
    """What is registered and is no text field any more, or is registered as read and as not read."""
    have = set(text_fields())
    labels = {label for label, _ in have}
    named = {(label, name) for label, names in NOT_READ.items() for name in names if name != ALL}
    lost = [(label, name) for label, name in (*declared(), *sorted(named)) if (label, name) not in have]
    lost += [(label, ALL) for label, names in NOT_READ.items() if label not in labels]
    return sorted({f"{label}.{name}" for label, name in [*lost, *(named & set(declared()))]})
