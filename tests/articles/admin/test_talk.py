"""Comments of colleagues in the editor: beside their block, answered, resolved; without a script nothing typed is lost."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Comment, RichText
from articles.publishing import comments
from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, publish
from tests.conftest import a_shopper
from tests.support.editing import act, article_page, begin, form, save
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OWN = {"Sec-Fetch-Site": "same-origin"}


def user(name):
    return User.objects.get(username=name)


def first_text(draft) -> RichText:
    return RichText.objects.filter(parent=draft).order_by("ordering").first()


def said(client, draft, **typed):
    return client.post(form(draft), {**fields_of(client.get(form(draft)).content.decode()), **typed})


def talk_at(page: str, key: str) -> str:
    """What the page shows of comments at a block."""
    found = re.search(rf'<details class="talk"[^>]*data-talk="{key}">.*?</details>', page, re.S)
    return found.group() if found else ""


def test_a_comment_stands_beside_its_block_and_keeps_what_was_typed_in_the_article(editor, article):
    draft = begin(editor, article)
    block = first_text(draft)
    writer = signed_in("Writer", name="wren")
    answer = said(writer, draft, title="Typed and not saved", _comment=block.key,
                  **{f"_words-{block.key}": "Is this <b>so</b>?"})  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The comments are kept. What you typed in the article is below and not saved yet." in page
    assert "Please correct" not in page
    assert "Typed and not saved" in page
    assert "Is this &lt;b&gt;so&lt;/b&gt;?" in talk_at(page, block.key)
    assert article.draft.title != "Typed and not saved"
    comment = Comment.objects.get()
    assert (comment.by, comment.name, comment.article, comment.link) == ("wren", "wren", article, None)
    assert comment.about == block.plain_text()[:160]
    assert "data-talk-count>1<" in page


def test_a_save_of_the_article_keeps_the_comments_that_were_typed(editor, article):
    draft = begin(editor, article)
    block = first_text(draft)
    answer = save(editor, draft, title="Saved", **{f"_words-{block.key}": "Here", "_words-": "In all"})
    assert (answer.status_code, article.draft.title) == (302, "Saved")
    assert [(row.words, row.block) for row in Comment.objects.all()] == [("Here", block.key), ("In all", "")]


def test_what_saves_or_checks_itself_sends_no_comment(editor, article):
    draft = begin(editor, article)
    for button in ("_autosave", "_check", "_preview"):
        said(editor, draft, **{button: "1", "_words-": "Not finished"})
    assert not Comment.objects.exists()
    page = said(editor, draft, _insert="articles_faq_set", **{"_words-": "Half a thought"}).content.decode()
    assert "Half a thought" in talk_at(page, "")
    assert not Comment.objects.exists()


def test_sent_alone_by_the_script_only_its_place_is_drawn(editor, article):
    draft = begin(editor, article)
    key = first_text(draft).key
    sent = {"_alone": "1", "_comment": key, f"_words-{key}": "Short"}
    page = editor.post(form(draft), sent).content.decode()
    assert page.startswith("<details")
    assert "Short" in page
    editor.post(form(draft), sent)
    assert Comment.objects.count() == 1, "sent twice it is one"
    long = editor.post(form(draft), {**sent, f"_words-{key}": "x" * 2001})
    assert long.status_code == 422
    assert "2001" in long.content.decode()
    assert "x" * 2001 in long.content.decode()


def test_it_is_answered_and_resolved_and_opened_again(editor, article):
    draft = begin(editor, article)
    signed_in("Writer", name="wren")
    comment = comments.say(article, "Which trial?", user("wren"))
    page = said(editor, draft, _comment="", **{f"_answer-{comment.pk}": "Abbasi 2012."}).content.decode()
    assert "Abbasi 2012." in talk_at(page, "")
    assert [row.by for row in comment.replies.all()] == ["owner"]
    page = said(editor, draft, _resolve=str(comment.pk)).content.decode()
    assert "Which trial?" not in page
    comment.refresh_from_db()
    assert comment.done_by == "owner"
    again = said(editor, draft, _resolve=str(comment.pk), title="Still mine").content.decode()
    assert "resolved already" in again
    assert "Still mine" in again
    assert "Which trial?" in editor.get(article_page(article)).content.decode(), "among those resolved last"
    act(editor, article, "comment_open", comment=comment.pk)
    assert "Abbasi 2012." in talk_at(editor.get(form(draft)).content.decode(), "")


def test_they_go_along_with_the_block_when_its_words_and_its_version_change(editor, article):
    draft = begin(editor, article)
    block = first_text(draft)
    comments.say(article, "Reword this", user("owner"), block=block)
    RichText.objects.filter(pk=block.pk).update(body="<p>Other words altogether.</p>")
    publish(article.draft, [Slot(region("uk"), timezone.now())], "owner")
    later = begin(editor, article)
    key = first_text(later).key
    assert key != block.key
    assert "Reword this" in talk_at(editor.get(form(later)).content.decode(), key)
    RichText.objects.filter(pk=first_text(later).pk).delete()
    page = editor.get(form(later)).content.decode()
    assert "which is not there any more" in talk_at(page, "")


def test_who_has_a_preview_link_is_read_beside_the_block_and_reads_the_answer(editor, article):
    draft = begin(editor, article)
    act(editor, article, "share", version=draft.pk, region="uk")
    link = draft.preview_links.get()
    guest, block = a_shopper(), first_text(draft)
    page = guest.get(link.get_absolute_url()).content.decode()
    assert f'name="block" value="{block.key}"' in page
    sent = {"about": block.plain_text()[:160], "block": block.key, "name": "Dr A.", "words": "Kidneys?"}
    guest.post(link.get_absolute_url() + "comment/", sent, headers=OWN)
    assert "Kidneys?" in talk_at(editor.get(form(draft)).content.decode(), block.key)
    comment = Comment.objects.get()
    act(editor, article, "comment_answer", comment=comment.pk, words="A line on them was added.")
    comments.say(article, "Only among us", user("owner"), block=block)
    page = guest.get(link.get_absolute_url()).content.decode()
    assert "A line on them was added." in page
    assert "Only among us" not in page


def test_who_may_not_write_may_not_comment(article, editor):
    draft = begin(editor, article)
    reader = signed_in("Orders")
    assert reader.post(form(draft), {"_comment": "", "_words-": "No"}).status_code in {302, 403}
    assert not Comment.objects.exists()


@pytest.mark.parametrize("words", ["", "  \u200f ", "\x00"])
def test_nothing_is_no_comment(article, editor, words):
    with pytest.raises(NotPossible):
        comments.say(article, words, user("owner"))


@pytest.mark.parametrize("typed", [{"_words-richtext-999999": "Where?"}, {"_answer-x": "What?"}, {"_resolve": "²"},
                                   {"_comment": "../" * 30}, {"_answer-99999999999999999999": "Huge"}])  # fmt: skip
def test_odd_names_are_no_error(editor, article, typed):
    draft = begin(editor, article)
    assert said(editor, draft, title="Kept", **typed).status_code in {200, 302}


def test_a_comment_is_about_something():
    with pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.create(name="a", words="b", about="")


def test_queries_do_not_grow_with_comments(editor, article):
    draft = begin(editor, article)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(form(draft)).status_code == 200
        return len(captured)

    comments.say(article, "One", user("owner"), block=first_text(draft))
    before = asked()
    for number in range(12):
        one = comments.say(article, f"More {number}", user("owner"), block=first_text(draft))
        comments.answer(article, one.pk, "Yes", user("owner"))
    assert asked() == before
