"""What shoppers read of regions and of the seller: it stands on product pages and beside the order button."""

from functools import partial

from shop.content.texts import PRODUCT, SAFETY, Text

Fact = partial(
    Text, PRODUCT, instead="Leave it out: only facts stand here, such as a name, a place or a number."
)
CLAIM_TEXTS = {
    "Region": {
        "code": Fact("in every address"),
        "name": Fact("product page, checkout, mails: where is delivered to"),
        "short_name": Fact("region switch, mails"),
        "the_name": Fact("sentences on pages of products, basket and checkout"),
        "currency_symbol": Fact("region switch"),
        "tax_words": Fact("beside every price"),
        "ships_from": Fact("product page, delivery page, checkout"),
        "vat_number": Fact("contact page, invoices"),
        "tax_number_name": Fact("contact page, mails, invoices"),
        "invoice_title": Fact("invoices"),
    },
    "LawPack": {
        # They speak of health in the law's own sense, as warnings do.
        name: Text(SAFETY, "pages, mails and papers of each region that follows it")
        for name in ("facts_title", "emergency", "withdrawal_note")
    }
    | {
        name: Fact("pages, mails and papers of each region that follows it")
        for name in (
            "name",
            "order_button",
            "reference_label",
            "supplement_name",
            "doctor",
            "weight_unit",
            "volume_unit",
            "withdraw_here",
            "withdraw_confirm",
            "withdraw",
            "withdrew",
            "withdrawn",
            "earlier_price",
        )
    },
    "Country": {
        "name": Fact("checkout, delivery page, invoices"),
        "adjective": Fact("VAT lines at the checkout and in invoices"),
    },
    "PostalZone": {
        "name": Fact("checkout, delivery page"),
        "reason": Fact("checkout, delivery page"),
        "remedy": Fact("checkout"),
        "source": Fact("checkout, delivery page"),
    },
    "Seller": {
        "trading_name": Fact("head and foot of every page, mails"),
        "legal_name": Fact("product page, foot of every page, checkout, mails, invoices"),
        "email": Fact("product page, foot of every page, mails"),
        "phone": Fact("contact page, mails"),
        "address": Fact("product page, foot of every page, checkout, mails, invoices"),
        "company_number": Fact("contact page, invoices"),
        "eu_responsible_person": Fact("product page", law="EU"),
        "us_contact": Fact("product page", law="US"),
    },
}
