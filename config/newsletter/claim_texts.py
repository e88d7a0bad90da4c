"""What shoppers read of letters."""

from shop.content.texts import PRODUCT, Text

MAIL = Text(
    PRODUCT,
    "in the mail",
    instead="Leave it out, and say what the letter brings, such as “Two articles on reading labels”.",
)
CLAIM_TEXTS = {"Letter": {"subject": MAIL, "words": MAIL}}
