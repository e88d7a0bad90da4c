from django.db import models


class KeptPart(models.Model):
    """A part of a document for machines as it was drawn, ahead of those who ask. Only the worker writes it.

    `name`: document, region and number (parts.py). `body`: its text, compressed. It is right until `ends` for the release
    that drew it, unless one of its scopes moved after `PartsState.count`.
    """

    name = models.CharField(max_length=60, primary_key=True)
    body = models.BinaryField()
    ends = models.DateTimeField()
    release = models.CharField(max_length=128)

    def __str__(self):
        return self.name


class PartsState(models.Model):
    """One row. Up to this count of changes (shop.content.models.moved_since) all kept parts are right."""

    count = models.PositiveBigIntegerField(default=0)

    def __str__(self):
        return str(self.count)

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("count", flat=True).first() or 0
