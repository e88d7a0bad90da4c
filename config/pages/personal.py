"""What the shop keeps that says something of a person: why, for how long, who sees it, and what deletes it.

The privacy page is drawn from it (config/pages/drawn.py), columns included; tests compare it with the tables, and with what
is left after a year. A new table fails the build until it stands here or in NOBODY (config/audit/personal.py).
"""

from dataclasses import dataclass

from django.apps import apps
from django.utils.translation import gettext_noop as _

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


ORDER_LAW = _(
    "as long as tax law asks for the order’s documents: in the UK six years from the end of its year, in the US seven, in "
    "the EU ten; half a year if nobody paid; then numbers and sums stay, and nothing that names you"
)
REGISTER: dict[str, Kept] = {
    "orders.order": Kept(_("orders"), ("email", "name", "line1", "line2", "town", "postcode"), _("to deliver and to invoice"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "orders.buyervatnumber": Kept(_("VAT numbers of businesses"), ("number",), _("to stand on the invoice of a business, and what VIES said of it"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "orders.orderevent": Kept(_("what happened to an order"), ("why",), _("what was done to an order"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "orders.orderword": Kept(_("words to find an order by"), (), _("the order’s words, to find it by"), ORDER_LAW, _("nobody"), "forget_old_orders"),
    "orders.parcel": Kept(_("parcels"), ("tracking",), _("where a parcel is"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "invoices.document": Kept(_("invoices and credit notes"), (), _("the invoice as it was issued"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "payments.payment": Kept(_("payments"), (), _("what Stripe was asked for"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "payments.stripeevent": Kept(_("messages of the payment service"), (), _("what Stripe said of a payment"), ORDER_LAW, _("Orders, Owner"), "forget_old_orders"),
    "withdrawal.withdrawal": Kept(_("withdrawals"), ("name", "email"), _("the declaration, and its proof"), _("as its order; a year where nobody confirms it"), _("Orders, Owner"), "forget_unproven"),
    "outbox.mail": Kept(_("mails we sent"), ("to", "subject", "text", "html"), _("to send it, and to answer questions about it"), _("half a year"), _("Orders, Owner"), "forget_addresses"),
    "basket.basket": Kept(_("baskets"), (), _("what a visitor wants to buy"), _("two months after it was touched"), _("nobody"), "forget_baskets"),
    "basket.basketline": Kept(_("lines of a basket"), ("origins",), _("the packs of a basket"), _("two months after it was touched"), _("nobody"), "forget_baskets"),
    "sessions.session": Kept(_("sessions"), ("session_data",), _("which basket is whose, what was typed at checkout"), _("30 days; what was typed a day at most"), _("nobody"), "forget_sessions"),
    "checkout.orderstart": Kept(_("starts of orders"), ("network", "visitor", "site", "mailbox", "place"), _("to stop who tries stolen cards; scrambled"), _("a day"), _("nobody"), "forget_starts"),
    "content.tries": Kept(_("tries"), ("key",), _("to slow down who tries too often; scrambled"), _("an hour or so"), _("nobody"), "forget_tries"),
    "codes.codeuse": Kept(_("uses of a discount code"), ("person",), _("one use for each person; scrambled"), _("as long as the code"), _("nobody"), "with the code"),
    "accounts.account": Kept(_("accounts"), ("email",), _("your orders in one place, and your basket"), _("until you delete it, or two years after you last signed in; you are told a month before"), _("Orders, Owner"), "forget_unused_accounts"),
    "accounts.savedaddress": Kept(_("addresses of an account"), ("name", "line1", "line2", "town", "postcode"), _("to spare you typing at the checkout"), _("until you delete it, or as long as the account"), _("nobody"), "with the account"),
    "accounts.signinlink": Kept(_("links to sign in"), ("email",), _("to send the link that signs you in"), _("an hour or so"), _("nobody"), "forget_links"),
    "alerts.stockalert": Kept(_("alerts"), ("email",), _("one mail when a pack is back"), _("until that mail; a week unconfirmed"), _("Orders, Owner"), "forget_unconfirmed_alerts"),
    "reminders.packreminder": Kept(_("reminders of packs"), ("email",), _("one mail before a pack is empty"), _("until that mail; a week unconfirmed"), _("Orders, Owner"), "forget_unconfirmed_reminders"),
    "reminders.basketreminder": Kept(_("reminders of baskets"), ("email",), _("one mail about a basket that was left behind"), _("until that mail, or as long as the basket; a week unconfirmed"), _("Orders, Owner"), "forget_unconfirmed_basket_reminders"),
    "reviews.review": Kept(_("reviews"), ("name", "text"), _("to show what buyers say, once a person has read it"), _("until you delete it; half a year where it is not shown; the name beside it goes with what names you in the order"), _("Orders, Owner"), "forget_reviews"),
    "reviews.publishedreview": Kept(_("reviews as they are shown"), ("name", "text"), _("what stands beside a product"), _("as the review"), _("everybody"), "with the review"),
    "reviews.reviewask": Kept(_("questions for a review"), (), _("one mail that asks what you think of an order"), _("half a year after that mail, or until you stop it"), _("Orders, Owner"), "forget_reviews"),
    "reviews.reviewreport": Kept(_("reports of reviews"), ("words",), _("to look again at a review that a reader reported; nothing of who did"), _("half a year after it was looked at"), _("Orders, Owner"), "forget_reviews"),
    "letters.subscriber": Kept(_("the newsletter"), ("email",), _("letters that were asked for"), _("until they are stopped; a week unconfirmed"), _("Marketing, Owner"), "forget_unconfirmed_subscribers"),
    "letters.stopped": Kept(_("addresses that stopped the newsletter"), ("digest",), _("so that no list brings back who stopped letters; scrambled"), _("as long as we send letters"), _("nobody"), "with the newsletter"),
    "moving.import": Kept(_("files that we bring in from a former shop"), ("data",), _("to go on writing to those who agreed to letters there"), _("until it is brought in; a week at most"), _("Owner"), "forget_imports"),
    "search.emptysearch": Kept(_("searches without a result"), ("words",), _("what was looked for in vain; nothing that names a person"), _("half a year"), _("Editor, Owner"), "forget_old_misses"),
}  # fmt: skip


def columns_of(label: str) -> list[str]:
    """All columns of a table, in words for readers."""
    return [words_for(label, field.name) for field in apps.get_model(label)._meta.concrete_fields]


def columns_naming(label: str, kept: Kept) -> list[str]:
    return [words_for(label, name) for name in kept.fields]
