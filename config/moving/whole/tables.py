"""What leaves as tables for other shops and for spreadsheets: products as Shopify takes them, customers, orders, addresses."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from config.forwarding.models import Redirect, ShortLink
from config.moving.whole.kept import by_key
from config.moving.whole.markdown import picture_file
from config.newsletter.models import Subscriber
from shop.catalogue.models import Collection, Product, ProductPicture, ProductWording, Stock, Variant
from shop.catalogue.offers import amounts_in_force
from shop.codes.belonging import articles_named
from shop.codes.models import AutomaticDiscount, Code
from shop.desk.export import COLUMNS as ORDER_COLUMNS
from shop.desk.export import cells_of
from shop.money import to_decimal
from shop.orders.models import Order
from shop.regions.models import Region

Cells = Sequence[Any]
Table = tuple[list[str], Iterable[Cells]]
AT_ONCE = 200
SHOPIFY = ["Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published", "Option1 Name",
           "Option1 Value", "Variant SKU", "Variant Grams", "Variant Inventory Tracker", "Variant Inventory Qty",
           "Variant Inventory Policy", "Variant Fulfillment Service", "Variant Price", "Variant Compare At Price",
           "Variant Requires Shipping", "Variant Taxable", "Variant Barcode", "Image Src", "Image Position",
           "Image Alt Text", "Gift Card", "SEO Title", "SEO Description", "Variant Weight Unit", "Status"]  # fmt: skip
OURS = [
    "Form",
    "Kind",
    "Ingredients",
    "Magnesium mg",
    "Pack units",
]  # which the importer of products reads as well
CATEGORY = "Health & Beauty > Health Care > Fitness & Nutrition > Vitamins & Supplements"
CUSTOMERS = ["First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Company",
             "Default Address Address1", "Default Address Address2", "Default Address City",
             "Default Address Province Code", "Default Address Country Code", "Default Address Zip",
             "Default Address Phone", "Phone", "Accepts SMS Marketing", "Total Spent", "Total Orders", "Note",
             "Tax Exempt", "Tags", "Marketing consent date", "Marketing consent source", "Region"]  # fmt: skip


def tables() -> Iterator[tuple[str, Table]]:
    """(name, table), each read as it is written."""
    regions = Region.markets()
    yield "products", (_product_head(regions), _products(regions))
    yield "product-texts", (WORDING, _wordings())
    yield "stock", (["SKU", "region", "on hand"], _stock())
    yield "collections", (["slug", "name", "summary", "products"], _collections())
    yield "discount-codes", (CODES, _codes())
    yield "automatic-discounts", (AUTOMATIC, _automatic())
    yield "redirects", (["Redirect from", "Redirect to"], _redirects())
    yield "short-addresses", (SHORT, _short_links())
    yield "customers", (CUSTOMERS, customers())
    yield "orders", (ORDER_COLUMNS, cells_of(_orders()))


def _parts(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        yield some


def _product_head(regions: list[Region]) -> list[str]:
    return [*SHOPIFY, *(f"Price / {region.name}" for region in regions), *OURS]


def _products(regions: list[Region]) -> Iterator[Cells]:
    """A row for each pack, the first with what is said of the product; further rows for further pictures, as Shopify has it."""
    wanted = Product.objects.filter(binned_at=None).prefetch_related(
        Prefetch("variants", Variant.objects.order_by("position", "pk")),
        Prefetch("pictures", ProductPicture.objects.select_related("picture").order_by("position", "pk")),
        "tags",
    )
    for products in _parts(by_key(wanted, AT_ONCE)):
        packs = [pack for product in products for pack in product.variants.all()]
        amounts = amounts_in_force(packs, timezone.now())
        on_hand = dict.fromkeys((pack.pk for pack in packs), 0)
        for pk, count in Stock.objects.filter(variant__in=on_hand).values_list("variant", "on_hand"):
            on_hand[pk] += count
        for product in products:
            yield from _rows_of(product, regions, amounts, on_hand)


def _rows_of(product: Product, regions: list[Region], amounts: dict, on_hand: dict) -> Iterator[Cells]:
    packs, pictures = list(product.variants.all()), [one.picture for one in product.pictures.all()]
    for place in range(max(len(packs), len(pictures), 1)):
        pack = packs[place] if place < len(packs) else None
        picture = pictures[place] if place < len(pictures) else None
        row: dict[str, Any] = {"Handle": product.slug}
        if place == 0:
            row |= {
                "Title": product.name,
                "Body (HTML)": _html(product.description),
                "Product Category": CATEGORY,
                "Type": product.get_form_display(),
                "Tags": ", ".join(sorted(tag.name for tag in product.tags.all())),
                "Published": "TRUE" if product.is_active else "FALSE",
                "Gift Card": "FALSE",
                "SEO Title": product.name,
                "SEO Description": product.summary,
                "Status": "active" if product.is_active else "draft",
                "Form": product.form,
                "Kind": product.kind,
                "Ingredients": product.ingredients,
            }
        if pack:
            row |= _pack_cells(pack, regions, amounts.get(pack.pk, {}), on_hand[pack.pk])
        if picture:
            row |= {
                "Image Src": picture_file(picture),
                "Image Position": place + 1,
                "Image Alt Text": picture.alt,
            }
        yield [row.get(name, "") for name in _product_head(regions)]


def _pack_cells(pack: Variant, regions: list[Region], amounts: dict, on_hand: int) -> dict[str, Any]:
    prices = {
        region.name: to_decimal(amount, region.currency)
        for region in regions
        if (amount := amounts.get(region.pk)) is not None
    }
    return {
        "Option1 Name": "Pack",
        "Option1 Value": pack.label,
        "Variant SKU": pack.sku,
        "Variant Grams": pack.ship_weight_g or pack.net_weight_g or "",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": on_hand,
        "Variant Inventory Policy": "deny",
        "Variant Fulfillment Service": "manual",
        "Variant Price": prices.get(regions[0].name, "") if regions else "",
        "Variant Requires Shipping": "TRUE",
        "Variant Taxable": "TRUE",
        "Variant Barcode": pack.barcode,
        "Variant Weight Unit": "g",
        "Magnesium mg": pack.magnesium_mg or "",
        "Pack units": pack.pack_units or "",
    } | {f"Price / {name}": price for name, price in prices.items()}


def _html(text: str) -> str:
    return "".join(f"<p>{escape(part.strip())}</p>" for part in text.split("\n\n") if part.strip())


WORDING = ["Handle", "region", "name", "summary", "description", "legal name", "directions", "warnings",
           "units per day", "statements", "facts to be looked at again by"]  # fmt: skip


def _wordings() -> Iterator[Cells]:
    for row in by_key(ProductWording.objects.select_related("product", "region")):
        yield [row.product.slug, row.region.code, row.name, row.summary, row.description, row.legal_name, row.directions,
               row.warnings, row.units_per_day, row.statements,
               row.review_by.isoformat(timespec="seconds") if row.review_by else ""]  # fmt: skip


def _stock() -> Iterator[Cells]:
    for row in by_key(Stock.objects.select_related("variant", "region")):
        yield [row.variant.sku, row.region.code, row.on_hand]


def _collections() -> Iterator[Cells]:
    for row in by_key(Collection.objects.prefetch_related("by_hand__product")):
        by_hand = [one.product.slug for one in row.by_hand.all()]
        yield [row.slug, row.name, row.summary, " ".join(by_hand)]


CODES = ["code", "kind", "percent", "starts at (UTC)", "ends at (UTC)", "limit", "for each person", "active", "used",
         "terms", "products", "note", "made for", "its name"]  # fmt: skip


def _codes() -> Iterator[Cells]:
    rows = by_key(Code.objects.prefetch_related("terms__region", "products"))
    for code in rows:
        article = articles_named([code.article]).get(code.article) if code.article else None
        terms = "; ".join(
            f"{one.region.code}: {_amount(one.amount, one.region)} off from {_amount(one.minimum, one.region)}"
            for one in code.terms.all()
        )
        yield [code.code, code.kind, code.percent, _moment(code.starts_at), _moment(code.ends_at), code.limit,
               code.per_person, _yes(code.is_active), code.used, terms,
               " ".join(product.slug for product in code.products.all()), code.note, code.belongs,
               article.path if article else code.belongs_name]  # fmt: skip


AUTOMATIC = ["name", "region", "kind", "packs", "pays", "percent", "amount", "minimum", "product", "starts at (UTC)",
             "ends at (UTC)", "limit", "active", "used"]  # fmt: skip


def _automatic() -> Iterator[Cells]:
    for row in by_key(AutomaticDiscount.objects.select_related("region", "product")):
        yield [row.name, row.region.code, row.kind, row.packs, row.pays, row.percent, _amount(row.amount, row.region),
               _amount(row.minimum, row.region), row.product.slug if row.product else "", _moment(row.starts_at),
               _moment(row.ends_at), row.limit, _yes(row.is_active), row.used]  # fmt: skip


def _redirects() -> Iterator[Cells]:
    for row in by_key(Redirect.objects.all(), 2000):
        yield [row.source, row.target]


SHORT = [
    "word",
    "region",
    "article",
    "product",
    "collection",
    "page",
    "source",
    "medium",
    "campaign",
    "code",
    "active",
]


def _short_links() -> Iterator[Cells]:
    for row in by_key(ShortLink.objects.select_related("region", "article", "product", "collection", "code")):
        targets = [one.slug if one else "" for one in (row.article, row.product, row.collection)]
        yield [row.word, row.region.code if row.region else "", *targets, row.page, row.source, row.medium, row.campaign,
               row.code.code if row.code else "", _yes(row.is_active)]  # fmt: skip


def _orders() -> Iterator[Order]:
    return by_key(Order.objects.select_related("region").prefetch_related("lines"))


def customers() -> Iterator[Cells]:
    """Who paid for an order, once for each address, with where the newest went; then those who only asked for letters.

    Orders that name their buyer no longer are nobody's. Who agreed to letters is said with when and to which words.
    """
    last = ""
    while True:
        # Some addresses at a time, by the index of addresses; then all their orders.
        asked = Order.objects.filter(email__gt=last, paid_at__isnull=False).order_by("email")
        emails = list(asked.values_list("email", flat=True).distinct()[:AT_ONCE])
        if not emails:
            break
        last = emails[-1]
        consents = _consents(emails)
        newest: dict[str, Order] = {}
        counts = dict.fromkeys(emails, 0)
        paid = Order.objects.filter(email__in=emails, paid_at__isnull=False).select_related("region")
        for order in paid.order_by("pk").iterator(chunk_size=500):
            newest[order.email] = order
            counts[order.email] += 1
        for email in emails:
            if email in newest:
                yield _customer(newest[email], counts[email], consents.get(email.lower()))
    for some in _parts(
        by_key(Subscriber.objects.filter(confirmed_at__isnull=False).select_related("region"))
    ):
        have = {
            email.lower()
            for email in Order.objects.filter(email__in=[row.email for row in some], paid_at__isnull=False)
            .values_list("email", flat=True)
            .distinct()
        }
        for row in some:
            if row.email not in have:
                yield _with_consent({"Email": row.email, "Region": row.region.code, "Total Orders": 0}, row)


def _consents(emails: list[str]) -> dict[str, Subscriber]:
    rows = Subscriber.objects.filter(
        email__in=[email.lower() for email in emails], confirmed_at__isnull=False
    )
    return {row.email: row for row in rows.select_related("region").order_by("-confirmed_at")}


def _customer(order: Order, count: int, consent: Subscriber | None) -> Cells:
    first, _, rest = order.name.strip().rpartition(" ")
    row = {
        "First Name": first or rest,
        "Last Name": rest if first else "",
        "Email": order.email,
        "Default Address Address1": order.line1,
        "Default Address Address2": order.line2,
        "Default Address City": order.town,
        "Default Address Province Code": order.state,
        "Default Address Country Code": order.country,
        "Default Address Zip": order.postcode,
        "Total Orders": count,
        "Region": order.region.code,
    }
    return _with_consent(row, consent)


def _with_consent(row: dict[str, Any], consent: Subscriber | None) -> Cells:
    row |= {"Accepts Email Marketing": "yes" if consent else "no", "Accepts SMS Marketing": "no"}
    if consent:
        row |= {
            "Marketing consent date": _moment(consent.confirmed_at),
            "Marketing consent source": consent.agreed_to,
            "Region": consent.region.code,
        }
    return [row.get(name, "") for name in CUSTOMERS]


def _moment(moment) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _amount(amount: int | None, region: Region) -> Any:
    return "" if amount is None else to_decimal(amount, region.currency)


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"
