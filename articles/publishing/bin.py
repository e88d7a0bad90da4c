"""The bin: what lies in it for thirty days goes for good."""

from datetime import timedelta

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles.models import Article, MedicalReview
from shop.sweeps.alone import each_alone

BIN_DAYS = 30


def empty_bin(at=None) -> int:
    """Delete for good what has lain in the bin for thirty days; how many articles. Safe to repeat.

    An article that was ever published keeps its row, so that its address goes on answering 410. An original goes after
    its translations.
    """
    before = (at or timezone.now()) - timedelta(days=BIN_DAYS)

    def delete(article) -> bool:
        try:
            with transaction.atomic():
                MedicalReview.objects.filter(version__article=article).delete()
                article.delete()
        except ProtectedError:  # something of the shop's history stands on it: it stays in the bin
            return False
        return True

    old = Article.objects.filter(binned_at__lt=before, publications=None, translations=None).order_by("pk")
    return each_alone(old, delete, sweep="empty_bin", at=at)
