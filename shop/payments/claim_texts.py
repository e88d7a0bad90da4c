"""What shoppers read of payments."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {"Refund": {"words": Text(PRODUCT, "mail and credit note of one order")}}
