"""What shoppers read of products, packs, collections and tags."""

from shop.content.texts import PRODUCT, SAFETY, Text

NAMED = "Name it by what it is, such as its form, its kind of pack or its amount."
LISTS = "product page, cards, lists, search, basket, orders, mails, invoices, feeds"
CLAIM_TEXTS = {
    "RelatedProductTag": {
        "name": Text(PRODUCT, "links articles to products; the page of a collection by tag", instead=NAMED),
        "slug": Text(PRODUCT, "in what machines read", instead=NAMED),
    },
    "Product": {
        "slug": Text(PRODUCT, "in its address", instead=NAMED),
        "name": Text(PRODUCT, LISTS, instead=NAMED),
        "summary": Text(PRODUCT, "product page, cards, search engines, feeds", may_state=True),
        "description": Text(PRODUCT, "product page, feeds, structured data", may_state=True),
        "ingredients": Text(PRODUCT, "product page, sheet for doctors, mails"),
        "us_ingredients": Text(PRODUCT, "product page, sheet for doctors", law="US"),
        "allergens": Text(PRODUCT, "product page"),
        "storage": Text(PRODUCT, "product page"),
    },
    "ProductKind": {
        "name": Text(PRODUCT, "search, staff pages", instead=NAMED),
        "use_words": Text(PRODUCT, "filters of the shop", instead=NAMED),
        "used_on": Text(PRODUCT, "product page", instead=NAMED),
    },
    "FormOfMagnesium": {
        "name": Text(PRODUCT, "filters, cards, product page, home page, search, feeds", instead=NAMED),
        "words": Text(PRODUCT, "home page", instead=NAMED),
    },
    "ProductWording": {
        "name": Text(PRODUCT, LISTS, instead=NAMED),
        "summary": Text(PRODUCT, "product page, cards, search engines, feeds", may_state=True),
        "description": Text(PRODUCT, "product page, feeds, structured data", may_state=True),
        "legal_name": Text(PRODUCT, "product page, checkout, mails"),
        "directions": Text(SAFETY, "product page, sheet for doctors"),
        "warnings": Text(SAFETY, "product page, checkout, mails, sheet for doctors"),
        "statements": Text(PRODUCT, "product page", may_state=True),
    },
    "Variant": {
        "label": Text(PRODUCT, LISTS),
        "unit_name": Text(PRODUCT, "product page, comparison, sheet for doctors"),
        "net_quantity": Text(PRODUCT, "product page, comparison, feeds"),
        "compound": Text(PRODUCT, "product page, sheet for doctors"),
    },
    "Collection": {
        "name": Text(PRODUCT, "its page, home page, lists", instead=NAMED),
        "slug": Text(PRODUCT, "in its address", instead=NAMED),
        "summary": Text(PRODUCT, "its page, search engines"),
    },
}
