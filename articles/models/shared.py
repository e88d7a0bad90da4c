"""What articles share: authors and topics."""

from django.db import models

from shop.content.addresses import KeepsAddresses, OldSlug, address_in
from shop.content.translations import Translated


class Author(Translated, KeepsAddresses):
    translatable = ("name", "about")

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True)
    about = models.TextField(help_text="Who they are, honestly: qualifications only if they exist.")
    is_team = models.BooleanField("a team", default=False, help_text="Untick for one person.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def url_in(self, region) -> str:
        return address_in(region.code, "articles:author", self.slug)


class Topic(Translated, KeepsAddresses):
    """What readers filter by; may be a condition. Never used on products."""

    translatable = ("name",)

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class OldTopic(OldSlug):
    """A slug that a topic had, or that of a topic merged into it."""

    owner = "topic"
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="old_slugs")


class OldAuthor(OldSlug):
    owner = "author"
    author = models.ForeignKey(Author, on_delete=models.CASCADE, related_name="old_slugs")
