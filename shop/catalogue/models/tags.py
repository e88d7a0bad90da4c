from django.core.exceptions import ValidationError
from django.db import models

from shop.claims.conditions import conditions_named
from shop.content.models import Content
from shop.content.translations import Translated


class RelatedProductTag(Translated, Content):
    """Links articles to products. Names a form or a use, never a condition."""

    translatable = ("name",)

    name = models.CharField(max_length=40, unique=True)
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        found = conditions_named(f"{self.name} {self.slug.replace('-', ' ')}")
        if found:
            raise ValidationError(
                {"name": f"“{found[0]}” names a condition. No product may bear one; use the form or the use."}
            )
