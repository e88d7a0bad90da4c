"""An article in its languages, as staff see it: side by side, what changed since, and how far each translation is."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import RichText, Version
from articles.publishing.beside import Beside, beside, changes
from articles.publishing.drafts import open_draft
from articles.publishing.language_states import beside_original, language_states
from articles.publishing.versions import save_version
from tests.support.editing import act, article_page, form, save
from tests.support.languages import a_translation, an_original, edition, publish_now
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ONE, TWO = "<p>One night. Two nights [[aasm]].</p>", "<p>Take 100 mg. Not more.</p>"
EINS, ZWEI = "<p>Eine Nacht. Zwei Nächte [[aasm]].</p>", "<p>Nimm 100 mg. Nicht mehr.</p>"


@pytest.fixture
def original():
    edition("de")
    return an_original("cramps", ONE, TWO)


@pytest.fixture
def german(original):
    return a_translation(original, "de", EINS, ZWEI)


def rewrite(original, *texts, **fields):
    """Publish the original in other words."""
    draft = open_draft(original, "anna")

    def write():
        RichText.objects.filter(parent=draft).delete()
        for place, text in enumerate(texts):
            RichText.objects.create(parent=draft, region="main", ordering=place, body=text)
        Version.objects.filter(pk=draft.pk).update(**fields)

    save_version(draft, write=write)
    draft.refresh_from_db()
    publish_now(draft, "uk", "eu")
    return draft


def states(found: Beside):
    return [[(one.state, re.sub("<[^>]+>", "", one.html)) for one in row.sentences] for row in found.rows]


def test_sentences_that_changed_are_marked_and_those_that_stayed_are_not():
    found = changes(
        ["Stays here.", "Take 100 mg at night.", "Goes away."],
        ["Stays here.", "Take 200 mg at night.", "It is new, and says something else."],
    )
    assert [one.state for one in found] == ["same", "changed", "removed", "added"]
    assert found[1].html == "Take <del>100</del> <ins>200</ins> mg at night."


def test_what_typed_words_hold_is_text_and_no_markup():
    found = changes(["a <b> & c"], ["a <i> & c"])
    assert found[0].html == "a <del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins> &amp; c"


def test_each_block_stands_beside_the_one_it_says(original, german):
    new = "<p>Wholly new, about tea and 7 cups.</p>"
    rewrite(original, ONE, new, "<p>Take 150 mg. Not more.</p>", title="On cramps at night")
    found = beside_original(german.newest())
    assert [row.own and row.own.plain_text() for row in found.rows] == [
        "Eine Nacht. Zwei Nächte .",
        None,
        "Nimm 100 mg. Nicht mehr.",
    ]
    assert [row.is_missing for row in found.rows] == [False, True, False]
    assert states(found)[2] == [("changed", "Take 100 150 mg."), ("same", "Not more.")]
    assert found.changed == 3, "of the title, of the new block, of the last"


def test_what_is_taken_out_and_what_only_the_translation_has_are_shown(original, german):
    rewrite(original, ONE)
    found = beside_original(german.newest())
    assert [(row.is_gone, row.own is not None, row.changed) for row in found.rows] == [
        (False, True, 0),
        (True, True, 2),
    ]
    draft = open_draft(german, "berta")
    save_version(
        draft,
        write=lambda: RichText.objects.create(
            parent=draft, region="main", ordering=90, body="<p>Nur auf Deutsch.</p>"
        ),
    )
    extra = beside_original(draft).rows[-1]
    assert (extra.original, extra.own.plain_text(), extra.changed) == (None, "Nur auf Deutsch.", 0)


def test_a_block_counts_as_translated_once_its_words_are_others(original):
    draft = a_translation(original, "de", live=False).newest()
    assert beside_original(draft).unwritten == 4, "title, summary and two blocks"
    block = draft.blocks()[0]
    block.body = EINS
    save_version(draft, write=block.save)
    assert beside_original(draft).unwritten == 3


def test_a_block_added_to_the_translation_is_not_missing_any_more(original, german):
    new = "<p>Wholly new, about tea and 7 cups.</p>"
    rewrite(original, ONE, new, TWO)
    draft = open_draft(german, "berta")
    save_version(
        draft,
        write=lambda: RichText.objects.create(
            parent=draft, region="main", ordering=15, body="<p>Ganz neu, 7 Tassen Tee.</p>"
        ),
    )
    found = beside_original(draft)
    assert found.missing == 0
    assert [row.original is not None and row.own is not None for row in found.rows] == [True] * 3


def test_an_editor_begins_a_translation_and_says_that_it_is_up_to_date(original):
    editor = signed_in()
    page = editor.get(f"/admin/articles/article/languages/{original.pk}/").content.decode()
    assert "Start German" in page
    assert "/admin/articles/version/" in act(editor, original, "translate", language="de")["Location"]
    german = original.translations.get()
    draft = german.draft
    assert editor.get(form(draft)).content.decode().count("not translated yet") == 4
    rewrite(original, ONE, "<p>Take 150 mg. Not more.</p>")
    side = f"/admin/articles/article/languages/{original.pk}/de/"
    page = editor.get(side).content.decode()
    assert "<del>100</del> <ins>150</ins>" in page
    assert "1 sentence of the original changed" in " ".join(page.split())
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    assert act(editor, german, "up_to_date", seen=draft.translates_id).status_code == 302
    assert "<ins>150</ins>" in editor.get(side).content.decode(), "what was seen is not what it says now"
    assert act(editor, german, "up_to_date", seen=seen)["Location"] == side
    assert "Nothing changed in the original" in " ".join(editor.get(side).content.decode().split())


def test_the_form_of_a_translation_shows_what_the_original_says_and_saves_its_own_words(original, german):
    editor = signed_in()
    rewrite(original, ONE, "<p>Take 150 mg. Not more.</p>")
    act(editor, german, "edit")
    draft = german.draft
    page = editor.get(form(draft)).content.decode()
    assert "<del>100</del> <ins>150</ins>" in page
    assert "versiontopic_set-TOTAL_FORMS" not in page, "its topics are the original's"
    assert save(editor, draft, **{"articles_richtext_set-1-body": "<p>Nimm 150 mg.</p>"}).status_code == 302
    assert [block.plain_text() for block in german.draft.blocks()][1] == "Nimm 150 mg."


def test_list_and_matrix_show_each_language_under_its_original(original, german):
    editor = signed_in()
    rewrite(original, ONE, "<p>Take 150 mg. Not more.</p>")
    listed = editor.get("/admin/articles/article/?q=Über+cramps").content.decode()
    assert re.search(r"\b1\s+article\b", listed)
    assert article_page(original) in listed
    assert "behind the original: 1 sentence" in listed
    matrix = editor.get("/admin/articles/article/matrix/").content.decode()
    assert f"/admin/articles/article/languages/{original.pk}/de/" in matrix
    assert "behind the original: 1 sentence" in matrix
    an_original("tea", ONE)
    matrix = editor.get("/admin/articles/article/matrix/").content.decode()
    assert "Start German" in matrix, "of one that nobody has translated"
    page = editor.get(article_page(german)).content.decode()
    assert "translated from" in page
    assert "behind the original: 1 sentence" in page.lower()


def test_a_form_that_names_a_region_of_another_language_is_refused_with_a_reason(original, german):
    editor = signed_in()
    newest = original.newest()
    answer = editor.post(
        article_page(original), {"action": "publish", "version": newest.pk, "de-chosen": "on"}, follow=True
    )
    assert "Translate it under “Languages”" in answer.content.decode()
    assert 'name="de-chosen"' not in editor.get(article_page(original)).content.decode()
    assert 'name="uk-chosen"' not in editor.get(article_page(german)).content.decode()
    act(editor, original, "publish", version=newest.pk, **{"all-chosen": "on"})
    assert not original.publications.filter(region__language="de").exists(), "all are those in its language"


def test_states_take_as_many_queries_for_many_articles_as_for_one(original, german):
    rewrite(original, ONE, "<p>Take 150 mg. Not more.</p>")
    others = [an_original(f"sleep-{number}", ONE) for number in range(3)]
    for row in others:
        a_translation(row, "de", EINS)
        rewrite(row, "<p>Three nights.</p>")
    counts = []
    for rows in ([original], [original, *others]):
        with CaptureQueriesContext(connection) as asked:
            found = language_states(rows)
        counts.append(sum("articles_" in query["sql"] for query in asked))
        assert all(state.behind for states in found.values() for state in states if state.article)
    assert counts[0] == counts[1]


def test_an_original_that_nobody_compared_says_so(original, german):
    Version.objects.filter(article=german).update(translates=None)
    found = beside(None, original.newest(), german.newest(), lambda block: True)
    assert found.changed == 0
    [state] = [state for state in language_states([original])[original.pk] if state.article]
    assert state.behind_words == "never compared with its original"


def test_an_original_goes_into_the_bin_after_its_translations_and_comes_out_before(original):
    editor, german = signed_in(), a_translation(original, "de", EINS, ZWEI, live=False)
    for code in ("uk", "eu"):
        act(editor, original, "take_back", region=code)

    def binned():
        return [row.binned_at is not None for row in (original, german) if row.refresh_from_db() is None]

    act(editor, original, "bin")
    assert binned() == [False, False]
    act(editor, german, "bin")
    assert f">{german.newest().title}" in editor.get("/admin/articles/article/?state=bin").content.decode()
    act(editor, original, "bin")
    assert binned() == [True, True]
    act(editor, german, "unbin")
    assert binned() == [True, True]
    act(editor, original, "unbin")
    act(editor, german, "unbin")
    assert binned() == [False, False]
