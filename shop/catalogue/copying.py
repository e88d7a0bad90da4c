"""A product as the beginning of another: its words, packs and prices under new SKUs, never its stock or its address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from shop.catalogue.models import Product, ProductTag, Variant
from shop.catalogue.offers import amounts_in_force
from shop.catalogue.shelving import shelving_once
from shop.regions.models import Region

MOST_PACKS = 40


class CanNotCopy(ValidationError):
    """`part` names what can't be: “name”, “slug”, or a pack’s key among the SKUs."""

    def __init__(self, part: str, error: ValidationError):
        self.part = part
        super().__init__(error.messages)


@dataclass(frozen=True)
class Beginning:
    """What a copy is proposed to be called."""

    name: str
    slug: str
    skus: dict[int, str]


def beginning(product: Product) -> Beginning:
    """Free names for a copy: the next number of each SKU and of the address."""
    skus: dict[int, str] = {}
    for pack in packs_of(product):
        skus[pack.pk] = _free_sku(pack.sku, {*skus.values()})
    name = f"{product.name[:110]} (copy)"
    return Beginning(name, _free_slug(slugify(name)[:76]), skus)


def packs_of(product: Product) -> list[Variant]:
    """Those that are copied; the first of very many."""
    return list(product.variants.order_by("position", "pk")[:MOST_PACKS])


def _free_sku(sku: str, taken: set[str]) -> str:
    """SKUs end in a number that tells packs apart: the next that is free."""
    stem, number = re.fullmatch(r"(.*?)(\d*)", sku).groups()  # type: ignore[union-attr]
    taken = taken | set(Variant.objects.filter(sku__startswith=stem).values_list("sku", flat=True))
    count = int(number or 0) + 1
    while f"{stem}{count}" in taken:
        count += 1
    return f"{stem}{count}"


def _free_slug(slug: str) -> str:
    taken = set(Product.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free, count = slug, 2
    while free in taken:
        free, count = f"{slug}-{count}", count + 1
    return free


@transaction.atomic
def copy_product(
    product: Product, *, name: str, slug: str, skus: Mapping[int, str], with_prices: bool
) -> Product:
    """A draft with the wordings, tags and packs of the product; without pictures and stock. Raises CanNotCopy.

    Nobody has compared its facts with a label yet, so they are good until now: it is sold nowhere before somebody has.
    """
    packs, wordings = packs_of(product), list(product.wordings.all())
    amounts = amounts_in_force([pack.pk for pack in packs]) if with_prices else {}
    regions = {region.pk: region for region in Region.all_cached()}
    tags = list(product.tags.all())
    with shelving_once():
        made = _again(product, name=name, slug=slug, is_active=False, successor=None, binned_at=None)
        _keep(made, "name", "slug")
        for tag in tags:
            ProductTag.objects.create(product=made, tag=tag)
        for pack in packs:
            copied = _again(pack, product=made, sku=skus[pack.pk], barcode="")
            _keep(copied, f"sku-{pack.pk}", f"sku-{pack.pk}")
            for region, amount in amounts.get(pack.pk, {}).items():
                if amount is not None:
                    copied.set_price(regions[region], amount)
        for wording in wordings:
            _keep(_again(wording, product=made, review_by=timezone.now()), "name", "name")
    return made


def _again(row, **columns):
    """A row not yet saved with the columns of another, but for these."""
    fields = {
        field.name: getattr(row, field.name) for field in row._meta.concrete_fields if not field.primary_key
    }
    return type(row)(**{**fields, **columns})


def _keep(row, part: str, unique: str) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        taken = {"slug", "sku"} & set(getattr(error, "error_dict", {}))
        raise CanNotCopy(unique if taken else part, error)
    row.save()
