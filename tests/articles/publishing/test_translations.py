"""Translations: made from an original, published in editions of their language, following what is no word."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, ProductLink, Publication, RichText, Topic, Version
from articles.publishing import translations
from articles.publishing.bulk_links import Wanted, change, undo
from articles.publishing.drafts import duplicate, open_draft
from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, publish
from articles.publishing.versions import save_version
from shop.catalogue.models import Product, RelatedProductTag
from tests.support.factories import region
from tests.support.languages import a_translation, an_original, edition, publish_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def original():
    edition("de")
    return an_original("cramps", "<p>One night. Two nights.</p>", "<p>Take 100 mg.</p>")


def refused(**values):
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(**values)


@pytest.mark.slow
def test_the_database_keeps_translations_one_step_from_their_original(original):
    german = Article.objects.create(slug="a", language="de", original=original)
    refused(slug="b", language="de", original=original)
    refused(slug="b", language="fr", original=german)
    refused(slug="b", language="en", original=original)
    other = Article.objects.create(slug="c")
    for row, values in (
        (original, {"original": other}),
        (german, {"language": "en"}),
        (german, {"original": german}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(pk=row.pk).update(**values)


@pytest.mark.slow
def test_a_translation_begins_as_the_original_stands_and_is_published_by_nobody(original):
    said = original.newest()
    draft = translations.start(original, "de", "berta")
    german = draft.article
    assert (german.language, german.original, draft.translates) == ("de", original, said)
    assert draft.is_draft
    assert draft.title == said.title
    assert [block.body for block in draft.blocks()] == [block.body for block in said.blocks()]
    assert not german.publications.exists()
    assert said.blocks(), "the original keeps its own"
    with pytest.raises(NotPossible, match="there already"):
        translations.start(original, "de", "berta")
    with pytest.raises(NotPossible, match="a translation itself"):
        translations.start(german, "fr", "berta")
    with pytest.raises(NotPossible, match="No region is read in this language"):
        translations.start(original, "pl", "berta")


@pytest.mark.slow
def test_blocks_that_no_reader_of_the_language_would_see_are_not_translated(original):
    draft = open_draft(original, "anna")
    blocks = draft.blocks()
    save_version(
        draft,
        write=lambda: RichText.objects.filter(pk=blocks[0].pk).update(show_in="only", region_codes="uk us"),
    )
    RichText.objects.filter(pk=blocks[1].pk).update(show_in="only", region_codes="eu")
    publish_now(draft, "uk", "eu")
    made = translations.start(original, "de", "berta")
    assert [block.body for block in made.blocks()] == ["<p>Take 100 mg.</p>"]
    assert made.blocks()[0].shows_in(region("de")), "what is for the EU is for its German edition"


@pytest.mark.slow
def test_an_article_is_published_in_regions_of_its_language_alone(original):
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", live=False)
    draft = german.newest()
    for version, code, words in (
        (draft, "eu", "Publish the original, “cramps”, there."),
        (original.newest(), "de", "Translate it under “Languages”"),
    ):
        with pytest.raises(NotPossible, match=words):
            publish(version, [Slot(region(code), timezone.now())], "anna")
    draft.refresh_from_db()
    assert draft.is_draft, "nothing was done"
    publish_now(draft, "de")
    assert Publication.objects.current().filter(article=german).count() == 1


@pytest.mark.slow
def test_a_translation_has_the_topics_tags_and_products_of_its_original(original):
    product, tag, topic = Product.objects.first(), RelatedProductTag.objects.first(), Topic.objects.first()
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", "<p>100 mg.</p>")
    was = german.newest()
    open_draft(german, "berta")
    draft = open_draft(original, "anna")

    def link():
        draft.topics.set([topic])
        draft.tags.set([tag])
        ProductLink.objects.create(version=draft, product=product)

    save_version(draft, write=link)
    publish_now(draft, "uk", "eu")
    live = Publication.objects.current().get(article=german).version
    for version in (live, german.draft):
        assert list(version.topics.all()) == [topic]
        assert list(version.tags.all()) == [tag]
        assert [link.product for link in version.product_links.all()] == [product]
        assert version.title == was.title
    assert not was.topics.exists(), "a frozen version never changes"


@pytest.mark.slow
def test_linking_a_product_to_many_articles_links_it_to_their_translations(original):
    product = Product.objects.first()
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", "<p>100 mg.</p>")

    def linked(article):
        return list(article.newest().product_links.values_list("product", flat=True))

    done = change([german], Wanted("pin", product=product), "mara")
    assert linked(original) == linked(german) == [product.pk]
    undo(done, "mara")
    assert linked(original) == linked(german) == []


@pytest.mark.slow
def test_it_is_up_to_date_once_an_editor_says_so_of_what_they_saw(original):
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", "<p>100 mg.</p>")
    first = german.newest().translates
    draft = open_draft(original, "anna")
    publish_now(draft, "uk", "eu")
    with pytest.raises(NotPossible, match="changed after you opened"):
        translations.is_up_to_date(german, first.pk, "berta")
    translations.is_up_to_date(german, draft.pk, "berta")
    assert german.newest().translates == draft
    with pytest.raises(NotPossible, match="an original"):
        translations.is_up_to_date(original, draft.pk, "berta")


@pytest.mark.slow
def test_a_copy_of_a_translation_is_an_article_of_its_own_in_its_language(original):
    german = a_translation(original, "de", "<p>Eine Nacht.</p>", "<p>100 mg.</p>")
    copy = duplicate(german.newest(), "berta")
    assert (copy.article.language, copy.article.original, copy.translates) == ("de", None, None)
    assert Version.objects.filter(article=german).exists()
