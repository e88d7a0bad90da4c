"""Links to drafts for people without an account, and what they said."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from articles.models.article import Article
from articles.models.version import Version
from shop.content.link_tokens import OpenedByLink, kept_token
from shop.regions.models import Region


class PreviewLink(OpenedByLink):
    """A link that shows a version to whoever has it, in one region and at one moment, for a time."""

    kept_token = kept_token("token", 43)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="preview_links")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(null=True, blank=True, help_text="Show it as at this moment; empty: as of now.")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self):
        return f"{self.version} for {self.region.short_name}"

    def get_absolute_url(self):
        return reverse("preview", args=[self.token])

    def is_open(self, at=None) -> bool:
        return self.revoked_at is None and (at or timezone.now()) < self.expires_at


class Comment(models.Model):
    """What somebody said about a part of an article: with a preview link, or a colleague in the editor.

    A part is named by its block and, since blocks are written anew with each version, by how it began. Answers
    belong to what was said first, and end with it.
    """

    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="comments", editable=False
    )
    link = models.ForeignKey(PreviewLink, on_delete=models.CASCADE, null=True, related_name="comments")
    block = models.CharField(max_length=40, blank=True, db_default="", editable=False)
    about = models.CharField(max_length=160, help_text="How the paragraph began.")
    answers = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="replies", editable=False
    )
    name = models.CharField(max_length=80)
    by = models.CharField(max_length=150, blank=True, db_default="", editable=False)
    words = models.TextField(max_length=2000)
    made_at = models.DateTimeField(default=timezone.now)
    done_by = models.CharField(max_length=150, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False) | Q(link__isnull=False), name="comment_is_about_an_article"
            )
        ]

    def __str__(self):
        return f"{self.name}: {self.words[:60]}"
