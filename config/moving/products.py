"""What becomes of products from elsewhere: said before anything is made, then made as drafts, all at once.

A product is for sale nowhere before staff have compared its facts with a label, and it has no stock. One whose address is
taken stays as it is, so that bringing the same file in again changes nothing. Nothing is fetched from anywhere. Sentences
that may not stand on a product are left out, and told.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from articles.text.pasted import from_elsewhere
from config.forwarding.plan import Plan, Wish, carry_out, plan
from config.moving.aside import set_aside
from config.moving.drafts import ALT, Folder, State, shortened, stored
from config.moving.goods import Goods
from config.moving.packs import Destination, Pack, pack_of
from config.search.models import Kind
from config.search.names import write_names
from shop.catalogue.models import OldProduct, Product, ProductPicture, Variant
from shop.catalogue.models.kinds import FormOfMagnesium, ProductKind, kinds, magnesium_forms
from shop.catalogue.shelving import shelving_once
from shop.claims.refuse import refuse_claims
from shop.content.models import one_state
from shop.pictures.models import Picture
from shop.regions.models import Region

A_BATCH = 50
SAVED_AT_ONCE = 50  # so that what their rows show in is looked up, and not the whole site moved
LONGEST = 100_000  # signs of markup
NAME, SUMMARY = 120, 200  # signs
OTHER_NAMES = {
    "bisglycinate": "glycinate",
    "diglycinate": "glycinate",
    "sulphate": "epsom",
    "sulfate": "epsom",
    "chloride": "oil",
}
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass
class Arrival:
    """A product and what becomes of it. `notes`: what is lost, changed or missing; `refused`: sentences left out."""

    goods: Goods
    state: State = State.NEW
    words: str = ""
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    product: Product | None = None
    packs: list[Pack] = field(default_factory=list)
    pictures: list[tuple[Path, Picture]] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        """All that staff are told of it, save why it is left out."""
        return [
            *self.notes,
            *(f"May not stand on a product, and is left out: “{one}”" for one in self.refused),
        ]


def arrivals_of(goods: Iterable[Goods], destination: Destination) -> Iterator[Arrival]:
    """What would become of each product. It reads alone, and asks for a batch at a time."""
    taken: dict[str, int] = {}
    waiting = iter(goods)
    while some := list(islice(waiting, A_BATCH)):
        with one_state():
            found = list(_batch(some, destination, taken))
        yield from found


def _batch(some: list[Goods], destination: Destination, taken: dict[str, int]) -> Iterator[Arrival]:
    handles = {one.handle for one in some}
    there = set(Product.objects.filter(slug__in=handles).values_list("slug", flat=True))
    there |= set(OldProduct.objects.filter(slug__in=handles).values_list("slug", flat=True))
    for one in some:
        if one.trouble:
            yield Arrival(one, State.REFUSED, one.trouble)
        elif one.handle in taken:
            yield Arrival(one, State.REFUSED, f"Line {taken[one.handle]} has the same address.")
        elif one.handle in there:
            yield Arrival(one, State.SAME, "A product has this address already; it stays as it is.")
        else:
            yield _arrival(one, destination)
        taken.setdefault(one.handle, one.line)


def _arrival(goods: Goods, destination: Destination) -> Arrival:
    found = Arrival(goods, notes=list(goods.notes))
    form, reason = _form(goods, destination)
    if form is None:
        return replace(found, state=State.REFUSED, words=reason)
    kind, reason = _kind(goods, form, destination)
    if kind is None:
        return replace(found, state=State.REFUSED, words=reason)
    trouble = _write(found, form, kind, destination)
    if trouble:
        return replace(found, state=State.REFUSED, words=trouble, product=None, packs=[])
    _show(found, destination.folder)
    for size in goods.sizes:
        pack, reason = pack_of(size, goods, len(found.packs), form, kind, destination)
        if pack:
            found.packs.append(pack)
        if reason:
            found.notes.append(f"Line {size.line}{f', “{size.label}”' if size.label else ''}: {reason}")
    if not found.packs:
        found.notes.append("It comes without a pack: add one in its form.")
    return found


def _form(goods: Goods, destination: Destination) -> tuple[FormOfMagnesium | None, str]:
    forms = magnesium_forms()
    may = ", ".join(row.code for row in forms.values())
    if said := goods.said.get("form", ""):
        row = next(
            (row for row in forms.values() if said.casefold() in {row.code, row.name.casefold()}), None
        )
        return row, f"Column “Form”: “{said[:40]}” is none of {may}."
    text = goods.words.casefold()
    named = {code for code in forms if any(word in text for word in code.split("_") if len(word) > 2)}
    named |= {code for word, part in OTHER_NAMES.items() if word in text for code in forms if part in code}
    if not named and destination.form in forms:
        named = {destination.form}
    if len(named) == 1:
        return forms[named.pop()], ""
    which = f"may be {' or '.join(sorted(named))}" if named else "is not told by its title, type or tags"
    return None, f"Its form of magnesium {which}. Add a column “Form” with one of {may}."


def _kind(goods: Goods, form: FormOfMagnesium, destination: Destination) -> tuple[ProductKind | None, str]:
    may = {row.code: row for row in kinds().values() if row.pk in destination.kinds[form.code]}
    if said := goods.said.get("kind", ""):
        row = next((row for row in may.values() if said.casefold() in {row.code, row.name.casefold()}), None)
        return (
            row,
            f"Column “Kind”: {form.name} is sold as {', '.join(may) or 'nothing yet'}, not as “{said[:40]}”.",
        )
    return next(
        iter(may.values()), None
    ), f"{form.name} may be sold as nothing yet: its form of magnesium says so."


def _write(found: Arrival, form: FormOfMagnesium, kind: ProductKind, destination: Destination) -> str:
    """Its own words; what can't be mended here is returned as the reason to leave it out."""
    goods = found.goods
    if len(goods.html) > LONGEST:
        return f"Its text has more than {LONGEST:,} signs: make it in its form, by hand."
    name = shortened(goods.title, NAME)
    if name != goods.title:
        found.notes.append(f"The name has {len(goods.title)} signs and was cut to {NAME}.")
    description = _text_of(goods.html)
    description, refused = _lawful(description, kind, destination.regions)
    summary = shortened(_text_of(goods.short) or description, SUMMARY)
    summary, more = _lawful(summary, kind, destination.regions)
    ingredients, again = _lawful(_text_of(goods.said.get("ingredients", "")), kind, destination.regions)
    found.refused = list(dict.fromkeys([*refused, *more, *again]))
    found.product = product = Product(
        slug=goods.handle, name=name, kind=kind.code, form=form.code, tax_class=kind.tax_class, summary=summary,
        description=description, ingredients=ingredients, is_active=False,
    )  # fmt: skip
    lacks = [
        part
        for part, text in (("summary", summary), ("description", description), ("ingredients", ingredients))
        if not text
    ]
    if lacks:
        found.notes.append(f"Nothing is said yet of: {', '.join(lacks)}.")
    try:
        product.clean_fields(exclude=lacks)  # that its form may be such a kind was looked up
    except ValidationError as error:
        return " ".join(
            f"{part.capitalize()}: {' '.join(words)}" for part, words in error.message_dict.items()
        )
    return ""


def _lawful(text: str, kind: ProductKind, regions: list[Region]) -> tuple[str, list[str]]:
    """(the text without the sentences that may not stand on such a product in some region, these)."""
    if not text:
        return "", []
    paragraphs, refused = [], []
    for paragraph in text.split("\n\n"):
        sentences = [part.strip() for part in SENTENCE.split(paragraph) if part.strip()]
        bad = _refused(sentences, kind, regions)
        refused += [sentence for sentence in sentences if sentence in bad]
        if kept := " ".join(sentence for sentence in sentences if sentence not in bad):
            paragraphs.append(kept)
    whole = "\n\n".join(paragraphs)
    if whole and _refused([whole], kind, regions):  # what no sentence says alone
        return "", [*refused, whole]
    return whole, refused


def _refused(texts: list[str], kind: ProductKind, regions: list[Region]) -> set[str]:
    try:
        refuse_claims({text: text for text in texts}, regions, kind.judged_as)
    except ValidationError as error:
        return set(error.message_dict)
    return set()


def _text_of(html: str) -> str:
    """The words of markup, with a blank line between paragraphs and points."""
    if "<" not in html:
        return "\n\n".join(
            filter(None, (" ".join(part.split()) for part in re.split(r"\n\s*\n", unescape(html))))
        )
    clean = from_elsewhere(f"<div>{html}</div>", tables=False)
    broken = re.sub(r"</(?:p|li|h[1-6]|blockquote|div|tr)>|<br ?/?>", "\n\n", clean)
    text = unescape(re.sub(r"<[^<>]*>", "", broken))
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in text.split("\n\n"))))


def _show(found: Arrival, folder: Folder) -> None:
    for address, alt in found.goods.images:
        path, name = folder.find(address), address.partition("?")[0].rpartition("/")[2][:80]
        if path is None:
            found.notes.append(f"Picture left out, since its file is not in the folder: {name}.")
            continue
        try:
            picture = Picture(
                title=name, alt=shortened(alt, ALT), file=ContentFile(path.read_bytes(), name=path.name)
            )
            picture.full_clean(exclude=["file"])
        except (ValidationError, OSError) as error:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error.strerror)
            found.notes.append(f"Picture left out: {name}. {words}")
        else:
            found.pictures.append((path, picture))


def redirects_of(arrivals: Iterable[Arrival], region: Region) -> Plan:
    """Where the old addresses of these products will lead."""
    return plan(
        Wish(one.goods.line, one.goods.address, f"/{region.code}/shop/{one.goods.handle}/")
        for one in arrivals
        if one.state != State.REFUSED
    )


def bring_in(arrivals: Iterable[Arrival], destination: Destination) -> tuple[int, int, int]:
    """Make the new ones as drafts, and redirects; (how many products, packs and redirects).

    All of them are looked at first; then all are made, in one short transaction.
    """
    waiting, packs = set_aside(one for one in arrivals if one.state == State.NEW), 0
    made: list[Arrival] = []
    with transaction.atomic(), shelving_once():
        while some := list(islice(waiting, SAVED_AT_ONCE)):
            slugs = {one.goods.handle for one in some}
            taken = set(Product.objects.filter(slug__in=slugs).values_list("slug", flat=True))  # meanwhile
            some = [one for one in some if one.goods.handle not in taken]
            packs += _save(some, destination)
            made += [
                Arrival(Goods(one.goods.line, one.goods.handle, address=one.goods.address)) for one in some
            ]
        return len(made), packs, carry_out(redirects_of(made, destination.home))


def _save(some: list[Arrival], destination: Destination) -> int:
    """How many packs were saved."""
    products = Product.objects.bulk_create([one.product for one in some if one.product is not None])
    packs = [pack for one in some for pack in one.packs]
    for one in some:
        for pack in one.packs:
            assert one.product is not None
            pack.variant.product = one.product
    Variant.objects.bulk_create([pack.variant for pack in packs])
    regions = {region.pk: region for region in destination.regions}
    Variant.set_prices(
        (pack.variant, regions[region], amount) for pack in packs for region, amount in pack.amounts.items()
    )
    for one in some:
        assert one.product is not None
        shown: dict[int, Picture] = {}
        for path, picture in one.pictures:
            picture.file = ContentFile(path.read_bytes(), name=path.name)
            kept = stored(picture)
            shown.setdefault(kept.pk, kept)
        for place, kept in enumerate(shown.values()):
            ProductPicture.objects.create(product=one.product, picture=kept, position=place)
    write_names(Kind.PRODUCT, [product.pk for product in products])
    return len(packs)
