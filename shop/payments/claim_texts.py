"""What shoppers read of payments."""

from shop.content.texts import PRODUCT, Text

WORDS = Text(
    PRODUCT,
    "mail and credit note of one order",
    is_letter=True,
    instead="Leave it out, and say what happened to the order, such as “One pack was damaged on the way.”",
)
CLAIM_TEXTS = {"Refund": {"words": WORDS}}
