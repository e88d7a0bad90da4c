"""Rows with a slug in their address keep every address that they had: readers are led on in one hop."""

from functools import cache

from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from shop.content.models import Content

ANY_SLUG = "any-slug"


def address_in(region: str, view: str, slug: str) -> str:
    """The address of a page by the region's code and a slug. Lists ask for many, so each view's form is worked out once."""
    return _with_any_slug(region, view).replace(ANY_SLUG, slug)


@cache
def _with_any_slug(region: str, view: str) -> str:
    return reverse(view, kwargs={"region": region, "slug": ANY_SLUG})


class KeepsAddresses(Content):
    """Mix into a model with a unique `slug`, and give it a model of old slugs (see `OldSlug`).

    Saving under another slug keeps the one before; letters are small, so that an address has one spelling. A page
    that stands at an address comes before one that has left it: see `leads_to`.
    """

    class Meta:
        abstract = True

    @classmethod
    def old_slugs_model(cls) -> "type[OldSlug]":
        return next(model for model in OldSlug.__subclasses__() if model.owner_model() is cls)

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is not None and "slug" not in update_fields:
            return super().save(*args, update_fields=update_fields, **kwargs)
        self.slug = self.slug.lower()
        with transaction.atomic():
            rows = type(self)._base_manager.select_for_update(of=("self",)).filter(pk=self.pk)
            before = rows.values_list("slug", flat=True).first() if self.pk else None
            super().save(*args, update_fields=update_fields, **kwargs)
            if before is not None and before != self.slug:
                self.old_slugs_model().leave(before, self)

    def clean_fields(self, exclude=None):
        """Small letters before it is compared with those of other rows."""
        self.slug = self.slug.lower()
        super().clean_fields(exclude)

    @classmethod
    def found_by_readers(cls, slug: str) -> "tuple[KeepsAddresses | None, OldSlug | None]":
        """Where readers are led from an address at which they found nothing."""
        return cls.leads_to(slug)

    @classmethod
    def leads_to(cls, slug: str) -> "tuple[KeepsAddresses | None, OldSlug | None]":
        """(the row at this address, None), or (the row that had it last, the old slug), or (None, None).

        As typed first, then in small letters. At most four reads by unique index.
        """
        old_slugs = cls.old_slugs_model()
        for typed in dict.fromkeys([slug, slug.lower()]):
            row = cls._base_manager.filter(slug=typed).first()
            if row is not None:
                return row, None
            old = old_slugs._base_manager.select_related(old_slugs.owner).filter(slug=typed).first()
            if old is not None:
                return getattr(old, old_slugs.owner), old
        return None, None


class OldSlug(Content):
    """Base of a slug that a row had before. A subclass has a foreign key to it, whose name is its `owner`."""

    owner = ""

    slug = models.SlugField(max_length=100, unique=True)
    left_at = models.DateTimeField(default=timezone.now)
    hits = models.PositiveIntegerField(default=0, help_text="How often readers were led on from it.")
    last_hit_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-left_at"]

    def __str__(self):
        return f"{self.slug} → {getattr(self, self.owner).slug}"

    @classmethod
    def owner_model(cls):
        return cls._meta.get_field(cls.owner).related_model

    @classmethod
    def leave(cls, slug: str, row) -> None:
        """`row` had `slug` until now. Of two rows that had it, the last counts; its own of now leads nowhere."""
        cls.objects.filter(slug=row.slug, **{cls.owner: row}).delete()
        cls.objects.update_or_create(
            slug=slug, defaults={cls.owner: row, "left_at": timezone.now(), "hits": 0, "last_hit_on": None}
        )

    def count_hit(self) -> None:
        """Somebody came by it. No page changes by that, so the content version stays."""
        type(self)._base_manager.filter(pk=self.pk).update(
            hits=F("hits") + 1, last_hit_on=timezone.localdate()
        )
