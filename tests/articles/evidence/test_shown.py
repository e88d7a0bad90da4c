"""What many articles show is part of each of them: saved with a red word, it takes the products away at once."""

import pytest
from django.utils import timezone

from articles.claim_texts import CLAIM_TEXTS
from articles.evidence import claims, facts, shown
from articles.evidence.recheck import recheck, stale_versions
from articles.evidence.ticks import is_current
from articles.models import (
    Article,
    EvidenceTable,
    FormTable,
    MagnesiumForm,
    ProductLink,
    Question,
    Reference,
    ReferenceBlock,
    RichText,
    Topic,
    Version,
)
from articles.publishing.drafts import open_draft
from articles.publishing.reviews import record_review
from articles.publishing.topics import merge_topics
from shop.catalogue.models import Product, ProductTag
from shop.pictures.models import Picture
from shop.regions.models import Region
from tests.support.claims import LABELS
from tests.support.factories import region
from tests.support.places import red_for

pytestmark = pytest.mark.django_db
RED = "Magnesium relieves restless legs"


def version() -> Version:
    return Article.objects.get(slug=LABELS).newest()


def colours(of=None) -> set[str]:
    return {found["colour"] for found in (of or version()).claims.values()}


def shows_products() -> bool:
    return version().shows_products_in(region("uk"))


def a_row(name: str):
    """The row of that model that the article shows; its tables are given to it where it has none."""
    if name in {"Author", "Version", "Article"}:
        return {"Author": version().author, "Version": version(), "Article": version().article}[name]
    if name == "Topic":
        version().topics.add(Topic.objects.first())
        return Topic.objects.first()
    if name == "Picture":
        return version().picture
    if name == "MagnesiumForm":
        FormTable.objects.create(parent=version(), region="main", ordering=900)
        return MagnesiumForm.objects.first()
    question = Question.objects.first()
    source = Reference.objects.create(key="x1", authors="X Y", title="On magnesium", question=question)
    ReferenceBlock.objects.create(parent=version(), region="main", ordering=910, reference=source)
    EvidenceTable.objects.create(parent=version(), region="main", ordering=900, question=question)
    return source


SHARED = [
    *(
        (name, field)
        for name in ("Author", "Topic", "Reference", "MagnesiumForm")
        for field in CLAIM_TEXTS[name]
    ),
    ("Picture", "alt"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "field"), SHARED)
def test_a_red_word_in_what_an_article_shows_counts_at_once(name, field, django_capture_on_commit_callbacks):
    assert colours() == {"green"}
    row = a_row(name)
    text = red_for(row._meta.get_field(field))
    with django_capture_on_commit_callbacks(execute=True):
        setattr(row, field, text)
        row.save()
        assert not shows_products()  # from the moment it is saved
    assert colours() == {"red"}
    assert not shows_products()
    with django_capture_on_commit_callbacks(execute=True):
        setattr(row, field, "plain" if field == "slug" else "Plain")
        row.save()
    assert colours() == {"green"}
    assert shows_products()


@pytest.mark.slow
def test_the_address_counts_unless_it_only_repeats_the_title(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        version().article.move_to("magnesium-relieves-restless-legs")
    assert {
        found["colour"]
        for found in Version.objects.get(article__slug="magnesium-relieves-restless-legs").claims.values()
    } == {"red"}


@pytest.mark.slow
def test_a_reviewers_name_that_claims_counts(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        record_review(version(), f"Dr Mia Lee: {RED.lower()}", timezone.localdate(), "mia")
    assert colours() == {"red"}


@pytest.mark.slow
def test_a_new_tag_of_a_product_and_another_kind_count_at_once(django_capture_on_commit_callbacks):
    spray = Product.objects.get(slug="magnesium-oil-spray")
    tag = version().tags.first()
    with django_capture_on_commit_callbacks(execute=True):
        row = ProductTag.objects.create(product=spray, tag=tag)
    assert spray.pk in version().claims_in(region("uk"))["products"]
    with django_capture_on_commit_callbacks(execute=True):
        spray.kind = "bath_salt"
        spray.save()
        assert not version().claims_rules
    assert version().claims_rules
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert spray.pk not in version().claims_in(region("uk"))["products"]


def test_what_changes_no_word_changes_no_mark(django_capture_on_commit_callbacks):
    picture, author = version().picture, version().author
    with django_capture_on_commit_callbacks() as callbacks:
        picture.focus_x = 10
        picture.save()
        author.save()
        Product.objects.first().save()
        Picture.objects.filter(pk=picture.pk).update(rendered_widths=[320])
    assert version().claims_rules
    assert callbacks == []


@pytest.mark.slow
def test_more_than_can_be_checked_at_once_show_no_product_until_the_worker_has_looked(
    monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(shown, "CHECKED_BEFORE_ANSWER", 2)
    author = version().author
    mine = Version.objects.filter(author=author)
    assert mine.count() > 3
    with django_capture_on_commit_callbacks(execute=True):
        author.about = f"{author.about} We have read much."
        author.save()
    waiting = set(mine.filter(claims_rules="").values_list("pk", flat=True))
    assert len(waiting) == mine.count() - 2
    assert not Version.objects.get(pk=min(waiting)).shows_products_in(region("uk"))
    assert {row.pk for row in stale_versions(words=False)} == waiting
    recheck(stale_versions(words=False))
    assert not mine.filter(claims_rules="").exists()


@pytest.mark.slow
def test_topics_that_are_merged_take_their_words_along(django_capture_on_commit_callbacks):
    into, topic = Topic.objects.create(name=RED, slug="x"), Topic.objects.create(name="Y", slug="y")
    version().topics.add(topic)
    with django_capture_on_commit_callbacks(execute=True):
        merge_topics([topic, into], into)
    assert colours() == {"red"}


def test_how_many_queries_a_change_takes_does_not_grow_with_the_articles(
    monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(shown, "CHECKED_BEFORE_ANSWER", 1)
    author = version().author
    Region.all_cached()
    # The first to check, taking off the marks of all, and what their pages, lists and linked products are kept by, and that these moved.
    with django_assert_num_queries(13):
        shown.look_again_at(author)


@pytest.mark.slow
def test_words_of_a_draft_that_are_saved_while_it_is_checked_are_checked_as_well(monkeypatch):
    draft = open_draft(Article.objects.first(), "anna")
    text = RichText.objects.filter(parent=draft).first()
    work_out = facts.work_out

    def with_a_colleague_at_work(version):
        work_out(version)
        RichText.objects.filter(pk=text.pk).update(body="<p>Magnesium cures migraine.</p>")

    monkeypatch.setattr(facts, "work_out", with_a_colleague_at_work)
    recheck([draft])
    draft.refresh_from_db()
    assert draft.claims_in(region("uk"))["colour"] == "red"


def test_of_very_many_products_a_version_keeps_a_digest(monkeypatch):
    article, where = version(), region("uk")
    few = article.claims_in(where)["products"]
    assert isinstance(few, list)
    assert len(few) > 1
    monkeypatch.setattr(claims, "PKS_KEPT", 1)
    assert stale_versions() == [], "what keeps all of them is not checked anew for that"
    claims.store(article)
    kept = version().claims_in(where)["products"]
    assert kept.startswith(f"{len(few)} ")
    assert len(kept) < 50
    assert stale_versions() == []
    ProductLink.objects.create(version=article, product_id=few[0], kind="exclude")
    assert [row.pk for row in stale_versions(words=False)] == [article.pk]


@pytest.mark.parametrize("count", [0, 1, 100, 101, 5000])
def test_what_is_kept_of_products_is_short_and_tells_them_apart(count):
    pks = set(range(7, 7 + count))
    kept = claims.products_kept(pks)
    assert len(str(kept)) < 600
    assert claims.was_checked_with(kept, pks)
    assert claims.was_checked_with(sorted(pks), pks), "as versions kept it before"
    for other in (pks | {1}, {pk + 1 for pk in pks} | {2}, set(sorted(pks)[1:]) | {3}):
        assert not claims.was_checked_with(kept, other)
    assert not claims.was_checked_with(None, pks)


def test_a_translation_is_checked_where_its_language_is_read_and_nowhere_waited_for():
    german = Article.objects.get(original__slug=LABELS, language="de").newest()
    assert set(german.claims) == {"de"}
    assert set(version().claims) == {"uk", "us", "eu", "de", "fr"}, "where it is not translated it stands in"
    for row in (german, version()):
        assert is_current(row)
        row.claims.popitem()
        row.save()
        assert not is_current(row), "a region is newer than the check"
        assert stale_versions() == [row]
        recheck([row])
        assert stale_versions() == []
