"""What shoppers read of orders that is not a copy of what products say."""

from shop.content.texts import PRODUCT, Text

ON_THE_WAY = Text(
    PRODUCT,
    "order page and mail of one parcel",
    is_letter=True,
    instead="Type the carrier’s name and number alone, such as Royal Mail, AB123456789GB.",
)
CLAIM_TEXTS = {"Parcel": {"carrier": ON_THE_WAY, "tracking": ON_THE_WAY}}
