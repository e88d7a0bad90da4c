"""Around the editor: medical review, comments, topics, inner links, the matrix, choices, help, the staff bar."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.contrib import admin
from django.utils import timezone

from articles.admin.library import merge_topics
from articles.evidence import facts
from articles.evidence.findings import content_findings
from articles.models import (
    NOT_REVIEWED,
    Article,
    Author,
    MedicalReview,
    OldTopic,
    PreviewLink,
    ProductLink,
    Publication,
    Reference,
    RichText,
    Topic,
    Version,
    VersionTopic,
)
from articles.publishing.editing import (
    BIN_DAYS,
    NotPossible,
    Slot,
    empty_bin,
    open_draft,
    publish,
    record_review,
)
from config.staff.form_help import FORM_HELP
from shop.basket.models import BasketLine
from shop.catalogue.models import Product
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.shop.pictures.test_pictures import upload
from tests.support.factories import region, set_price, shown_next
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db
LABELS = "citrate-glycinate-oxide-label-guide"
OWN = {"Sec-Fetch-Site": "same-origin"}
LEGS = "magnesium-and-restless-legs-guide"


@pytest.fixture
def article():
    return Article.objects.get(slug=LABELS)


def desk(article):
    return f"/admin/articles/article/{article.pk}/change/"


def reads(slug=LABELS, code="uk"):
    return a_shopper().get(f"/{code}/articles/{slug}/").content.decode()


def now(*codes):
    return [Slot(region(code), timezone.now()) for code in codes or ("uk",)]


# --- medical review ------------------------------------------------------------------------------------------


def test_a_medical_review_is_logged_with_name_and_day_and_readers_see_it(article):
    editor = signed_in("Editor")
    day = timezone.localdate() - timedelta(days=2)
    sent = {"action": "review", "version": article.newest().pk, "reviewer": "Dr A. Person, MRCGP",
            "reviewed_on": day.isoformat(), "note": "Asked for a line on kidneys."}  # fmt: skip
    assert NOT_REVIEWED in reads()
    assert editor.post(desk(article), sent).status_code == 302
    assert f"Medically reviewed by Dr A. Person, MRCGP, {day:%-d %B %Y}" in reads()
    review = MedicalReview.objects.get()
    assert (review.recorded_by, review.note) == ("editor", "Asked for a line on kidneys.")
    assert "Asked for a line on kidneys." in editor.get(desk(article)).content.decode()


@pytest.mark.parametrize(
    ("code", "day"), [("uk", "5 March 2026"), ("us", "March 5, 2026"), ("eu", "5 March 2026")]
)
def test_readers_read_the_day_of_a_review_as_they_write_days(article, code, day):
    version = article.publications.get(region__code=code).version
    told = f"Medically reviewed by Dr A. Person, {day}. Changed since: a comma."
    Version.objects.filter(pk=version.pk).update(
        medical_reviewer="Dr A. Person", reviewed_on="2026-03-05", changed_since_review="a comma."
    )
    for path in (f"/{code}/articles/{article.slug}/", f"/{code}/articles/feed/"):
        page = a_shopper().get(path).content.decode()
        assert told in page, path
        assert f"{told}." not in page


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
        desk(article),
        {"action": "review", "version": article.newest().pk, "reviewer": name, "reviewed_on": day},
    )
    assert answer.status_code == 422
    assert not MedicalReview.objects.exists()


def test_a_writer_can_hand_in_and_neither_review_nor_publish(article):
    writer = signed_in("Writer")
    draft = open_draft(article, "writer")
    assert writer.post(desk(article), {"action": "hand_in", "version": draft.pk}).status_code == 302
    draft.refresh_from_db()
    assert draft.handed_in_by == "writer"
    page = writer.get(desk(article)).content.decode()
    assert "Handed in by writer" in page
    for action in ("publish", "review"):
        assert f'value="{action}"' not in page
        assert writer.post(desk(article), {"action": action, "version": draft.pk}).status_code == 403
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
    assert "Dr A. Person" in staff.get(desk(article)).content.decode()
    comment = link.comments.get()
    staff.post(desk(article), {"action": "comment_done", "comment": comment.pk})
    comment.refresh_from_db()
    assert comment.done_by == "writer"
    assert "Is this" not in staff.get(desk(article)).content.decode()


def test_an_empty_comment_is_refused_and_what_was_typed_is_shown(article):
    link = a_link(article)
    answer = a_shopper().post(
        link.get_absolute_url() + "comment/", {"name": "", "words": "Half a thought"}, headers=OWN
    )
    assert "Half a thought" in shown_next(answer)
    assert answer["Cache-Control"] == "no-store, private"


def test_an_ended_link_takes_no_comment_and_one_link_only_so_many(article):
    link = a_link(article, revoked_at=timezone.now())
    sent = {"name": "A", "words": "B"}
    assert a_shopper().post(link.get_absolute_url() + "comment/", sent, headers=OWN).status_code == 404
    link = a_link(article)
    for _ in range(102):
        a_shopper().post(link.get_absolute_url() + "comment/", sent, headers=OWN)
    assert link.comments.count() == 100


# --- topics ----------------------------------------------------------------------------------------------------


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


def test_where_the_target_is_not_live_the_words_stay_and_the_link_goes(article):
    linking(article, f'<p>See <a href="/uk/articles/{LEGS}/">the guide</a>.</p>')
    Publication.objects.filter(article__slug=LEGS, region=region("us")).delete()
    assert "See the guide." in reads(code="us")
    assert f"articles/{LEGS}/" in reads(code="uk")


def test_an_article_that_names_a_condition_links_to_no_product_from_its_text(article):
    product = '<p>Our <a href="/uk/shop/magnesium-citrate-capsules/?variant=CIT-CAP-180">capsules</a>.</p>'
    linking(article, product)
    assert 'href="/us/shop/magnesium-citrate-capsules/?variant=CIT-CAP-180">capsules</a>' in reads(code="us")
    legs = Article.objects.get(slug=LEGS)
    linking(legs, product)
    assert "<p>Our capsules.</p>" in reads(LEGS)


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


# --- related articles --------------------------------------------------------------------------------------------


def test_related_articles_share_topics_and_a_quiet_article_lists_no_condition():
    legs = reads(LEGS).split('class="wide more-articles"')[1].split("</section>")[0]
    assert 1 <= legs.count("<article") <= 3
    for code in ("uk", "us", "eu"):
        assert "more-articles" not in reads(LABELS, code) or "estless" not in reads(LABELS, code).split("more-articles")[1].split("</section>")[0]  # fmt: skip
    topic = Topic.objects.create(name="Shared", slug="shared")
    article, other = Article.objects.get(slug=LABELS), Article.objects.get(slug=LEGS)
    VersionTopic.objects.filter(version=other.newest()).delete()
    for one in (article, other):
        VersionTopic.objects.create(version=one.newest(), topic=topic)
    assert other.newest().title not in reads(LABELS)
    assert article.newest().title in reads(LEGS)


# --- the matrix and two regions --------------------------------------------------------------------------------


def test_the_matrix_shows_live_words_products_and_findings_by_region(article):
    editor = signed_in("Marketing")
    page = editor.get("/admin/articles/article/matrix/").content.decode()
    rows = page.split('class="desk matrix"')[1].split("</tbody>")[0].split("<tr>")[1:]
    assert len(rows) == 1 + 8
    row = next(part for part in rows if "reading a magnesium label" in part)
    assert row.count("live") >= 3
    assert "words <b>own</b>" in row
    assert re.search(r"[2-9] products", row)
    legs = next(part for part in rows if "A plain guide" in part)
    assert "names a condition" in legs


def test_the_matrix_does_not_grow_with_the_articles(django_assert_max_num_queries):
    owner = signed_in()
    author = Author.objects.first()
    for number in range(60):
        Version.objects.create(
            article=Article.objects.create(slug=f"m{number}"), title=f"M{number}", summary="s", author=author
        )
    owner.get("/admin/articles/article/matrix/")
    with django_assert_max_num_queries(30):
        assert "Page 1 of 3" in owner.get("/admin/articles/article/matrix/").content.decode()


def test_two_regions_compare_word_by_word(article):
    address = f"/admin/articles/article/regions/{article.newest().pk}"
    page = signed_in("Writer").get(f"{address}/uk/us/").content.decode()
    assert "<del>" in page
    assert "<ins>" in page
    assert "the same:" in page
    assert signed_in("Writer").get(f"{address}/uk/xx/").status_code == 404
    assert signed_in("Orders").get(f"{address}/uk/us/").status_code == 404


# --- choosing products -------------------------------------------------------------------------------------------


def choices(term, model="productlink"):
    address = f"/admin/autocomplete/?term={term}&app_label=articles&model_name={model}&field_name=product"
    return signed_in("Marketing").get(address).json()["results"]


def test_a_product_is_chosen_by_pack_number_and_shows_picture_and_prices():
    set_price("EPS-CRY-1000", "us", None)
    set_price("EPS-CRY-2500", "us", None)
    [found] = choices("EPS-CRY-1000")
    assert found["text"] == "Epsom Salt Bath Crystals"
    assert "EPS-CRY-1000" in found["note"]
    assert "UK £6.95" in found["note"]
    assert "not sold in the US" in found["note"]
    assert found["picture"].startswith("/media/")


def test_choosing_costs_no_query_more_with_more_products(django_assert_max_num_queries):
    client = signed_in("Marketing")
    address = "/admin/autocomplete/?term=&app_label=articles&model_name=productlink&field_name=product"
    client.get(address)
    with django_assert_max_num_queries(15):
        assert len(client.get(address).json()["results"]) > 4


def test_a_product_that_is_not_sold_where_the_article_is_live_is_warned_of(article):
    set_price("OIL-SPR-100", "us", None)
    set_price("OIL-SPR-250", "us", None)
    for pack in Product.objects.get(slug="magnesium-oil-spray").variants.all():
        set_price(pack.sku, "us", None)
    owner = signed_in()
    draft = open_draft(article, "owner")
    ProductLink.objects.create(version=draft, product=Product.objects.get(slug="magnesium-oil-spray"))
    address = f"/admin/articles/version/{draft.pk}/change/"
    sent = {**fields_of(owner.get(address).content.decode()), "title": "Another", "_continue": "1"}
    page = owner.post(address, sent, follow=True).content.decode()
    assert "is not sold in the US: readers there see no card of it." in page
    assert "is not sold in the UK" not in page


# --- help in place, the staff bar, the bin, pictures ------------------------------------------------------------


def test_every_form_of_the_admin_has_three_lines_of_help_and_an_example():
    shown = {
        model._meta.label_lower
        for model, model_admin in admin.site._registry.items()
        if model._meta.label_lower != "articles.article"  # its page explains itself
    }
    assert shown == set(FORM_HELP)
    for guide in FORM_HELP.values():
        assert len(guide.lines) == 3
        assert guide.example
    page = signed_in().get("/admin/articles/topic/add/").content.decode()
    assert FORM_HELP["articles.topic"].lines[0] in page
    assert "Example:" in page


def test_the_handbook_is_a_page_of_the_admin_and_every_chapter_named_exists():
    page = signed_in("Writer").get("/admin/handbook/").content.decode()
    for guide in FORM_HELP.values():
        assert not guide.chapter or f'id="{guide.chapter}"' in page, guide.chapter
    for picture in re.findall(r'<img src="([^"]+)"', page.split('class="handbook"')[1]):
        assert signed_in("Writer").get(f"/admin/handbook/{picture}").status_code == 200
    assert a_shopper().get("/admin/handbook/").status_code == 302


def test_staff_see_a_bar_that_leads_to_what_the_page_is_made_of_and_shoppers_do_not(article):
    owner = signed_in()
    page = owner.get(f"/uk/articles/{LABELS}/").content.decode()
    assert f'href="/admin/articles/article/{article.pk}/change/"' in page
    assert f'href="/us/articles/{LABELS}/"' in page.split("staff-bar")[1]
    assert "staff-bar" not in reads()
    shopper = a_shopper()
    shopper.post("/uk/basket/add/", {"variant": "CIT-CAP-90"})
    assert "staff-bar" not in shopper.get(f"/uk/articles/{LABELS}/").content.decode()
    before = list(BasketLine.objects.values())
    answer = owner.get(f"/us/articles/{LABELS}/")
    assert not answer.cookies, "looking at another region chooses none"
    assert list(BasketLine.objects.values()) == before


def test_orders_staff_are_led_to_no_editor(article):
    assert "/admin/articles/" not in signed_in("Orders").get(f"/uk/articles/{LABELS}/").content.decode()


def test_the_bin_is_emptied_after_thirty_days_but_an_address_that_was_public_stays_gone():
    author = Author.objects.first()
    long_ago = timezone.now() - timedelta(days=BIN_DAYS + 1)
    never = Article.objects.create(slug="never-live", binned_at=long_ago)
    version = Version.objects.create(article=never, title="N", summary="s", author=author)
    RichText.objects.create(parent=version, region="main", ordering=1, body="<p>x</p>")
    fresh = Article.objects.create(slug="fresh", binned_at=timezone.now())
    once = Article.objects.get(slug=LABELS)
    once.publications.update(ends_at=timezone.now())
    Article.objects.filter(pk=once.pk).update(binned_at=long_ago)
    assert empty_bin() == 1
    assert empty_bin() == 0
    assert not Article.objects.filter(slug="never-live").exists()
    assert Article.objects.filter(pk=fresh.pk).exists()
    assert a_shopper().get(f"/uk/articles/{LABELS}/").status_code == 410


def test_a_picture_replaced_in_place_changes_on_every_page_that_shows_it(article):
    picture = article.newest().picture
    old = picture.file.name
    owner = signed_in()
    address = f"/admin/pictures/picture/{picture.pk}/change/"
    sent = {**fields_of(owner.get(address).content.decode()), "file": upload(size=(700, 500))}
    assert owner.post(address, sent).status_code == 302
    picture = Picture.objects.get(pk=picture.pk)
    assert picture.file.name != old
    assert (picture.width, picture.height, picture.rendered_widths) == (700, 500, [])
    assert picture.file.url in reads()
    assert old not in reads()


def test_sources_are_found_by_their_doi():
    doi = Reference.objects.exclude(doi="").first().doi
    page = signed_in("Writer").get(f"/admin/articles/reference/?q={doi}").content.decode()
    assert page.count("field-authors") == 1
