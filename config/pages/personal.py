"""What the shop keeps that says something of a person: why, for how long, who sees it, and what deletes it.

The privacy page is drawn from it (config/pages/drawn.py), columns included; tests compare it with the tables, and with what
is left after a year. A new table fails the build until it stands here or in NOBODY (config/audit/personal.py).
"""

from dataclasses import dataclass

from django.apps import apps

from config.pages.kept_words import words_for


@dataclass(frozen=True)
class Kept:
    """`name`: what readers call it; `fields`: columns that name a person; `goes`: the sweep of the worker that deletes it, or
    what else does."""

    name: str
    fields: tuple[str, ...]
    why: str
    how_long: str
    who: str
    goes: str


ORDER_LAW = (
    "as long as tax law asks for the order’s documents: in the UK six years from the end of its year, in the US seven, in "
    "the EU ten; half a year if nobody paid; then numbers and sums stay, and nothing that names you"
)
REGISTER: dict[str, Kept] = {
    "orders.order": Kept("orders", ("email", "name", "line1", "line2", "town", "postcode"), "to deliver and to invoice", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "orders.buyervatnumber": Kept("VAT numbers of businesses", ("number",), "to stand on the invoice of a business, and what VIES said of it", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "orders.orderevent": Kept("what happened to an order", ("why",), "what was done to an order", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "orders.orderword": Kept("words to find an order by", (), "the order’s words, to find it by", ORDER_LAW, "nobody", "forget_old_orders"),
    "orders.parcel": Kept("parcels", ("tracking",), "where a parcel is", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "invoices.document": Kept("invoices and credit notes", (), "the invoice as it was issued", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "payments.payment": Kept("payments", (), "what Stripe was asked for", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "payments.stripeevent": Kept("messages of the payment service", (), "what Stripe said of a payment", ORDER_LAW, "Orders, Owner", "forget_old_orders"),
    "withdrawal.withdrawal": Kept("withdrawals", ("name", "email"), "the declaration, and its proof", "as its order; a year where nobody confirms it", "Orders, Owner", "forget_unproven"),
    "outbox.mail": Kept("mails we sent", ("to", "subject", "text", "html"), "to send it, and to answer questions about it", "half a year", "Orders, Owner", "forget_addresses"),
    "basket.basket": Kept("baskets", (), "what a visitor wants to buy", "two months after it was touched", "nobody", "forget_baskets"),
    "basket.basketline": Kept("lines of a basket", ("origins",), "the packs of a basket", "two months after it was touched", "nobody", "forget_baskets"),
    "sessions.session": Kept("sessions", ("session_data",), "which basket is whose, what was typed at checkout", "30 days; what was typed a day at most", "nobody", "forget_sessions"),
    "checkout.orderstart": Kept("starts of orders", ("network", "visitor", "site", "mailbox", "place"), "to stop who tries stolen cards; scrambled", "a day", "nobody", "forget_starts"),
    "content.tries": Kept("tries", ("key",), "to slow down who tries too often; scrambled", "an hour or so", "nobody", "forget_tries"),
    "codes.codeuse": Kept("uses of a discount code", ("person",), "one use for each person; scrambled", "as long as the code", "nobody", "with the code"),
    "accounts.account": Kept("accounts", ("email",), "your orders in one place, and your basket", "until you delete it, or two years after you last signed in; you are told a month before", "Orders, Owner", "forget_unused_accounts"),
    "accounts.savedaddress": Kept("addresses of an account", ("name", "line1", "line2", "town", "postcode"), "to spare you typing at the checkout", "until you delete it, or as long as the account", "nobody", "with the account"),
    "accounts.signinlink": Kept("links to sign in", ("email",), "to send the link that signs you in", "an hour or so", "nobody", "forget_links"),
    "alerts.stockalert": Kept("alerts", ("email",), "one mail when a pack is back", "until that mail; a week unconfirmed", "Orders, Owner", "forget_unconfirmed_alerts"),
    "reminders.packreminder": Kept("reminders of packs", ("email",), "one mail before a pack is empty", "until that mail; a week unconfirmed", "Orders, Owner", "forget_unconfirmed_reminders"),
    "reminders.basketreminder": Kept("reminders of baskets", ("email",), "one mail about a basket that was left behind", "until that mail, or as long as the basket; a week unconfirmed", "Orders, Owner", "forget_unconfirmed_basket_reminders"),
    "reviews.review": Kept("reviews", ("name", "text"), "to show what buyers say, once a person has read it", "until you delete it; half a year where it is not shown; the name beside it goes with what names you in the order", "Orders, Owner", "forget_reviews"),
    "reviews.publishedreview": Kept("reviews as they are shown", ("name", "text"), "what stands beside a product", "as the review", "everybody", "with the review"),
    "reviews.reviewask": Kept("questions for a review", (), "one mail that asks what you think of an order", "half a year after that mail, or until you stop it", "Orders, Owner", "forget_reviews"),
    "reviews.reviewreport": Kept("reports of reviews", ("words",), "to look again at a review that a reader reported; nothing of who did", "half a year after it was looked at", "Orders, Owner", "forget_reviews"),
    "letters.subscriber": Kept("the newsletter", ("email",), "letters that were asked for", "until they are stopped; a week unconfirmed", "Marketing, Owner", "forget_unconfirmed_subscribers"),
    "letters.stopped": Kept("addresses that stopped the newsletter", ("digest",), "so that no list brings back who stopped letters; scrambled", "as long as we send letters", "nobody", "with the newsletter"),
    "moving.import": Kept("files that we bring in from a former shop", ("data",), "to go on writing to those who agreed to letters there", "until it is brought in; a week at most", "Owner", "forget_imports"),
    "search.emptysearch": Kept("searches without a result", ("words",), "what was looked for in vain; nothing that names a person", "half a year", "Editor, Owner", "forget_old_misses"),
}  # fmt: skip


def columns_of(label: str) -> list[str]:
    """All columns of a table, in words for readers."""
    return [words_for(label, field.name) for field in apps.get_model(label)._meta.concrete_fields]


def columns_naming(label: str, kept: Kept) -> list[str]:
    return [words_for(label, name) for name in kept.fields]
