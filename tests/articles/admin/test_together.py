"""Working together on an article: sent back with a reason, thrown away, duplicated, one time for all regions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Publication, RichText, Version
from articles.publishing.drafts import hand_in, open_draft
from articles.publishing.region_states import regions_of
from tests.support.staff import signed_in

pytestmark = pytest.mark.django_db


def page_of(article) -> str:
    return f"/admin/articles/article/{article.pk}/change/"


def does(client, article, action, **typed):
    return client.post(page_of(article), {"action": action, **typed})


@pytest.fixture
def article():
    return Article.objects.order_by("pk").first()


@pytest.mark.slow
def test_a_draft_is_sent_back_with_a_reason_that_its_writer_finds(article):
    draft = open_draft(article, "anna")
    hand_in(draft, "anna")
    editor, writer = signed_in("Editor"), signed_in("Writer", name="anna")
    assert does(editor, article, "send_back", version=draft.pk, because="  ").status_code == 422
    assert does(editor, article, "send_back", version=draft.pk, because="Cite a source").status_code == 302
    assert "Sent back by editor: Cite a source" in writer.get(page_of(article)).content.decode()
    part = writer.get("/admin/").content.decode().split("Sent back to you")[1].split("</section>")[0]
    assert "Cite a source" in part
    assert "Sent back to you" not in signed_in("Writer", name="ben").get("/admin/").content.decode()
    assert "Handed in, to publish" not in editor.get("/admin/").content.decode()
    does(writer, article, "hand_in", version=draft.pk)
    assert "Cite a source" not in writer.get(page_of(article)).content.decode()


@pytest.mark.slow
def test_only_who_publishes_sends_back_and_only_what_waits(article):
    draft = open_draft(article, "anna")
    assert does(signed_in("Editor"), article, "send_back", version=draft.pk, because="No").status_code == 422
    hand_in(draft, "anna")
    assert does(signed_in("Writer"), article, "send_back", version=draft.pk, because="No").status_code == 403
    assert (
        does(signed_in("Editor"), article, "send_back", version=draft.pk, because="n" * 501).status_code
        == 422
    )
    draft.refresh_from_db()
    assert draft.handed_in_at is not None


@pytest.mark.slow
def test_a_draft_thrown_away_stays_in_the_history_and_is_edited_no_more(article):
    before = article.newest()
    draft = open_draft(article, "anna")
    Version.objects.filter(pk=draft.pk).update(title="A bad idea")
    writer = signed_in("Writer")
    assert does(writer, article, "throw_away", version=draft.pk).status_code == 302
    assert article.draft is None
    assert article.versions.filter(title="A bad idea").exists()
    assert article.newest().title == before.title
    assert open_draft(article, "ben").title == before.title
    assert (
        RichText.objects.filter(parent=article.newest()).count()
        == RichText.objects.filter(parent=before).count()
    )
    assert does(writer, article, "throw_away", version=before.pk).status_code == 302, "refused in words"
    assert article.draft is not None


def test_a_draft_that_is_all_there_is_is_not_thrown_away(article):
    Publication.objects.filter(article=article).delete()
    draft = open_draft(article, "anna")
    page = signed_in("Editor").post(
        page_of(article), {"action": "throw_away", "version": draft.pk}, follow=True
    )
    assert "was never published" in page.content.decode()
    assert article.draft == draft


@pytest.mark.slow
def test_an_article_is_duplicated_as_a_draft_at_an_address_of_its_own(article):
    old = article.newest()
    Version.objects.filter(pk=old.pk).update(medical_reviewer="Dr A", reviewed_on=timezone.localdate())
    writer = signed_in("Writer")
    for slug in (f"{article.slug}-copy", f"{article.slug}-copy-2"):
        assert does(writer, article, "duplicate", version=old.pk).status_code == 302
        draft = Article.objects.get(slug=slug).draft
        assert draft.title == f"Copy of {old.title}"
        assert draft.medical_reviewer == ""
        assert len(draft.blocks()) == len(old.blocks())
        assert set(draft.topic_pks()) == set(old.topic_pks())
        assert not draft.publications.exists()
    old.refresh_from_db()
    assert old.article == article


@pytest.mark.slow
def test_one_tick_and_one_time_schedule_all_regions_of_its_language_each_on_its_own_clock(article):
    day = timezone.localdate() + timedelta(days=40)
    draft = open_draft(article, "anna")
    typed = {
        "version": draft.pk,
        "all-chosen": "on",
        "all-starts_at": f"{day}T09:00",
        "us-starts_at": f"{day}T11:30",
    }
    assert does(signed_in("Editor"), article, "publish", **typed).status_code == 302
    starts = {
        region.code: f"{Publication.objects.get(version=draft, region=region).starts_at.astimezone(region.zone):%H:%M}"
        for region in regions_of(article)
    }
    assert starts == {"uk": "09:00", "us": "11:30", "eu": "09:00"}
