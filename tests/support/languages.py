"""An article in two languages, for tests of translations."""

from django.utils import timezone

from articles.models import Article, RichText, Version
from articles.publishing.publish import Slot, publish
from articles.publishing.translations import start
from articles.publishing.versions import save_version
from shop.regions.models import Region
from tests.support.factories import region


def edition(language: str, of: str = "eu") -> Region:
    """The edition of a market in a language; made where the shop ships none."""
    market = region(of)
    found = Region.objects.filter(edition_of=market, language=language).first()
    if found is None:
        found = region(of)
        found.pk, found._state.adding = None, True
        found.code = found.hreflang = found.language = language
        found.locale, found.edition_of, found.position = f"{language}_{language.upper()}", market, 9
        found.name = found.short_name = found.the_name = f"{market.name} {language}"[:20]
        found.save()
    Region.objects.filter(pk=found.pk).update(is_open=True)
    return region(found.code)


def an_original(slug: str = "cramps", *texts: str, live: tuple[str, ...] = ("uk", "eu")) -> Article:
    """An English article of these texts, a block each, published."""
    like = Version.objects.select_related("author").first()
    article = Article.objects.create(slug=slug)
    version = Version(article=article, title=f"On {slug}", summary="What is known.", author=like.author)
    blocks = [RichText(body=text) for text in texts or ("<p>One night. Two nights.</p>",)]
    save_version(version, blocks)
    publish_now(version, *live)
    return article


def publish_now(version: Version, *codes: str) -> None:
    publish(version, [Slot(region(code), timezone.now()) for code in codes], "anna")
    version.refresh_from_db()


def a_translation(original: Article, language: str = "de", *texts: str, live: bool = True) -> Article:
    """Begun as an editor begins it; with these texts in place of the original's blocks where given, and published."""
    where = edition(language)
    draft = start(original, language, "berta")
    blocks = draft.blocks()
    for block, text in zip(blocks, texts, strict=False):
        block.body = text
    if texts:

        def write():
            Version.objects.filter(pk=draft.pk).update(title=f"Über {original.slug}", summary="Was man weiß.")
            for block in blocks:
                block.save()

        save_version(draft, write=write)
        draft.refresh_from_db()
    if live:
        publish_now(draft, where.code)
    return draft.article
