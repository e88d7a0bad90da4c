"""“No claim” of sentences in the articles that ship, each with its reason, as their files say it."""

from articles.evidence.claims import store
from articles.evidence.no_claims import tick, waiting
from articles.evidence.recheck import versions_in_use
from articles.evidence.ticks import is_current
from articles.models import Article, NoClaimEnd, Version
from config.seed.files import ArticleFile
from shop.claims.models import OwnRule

BY = "content files"


def tick_shipped(file: ArticleFile) -> int:
    """Tick what a shipped article's file says, where it waits and nobody withdrew it; how many were ticked.

    Also in a shop that runs, since other rules come with an update. Where the Owner has rules of their own nothing is
    ticked: the reasons were given for the shipped ones.
    """
    wanted = file.head.get("no_claim", [])
    article = Article.objects.filter(slug=file.head["slug"], binned_at=None).first() if wanted else None
    if article is None or OwnRule.objects.exists():
        return 0
    ticked = 0
    withdrawn = set(
        NoClaimEnd.objects.filter(no_claim__article=article).values_list("no_claim__digest", flat=True)
    )
    for version in versions_in_use(article.pk) or [article.newest()]:
        version.refresh_from_db()
        if not is_current(version):
            store(version)
        for law in {row.get("law", "") for row in wanted}:
            reasons = _reasons(version, [row for row in wanted if row.get("law", "") == law])
            reasons = {digest: reason for digest, reason in reasons.items() if digest not in withdrawn}
            if reasons:
                ticked += len(tick(version, reasons, BY, law))
                version.refresh_from_db()
    return ticked


def _reasons(version: Version, wanted: list[dict]) -> dict[str, str]:
    """By digest the reasons for sentences of a version that wait."""
    by_sentence = {one_line(row["sentence"]): row["reason"] for row in wanted}
    return {
        digest: by_sentence[words]
        for digest, row in waiting(version).items()
        if (words := one_line(row["sentence"])) in by_sentence
    }


def one_line(words: str) -> str:
    return " ".join(words.split())
