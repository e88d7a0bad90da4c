"""The types of page that are looked at in a browser."""

TYPES = [
    "/", "/uk/", "/uk/shop/", "/us/shop/compare/", "/uk/collections/bath-and-skin/", "/eu/shop/magnesium-citrate-capsules/",
    "/uk/articles/", "/uk/articles/citrate-glycinate-oxide-label-guide/", "/us/articles/magnesium-and-restless-legs-guide/",
    "/uk/search/?q=magnesium", "/uk/search/?q=xqzzt", "/uk/help/returns/", "/uk/sheet/?sku=CIT-CAP-90&sku=OIL-SPR-100",
    "/uk/basket/", "/uk/checkout/", "/uk/nothing/",
]  # fmt: skip
