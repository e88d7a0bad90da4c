"""What shoppers read of pictures."""

from shop.content.texts import PRODUCT, Text

CLAIM_TEXTS = {
    "Picture": {
        # As a product's own words where a product, a collection or the home page shows it (`Picture.claim_scope`);
        # in an article it counts for the article's colour.
        "alt": Text(
            PRODUCT,
            "with products, collections and at the top of the home page; with articles that show it",
            instead="Leave it out: the alternative text of such a picture says only what is to be seen.",
        ),
    },
}
