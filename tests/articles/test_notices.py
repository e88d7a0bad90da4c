"""Mails for what concerns a colleague: to whom, once, as they chose, and to nobody without the right."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from articles import notices
from articles.evidence import recheck
from articles.models import Article, MailWish, Publication, Version
from articles.publishing import comments, drafts
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from shop.outbox.models import Mail
from tests.conftest import a_shopper
from tests.support.editing import SLUG, act, begin
from tests.support.factories import region
from tests.support.staff import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def article():
    while notices.tell_what_went_live():
        pass
    Mail.objects.all().delete()
    return Article.objects.get(slug=SLUG)


def colleague(name, *roles, email=True):
    signed_in(*roles, name=name)
    User.objects.filter(username=name).update(email=f"{name}@example.org" if email else "")
    return User.objects.get(username=name)


def mailed(kind=""):
    rows = Mail.objects.filter(key__startswith=notices.article_kind(kind) if kind else "article-")
    return sorted(rows.values_list("to", flat=True))


def test_who_may_publish_is_told_what_was_handed_in_and_its_writer_what_was_sent_back(article):
    for name, role in (("wren", "Writer"), ("ed", "Editor"), ("mo", "Marketing")):
        colleague(name, role)
    draft = open_draft(article, "wren")
    drafts.hand_in(draft, "wren")
    assert mailed() == ["ed@example.org"]
    mail = Mail.objects.get()
    assert mail.subject == f"Handed in: {draft.title}"
    assert "/admin/you/mails/" in mail.text
    assert f"/admin/articles/article/{article.pk}/change/" in mail.html
    draft.refresh_from_db()
    drafts.send_back(draft, "Name the trial.", "ed")
    assert mailed("sent_back") == ["wren@example.org"]
    assert "Name the trial." in Mail.objects.get(to="wren@example.org").text


def test_a_comment_reaches_who_wrote_and_who_takes_part_but_not_who_said_it(article):
    wren, ed = colleague("wren", "Writer"), colleague("ed", "Editor")
    colleague("other", "Editor")
    open_draft(article, "wren")
    said = comments.say(article, "Which trial?", ed)
    assert mailed("comment") == ["wren@example.org"]
    comments.say(article, "Which trial?", ed)
    assert len(mailed("comment")) == 1
    comments.answer(article, said.pk, "Abbasi.", wren)
    assert mailed("comment") == ["ed@example.org", "wren@example.org"]


def test_a_comment_by_preview_link_reaches_who_made_the_link(article):
    colleague("wren", "Writer")
    draft = begin(signed_in(), article)
    act(signed_in("Writer", name="wren"), article, "share", version=draft.pk, region="uk")
    sent = {"about": "x", "name": "Dr A.", "words": "Kidneys?"}
    address = draft.preview_links.get().get_absolute_url() + "comment/"
    a_shopper().post(address, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert mailed("comment") == ["wren@example.org"]


def test_what_goes_live_is_told_once_for_all_regions_and_at_its_time(article):
    colleague("wren", "Writer")
    now = timezone.now()
    draft = open_draft(article, "wren")
    later = now + timedelta(hours=3)
    publish(draft, [Slot(region(code), later) for code in ("uk", "us", "eu")], "ed")
    assert not notices.tell_what_went_live(now)
    assert notices.tell_what_went_live(later + timedelta(minutes=1))
    assert not notices.tell_what_went_live(later + timedelta(minutes=1))
    assert mailed("live") == ["wren@example.org"]
    assert Mail.objects.get().subject == f"Live in EU, UK, US: {draft.title}"


def test_old_news_is_not_told(article):
    colleague("wren", "Writer")
    publish(open_draft(article, "wren"), [Slot(region("uk"), timezone.now())], "ed")
    assert notices.tell_what_went_live(timezone.now() + timedelta(days=2))
    assert not mailed()


def test_that_a_published_article_turned_red_is_told_to_who_wrote_it(article):
    colleague("wren", "Writer")
    live = Publication.objects.current().filter(article=article).first().version
    Version.objects.filter(pk=live.pk).update(changed_by="wren", title="Citrate cures migraine")
    assert recheck.recheck([live])
    assert mailed("finding") == ["wren@example.org"]
    recheck.recheck([live])
    assert len(mailed("finding")) == 1


def test_everybody_chooses_and_only_what_differs_is_a_row(article):
    wren = colleague("wren", "Writer")
    client = signed_in("Writer", name="wren")
    page = client.get("/admin/you/mails/").content.decode()
    assert "handed in, to be published" not in page, "nobody mails that to a writer"
    assert page.count("checked") == len(notices.kinds_for(wren)) == 4
    answer = client.post(
        "/admin/you/mails/", {"kind": ["sent_back", "live", "finding", "handed_in", "nonsense"]}
    )
    assert answer.status_code == 303
    assert list(MailWish.objects.values_list("kind", "wanted")) == [("comment", False)]
    open_draft(article, "wren")
    comments.say(article, "Which trial?", colleague("ed", "Editor"))
    assert not mailed()
    client.post("/admin/you/mails/", {"kind": ["comment"]})
    comments.say(article, "And which dose?", colleague("ed", "Editor"))
    assert mailed() == ["wren@example.org"]


@pytest.mark.parametrize("how", ["no address", "no role", "not staff", "not active"])
def test_nothing_goes_to_who_may_not_see_it(article, how):
    wren = colleague("wren", "Writer", email=how != "no address")
    open_draft(article, "wren")
    if how == "no role":
        wren.groups.clear()
    User.objects.filter(pk=wren.pk).update(is_staff=how != "not staff", is_active=how != "not active")
    comments.say(article, "Which trial?", colleague("ed", "Editor"))
    assert not mailed()


@pytest.mark.parametrize("how", ["role", "account"])
def test_what_waits_for_who_loses_the_right_is_never_sent(article, how):
    wren = colleague("wren", "Writer")
    open_draft(article, "wren")
    comments.say(article, "Which trial?", colleague("ed", "Editor"))
    wren.groups.add(Group.objects.get(name="Marketing"))
    assert mailed() == ["wren@example.org"]
    if how == "role":
        wren.groups.clear()
    else:
        wren.is_active = False
        wren.save()
    assert not mailed()
