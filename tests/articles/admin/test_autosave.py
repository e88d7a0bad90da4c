"""A draft that saves itself: what it keeps, what it leaves out, what stays in the history, and whom it never overwrites."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from articles.models import Article, Author, ProductCard, RichText, Version
from shop.content.models import ContentScope, read_content_version
from tests.support.editing import begin, form, reads, save
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ADD = "/admin/articles/version/add/"


def opened(client, draft):
    return fields_of(client.get(form(draft)).content.decode())


def autosave(client, address, typed):
    return client.post(address, {**typed, "_autosave": "1"})


def text_row(number, body, pk="", **more):
    prefix = f"articles_richtext_set-{number}"
    fields = {
        "body": body,
        "ordering": "5",
        "region": "main",
        "show_in": "all",
        "id": pk,
        "parent": "",
        **more,
    }
    return {f"{prefix}-{name}": value for name, value in fields.items()}


def with_text(typed, body, **more):
    total = int(typed["articles_richtext_set-TOTAL_FORMS"])
    return {**typed, "articles_richtext_set-TOTAL_FORMS": str(total + 1), **text_row(total, body, **more)}


def test_typing_is_one_state_of_the_history_and_a_save_ends_it(editor, article):
    draft = begin(editor, article)
    typed, before = opened(editor, draft), article.versions.count()
    logged = LogEntry.objects.count()
    for title in ("First", "Second", "Third"):
        answer = autosave(editor, form(draft), {**typed, "title": title})
        assert answer.status_code == 200
        typed["seen"] = answer.json()["seen"]
    assert article.versions.count() == before + 1, "what stood there before somebody began to type"
    assert article.draft.title == "Third"
    assert article.draft.autosaved
    assert LogEntry.objects.count() == logged
    assert save(editor, draft, title="Fourth").status_code == 302
    assert (article.draft.title, article.draft.autosaved) == ("Fourth", False)
    assert article.versions.count() == before + 1
    save(editor, draft, title="Fifth")
    assert article.versions.filter(title="Fourth", autosaved=False).exists()


@pytest.mark.parametrize("end", ["pause", "colleague"])
def test_what_was_left_for_a_while_or_by_somebody_else_stays(editor, article, end):
    draft = begin(editor, article)
    autosave(editor, form(draft), {**opened(editor, draft), "title": "Left by the owner"})
    if end == "pause":
        Version.objects.filter(pk=draft.pk).update(changed_at=timezone.now() - timedelta(minutes=31))
    client = editor if end == "pause" else signed_in("Editor", name="ben")
    assert autosave(client, form(draft), {**opened(client, draft), "title": "Later"}).status_code == 200
    assert article.versions.filter(title="Left by the owner", is_draft=False).exists()


def test_it_moves_nothing_that_readers_see(editor, article):
    draft = begin(editor, article)
    typed, page = opened(editor, draft), reads()
    before = read_content_version(), dict(ContentScope.objects.values_list("key", "value"))
    assert (
        autosave(editor, form(draft), with_text({**typed, "title": "Unseen"}, "<p>New.</p>")).status_code
        == 200
    )
    assert (read_content_version(), dict(ContentScope.objects.values_list("key", "value"))) == before
    assert reads() == page


def test_a_second_window_is_refused_and_told_who(editor, article):
    draft = begin(editor, article)
    ben = signed_in("Editor", name="ben")
    mine, his = opened(editor, draft), opened(ben, draft)
    assert autosave(ben, form(draft), {**his, "title": "What Ben typed"}).status_code == 200
    answer = autosave(editor, form(draft), {**mine, "title": "What the owner typed"})
    assert answer.status_code == 409
    assert answer.json()["by"] == "ben"
    assert article.draft.title == "What Ben typed"
    same = autosave(ben, form(draft), {**his, "title": "In another window of his own"})
    assert (same.status_code, article.draft.title) == (409, "What Ben typed")
    kept = ben.post(form(draft), {**his, "title": "Mine over it", "overwrite": "on", "_continue": "1"})
    assert kept.status_code == 302
    assert article.versions.filter(title="What Ben typed").exists(), "though it was his own"


def test_a_window_that_never_heard_its_answer_is_given_it_again_and_not_refused(
    editor, article, django_capture_on_commit_callbacks
):
    draft = begin(editor, article)
    typed = {**opened(editor, draft), "title": "Sent as the connection broke"}
    with django_capture_on_commit_callbacks(execute=True):
        lost = editor.post(form(draft), {**typed, "_autosave": "0123456789.3"}).json()
    again = editor.post(form(draft), {**typed, "title": "And typed further", "_autosave": "0123456789.7"})
    assert again.status_code == 200
    assert (again.json(), again.json()["edits"]) == (lost, 3)
    assert article.draft.title == "Sent as the connection broke"
    last = {**typed, "title": "And typed further", "seen": lost["seen"], "_autosave": "9876543210.7"}
    assert editor.post(form(draft), last).status_code == 200
    assert article.draft.title == "And typed further"
    others = signed_in("Editor", name="ben").post(form(draft), {**typed, "_autosave": "0123456789.7"})
    assert others.status_code == 409, "the answer is for who sent it"


def test_an_article_begun_as_the_connection_broke_is_begun_once(editor, django_capture_on_commit_callbacks):
    typed = {**fields_of(editor.get(ADD).content.decode()), "title": "Begun once", "slug": "begun-once"}
    with django_capture_on_commit_callbacks(execute=True):
        lost = editor.post(ADD, {**typed, "_autosave": "0123456789.2"}).json()
    assert editor.post(ADD, {**typed, "_autosave": "0123456789.5"}).json() == lost
    assert Article.objects.filter(slug__startswith="begun-once").count() == 1


def test_the_end_of_a_session_keeps_nothing_and_leads_to_the_door(editor, article):
    draft = begin(editor, article)
    typed = opened(editor, draft)
    editor.logout()
    answer = autosave(editor, form(draft), {**typed, "title": "Typed after the end"})
    assert (answer.status_code, "/login/" in answer["Location"]) == (302, True)
    assert article.draft.title != "Typed after the end"


def test_rows_get_their_numbers_and_are_not_made_twice(editor, article):
    draft = begin(editor, article)
    typed = with_text(opened(editor, draft), "<p>Only once.</p>")
    answer = autosave(editor, form(draft), typed).json()
    row = int(typed["articles_richtext_set-TOTAL_FORMS"]) - 1
    pk = answer["rows"]["articles_richtext_set"][row]
    assert RichText.objects.get(pk=pk).body == "<p>Only once.</p>"
    again = {**typed, "seen": answer["seen"], f"articles_richtext_set-{row}-id": str(pk),
             "articles_richtext_set-INITIAL_FORMS": str(row + 1), f"articles_richtext_set-{row}-body": "<p>Now other.</p>"}  # fmt: skip
    answer = autosave(editor, form(draft), again).json()
    assert RichText.objects.filter(parent=draft, body__contains="Only once").count() == 0
    assert RichText.objects.filter(parent=draft, body__contains="Now other").count() == 1
    gone = {**again, "seen": answer["seen"], f"articles_richtext_set-{row}-DELETE": "on"}
    assert autosave(editor, form(draft), gone).json()["rows"]["articles_richtext_set"][row] is None
    assert not RichText.objects.filter(pk=pk).exists()


UNFINISHED = {
    "a card without its product": ("articles_productcard_set", {"product": "", "ordering": "20"}, "Product card"),
    "a question without its answer": ("articles_faq_set", {"question": "Why?", "answer": "", "ordering": "20"}, "Question and answer"),
    "a text for no region": ("articles_richtext_set", {"body": "<p>x</p>", "ordering": "20", "show_in": "only"}, "Text"),
    "a picture that is gone": ("articles_figure_set", {"picture": "999999", "ordering": "20"}, "Picture"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFINISHED)
def test_what_is_not_finished_waits_and_the_rest_is_kept(editor, article, case):
    prefix, fields, name = UNFINISHED[case]
    draft = begin(editor, article)
    typed = {**opened(editor, draft), "title": "Kept all the same"}
    total = int(typed[f"{prefix}-TOTAL_FORMS"])
    row = {
        f"{prefix}-{total}-{key}": value
        for key, value in {"region": "main", "show_in": "all", **fields}.items()
    }
    answer = autosave(editor, form(draft), {**typed, f"{prefix}-TOTAL_FORMS": str(total + 1), **row})
    assert answer.status_code == 200
    assert answer.json()["unfinished"] == [name]
    assert answer.json()["rows"][prefix][total] is None
    assert article.draft.title == "Kept all the same"
    assert len(article.draft.blocks()) == len(draft.blocks())


def test_of_what_is_stored_an_unfinished_change_is_not_kept(editor, article):
    draft = begin(editor, article)
    typed, text = opened(editor, draft), draft.blocks()[0]
    wrong = {
        "title": "",
        "summary": "Another summary.",
        "articles_richtext_set-0-body": "",
        "author": "999999",
    }
    answer = autosave(editor, form(draft), {**typed, **wrong})
    assert answer.status_code == 200
    assert answer.json()["unfinished"] == ["Title", "Author", "Text"]
    now = article.draft
    assert (now.title, now.summary, now.author_id) == (draft.title, "Another summary.", draft.author_id)
    assert RichText.objects.filter(parent=draft).count() == sum(
        isinstance(b, RichText) for b in draft.blocks()
    )
    assert type(text).objects.filter(pk=text.pk).exists()


def test_an_article_begins_with_a_title_and_nothing_else():
    owner = signed_in()
    fields = fields_of(owner.get(ADD).content.decode())
    assert Author.objects.get(pk=fields["author"]).is_team, "somebody is named already"
    before = Article.objects.count()
    refused = autosave(owner, ADD, fields)
    assert refused.status_code == 422
    assert any(words.startswith("Title") for words in refused.json()["missing"])
    assert Article.objects.count() == before
    answer = autosave(owner, ADD, {**fields, "title": "A spoon", "slug": "a-spoon"})
    draft = Version.objects.get(pk=answer.json()["pk"])
    assert (draft.title, draft.summary, draft.is_draft, draft.autosaved) == ("A spoon", "", True, True)
    assert owner.get(form(draft)).status_code == 200
    second = autosave(owner, ADD, {**fields, "title": "A spoon", "slug": "a-spoon"}).json()
    assert second["slug"] == "a-spoon-2", "whoever begins with the same title has an address of their own"


@pytest.mark.parametrize("group", ["Marketing", "Orders"])
def test_who_may_not_write_keeps_no_word(article, group):
    owner, other = signed_in(), signed_in(group)
    draft = begin(owner, article)
    typed = opened(owner, draft)
    autosave(
        other, form(draft), {**typed, "title": "By the back door", "articles_richtext_set-0-body": "<p>x</p>"}
    )
    assert article.draft.title == draft.title
    assert not RichText.objects.filter(parent=draft, body="<p>x</p>").exists()
    assert not ProductCard.objects.filter(parent=draft, product=None).exists()
