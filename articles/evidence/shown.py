"""Rows that many articles show, such as a source or an author: saved with other words, every text is checked anew.

In the transaction of the change each version that shows the row loses the mark of having been checked, so that no
product stands beside it (`Version.shows_products_in`), whatever happens next. Once the change is committed the first
of them are checked at once, the rest by the worker.
"""

from collections.abc import Callable

from django.db import models, transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save, pre_save

from articles.evidence.recheck import recheck
from articles.models import (
    Article,
    Author,
    EvidenceTable,
    Figure,
    FormTable,
    MagnesiumForm,
    ProductCard,
    ProductLink,
    Publication,
    Question,
    Reference,
    ReferenceBlock,
    Topic,
    Version,
    VersionTag,
    VersionTopic,
)
from shop.catalogue.models import Product, ProductTag
from shop.content.texts import texts_of
from shop.pictures.models import Picture

CHECKED_BEFORE_ANSWER = 20  # versions: two or three seconds of checking, as long as somebody waits for a form


def _with_product(product) -> Q:
    by_tag = VersionTag.objects.filter(tag__in=ProductTag.objects.filter(product=product).values("tag"))
    return (
        Q(pk__in=ProductLink.objects.filter(product=product).values("version"))
        | Q(pk__in=ProductCard.objects.filter(product=product).values("parent"))
        | Q(pk__in=by_tag.values("version"))
    )


def _with_picture(picture) -> Q:
    return Q(picture=picture) | Q(pk__in=Figure.objects.filter(picture=picture).values("parent"))


def _with_form(form) -> Q:
    tables = FormTable.objects.filter(Q(codes="") | Q(codes__contains=form.code))
    return Q(pk__in=tables.values("parent"))


# By model: which versions show a row, each found by an index (tables of forms are few).
SHOWN: dict[type[models.Model], Callable] = {
    Article: lambda article: Q(article=article),
    Author: lambda author: Q(author=author),
    Topic: lambda topic: Q(pk__in=VersionTopic.objects.filter(topic=topic).values("version")),
    Reference: lambda source: Q(pk__in=ReferenceBlock.objects.filter(reference=source).values("parent")),
    MagnesiumForm: _with_form,
    Question: lambda question: Q(pk__in=EvidenceTable.objects.filter(question=question).values("parent")),
    Picture: _with_picture,
    Product: _with_product,
    ProductTag: lambda row: Q(pk__in=VersionTag.objects.filter(tag=row.tag_id).values("version")),
}
# What counts of a row beside the texts that readers read of it.
ALSO = {Product: {"kind"}, ProductTag: {"product_id", "tag_id"}}


def _counts(model) -> list[str]:
    texts = () if model is Product else texts_of(model)  # a product's own words are not the article's
    return sorted({*texts, *ALSO.get(model, ())})


def look_again(versions: Q, drafts_alone: bool = False) -> None:
    """Take the mark off those of these versions that are live, scheduled or drafts; check the first once that is committed.

    `drafts_alone`: where readers see nothing else than before, such as of what is only proposed.
    """
    published = Publication.objects.filter(article__binned_at=None).values("version")
    in_use = Q(is_draft=True) if drafts_alone else Q(pk__in=published) | Q(is_draft=True)
    rows = Version.objects.filter(versions).filter(in_use)
    first = list(rows.order_by("is_draft", "-pk").values_list("pk", flat=True)[:CHECKED_BEFORE_ANSWER])
    if not first:
        return
    rows.update(claims_rules="")
    transaction.on_commit(lambda: recheck(Version.objects.filter(pk__in=first, claims_rules="")), robust=True)


def look_again_at(row: models.Model) -> None:
    """At every version that shows this row."""
    look_again(SHOWN[type(row)](row))


def _before(sender, instance, update_fields=None, raw=False, **kwargs) -> None:
    names = _counts(sender)
    instance.__dict__.pop("_shown_before", None)
    if raw or (update_fields is not None and not set(names) & set(update_fields)):
        return
    old = sender._base_manager.filter(pk=instance.pk).first() if instance.pk else None
    if old is None:
        instance._shown_before = Q(pk__in=())
    elif any(getattr(old, name) != getattr(instance, name) for name in names):
        instance._shown_before = SHOWN[sender](old)


def _after(sender, instance, **kwargs) -> None:
    before = instance.__dict__.pop("_shown_before", None)
    if before is not None:
        look_again(before | SHOWN[sender](instance))


def _gone(sender, instance, **kwargs) -> None:
    if sender in {MagnesiumForm, ProductTag}:  # nothing else goes while an article shows it
        look_again_at(instance)


def listen() -> None:
    for model in SHOWN:
        pre_save.connect(_before, sender=model, dispatch_uid=f"shown before {model._meta.label}")
        post_save.connect(_after, sender=model, dispatch_uid=f"shown after {model._meta.label}")
        post_delete.connect(_gone, sender=model, dispatch_uid=f"shown gone {model._meta.label}")
