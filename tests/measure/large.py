"""Makes a shop large: the content it has, many times over, as rows that hang together as real ones do.

`SIZE` is the number of packs; articles are four to ten packs, orders twenty a pack, at most a million. Rows are copied inside
the database, a table at a time, with new keys, names and moments, so that fifty thousand packs take minutes.
A copy of a product and a copy of an article share a copy of their tag. One copy in ten has the first tags as
well, so that the first articles meet a tag with many products.

What is not like in a real shop: texts repeat, a copied mail is cut short, the PDF of a copied invoice is empty, and Stripe's sandbox knows
nothing of the copied payments.
"""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

if __name__ == "__main__":
    django.setup()

from django.db import connection, models, transaction  # noqa: E402
from django.db.models import Max  # noqa: E402

from tests.measure.copying import RANDOM, Copying, begin, earlier  # noqa: E402
from tests.measure.indexing import index_copies  # noqa: E402

AT_ONCE = 200  # versions in memory
CROWDED = 10  # of so many copies one has the first tags too
YEARS = 3 * 365 * 24 * 3600  # seconds over which copied orders are spread


def enlarge(packs: int, articles: int, orders: int, say=print) -> None:
    """Copy what there is until there are about so many. Call it once, on a shop with its shipped content."""
    from articles.models import Article
    from shop.catalogue.models import Variant

    products = max(packs // Variant.objects.count() - 1, 0)
    texts = max(articles // Article.objects.count() - 1, 0)
    samples = sample_orders() if orders else []
    bought = max(orders // len(samples), 0) if samples else 0
    with transaction.atomic():
        begin(max(products, texts, bought, 1))
        catalogue = copy_products(products)
        say(f"{Variant.objects.count()} packs")
        address_and_check(*copy_articles(texts, catalogue))
        say(f"{Article.objects.count()} articles")
        if samples:
            copy_orders(bought, samples, say)
            say("what belongs to orders")
    bring_up_to_date(say)


def copy_products(times: int) -> Copying:
    from shop.catalogue import models as shop

    copying = Copying(times)
    form = "substr({c}, 1, 3)"
    kind = "CASE (k % 5) WHEN 0 THEN '-CAP-' WHEN 1 THEN '-TAB-' WHEN 2 THEN '-PWD-' WHEN 3 THEN '-SPR-' ELSE '-CRY-' END"
    packs = list(shop.Variant.objects.order_by("pk").values_list("sku", flat=True))
    ranks = [
        sum(other[:3] == sku[:3] for other in packs[:place]) for place, sku in enumerate(packs)
    ]  # in the form
    rank = " ".join(f"WHEN {place} THEN {rank}" for place, rank in enumerate(ranks))
    copying.copy(shop.RelatedProductTag.objects.all())
    copying.copy(
        shop.Product.objects.all(),
        name="substr({c}, 1, 110) || ' ' || k",
        position=f"{{c}} + (k % 2000) * {len(packs)}",
    )
    copying.copy(shop.ProductTag.objects.all())
    copying.copy(
        shop.ProductWording.objects.all(),
        name="CASE WHEN {c} = '' THEN '' ELSE substr({c}, 1, 110) || ' ' || k END",
    )
    copying.copy(
        shop.Variant.objects.all(),
        sku=f"{form} || {kind} || (5000 + (k / 5) * {max(ranks) + 1} + CASE place.i {rank} END)",
    )
    copying.copy(shop.ProductPicture.objects.all())
    copying.copy(shop.Price.objects.all(), amount="{c} + (k % 40) * 25")
    copying.copy(shop.Stock.objects.all(), held="0", on_hand="CASE WHEN k % 20 = 0 THEN 0 ELSE 200 END")
    copying.end()
    if times:
        models.QuerySet(shop.ProductTag).bulk_create(  # the lists' rows are made or copied later
            [
                shop.ProductTag(product_id=copying.key(shop.Product, product, k), tag_id=tag)
                for product, tag in list(
                    shop.ProductTag.objects.filter(product__in=copying.sources[shop.Product]).values_list(
                        "product", "tag"
                    )
                )
                for k in range(CROWDED, times + 1, CROWDED)
            ],
            batch_size=5000,
        )
    return copying


def copy_articles(times: int, catalogue: Copying) -> tuple[Copying, list]:
    """(what was copied, the versions it was copied from). Their words stay, so what the claims check found in them does."""
    from articles import models as ours
    from articles.models import BLOCKS
    from shop.catalogue.models import RelatedProductTag

    copying = Copying(times)
    pks = list(ours.Publication.objects.values_list("version", flat=True))
    live = ours.Version.objects.filter(pk__in=pks)
    sources = list(live.select_related("article", "picture", "author").prefetch_related("topics"))
    copying.copy(ours.Article.objects.filter(pk__in=[row.article_id for row in sources]))
    copying.copy(live)
    copying.copy(ours.VersionTopic.objects.filter(version__in=live))
    tags = "{c}"
    if catalogue.times:  # the tag of the product's copy with the same number, round and round
        first, count = catalogue.starts[RelatedProductTag], len(catalogue.sources[RelatedProductTag])
        lowest = min(catalogue.sources[RelatedProductTag])
        tags = f"{first} + ((k - 1) % {catalogue.times}) * {count} + ({{c}} - {lowest})"
        assert catalogue.sources[RelatedProductTag] == list(range(lowest, lowest + count)), (
            "tags without gaps"
        )
    copying.copy(ours.VersionTag.objects.filter(version__in=live), tag=tags)
    copying.copy(ours.ProductLink.objects.filter(version__in=live))
    for kind in BLOCKS:
        copying.copy(kind.objects.filter(parent__in=live))
    copying.copy(
        ours.Publication.objects.filter(version__in=live), starts_at=earlier(3600), first_at=earlier(3600)
    )
    copying.copy(ours.NoClaim.objects.filter(article__versions__in=live))
    copying.end()
    return copying, sources


def address_and_check(copying: Copying, sources) -> None:
    """What SQL can't say: addresses made of the title's words, and which products each copy is linked to."""
    from django.utils.text import slugify

    from articles.evidence.claims import in_region, linked_products, passages, state_of
    from articles.evidence.recheck import recheck
    from articles.models import Article, Version
    from shop.regions.models import Region

    regions = list(Region.objects.all())
    for source in sources:
        words = slugify(source.title).split("-")
        parts = passages(source, source.parts()[0])
        read = {region.code: in_region(parts, region) for region in regions}
        for start in range(1, copying.times + 1, AT_ONCE):
            copies = range(start, min(start + AT_ONCE, copying.times + 1))
            pks = {copying.key(Version, source.pk, k): k for k in copies}
            linked = linked_products(list(pks))
            articles, versions = [], []
            for pk, k in pks.items():
                slug = _slug(source.article.slug, words, k)
                articles.append(Article(pk=copying.key(Article, source.article_id, k), slug=slug))
                claims = json.loads(json.dumps(source.claims))
                for region in regions:
                    products = linked[pk][region.code]
                    claims[region.code]["products"] = sorted(products)
                    here = [
                        replace(row, text=slug.replace("-", " ")) if row.key == "id_slug" else row
                        for row in read[region.code]
                    ]
                    claims[region.code]["state"] = state_of(here, products, source.claims_rules)
                versions.append(Version(pk=pk, claims=claims))
            _write(Article, articles, "slug")
            _write(Version, versions, "claims")
    recheck(sources)  # they are linked to more products now


def _write(model, rows, column: str) -> None:
    models.QuerySet(model).bulk_update(rows, [column], batch_size=500)


def _slug(slug: str, words: list[str], k: int) -> str:
    """The article's own address with words of its title behind it that count the copy."""
    words = sorted(set(words))
    digits = []
    while k:
        k, digit = divmod(k, len(words))
        digits.append(words[digit])
    return f"{slug}-{'-'.join(digits)}"[:100]


def sample_orders() -> list[int]:
    """A dozen orders of each region by the ways that shoppers and staff go; their keys."""
    from tests.measure.samples import orders

    return orders()


def copy_orders(times: int, samples: list[int], say) -> None:
    from shop.invoices.models import Document, DocumentTax, Series
    from shop.orders import models as ours
    from shop.outbox.models import Mail
    from shop.payments import models as money

    copying = Copying(times)
    when = earlier(max(YEARS // max(times, 1), 1))
    rows = ours.Order.objects.filter(pk__in=samples)
    start = (ours.Order.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    own_key = f"({start} + (k - 1) * {len(samples)} + place.i)"
    moments = ("placed_at", "hold_until", "paid_at", "sent_at", "let_go_at")
    copying.copy(
        rows,
        number=f"substr({{c}}, 1, 1) || (100000 + {own_key})",
        kept_token=RANDOM[connection.vendor],
        basket_key=RANDOM[connection.vendor],
        basket_pk="NULL",
        email="replace({c}, '@', k || '@')",
        **dict.fromkeys(moments, when),
    )
    say(f"{ours.Order.objects.count()} orders")
    copying.copy(ours.OrderEvent.objects.filter(order__in=samples), at=when)
    copying.copy(ours.OrderLine.objects.filter(order__in=samples))
    own_number = "(SELECT own.number FROM orders_order own WHERE own.id = src.order_id)"
    digits = f"(100000 + {start} + (k - 1) * {len(samples)} + p0.i)"
    word = (
        f"CASE WHEN {{c}} = substr({own_number}, 2) THEN '' || {digits} "
        f"WHEN {{c}} = lower({own_number}) THEN substr({{c}}, 1, 1) || {digits} "
        "WHEN {c} LIKE 'buyer%@%' THEN replace({c}, '@', k || '@') WHEN {c} LIKE 'buyer%' THEN {c} || k ELSE {c} END"
    )
    copying.copy(ours.OrderWord.objects.filter(order__in=samples), word=word)
    copying.copy(ours.Parcel.objects.filter(order__in=samples), sent_at=when, tracking="{c} || k")
    copying.copy(ours.ParcelLine.objects.filter(parcel__order__in=samples))
    copying.copy(ours.Return.objects.filter(line__order__in=samples))
    copying.copy(
        money.Payment.objects.filter(order__in=samples),
        session_id="{c} || '_' || k",
        intent_id="{c} || '_' || k",
        started_at=when,
        ends_at=when,
        look_at=when,
        settled_at=when,
    )
    copying.copy(
        money.Refund.objects.filter(payment__order__in=samples),
        stripe_id="{c} || '_' || k",
        wanted_at=when,
        ended_at=when,
        look_at=when,
    )
    copying.copy(money.RefundLine.objects.filter(refund__payment__order__in=samples))
    documents = Document.objects.filter(order__in=samples)
    count = "(SELECT last FROM invoices_series own WHERE own.region_id = src.region_id AND own.mode = src.mode AND own.letter = src.letter)"
    copying.copy(
        documents,
        sequence=f"{{c}} + k * {count}",
        number="{c} || '-' || k",
        pdf={"postgresql": "'%PDF'::bytea", "sqlite": "x'25504446'"}[connection.vendor],
        tax_point=when,
        issued_at=when,
    )
    copying.copy(DocumentTax.objects.filter(document__order__in=samples))
    Series.objects.update(last=models.F("last") * (times + 1))
    abouts = " ".join(
        f"WHEN 'order:{pk}' THEN 'order:' || ({start} + (k - 1) * {len(samples)} + {place})"
        for place, pk in enumerate(sorted(samples))
    )
    joined = " || ':' || "
    keys = " ".join(
        f"WHEN '{key}' THEN '{kind}:' || {joined.join(copying.copied_key(model, pk) for model, pk in parts)}"
        for key, kind, parts in _mail_keys(samples)
    )
    copying.copy(
        Mail.objects.filter(about__in=[f"order:{pk}" for pk in samples]),
        key=f"CASE {{c}} {keys} ELSE {{c}} || '-' || k END",
        about=f"CASE {{c}} {abouts} END",
        to="replace({c}, '@', k || '@')",
        text="substr({c}, 1, 200)",
        html="substr({c}, 1, 200)",
        written_at=when,
        due_at=when,
        sent_at=when,
    )
    copying.end()


def _mail_keys(samples):
    """(key, its kind, [(model, pk) of each number in it]) of the mails about orders."""
    from shop.orders.models import Order, Parcel
    from shop.outbox.models import Mail
    from shop.payments.models import Refund

    about = {"order-shipped": Parcel, "order-refunded": Refund, "order-cancelled": Refund}
    for key in Mail.objects.filter(about__in=[f"order:{pk}" for pk in samples]).values_list("key", flat=True):
        kind, order, *more = key.split(":")
        if len(more) <= 1 and (not more or kind in about):
            yield key, kind, [(Order, int(order)), *((about[kind], int(pk)) for pk in more)]


def bring_up_to_date(say) -> None:
    """What is worked out from rows: what lists choose by, the search's index, and the figures that the planner of PostgreSQL
    goes by.
    """
    from shop.catalogue.shelf_check import shelve_all
    from shop.content.models import content_changed

    shelve_all()
    say("lists are up to date")
    content_changed()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    if os.environ.get("REINDEX", "1") == "1":
        index_copies()
        say("search is up to date")


def main() -> None:
    packs = int(os.environ.get("SIZE", "5000"))
    articles = int(os.environ.get("ARTICLES", min(packs * 4 // 10, 20_000)))
    orders = int(os.environ.get("ORDERS", min(packs * 20, 1_000_000)))
    began = time.monotonic()
    enlarge(
        packs,
        articles,
        orders,
        lambda words: print(f"{time.monotonic() - began:6.0f} s  {words}", flush=True),
    )


if __name__ == "__main__":
    main()
