"""Translations: an article of its own for each language, made from an original that it follows.

Words are the translation's own. What is no word follows the original: its topics, its related-product tags, the products
linked by hand. Those are stored with each version, so that readers' pages read one row as before; whatever changes them
in the original changes them here in the same transaction (`follow`), and nothing else can.
"""

from collections.abc import Iterable
from functools import partial

from babel import Locale, UnknownLocaleError
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, ProductLink, Publication, Version, VersionTag, VersionTopic
from articles.publishing.addresses import free_address
from articles.publishing.copies import concerned, own_copy
from articles.publishing.errors import NotPossible
from articles.publishing.versions import copy_version, save_version
from shop.regions.models import Region

FOLLOWS = (  # what a version is linked to, by its columns
    (VersionTopic, ("topic_id",)),
    (VersionTag, ("tag_id",)),
    (ProductLink, ("product_id", "kind", "position", "show_in", "region_codes")),
)


def language_name(code: str) -> str:
    """As staff call it: German."""
    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (ValueError, UnknownLocaleError):
        return code


def languages() -> list[str]:
    """Those in which some region or edition is read, open or not, in the order of these."""
    return list(dict.fromkeys(region.language for region in Region.all_cached()))


def editions_in(language: str) -> list[Region]:
    return [region for region in Region.all_cached() if region.language == language]


def why_not(article: Article, region: Region) -> str:
    """Why it can't be published in a region, and what to do instead; "" where it can."""
    if region.language == article.language:
        return ""
    here, there = language_name(article.language), language_name(region.language)
    original = article.original
    if original is None or original.language != region.language:
        remedy = f"Translate it under “Languages” on its page, and publish the {there} article there."
    else:
        remedy = f"Publish the original, “{original}”, there."
    return f"{region.short_name} is read in {there}, and this article is in {here}. {remedy}"


def now_of(original: Article, language: str) -> Version | None:
    """The version that a translation says: what is published in the market of its edition, else elsewhere, else the newest."""
    markets = {region.market_id for region in editions_in(language)}
    current = Publication.objects.filter(article=original).select_related("version")
    by_region = current.current_by_region()
    there = [row for pk, row in by_region.items() if pk in markets] or list(by_region.values())
    return there[0].version if there else original.newest()


@transaction.atomic
def start(original: Article, language: str, by: str) -> Version:
    """The draft of a translation whose blocks are the original's, to be overwritten. Raises NotPossible.

    Blocks that no reader of the language would see are left out. Nobody has reviewed it, and nothing is published by it.
    """
    original = Article.objects.select_for_update().get(pk=original.pk)
    name = language_name(language)
    if original.original_id is not None:
        raise NotPossible("This is a translation itself. Translate its original.")
    if original.binned_at is not None:
        raise NotPossible("It is in the bin. Take it out first.")
    if language not in languages() or language == original.language:
        raise NotPossible("No region is read in this language. Add an edition under Regions first.")
    if Article.objects.filter(original=original, language=language).exists():
        raise NotPossible(f"The {name} translation is there already.")
    said = now_of(original, language)
    if said is None:
        raise NotPossible("Nothing is written yet, so there is nothing to translate.")
    slug = free_address(f"{original.slug[:96]}-{language}")
    try:
        with transaction.atomic():
            article = Article.objects.create(slug=slug, language=language, original=original)
    except IntegrityError:
        raise NotPossible(f"Somebody began the {name} translation, or took its address, in this moment.")
    draft = copy_version(said, is_draft=False)
    draft.article, draft.is_draft, draft.made_from, draft.translates = article, True, None, said
    draft.medical_reviewer, draft.reviewed_on, draft.reviewed_words = "", None, ""
    draft.changed_since_review, draft.note = "", f"Begun from the original of {said.changed_at:%-d %B %Y}"
    draft.handed_in_at, draft.handed_in_by, draft.sent_back_because, draft.sent_back_by = None, "", "", ""
    draft.changed_by, draft.changed_at = by, timezone.now()

    def write() -> None:
        draft.save()
        editions = editions_in(language)
        for block in draft.blocks():
            if not any(block.shows_in(edition) for edition in editions):
                block.delete()

    return save_version(draft, write=write)


@transaction.atomic
def is_up_to_date(article: Article, seen: int, by: str) -> Version:
    """An editor says that the newest words of a translation say what the original says now. Raises NotPossible.

    `seen`: the version of the original that was looked at; one that is not what it says now is refused.
    """
    article = Article.objects.select_for_update().get(pk=article.pk)
    if article.original is None:
        raise NotPossible("This is an original: there is nothing it could be behind.")
    said, own = now_of(article.original, article.language), article.newest()
    if said is None or own is None:
        raise NotPossible("There is nothing to compare yet.")
    if said.pk != seen:
        raise NotPossible(
            "The original was changed after you opened this page, so nothing was recorded. Look at what changed now."
        )
    Version.objects.filter(pk=own.pk).update(translates=said)
    # What readers see of it in the same words is as up to date.
    same = article.versions.filter(words_digest=own.words_digest).exclude(words_digest="")
    same.filter(translates=own.translates_id).update(translates=said)
    own.translates = said
    return own


def take_over_links(of: Version, version: Version) -> None:
    """Give a version the topics, tags and products of another one, and no others."""
    for model, columns in FOLLOWS:
        model.objects.filter(version=version).delete()
        rows = model.objects.filter(version=of).order_by("pk").values(*columns)
        model.objects.bulk_create(model(version=version, **row) for row in rows)


def _links(version: Version) -> list[list[tuple]]:
    return [
        sorted(model.objects.filter(version=version).values_list(*columns), key=repr)
        for model, columns in FOLLOWS
    ]


@transaction.atomic
def follow(originals: Iterable[Article], by: str) -> int:
    """Give translations the links of what is published of their originals; how many versions changed.

    A version that readers see stays as it is: a copy with the other links takes its place, as after any change of links.
    """
    changed = 0
    translations = Article.objects.filter(original__in=[row.pk for row in originals]).select_related(
        "original"
    )
    for article in translations.order_by("pk"):
        said = now_of(article.original, article.language)
        if said is None:
            continue
        wanted = _links(said)
        for version in concerned(article):
            if _links(version) != wanted:
                own, _ = own_copy(version, "Topics and products as in the original", by)
                save_version(own, write=partial(take_over_links, said, own))
                changed += 1
    return changed
