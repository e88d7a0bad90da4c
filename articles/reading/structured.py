"""An article as schema.org JSON-LD, saying what its page says."""

from django.conf import settings

from articles.models import Article, Publication, Version
from articles.reading.block_views import QuestionView, SourceView
from articles.reading.rendering import CITE, TAG


def structured_data(
    article: Article,
    version: Version,
    region,
    sources: list[SourceView],
    published_at,
    updated_at,
    original: Publication | None = None,
) -> dict:
    """The article as schema.org JSON-LD, saying what the page says: author, review, dates, sources.

    `original`: of a translation what is published of the article that it says, if anything.
    """
    site = settings.SITE_URL
    data = {
        "@context": "https://schema.org",
        "@type": ["MedicalWebPage", "Article"] if version.names_condition_in(region) else "Article",
        "headline": version.title,
        "description": version.summary,
        "inLanguage": region.hreflang if article.language == region.language else article.language,
        "url": site + article.url_in(region),
        "datePublished": published_at.astimezone(region.zone).isoformat(),
        "dateModified": updated_at.astimezone(region.zone).isoformat(),
        "author": {
            "@type": "Organization" if version.author.is_team else "Person",
            "name": version.author.translated.name,
            "url": site + version.author.url_in(region),
        },
        "citation": [
            {
                "@type": "ScholarlyArticle" if source.reference.doi else "CreativeWork",
                "name": source.reference.title,
                **({"url": source.reference.url} if source.reference.url else {}),
            }
            for source in sources
        ],
    }
    if original is not None:
        data["translationOfWork"] = {
            "@type": "Article",
            "headline": original.version.title,
            "inLanguage": original.region.hreflang,
            "url": site + original.article.url_in(original.region),
        }
    if version.picture:
        data["image"] = version.picture.full_url
    if version.medical_reviewer and version.reviewed_on:
        data["reviewedBy"] = {"@type": "Person", "name": version.medical_reviewer}
        data["lastReviewed"] = version.reviewed_on.isoformat()
    return data


def faq_data(questions: list[QuestionView]) -> list[dict]:
    """The questions of an article as the page answers them; none, no data."""
    if not questions:
        return []
    asked = [
        {
            "@type": "Question",
            "name": view.block.question,
            "acceptedAnswer": {
                "@type": "Answer",
                "text": " ".join(CITE.sub("", TAG.sub(" ", view.block.answer)).split()),
            },
        }
        for view in questions
    ]
    return [{"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": asked}]
