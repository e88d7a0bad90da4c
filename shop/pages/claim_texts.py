"""What readers read of the shop's own pages: refused where it names a condition or claims something, as in
a product's warnings. As on a label it would refuse words that terms need, such as “money back” or “health”."""

from functools import partial

from shop.content.texts import SAFETY, Text

Words = partial(Text, SAFETY)
CLAIM_TEXTS = {
    "PageVersion": {
        "title": Words("home and help pages"),
        "lead": Words("home and help pages, results of search engines"),
    },
    "PageBlock": {"heading": Words("home and help pages"), "body": Words("home and help pages")},
}
