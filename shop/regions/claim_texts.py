"""What shoppers read of regions and of the seller: it stands on product pages and beside the order button."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {
    "Region": {
        "code": Text(PRODUCT, "in every address"),
        "name": Text(PRODUCT, "product page, checkout, mails: where is delivered to"),
        "short_name": Text(PRODUCT, "region switch, mails"),
        "the_name": Text(PRODUCT, "sentences on pages of products, basket and checkout"),
        "tax_words": Text(PRODUCT, "beside every price"),
        "ships_from": Text(PRODUCT, "product page, delivery page, checkout"),
        "vat_number": Text(PRODUCT, "contact page, invoices"),
    },
    "Country": {
        "name": Text(PRODUCT, "checkout, delivery page, invoices"),
        "adjective": Text(PRODUCT, "VAT lines at the checkout and in invoices"),
    },
    "PostalZone": {
        "name": Text(PRODUCT, "checkout, delivery page"),
        "reason": Text(PRODUCT, "checkout, delivery page"),
        "remedy": Text(PRODUCT, "checkout"),
    },
    "Seller": {
        "trading_name": Text(PRODUCT, "head and foot of every page, mails"),
        "legal_name": Text(PRODUCT, "product page, foot of every page, checkout, mails, invoices"),
        "email": Text(PRODUCT, "product page, foot of every page, mails"),
        "phone": Text(PRODUCT, "contact page, mails"),
        "address": Text(PRODUCT, "product page, foot of every page, checkout, mails, invoices"),
        "company_number": Text(PRODUCT, "contact page, invoices"),
        "eu_responsible_person": Text(PRODUCT, "product page", law="EU"),
        "us_contact": Text(PRODUCT, "product page", law="US"),
    },
}
