"""Who has the same article open: said by the editor's script, shown with the page, ending by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Presence
from articles.publishing import presence
from tests.support.editing import begin, form
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_colleagues_see_each_other_until_they_leave(editor, article):
    draft = begin(editor, article)
    wren = signed_in("Writer", name="wren")
    assert wren.post(form(draft), {"_here": "1"}).json() == {"here": []}
    assert editor.post(form(draft), {"_here": "1"}).json() == {"here": ["wren"]}
    assert "Also open at: wren" in editor.get(form(draft)).content.decode()
    assert wren.post(form(draft), {"_gone": "1"}).status_code == 200
    assert "Also open at" not in editor.get(form(draft)).content.decode()


def test_opening_writes_nothing_and_saying_it_often_is_one_row(editor, article):
    draft = begin(editor, article)
    editor.get(form(draft))
    assert not Presence.objects.exists()
    before = draft.changed_at
    for _ in range(3):
        editor.post(form(draft), {"_here": "1", "title": "Not a save"})
    assert Presence.objects.count() == 1
    draft.refresh_from_db()
    assert draft.changed_at == before


def test_it_ends_by_itself_and_its_row_goes(editor, article):
    now = timezone.now()
    presence.is_here(article.pk, "wren", now)
    assert presence.others_here(article.pk, "ed", now + presence.LASTS) == ["wren"]
    later = now + presence.LASTS + timedelta(seconds=1)
    assert presence.others_here(article.pk, "ed", later) == []
    other = Article.objects.exclude(pk=article.pk).first()
    presence.is_here(other.pk, "ed", now + timedelta(hours=2))
    assert not Presence.objects.filter(by="wren").exists()


def test_who_may_not_edit_is_not_told(editor, article):
    draft = begin(editor, article)
    presence.is_here(article.pk, "wren")
    answer = signed_in("Orders").post(form(draft), {"_here": "1"})
    assert answer.status_code in {302, 403}
    assert b"wren" not in answer.content
    assert Presence.objects.count() == 1
