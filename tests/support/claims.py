"""An article with words of our own, live in a region."""

from django.utils import timezone

from articles.evidence import facts
from articles.models import Article, RichText, Version
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from tests.support.editions import in_english

LABELS = "citrate-glycinate-oxide-label-guide"


RED = "<p>Magnesium may help reduce the symptoms of RLS.</p>"


def published_with(slug, html, **block):
    draft = open_draft(Article.objects.get(slug=slug), "anna")
    RichText.objects.create(parent=draft, region="main", ordering=1, body=html, **block)
    facts.refresh(draft)
    publish(draft, [Slot(row, timezone.now()) for row in in_english()], "anna")
    return Version.objects.get(pk=draft.pk)
