"""Publishing: by region, at a moment, taken back; and what staff are told of it."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone
from django.utils.html import escape

from articles.models import Article, Publication, Version
from articles.publishing.addresses import move
from articles.publishing.drafts import open_draft
from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, local_moment, publish, take_back
from articles.publishing.region_states import region_states
from tests.conftest import a_shopper
from tests.support.editing import SLUG, act, article_page, begin, form, reads, save
from tests.support.factories import region
from tests.support.staff import fields_of

pytestmark = pytest.mark.django_db


# --- publishing ------------------------------------------------------------------------------------------------


def test_a_schedule_begins_and_ends_by_itself_in_its_region(article):
    draft = open_draft(article, "anna")
    Version.objects.filter(pk=draft.pk).update(title="For June")
    start = timezone.now() + timedelta(days=3)
    publish(draft, [Slot(region("eu"), start, start + timedelta(days=1))], "anna")
    state = region_states(article)[2]
    assert state.current is not None, "the old one goes on until then"
    assert state.scheduled.starts_at == start
    for at, title in ((start - timedelta(seconds=1), None), (start, "For June")):
        current = article.publications.current_by_region(at)[region("eu").pk]
        assert (current.version.title == "For June") is (title is not None)
    over = article.publications.current_by_region(start + timedelta(days=1))
    assert region("eu").pk not in over
    assert region("uk").pk in over


def test_a_new_schedule_replaces_the_old_one(article):
    draft = open_draft(article, "anna")
    soon = timezone.now() + timedelta(days=1)
    publish(draft, [Slot(region("uk"), soon)], "anna")
    publish(draft, [Slot(region("uk"), soon + timedelta(days=1))], "anna")
    assert article.publications.filter(starts_at__gt=timezone.now()).count() == 1


@pytest.mark.slow
def test_taking_back_ends_what_is_live_and_drops_what_is_scheduled(editor, article):
    publish(open_draft(article, "a"), [Slot(region("uk"), timezone.now() + timedelta(days=1))], "a")
    assert act(editor, article, "take_back", region="uk").status_code == 302
    gone = a_shopper().get(f"/uk/articles/{SLUG}/")
    assert gone.status_code == 404
    assert "/us/articles/" in gone.content.decode(), "it is still live elsewhere, and the page says where"
    assert SLUG not in a_shopper().get("/uk/articles/").content.decode()
    assert SLUG in a_shopper().get("/us/articles/").content.decode()
    with pytest.raises(NotPossible):
        take_back(article, region("uk"))


@pytest.mark.parametrize(("code", "typed", "utc"), [
    ("uk", datetime(2027, 6, 1, 9), datetime(2027, 6, 1, 8, tzinfo=UTC)),
    ("uk", datetime(2027, 1, 1, 9), datetime(2027, 1, 1, 9, tzinfo=UTC)),
    ("eu", datetime(2027, 6, 1, 9), datetime(2027, 6, 1, 7, tzinfo=UTC)),
    ("us", datetime(2027, 6, 1, 9), datetime(2027, 6, 1, 13, tzinfo=UTC)),
    ("us", datetime(2027, 11, 7, 1, 30), datetime(2027, 11, 7, 5, 30, tzinfo=UTC)),  # comes twice: the first
])  # fmt: skip
def test_times_are_typed_in_the_regions_own_zone(code, typed, utc):
    assert local_moment(typed, region(code)) == utc


@pytest.mark.slow
@pytest.mark.parametrize(("code", "typed"), [("uk", datetime(2027, 3, 28, 1, 30)), ("eu", datetime(2027, 3, 28, 2, 30)),
                                             ("us", datetime(2027, 3, 14, 2, 30))])  # fmt: skip
def test_an_hour_that_a_clock_change_leaves_out_is_refused_in_words(editor, article, code, typed):
    with pytest.raises(NotPossible, match="clocks go forward"):
        local_moment(typed, region(code))
    sent = {
        "version": article.newest().pk,
        f"{code}-chosen": "on",
        f"{code}-starts_at": f"{typed:%Y-%m-%dT%H:%M}",
    }
    before = Publication.objects.count()
    answer = act(editor, article, "publish", **sent)
    assert answer.status_code == 422
    assert "clocks go forward" in answer.content.decode()
    assert Publication.objects.count() == before


@pytest.mark.parametrize("fields", [
    {}, {"version": "0", "uk-chosen": "on"}, {"version": "9" * 30, "uk-chosen": "on"}, {"version": "x"},
    {"uk-chosen": "on", "uk-starts_at": "yesterday"},
    {"uk-chosen": "on", "uk-starts_at": "2027-01-02T09:00", "uk-ends_at": "2027-01-01T09:00"},
    {"uk-chosen": "on", "uk-ends_at": "2020-01-01T09:00"},
])  # fmt: skip
def test_a_wrong_publish_form_changes_nothing_and_says_why(editor, article, fields):
    before = list(Publication.objects.values())
    answer = act(editor, article, "publish", **{"version": article.newest().pk, **fields})
    assert answer.status_code in {302, 422}
    assert list(Publication.objects.values()) == before


@pytest.mark.walk
def test_what_was_saved_after_the_page_was_opened_is_not_published_unseen(editor, article):
    draft = begin(editor, article)
    shown = fields_of(editor.get(article_page(article)).content.decode())
    save(editor, draft, title="Nobody has looked at this")
    sent = {"version": draft.pk, "seen": shown["seen"], "uk-chosen": "on"}
    act(editor, article, "publish", **sent)
    assert "Nobody has looked" not in reads()
    assert "saved it after you opened this page" in editor.get(article_page(article)).content.decode()
    act(
        editor,
        article,
        "publish",
        **{**sent, "seen": fields_of(editor.get(article_page(article)).content.decode())["seen"]},
    )
    assert "Nobody has looked" in reads()


@pytest.mark.walk
def test_a_nonsense_moment_is_no_500(editor, article):
    version, draft = article.newest().pk, begin(editor, article)
    typed = {**fields_of(editor.get(form(draft)).content.decode()), "_preview": "1"}
    moments = ["soon", "2027-13-45T99:99", "0001-01-01T00:00", "9999-12-31T23:59", "\0"]
    for at, code in product(moments, ("eu", "us")):
        sent = {"version": version, f"{code}-chosen": "on", f"{code}-starts_at": at}
        assert act(editor, article, "publish", **sent).status_code in {302, 422}, (at, code)
        assert act(editor, article, "share", version=version, region=code, at=at).status_code == 302, (
            at,
            code,
        )
        if code == "us":
            seen = editor.post(form(draft), {**typed, "_preview_region": code, "_preview_at": at})
            assert seen.status_code == 200, at


def test_what_lies_in_the_bin_is_not_published(article):
    Article.objects.filter(pk=article.pk).update(binned_at=timezone.now())
    with pytest.raises(NotPossible, match="in the bin"):
        publish(Article.objects.get(pk=article.pk).newest(), [Slot(region("uk"), timezone.now())], "anna")


def test_an_unknown_action_is_a_404(editor, article):
    assert act(editor, article, "explode").status_code == 404


@pytest.mark.slow
def test_only_what_is_nowhere_live_goes_into_the_bin_and_comes_back(editor, article):
    act(editor, article, "bin")
    article.refresh_from_db()
    assert article.binned_at is None
    for code in ("uk", "us", "eu"):
        take_back(article, region(code))
    translations = list(article.translations.order_by("language"))
    assert [row.language for row in translations] == ["de", "fr"]
    for row in translations:
        act(editor, article, "bin")
        article.refresh_from_db()
        assert article.binned_at is None, "its translations would stand without it"
        take_back(row, region(row.language))
        act(editor, row, "bin")
        row.refresh_from_db()
        assert row.binned_at is not None
    act(editor, article, "bin")
    article.refresh_from_db()
    assert article.binned_at is not None
    assert SLUG not in editor.get("/admin/articles/article/").content.decode()
    act(editor, article, "unbin")
    article.refresh_from_db()
    assert article.binned_at is None


@pytest.mark.slow
def test_old_addresses_are_counted_and_can_be_taken_back(editor, article):
    act(editor, article, "move", slug="another-name")
    for _ in range(3):
        a_shopper().get(f"/uk/articles/{SLUG}/")
    assert article.old_addresses.get().hits == 3
    assert "3 times used" in editor.get(article_page(article)).content.decode()
    act(editor, article, "move", slug=SLUG)
    assert a_shopper().get(f"/uk/articles/{SLUG}/").status_code == 200


# --- what is said of what only begins later ------------------------------------------------------------------------


def messages_of(client, article):
    return client.get(article_page(article)).content.decode().split("messagelist")[1].split("</ul>")[0]


@pytest.mark.slow
def test_what_is_only_scheduled_is_not_called_published(editor, article):
    later = f"{timezone.now() + timedelta(days=300):%Y-%m-%dT%H:%M}"
    sent = {"version": begin(editor, article).pk, "eu-chosen": "on", "eu-starts_at": later}
    act(editor, article, "publish", **sent)
    messages = messages_of(editor, article)
    assert "Scheduled: EU from" in messages
    assert "Published" not in messages
    act(editor, article, "publish", **sent, **{"us-chosen": "on"})
    messages = messages_of(editor, article)
    assert "Published: US now" in messages.replace("EU from", "EU from") or "US now" in messages
    assert messages.count("(scheduled)") == 1


@pytest.mark.walk
def test_a_region_that_waits_for_older_words_is_named(editor, article):
    soon = timezone.now() + timedelta(days=3)
    publish(open_draft(article, "anna"), [Slot(region("eu"), soon)], "anna")
    draft = begin(editor, article)
    save(editor, draft, title="Corrected")
    assert "EU: from" in editor.get(form(draft)).content.decode(), "told when it is saved"
    act(editor, article, "publish", version=draft.pk, **{"uk-chosen": "on", "us-chosen": "on"})
    messages = messages_of(editor, article)
    assert "EU: from" in messages
    assert "without these words" in messages
    assert "not what was saved last" in editor.get(article_page(article)).content.decode()


@pytest.mark.walk
def test_nobody_is_told_of_regions_that_wait_for_the_same_words(editor, article):
    soon = timezone.now() + timedelta(days=3)
    draft = begin(editor, article)
    save(editor, draft, title="The same everywhere")
    publish(draft, [Slot(region("eu"), soon)], "anna")
    act(editor, article, "publish", version=draft.pk, **{"uk-chosen": "on"})
    assert "without these words" not in messages_of(editor, article)


@pytest.fixture
def unpublished(editor):
    """The newest draft of an article that no reader has seen; its address is typed in its own form."""
    draft = Version.objects.create(
        article=Article.objects.create(slug="first-name"), title="A spoon", summary="How much it holds.",
        author_id=Version.objects.first().author_id, is_draft=True,
    )  # fmt: skip
    return draft, f"/admin/articles/version/{draft.pk}/change/"


@pytest.mark.parametrize(
    ("typed", "message", "slug"),
    [
        ({"title": "Another title"}, "", "moved-meanwhile"),
        ({"title": "Another title", "slug": "moved-meanwhile"}, "", "moved-meanwhile"),
        ({"slug": "third-name"}, "Somebody moved it to “moved-meanwhile”", "moved-meanwhile"),
    ],
)
@pytest.mark.walk
def test_an_address_that_somebody_changed_meanwhile_stays(editor, unpublished, typed, message, slug):
    draft, page = unpublished
    sent = {**fields_of(editor.get(page).content.decode()), **typed}
    move(draft.article, "moved-meanwhile")
    answer = editor.post(page, sent)
    assert message in answer.content.decode()
    draft.article.refresh_from_db()
    assert draft.article.slug == slug
    if message:
        again = fields_of(answer.content.decode())
        assert again["slug"] == "third-name"
        editor.post(page, again)
        draft.article.refresh_from_db()
        assert draft.article.slug == "third-name"
    else:
        draft.refresh_from_db()
        assert draft.title == "Another title"


@pytest.mark.slow
@pytest.mark.parametrize(
    "typed",
    [
        {
            "action": "review",
            "reviewer": "Dr Jo Rowe, MRCP",
            "reviewed_on": "2999-01-01",
            "note": "Asked about doses",
        },
        {"action": "review", "reviewer": "", "reviewed_on": "2026-11-01", "note": "Asked about doses"},
        {"action": "review", "reviewer": "Dr Jo Rowe, MRCP", "reviewed_on": "yesterday", "note": 'a "b" <c>'},
        {"action": "move", "slug": "two words"},
        {"action": "move", "slug": "magnesium-and-restless-legs-guide", "take_over": "on"},
    ],
)
def test_a_refusal_of_the_desk_keeps_what_was_typed(editor, article, typed):
    answer = editor.post(article_page(article), {"version": article.newest().pk, **typed})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'class="error"' in html
    for name, value in typed.items():
        if name not in {"action", "seen", "region"} and value not in {"", "on"}:
            assert f'value="{escape(value)}"' in html, name
