"""Around the editor: medical review, comments, topics, inner links, the matrix, choices, help, the staff bar."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.evidence.findings import content_findings
from articles.models import (
    NOT_REVIEWED,
    Article,
    MedicalReview,
    OldTopic,
    PreviewLink,
    Publication,
    RichText,
    Topic,
    Version,
    VersionTopic,
)
from articles.publishing.drafts import open_draft
from articles.publishing.errors import NotPossible
from articles.publishing.publish import Slot, publish
from articles.publishing.reviews import record_review
from articles.publishing.topics import merge_topics
from shop.catalogue.models import Product
from tests.conftest import a_shopper
from tests.support.factories import region, shown_next
from tests.support.library import LABELS, LEGS, reads
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


OWN = {"Sec-Fetch-Site": "same-origin"}


def article_page(article):
    return f"/admin/articles/article/{article.pk}/change/"


def now(*codes):
    return [Slot(region(code), timezone.now()) for code in codes or ("uk",)]


# --- medical review ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_medical_review_is_logged_with_name_and_day_and_readers_see_it(article):
    editor = signed_in("Editor")
    day = timezone.localdate() - timedelta(days=2)
    sent = {"action": "review", "version": article.newest().pk, "reviewer": "Dr A. Person, MRCGP",
            "reviewed_on": day.isoformat(), "note": "Asked for a line on kidneys."}  # fmt: skip
    assert NOT_REVIEWED in reads()
    assert editor.post(article_page(article), sent).status_code == 302
    assert f"Medically reviewed by Dr A. Person, MRCGP, {day:%-d %B %Y}" in reads()
    review = MedicalReview.objects.get()
    assert (review.recorded_by, review.note) == ("editor", "Asked for a line on kidneys.")
    assert "Asked for a line on kidneys." in editor.get(article_page(article)).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "day"), [("uk", "5 March 2026"), ("us", "March 5, 2026"), ("eu", "5 March 2026")]
)
def test_readers_read_the_day_of_a_review_as_they_write_days(article, code, day):
    version = article.publications.get(region__code=code).version
    state = f"Medically reviewed by Dr A. Person, {day}. Changed since: a comma."
    Version.objects.filter(pk=version.pk).update(
        medical_reviewer="Dr A. Person", reviewed_on="2026-03-05", changed_since_review="a comma."
    )
    for path in (f"/{code}/articles/{article.slug}/", f"/{code}/articles/feed/"):
        page = a_shopper().get(path).content.decode()
        assert state in page, path
        assert f"{state}." not in page


@pytest.mark.walk
def test_words_changed_after_the_review_are_not_passed_off_as_reviewed(article):
    record_review(article.newest(), "Dr A. Person, MRCGP", timezone.localdate(), "anna")
    draft = open_draft(article, "anna")
    facts.refresh(draft)
    draft.refresh_from_db()
    assert "The text was changed" not in draft.review_state
    RichText.objects.create(parent=draft, region="main", ordering=1, body="<p>Something new.</p>")
    facts.refresh(draft)
    publish(draft, now(), "anna")
    assert "The text was changed after that" in reads()
    assert any(
        finding.where == "Medical review" for finding in content_findings(Version.objects.get(pk=draft.pk))
    )
    Version.objects.filter(pk=draft.pk).update(changed_since_review="a line on kidneys")
    assert "Changed since: a line on kidneys" in reads()


@pytest.mark.parametrize(("name", "day"), [("", "2026-01-01"), ("Dr A. Person", ""), ("Dr A. Person", "soon"), ("Dr A. Person", "2999-01-01")])  # fmt: skip
def test_a_review_without_a_name_or_a_sane_day_is_refused_in_words(article, name, day):
    answer = signed_in().post(
        article_page(article),
        {"action": "review", "version": article.newest().pk, "reviewer": name, "reviewed_on": day},
    )
    assert answer.status_code == 422
    assert not MedicalReview.objects.exists()


@pytest.mark.slow
def test_a_writer_can_hand_in_and_neither_review_nor_publish(article):
    writer = signed_in("Writer")
    draft = open_draft(article, "writer")
    assert writer.post(article_page(article), {"action": "hand_in", "version": draft.pk}).status_code == 302
    draft.refresh_from_db()
    assert draft.handed_in_by == "writer"
    page = writer.get(article_page(article)).content.decode()
    assert "Handed in by writer" in page
    for action in ("publish", "review"):
        assert f'value="{action}"' not in page
        assert writer.post(article_page(article), {"action": action, "version": draft.pk}).status_code == 403
    publish(draft, now(), "editor")
    draft.refresh_from_db()
    assert draft.handed_in_at is None


def test_a_review_of_tomorrow_is_none():
    with pytest.raises(NotPossible, match="future"):
        record_review(Version.objects.first(), "Dr A. Person", date(2999, 1, 1), "anna")


# --- comments by preview link ----------------------------------------------------------------------------------


def a_link(article, **fields):
    return PreviewLink.objects.create(
        version=article.newest(),
        region=region("uk"),
        expires_at=timezone.now() + timedelta(days=1),
        made_by="anna",
        **fields,
    )


@pytest.mark.slow
def test_a_reviewer_comments_on_a_paragraph_without_signing_in_and_staff_tick_it_off(article):
    link = a_link(article)
    guest = a_shopper()
    page = guest.get(link.get_absolute_url()).content.decode()
    assert page.count("Comment on this part") > 5
    about = unescape(re.search(r'name="about" value="([^"]+)"', page).group(1))
    sent = {"about": about, "name": "Dr A. Person", "words": "Is this <b>still</b> so?"}
    answer = guest.post(link.get_absolute_url() + "comment/", sent, headers=OWN)
    assert (answer.status_code, answer["Location"]) == (303, link.get_absolute_url())
    page = guest.get(link.get_absolute_url()).content.decode()
    assert "Is this &lt;b&gt;still&lt;/b&gt; so?" in page
    staff = signed_in("Writer")
    assert "Dr A. Person" in staff.get(article_page(article)).content.decode()
    comment = link.comments.get()
    staff.post(article_page(article), {"action": "comment_done", "comment": comment.pk})
    comment.refresh_from_db()
    assert comment.done_by == "writer"
    assert "Resolved last: 1" in staff.get(article_page(article)).content.decode()


def test_an_empty_comment_is_refused_and_what_was_typed_is_shown(article):
    link = a_link(article)
    answer = a_shopper().post(
        link.get_absolute_url() + "comment/", {"name": "", "words": "Half a thought"}, headers=OWN
    )
    assert "Half a thought" in shown_next(answer)
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.slow
def test_an_ended_link_takes_no_comment_and_one_link_only_so_many(article):
    link = a_link(article, revoked_at=timezone.now())
    sent = {"name": "A", "words": "B"}
    assert a_shopper().post(link.get_absolute_url() + "comment/", sent, headers=OWN).status_code == 404
    link = a_link(article)
    for _ in range(102):
        a_shopper().post(link.get_absolute_url() + "comment/", sent, headers=OWN)
    assert link.comments.count() == 100


# --- topics ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_renamed_topic_leads_on_in_one_hop():
    topic = Topic.objects.get(slug="iron")
    owner = signed_in()
    address = f"/admin/articles/topic/{topic.pk}/change/"
    for slug in ("iron-tests", "iron-first"):
        sent = {**fields_of(owner.get(address).content.decode()), "slug": slug}
        assert owner.post(address, sent).status_code == 302
    for old in ("iron", "iron-tests"):
        answer = a_shopper().get(f"/uk/articles/?topic={old}")
        assert (answer.status_code, answer["Location"]) == (301, "/uk/articles/?topic=iron-first")
    sent = {**fields_of(owner.get(address).content.decode()), "slug": "iron"}
    owner.post(address, sent)
    assert a_shopper().get("/uk/articles/?topic=iron").status_code == 200
    assert a_shopper().get("/uk/articles/?topic=iron-first")["Location"].endswith("topic=iron")


def test_merged_topics_lose_no_article_and_no_address():
    iron, doctor = Topic.objects.get(slug="iron"), Topic.objects.get(slug="doctor")
    OldTopic.objects.create(slug="ferritin", topic=doctor)
    carried = set(VersionTopic.objects.filter(topic__in=[iron, doctor]).values_list("version", flat=True))
    owner = signed_in()
    sent = {"action": "merge", "_selected_action": [iron.pk, doctor.pk]}
    asked = owner.post("/admin/articles/topic/", sent)
    assert "which one stays" in asked.content.decode()
    assert owner.post("/admin/articles/topic/", {**sent, "into": iron.pk}).status_code == 302
    assert set(VersionTopic.objects.filter(topic=iron).values_list("version", flat=True)) == carried
    assert not Topic.objects.filter(slug="doctor").exists()
    for old in ("doctor", "ferritin"):
        assert a_shopper().get(f"/uk/articles/?topic={old}")["Location"] == "/uk/articles/?topic=iron"
    assert merge_topics([iron], iron) == 0


def test_a_topic_that_articles_carry_is_not_deleted():
    topic = Topic.objects.get(slug="iron")
    assert signed_in().post(f"/admin/articles/topic/{topic.pk}/delete/", {"post": "yes"}).status_code == 403


# --- inner links -----------------------------------------------------------------------------------------------


def linking(article, html, codes=("uk", "us", "eu")):
    draft = open_draft(article, "anna")
    block = RichText.objects.create(parent=draft, region="main", ordering=1, body=html)
    facts.refresh(draft)
    publish(draft, now(*codes), "anna")
    return block


@pytest.mark.slow
def test_an_inner_link_is_stored_by_id_and_leads_to_the_readers_region(article):
    other = Article.objects.get(slug=LEGS)
    block = linking(article, f'<p>See <a href="/eu/articles/{LEGS}/#iron">the guide</a>.</p>')
    assert f'href="/to/article/{other.pk}/#iron"' in block.body
    for code in ("uk", "us", "eu"):
        assert f'href="/{code}/articles/{LEGS}/#iron"' in reads(code=code)
    other.move_to("a-new-name")
    assert 'href="/uk/articles/a-new-name/#iron"' in reads()
    again = RichText(
        parent=block.parent,
        region="main",
        ordering=2,
        body=f'<p><a href="/uk/articles/{LEGS}/">x y z</a></p>',
    )
    again.save()
    assert f"/to/article/{other.pk}/" in again.body, "an old address is understood as well"


@pytest.mark.slow
def test_where_the_target_is_not_live_the_words_stay_and_the_link_goes(article):
    linking(article, f'<p>See <a href="/uk/articles/{LEGS}/">the guide</a>.</p>')
    Publication.objects.filter(article__slug=LEGS, region=region("us")).delete()
    assert "See the guide." in reads(code="us")
    assert f"articles/{LEGS}/" in reads(code="uk")


@pytest.mark.walk
def test_an_article_that_names_a_condition_links_to_no_product_from_its_text(article):
    product = (
        '<p>We sell our <a href="/uk/shop/magnesium-citrate-capsules/?variant=CIT-CAP-180">capsules</a>.</p>'
    )
    linking(article, product)
    assert 'href="/us/shop/magnesium-citrate-capsules/?variant=CIT-CAP-180">capsules</a>' in reads(code="us")
    legs = Article.objects.get(slug=LEGS)
    linking(legs, product)
    assert "<p>We sell our capsules.</p>" in reads(LEGS)


def test_a_link_by_id_works_by_itself_and_a_dead_one_is_found_while_writing(article):
    assert a_shopper().get(f"/to/article/{article.pk}/")["Location"] == f"/uk/articles/{LABELS}/"
    product = Product.objects.first()
    assert a_shopper().get(f"/to/product/{product.pk}/")["Location"] == f"/uk/shop/{product.slug}/"
    assert a_shopper().get("/to/product/999999/").status_code == 404
    draft = open_draft(article, "anna")
    RichText.objects.create(
        parent=draft, region="main", ordering=1, body='<p><a href="/to/article/999999/">a thing</a></p>'
    )
    assert any("leads nowhere" in finding.words for finding in content_findings(draft))
