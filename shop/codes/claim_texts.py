"""What shoppers read of discount codes."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {
    "Code": {
        "code": Text(
            PRODUCT,
            "where it was printed; basket, checkout, order, mails",
            instead="Name it by season, place or amount, such as WELCOME10.",
        )
    },
    "AutomaticDiscount": {
        "name": Text(
            PRODUCT,
            "product pages; basket, checkout, order, mails, invoice",
            instead="Say what it gives, such as “3 for 2”.",
        )
    },
}
