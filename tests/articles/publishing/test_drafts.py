"""An editor's day: a draft of a published article, its history, publishing by region and time, previews."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.utils import timezone

from articles.evidence.findings import content_findings, reading_age
from articles.models import Article, PreviewLink, RichText, Version
from articles.publishing.drafts import open_draft, restore
from articles.publishing.history import compare, word_diff
from articles.publishing.publish import take_back
from articles.publishing.versions import copy_version
from config.seed.files import article_files
from shop.basket.models import BasketLine
from shop.catalogue.models import Price
from tests.conftest import a_shopper
from tests.support.editing import SLUG, act, article_page, begin, form, reads, save
from tests.support.factories import region, variant
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.walk
def test_saving_changes_nothing_for_readers_until_it_is_published(editor, article):
    draft = begin(editor, article)
    before = reads()
    assert save(editor, draft, title="A better title", summary="Another summary.").status_code == 302
    assert reads() == before
    assert act(editor, article, "publish", **{"version": draft.pk, "uk-chosen": "on"}).status_code == 302
    assert "A better title" in reads("uk")
    assert "A better title" not in reads("us"), "published for the UK alone"
    assert LogEntry.objects.filter(change_message="Published: UK now").exists()


@pytest.mark.walk
def test_every_save_stays_in_the_history_with_who_and_when(editor, article):
    draft = begin(editor, article)
    for title in ("First", "Second", "Third"):
        save(editor, draft, title=title)
    titles = [version.title for version in article.versions.all()]
    assert titles[:3] == ["Third", "Second", "First"]
    assert article.versions.filter(is_draft=True).get().title == "Third"
    assert article.newest().changed_by == "owner"
    page = editor.get(article_page(article)).content.decode()
    assert page.count("Compare with the newest") == article.versions.count() - 1


@pytest.mark.walk
def test_a_save_without_a_change_is_no_history(editor, article):
    draft = begin(editor, article)
    answer = save(editor, draft, title="Changed once")
    tags = " ".join(one.tags for one in get_messages(answer.wsgi_request)).split()
    assert f"saved-draft-{draft.pk}" in tags, "the browser forgets what it had kept of it"
    before = article.versions.count()
    save(editor, draft)
    assert article.versions.count() == before


@pytest.mark.walk
def test_a_save_over_somebody_elses_is_refused_and_both_texts_are_shown(article):
    anna, ben = signed_in(name="anna"), signed_in(name="ben")
    draft = begin(anna, article)
    anna_has = fields_of(anna.get(form(draft)).content.decode())
    ben_has = fields_of(ben.get(form(draft)).content.decode())
    anna.post(form(draft), {**anna_has, "title": "What Anna typed", "_continue": "1"})
    answer = ben.post(form(draft), {**ben_has, "title": "What Ben typed", "_continue": "1"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "anna saved this article" in page
    assert "What Anna typed" in page
    assert ">\nWhat Ben typed</textarea>" in page
    draft.refresh_from_db()
    assert draft.title == "What Anna typed"
    again = {**fields_of(page), "overwrite": "on", "_continue": "1"}
    assert ben.post(form(draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.title == "What Ben typed"
    assert article.versions.filter(title="What Anna typed").exists(), "and hers is in the history"


@pytest.mark.slow
def test_a_restored_version_is_a_new_draft_and_the_open_one_is_kept(editor, article):
    old = article.newest()
    draft = begin(editor, article)
    save(editor, draft, title="Not so good")
    act(editor, article, "restore", version=old.pk)
    assert article.draft.title == old.title
    assert article.draft.pk not in {old.pk, draft.pk}
    assert article.versions.filter(title="Not so good", is_draft=False).exists()
    blocks = [(block._meta.model_name, block.plain_text()) for block in article.draft.blocks()]
    assert blocks == [(block._meta.model_name, block.plain_text()) for block in old.blocks()]


def test_history_is_not_edited(editor, article):
    frozen = article.newest()
    answer = editor.get(form(frozen))
    assert (answer.status_code, answer["Location"]) == (302, article_page(article))


@pytest.mark.slow
def test_a_draft_is_made_once_and_opening_a_page_makes_none(editor, article):
    editor.get(article_page(article))
    assert article.draft is None
    assert begin(editor, article) == begin(editor, article)


@pytest.mark.slow
def test_copies_cost_a_bounded_number_of_queries(article, django_assert_max_num_queries):
    newest = article.newest()
    for number in range(60):
        RichText.objects.create(parent=newest, region="main", ordering=1000 + number, body="<p>More.</p>")
    with django_assert_max_num_queries(45):
        copy = copy_version(newest, is_draft=False)
    assert len(copy.blocks()) == len(newest.blocks())


# --- looking -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_preview_of_unsaved_words_stores_nothing(editor, article):
    draft = begin(editor, article)
    before = list(Version.objects.values()), RichText.objects.count()
    answer = save(editor, draft, title="Typed but not saved", _preview="Preview", _preview_region="us")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Typed but not saved" in page
    assert "Preview for the US" in page
    assert "$" in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert (list(Version.objects.values()), RichText.objects.count()) == before


@pytest.mark.walk
def test_a_preview_shows_the_prices_of_its_moment(editor, article):
    start = timezone.now() + timedelta(days=30)
    Price.objects.create(variant=variant(), region=region("uk"), amount=1234, valid_from=start)
    draft = begin(editor, article)
    later = f"{start + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert (
        "£12.34"
        in save(editor, draft, _preview="1", _preview_region="uk", _preview_at=later).content.decode()
    )
    assert "£12.34" not in save(editor, draft, _preview="1", _preview_region="uk").content.decode()


@pytest.mark.slow
def test_a_preview_link_opens_the_draft_to_anybody_for_a_time_and_sells_nothing(editor, article):
    draft = begin(editor, article)
    save(editor, draft, title="Only by link")
    act(editor, article, "share", version=draft.pk, region="eu")
    link = PreviewLink.objects.get()
    reader = a_shopper()
    answer = reader.get(link.get_absolute_url())
    page = answer.content.decode()
    assert "Only by link" in page
    assert "€" in page
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "/basket/add/" not in page
    assert not BasketLine.objects.exists()
    PreviewLink.objects.update(expires_at=timezone.now())
    assert reader.get(link.get_absolute_url()).status_code == 404
    PreviewLink.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert reader.get(link.get_absolute_url()).status_code == 200
    act(editor, article, "revoke", link=link.pk)
    assert reader.get(link.get_absolute_url()).status_code == 404
    assert reader.get("/preview/guessed/").status_code == 404


@pytest.mark.slow
def test_two_versions_compare_word_by_word(editor, article):
    old = article.newest()
    draft = begin(editor, article)
    text = RichText.objects.filter(parent=draft).first()
    text.body = text.body.replace("</p>", " <script>x</script> Brand-new words.</p>", 1)
    text.save()
    draft.title = old.title + " today"
    draft.save()
    parts = compare(old, draft)
    assert parts["Words"][0].after == f"{old.title}<ins> today</ins>"
    changed = [row for row in parts["Blocks"] if row.differs]
    assert len(changed) == 1
    assert "Brand-new" in changed[0].after
    page = editor.get(f"/admin/articles/article/compare/{old.pk}/{draft.pk}/").content.decode()
    assert "<ins> today</ins>" in page
    assert "<script>x" not in page
    other = Version.objects.exclude(article=article).first()
    assert editor.get(f"/admin/articles/article/compare/{other.pk}/{draft.pk}/").status_code == 404


def test_a_diff_is_safe_whatever_was_typed():
    left, right = word_diff("<b>a</b>", "<b onclick=x>a</b>")
    assert left == "&lt;b&gt;a&lt;/b&gt;"
    assert right == "&lt;b<ins> onclick=x</ins>&gt;a&lt;/b&gt;"


@pytest.mark.walk
def test_the_list_shows_each_article_once_in_a_bounded_number_of_queries(
    editor, article, django_assert_max_num_queries
):
    draft = begin(editor, article)
    save(editor, draft, title="In the list once")
    editor.get(form(draft))  # the message about it is shown here
    with django_assert_max_num_queries(15):
        page = editor.get("/admin/articles/article/").content.decode()
    assert page.count(">In the list once</a>") == 1
    assert page.count('<b class="testmark">DRAFT</b>') == 1


def test_an_old_version_restores_its_links_too(article):
    old = article.newest()
    draft = restore(old, "anna")
    assert set(draft.tags.all()) == set(old.tags.all())
    assert set(draft.topics.all()) == set(old.topics.all())


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_new_address_leads_on_from_every_old_one_in_one_hop(editor, article):
    for slug in ("second-address", "third-address"):
        assert act(editor, article, "move", slug=slug).status_code == 302
    for old in (SLUG, "second-address"):
        answer = a_shopper().get(f"/us/articles/{old}/")
        assert (answer.status_code, answer["Location"]) == (301, "/us/articles/third-address/")
    assert a_shopper().get("/us/articles/third-address/").status_code == 200
    assert "third-address" in a_shopper().get("/uk/sitemap.xml").content.decode()


def test_going_back_to_an_old_address_makes_no_loop(editor, article):
    for slug in ("elsewhere", SLUG):
        act(editor, article, "move", slug=slug)
    assert a_shopper().get(f"/uk/articles/{SLUG}/").status_code == 200
    answer = a_shopper().get("/uk/articles/elsewhere/")
    assert (answer.status_code, answer["Location"]) == (301, f"/uk/articles/{SLUG}/")


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["", "two words", "ü", "x" * 101, SLUG, "magnesium-and-restless-legs-guide"])
def test_a_wrong_or_taken_address_is_refused_in_words(editor, article, slug):
    act(editor, article, "move", slug="moved")
    other = Article.objects.exclude(pk=article.pk).exclude(slug="magnesium-and-restless-legs-guide").first()
    before = other.slug
    act(editor, other, "move", slug=slug)
    other.refresh_from_db()
    assert other.slug == before


@pytest.mark.slow
def test_saving_a_draft_never_moves_what_readers_know(editor, article):
    save(editor, begin(editor, article), slug="by-the-back-door")
    article.refresh_from_db()
    assert article.slug == SLUG


def test_an_article_taken_back_everywhere_is_gone_with_a_way_on(article):
    for code in ("uk", "us", "eu"):
        take_back(article, region(code))
    elsewhere = a_shopper().get(f"/eu/articles/{SLUG}/")
    assert elsewhere.status_code == 404
    for translation in article.translations.all():
        assert f'href="/{translation.language}/articles/{translation.slug}/"' in elsewhere.content.decode()
        take_back(translation, region(translation.language))
    answer = a_shopper().get(f"/eu/articles/{SLUG}/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "We no longer publish this article" in page
    assert "/eu/articles/" in page
    assert a_shopper().get("/eu/articles/never-there/").status_code == 404


# --- checks --------------------------------------------------------------------------------------------------------


def found_in(body, **fields):
    draft = open_draft(Article.objects.get(slug=SLUG), "anna")
    Version.objects.filter(pk=draft.pk).update(**fields)
    RichText.objects.create(parent=draft, region="main", ordering=9000, body=body)
    draft.refresh_from_db()
    return " | ".join(finding.words for finding in content_findings(draft))


@pytest.mark.parametrize("file", article_files(), ids=lambda file: file.head["slug"])
def test_the_articles_that_ship_have_no_finding(file):
    assert content_findings(Article.objects.get(slug=file.head["slug"]).newest()) == []


@pytest.mark.parametrize(("body", "finding"), [
    ("<h2>A</h2><h3>B</h3><h2>C</h2>", ""),
    ("<h2>A</h2><h3></h3>", "A heading is empty"),
    ('<p><a href="https://example.org">click here</a></p>', "does not say where it leads"),
    ('<p><a href="https://example.org">https://example.org</a></p>', "does not say where it leads"),
    ('<p><a href="/uk/articles/never-written/">A guide</a></p>', "leads nowhere"),
    ('<p><a href="/uk/shop/unknown/">A product</a></p>', "leads nowhere"),
    ('<p><a href="/nowhere/at/all/x/">A page</a></p>', "leads nowhere"),
    ('<p><a href="/uk/shop/magnesium-citrate-capsules/">The capsules</a></p>', ""),
    (f'<p><a href="/uk/articles/{SLUG}/">The guide</a></p>', ""),
    ("<p>Well known [[nobody1999]].</p>", "nobody1999]] is cited and not among the references"),
])  # fmt: skip
def test_what_to_look_at_is_told_in_words(body, finding):
    words = found_in(body)
    assert (finding in words) if finding else (words == "")


def test_a_bare_article_is_told_what_it_lacks():
    words = found_in("<p>x</p>", summary="", picture=None)
    assert "It is empty: cards" in words
    assert "There is none: the card" in words


def test_hard_reading_is_noticed():
    hard = (
        "Notwithstanding considerable heterogeneity, pharmacological interventions demonstrated inconsistent "
    )
    assert reading_age((hard + "methodological characteristics. ") * 20) > 20
    assert 0 < reading_age("The cat sat on the mat. It was a good day. We all went home. " * 10) < 10


@pytest.mark.slow
def test_the_desk_shows_the_findings(editor, article):
    save(editor, begin(editor, article), summary="Short.")
    assert "It is very short" in editor.get(article_page(article)).content.decode()


@pytest.mark.walk
def test_what_is_typed_is_checked_without_saving_it(editor, article):
    draft = begin(editor, article)
    before = draft.changed_at
    sent = {**fields_of(editor.get(form(draft)).content.decode()), "_check": "1", "summary": "Short."}
    panel = editor.post(form(draft), sent).content.decode()
    assert "It is very short" in panel
    draft.refresh_from_db()
    assert draft.changed_at == before
    assert draft.summary != "Short."
    assert "To look at" in editor.get(form(draft)).content.decode()
