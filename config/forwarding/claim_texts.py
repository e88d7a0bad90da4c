"""What readers see of short addresses."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {
    "ShortLink": {
        "word": Text(
            PRODUCT,
            "where it was printed, and in the address bar",
            instead="Name it by season, place or medium, such as spring or leaflet.",
        )
    }
}
