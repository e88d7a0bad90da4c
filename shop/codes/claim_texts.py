"""What shoppers read of discount codes."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {
    "Code": {
        "code": Text(
            PRODUCT,
            "where it was printed; basket, checkout, order, mails",
            instead="Name it by season, place or amount, such as WELCOME10.",
        )
    }
}
