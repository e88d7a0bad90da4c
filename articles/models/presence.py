"""Who has the editor open."""

from django.db import models

from articles.models.article import Article


class Presence(models.Model):
    """That somebody has an article's editor open, as of its last sign of life (articles/publishing/presence.py)."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    by = models.CharField(max_length=150)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "by"], name="presence_once")]

    def __str__(self):
        return self.by
