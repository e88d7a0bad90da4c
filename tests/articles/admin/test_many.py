"""Publishing many articles from the list: each alone, told row by row, with the checks and rights of one."""

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from articles.models import Article, Publication, RichText, Version
from articles.publishing.drafts import open_draft
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST = "/admin/articles/article/"


def three_drafts():
    return [open_draft(article, "wren") for article in Article.objects.order_by("pk")[:3]]


def look(client, drafts):
    ticked = [str(draft.article_id) for draft in drafts]
    return client.post(LIST, {"action": "publish_many", "_selected_action": ticked})


def send(client, page, **typed):
    fields = {**fields_of(page.content.decode()), "action": "publish_many", "confirmed": "1", **typed}
    return client.post(LIST, fields)


def ticked_of(drafts):
    return [str(draft.article_id) for draft in drafts]


def said(answer):
    return [(message.level_tag, str(message)) for message in get_messages(answer.wsgi_request)]


def test_each_is_published_alone_and_a_bad_one_stops_no_other():
    editor, drafts = signed_in("Editor"), three_drafts()
    bad = RichText.objects.filter(parent=drafts[1]).order_by("ordering").first()
    RichText.objects.filter(pk=bad.pk).update(body="<p>It sleeps well. [[claim]]</p>")
    page = look(editor, drafts)
    assert page.status_code == 200
    assert not Publication.objects.filter(version__in=drafts).exists(), "looking publishes nothing"
    answer = send(editor, page, _selected_action=ticked_of(drafts), **{"all-chosen": "on"})
    assert answer.status_code == 302
    assert Publication.objects.filter(version=drafts[0]).count() == 3
    assert not Publication.objects.filter(version=drafts[1]).exists()
    assert Publication.objects.filter(version=drafts[2]).count() == 3
    words = said(answer)
    assert [level for level, _ in words].count("error") == 1
    assert any(text.startswith(f"{drafts[1].title}: not published. 1 marked claim") for _, text in words)
    assert any(text.startswith(f"{drafts[2].title}: Published: ") for _, text in words)


def test_what_was_saved_since_it_was_looked_at_is_not_published():
    editor, drafts = signed_in("Editor"), three_drafts()
    page = look(editor, drafts)
    Version.objects.filter(pk=drafts[0].pk).update(changed_at=timezone.now(), changed_by="wren")
    answer = send(editor, page, _selected_action=ticked_of(drafts), **{"uk-chosen": "on"})
    assert not Publication.objects.filter(version=drafts[0]).exists()
    assert Publication.objects.filter(version=drafts[1], region__code="uk").exists()
    assert any("saved it after you opened this page" in text for _, text in said(answer))
    again = send(editor, page, _selected_action=ticked_of(drafts), **{"uk-chosen": "on"})
    assert again.status_code == 302


def test_one_time_for_all_regions_by_their_own_clocks():
    editor, drafts = signed_in("Editor"), three_drafts()
    day = timezone.localdate().replace(year=timezone.localdate().year + 1, day=1)
    typed = {"all-chosen": "on", "all-starts_at": f"{day}T09:00"}
    send(editor, look(editor, drafts), _selected_action=ticked_of(drafts), **typed)
    rows = Publication.objects.filter(version__in=drafts).select_related("region")
    assert len(rows) == 9
    assert {f"{row.starts_at.astimezone(row.region.zone):%H:%M}" for row in rows} == {"09:00"}
    assert len({row.starts_at for row in rows}) > 1


@pytest.mark.parametrize("typed", [{}, {"uk-chosen": "on", "uk-starts_at": "tomorrow"}])
def test_a_form_that_can_not_be_read_publishes_nothing(typed):
    editor, drafts = signed_in("Editor"), three_drafts()
    answer = send(editor, look(editor, drafts), _selected_action=ticked_of(drafts), **typed)
    assert answer.status_code == 200
    assert "Nothing was published." in answer.content.decode()
    assert not Publication.objects.filter(version__in=drafts).exists()


def test_who_may_not_publish_is_not_offered_it():
    writer, drafts = signed_in("Writer"), three_drafts()
    assert "publish_many" not in writer.get(LIST).content.decode()
    look(writer, drafts)
    writer.post(
        LIST,
        {
            "action": "publish_many",
            "confirmed": "1",
            "all-chosen": "on",
            "_selected_action": ticked_of(drafts),
        },
    )
    assert not Publication.objects.filter(version__in=drafts).exists()


def test_addresses_links_and_citations_have_buttons_that_copy_them():
    editor, article = signed_in("Editor"), Article.objects.order_by("pk").first()
    live = Publication.objects.current().filter(article=article).select_related("version__author").first()
    editor.post(
        f"{LIST}{article.pk}/change/", {"action": "share", "version": live.version_id, "region": "uk"}
    )
    page = editor.get(f"{LIST}{article.pk}/change/").content.decode()
    assert f'data-copy-address="/uk/articles/{article.slug}/"' in page
    assert f'data-copy="{live.version.author.name} (' in page
    assert 'data-copy-address="/preview/' in page
    assert "js/copy.js" in page
