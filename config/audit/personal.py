"""What the shop keeps that says something of a person: why, for how long, who sees it, and what deletes it.

The privacy page says the same in its own words (`said`); tests compare the two with the tables, and with what is left after
a year. A new table fails the build until it stands here or in NOBODY.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """`goes`: the sweep of the worker that deletes it, or what else does; `said`: words of the privacy page about it."""

    fields: tuple[str, ...]
    why: str
    how_long: str
    who: str
    goes: str
    said: str


ORDER_LAW = "as long as tax law asks for the order’s documents"
REGISTER: dict[str, Kept] = {
    "orders.order": Kept(("email", "name", "line1", "line2", "town", "postcode"), "to deliver and to invoice", ORDER_LAW, "Orders, Owner", "with the order", "orders are kept for the time the law asks"),
    "orders.buyervatnumber": Kept(("number",), "to stand on the invoice of a business, and what VIES said of it", ORDER_LAW, "Orders, Owner", "with the order", "A VAT number, if you give one"),
    "orders.orderevent": Kept(("why",), "what was done to an order", ORDER_LAW, "Orders, Owner", "with the order", "orders are kept for the time the law asks"),
    "orders.orderword": Kept((), "the order’s words, to find it by", ORDER_LAW, "nobody", "with the order", "orders are kept for the time the law asks"),
    "orders.parcel": Kept(("tracking",), "where a parcel is", ORDER_LAW, "Orders, Owner", "with the order", "orders are kept for the time the law asks"),
    "invoices.document": Kept((), "the invoice as it was issued", ORDER_LAW, "Orders, Owner", "with the order", "orders are kept for the time the law asks"),
    "payments.payment": Kept((), "what Stripe was asked for", ORDER_LAW, "Orders, Owner", "with the order", "A card number never reaches us"),
    "payments.stripeevent": Kept((), "what Stripe said of a payment", ORDER_LAW, "Orders, Owner", "with the order", "A card number never reaches us"),
    "withdrawal.withdrawal": Kept(("name", "email"), "the declaration, and its proof", "with the order; a year where nobody confirms it", "Orders, Owner", "forget_unproven", "If nobody confirms it, it goes a year after"),
    "outbox.mail": Kept(("to", "subject", "text", "html"), "to send it, and to answer questions about it", "half a year", "Orders, Owner", "forget_addresses", "half a year"),
    "basket.basket": Kept((), "what a visitor wants to buy", "two months after it was touched", "nobody", "forget_baskets", "two months"),
    "basket.basketline": Kept(("origins",), "the packs of a basket", "two months after it was touched", "nobody", "forget_baskets", "two months"),
    "sessions.session": Kept(("session_data",), "which basket is whose, what was typed at checkout", "30 days", "nobody", "forget_sessions", "deleted after 30 days"),
    "checkout.orderstart": Kept(("network", "visitor", "site", "mailbox", "place"), "to stop who tries stolen cards; scrambled", "a day", "nobody", "forget_starts", "we keep for a day"),
    "content.tries": Kept(("key",), "to slow down who tries too often; scrambled", "an hour or so", "nobody", "forget_tries", "scrambled"),
    "codes.codeuse": Kept(("person",), "one use for each person; scrambled", "as long as the code", "nobody", "with the code", "scrambled"),
    "alerts.stockalert": Kept(("email", "token"), "one mail when a pack is back", "until that mail; a week unconfirmed", "Orders, Owner", "forget_unconfirmed_alerts", "keep your e-mail address until that one mail is written"),
    "letters.subscriber": Kept(("email", "token"), "letters that were asked for", "until they are stopped; a week unconfirmed", "Marketing, Owner", "forget_unconfirmed_subscribers", "One click in any of those mails deletes all of it"),
    "search.emptysearch": Kept(("words",), "what was looked for in vain; nothing that names a person", "half a year", "Editor, Owner", "forget_old_misses", "no address and no time of day"),
}  # fmt: skip
STAFF = {
    "auth.user",
    "admin.logentry",
    "articles.comment",
    "articles.medicalreview",
    "articles.author",
    "desk.turn",
    "account.emailaddress",
    "account.emailconfirmation",
    "mfa.authenticator",
    "entry.device",
    "deeds.deed",
    "regions.proposedrate",
}
"""Of people who work here or write for us; they go with their account, or stay as the author of what readers read."""
NOBODY = {
    "articles", "attribution", "catalogue", "claims", "contenttypes", "discovery", "forwarding", "operation", "pictures", "regions", "sandbox", "sweeps", "search",
    "auth.group", "auth.permission", "content.contentscope", "content.contentversion", "codes.code", "codes.codeterms",
    "desk.ledgerstate", "invoices.daysum", "invoices.correction", "invoices.documenttax", "invoices.series", "letters.letter", "letters.letterarticle",
    "orders.orderline", "orders.parcelline", "orders.return", "payments.dispute", "payments.eventcursor", "payments.refund",
    "payments.refundline", "payments.stripedifference", "withdrawal.withdrawalline",
}  # fmt: skip
"""Apps and tables that say nothing of a person, or only together with a row above that they go with."""
