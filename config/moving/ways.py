"""The kinds of files that come in on the staff pages: how each is looked at, saved and told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from config.moving import customers, drafts, products
from config.moving.customers import Lists, customers_in
from config.moving.drafts import Folder
from config.moving.goods import goods_in
from config.moving.posts import posts_in
from config.moving.products import Destination
from shop.regions.models import Region

REDIRECTS = "forwarding.add_redirect"
NEW, LEFT_OUT = str(drafts.State.NEW), str(drafts.State.REFUSED)


@dataclass(frozen=True)
class Told:
    """What becomes of an entry of the file."""

    line: int
    name: str
    state: str
    said: list[str]


@dataclass(frozen=True)
class Way:
    """What can be brought in. `thing`: what it is made of; `reads`: the entries of a text, to count them; `looks`: each
    entry with what is told of it, given the text and what was chosen; `saves`: the new ones, in one transaction, and what is said of it.
    """

    title: str
    thing: str
    makes: str
    rights: tuple[str, ...]
    help: str
    command: str
    leads_to: str
    list_name: str
    reads: Callable[[str], Iterable[Any]]
    looks: Callable[[str, dict[str, Any]], Iterator[tuple[Told, Any]]]
    saves: Callable[[Iterable[Any], dict[str, Any]], str]


def _region(chosen: dict[str, Any]) -> Region:
    return next(
        (one for one in Region.open_markets() if one.pk == chosen["region"]),
        next(iter(Region.open_markets())),
    )


def _destination(chosen: dict[str, Any]) -> Destination:
    return Destination(_region(chosen), Folder(None), chosen.get("form", ""))


def _look_at_products(text: str, chosen: dict[str, Any]) -> Iterator[tuple[Told, Any]]:
    for one in products.arrivals_of(goods_in(text), _destination(chosen)):
        said = [*([one.words] if one.words else []), *one.said]
        yield Told(one.goods.line, one.goods.title, one.state, said), one


def _save_products(found: Iterable[Any], chosen: dict[str, Any]) -> str:
    count, packs, redirects = products.bring_in(found, _destination(chosen))
    return (
        f"{count} products with {packs} packs made as drafts, {redirects} redirects saved. None is on sale: compare the facts "
        "of each with its label, count its stock, then tick “on sale”."
    )


def _look_at_posts(text: str, chosen: dict[str, Any]) -> Iterator[tuple[Told, Any]]:
    for one in drafts.drafts_of(posts_in(text), Folder(None)):
        claims = [f"{one.findings} findings of the claims check."] if one.findings else []
        said = [*([one.words] if one.words else []), *one.notes, *claims]
        yield Told(one.post.line, one.post.title, one.state, said), one


def _save_posts(found: Iterable[Any], chosen: dict[str, Any]) -> str:
    count, redirects = drafts.bring_in(found, _region(chosen), chosen.get("by") or "import")
    return f"{count} drafts made, {redirects} redirects saved. Nothing is published."


def _look_at_customers(text: str, chosen: dict[str, Any]) -> Iterator[tuple[Told, Any]]:
    for one in customers.found_in(text, Lists(chosen["shop"], _region(chosen))):
        yield Told(one.line, "", one.state, [one.words] if one.words else []), one


def _save_customers(found: Iterable[Any], chosen: dict[str, Any]) -> str:
    count = customers.bring_in(found)
    return f"{count} get letters from now on. Of everybody else nothing was kept."


WAYS = {
    "products": Way(
        "Bring products in", "product", "Make {} drafts", ("catalogue.add_product", "catalogue.add_price", REDIRECTS),
        "The table of products that Shopify or WooCommerce exports (CSV). Prices, packs, words and old addresses are taken over "
        "as drafts; stock, reductions and promises are not.",
        "manage.py import_products FILE --pictures FOLDER", "admin:catalogue_product_changelist", "Products",
        goods_in, _look_at_products, _save_products,
    ),
    "articles": Way(
        "Bring articles in", "post", "Make {} drafts", ("articles.add_version", REDIRECTS),
        "The export of WordPress (WXR), a blog’s Atom or RSS feed such as Shopify’s, or a table with “Title” and “Body HTML”. "
        "All of it comes as drafts.",
        "manage.py import_posts FILE --pictures FOLDER", "admin:articles_article_changelist", "Articles",
        posts_in, _look_at_posts, _save_posts,
    ),
    "customers": Way(
        "Bring subscribers in", "row", "Make {} subscribers", ("letters.add_subscriber",),
        "The table of customers that Shopify exports, or WooCommerce with a column of consent. Who agreed to letters gets yours, "
        "with the proof of where and when. Of all others nothing is kept: what they bought elsewhere is no order of this shop.",
        "manage.py import_customers FILE --shop NAME", "admin:letters_subscriber_changelist", "Subscribers",
        customers_in, _look_at_customers, _save_customers,
    ),
}  # fmt: skip
