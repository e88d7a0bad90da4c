"""What shoppers read of letters."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {"Letter": {"subject": Text(PRODUCT, "in the mail"), "words": Text(PRODUCT, "in the mail")}}
