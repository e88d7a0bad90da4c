"""Links that are taken back stay taken back, whatever else happened; and what Marketing may do in the editor."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.evidence import facts
from articles.models import LinkChange, ProductCard, ProductLink
from articles.publishing.bulk_links import Wanted, change, undo
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish, take_back
from articles.publishing.reviews import record_review
from tests.articles.publishing.link_changes import CHANGES, wanted
from tests.conftest import a_shopper
from tests.support.editions import in_english
from tests.support.factories import region
from tests.support.linking import GLYCINATE, IRON, LABELS, OIL, article, product, shown
from tests.support.staff import fields_of, signed_in

pytestmark = pytest.mark.django_db


def links_of(version):
    return (
        sorted(version.product_links.values_list("product__slug", "kind", "show_in", "region_codes")),
        sorted(version.tags.values_list("slug", flat=True)),
    )


def published_in(code, at=None):
    return article().publications.current_by_region(at)[region(code).pk].version


def write(draft, title):
    draft.title = title
    draft.save()
    facts.refresh(draft)
    return draft


@pytest.mark.walk
@pytest.mark.parametrize("action", CHANGES)
@pytest.mark.parametrize("edited", ["nothing", "draft before", "draft between", "published between"])
def test_what_was_taken_back_does_not_return_with_the_next_edit(action, edited):
    sent = wanted(action)
    before = links_of(published_in("uk"))
    if edited == "draft before":
        write(open_draft(article(), "tom"), "Tom’s words")
    change([article()], sent, "mia")
    assert links_of(published_in("us")) != before
    if edited in {"draft between", "published between"}:
        draft = write(open_draft(article(), "tom"), "Tom’s words")
        assert links_of(draft) != before
        if edited == "published between":
            publish(draft, [Slot(row, timezone.now()) for row in in_english()], "tom")
    undo(LinkChange.objects.get(), "mia")
    assert [links_of(published_in(code)) for code in ("uk", "us", "eu")] == [before] * 3
    draft = open_draft(article(), "tom")
    assert links_of(draft) == before
    assert draft.title == ("Tom’s words" if edited != "nothing" else published_in("uk").title)
    assert published_in("uk").title == ("Tom’s words" if edited == "published between" else article().versions.order_by("pk")[0].title)  # fmt: skip


@pytest.mark.slow
def test_taking_back_leaves_alone_what_somebody_linked_otherwise_since():
    change([article()], wanted("pin"), "mia")
    draft = open_draft(article(), "tom")
    draft.product_links.filter(product__slug=OIL).update(show_in="all", region_codes="")
    ProductLink.objects.create(version=draft, product=product(GLYCINATE))
    undo(LinkChange.objects.get(), "mia")
    draft.refresh_from_db()
    assert (OIL, "pin", "all", "") in links_of(draft)[0]
    assert GLYCINATE in [row[0] for row in links_of(draft)[0]]


@pytest.mark.walk
def test_a_region_that_had_the_link_before_keeps_it():
    draft = write(open_draft(article(), "tom"), "For the US")
    ProductLink.objects.create(version=draft, product=product(OIL), show_in="only", region_codes="us")
    publish(draft, [Slot(region("us"), timezone.now())], "tom")
    change([article()], Wanted("pin", product=product(OIL), codes=("us",)), "mia")
    undo(LinkChange.objects.get(), "mia")
    assert OIL in [row[0] for row in links_of(published_in("us"))[0]]
    assert OIL not in [row[0] for row in links_of(published_in("uk"))[0]]


@pytest.mark.walk
def test_two_changes_are_taken_back_in_any_order():
    first, second = Wanted("pin", product=product(OIL)), wanted("tag")
    before = links_of(published_in("uk"))
    for order in ([0, 1], [1, 0]):
        rows = [change([article()], one, "mia") for one in (first, second)]
        undo(rows[order[0]], "mia")
        after_one = links_of(published_in("uk"))
        assert after_one != before
        undo(rows[order[1]], "mia")
        assert links_of(published_in("uk")) == before
        assert links_of(article().newest()) == before


@pytest.mark.walk
def test_a_scheduled_version_and_one_region_taken_back_between():
    draft = write(open_draft(article(), "tom"), "For later")
    later = timezone.now() + timedelta(days=2)
    publish(draft, [Slot(region("uk"), later)], "tom")
    before = links_of(draft)
    change([article()], Wanted("exclude", product=product(OIL)), "mia")
    take_back(article(), region("eu"))
    undo(LinkChange.objects.get(), "mia")
    assert links_of(published_in("uk", later)) == before
    assert published_in("uk", later).title == "For later"
    assert published_in("uk").title != "For later"
    assert region("eu").pk not in article().publications.current_by_region()
    assert article().newest().title == "For later", "editors go on from the words that were written last"


@pytest.mark.walk
def test_a_change_of_links_does_not_change_which_words_are_edited_next():
    write(open_draft(article(), "tom"), "Scheduled words")
    publish(article().draft, [Slot(region("uk"), timezone.now() + timedelta(days=2))], "tom")
    change([article()], Wanted("pin", product=product(OIL)), "mia")
    assert open_draft(article(), "tom").title == "Scheduled words"


@pytest.mark.slow
def test_what_is_nowhere_live_gets_the_change_with_its_next_draft_and_gives_it_back():
    for row in in_english():
        take_back(article(), row)
    before = links_of(article().newest())
    change([article()], Wanted("pin", product=product(OIL)), "mia")
    assert OIL in [row[0] for row in links_of(article().newest())[0]]
    undo(LinkChange.objects.get(), "mia")
    assert links_of(open_draft(article(), "tom")) == before


@pytest.mark.walk
def test_a_review_is_read_by_readers_before_and_after_taking_back():
    editor = signed_in("Editor")
    article_page = f"/admin/articles/article/{article().pk}/change/"
    change([article()], Wanted("pin", product=product(OIL)), "mia")
    opened = article().newest().pk
    sent = {"action": "review", "reviewer": "Dr A. Person, MRCGP", "reviewed_on": "2026-11-01"}
    undo(LinkChange.objects.get(), "mia")
    editor.post(article_page, {**sent, "version": opened})
    assert "Dr A. Person" in a_shopper().get(f"/uk/articles/{LABELS}/").content.decode()

    row = change([article(IRON)], Wanted("pin", product=product(OIL)), "mia")
    article_page = f"/admin/articles/article/{article(IRON).pk}/change/"
    editor.post(article_page, {**sent, "version": article(IRON).newest().pk})
    undo(row, "mia")
    assert "Dr A. Person" in a_shopper().get(f"/uk/articles/{IRON}/").content.decode()
    assert open_draft(article(IRON), "tom").medical_reviewer == "Dr A. Person, MRCGP"


@pytest.mark.slow
def test_a_review_of_other_words_does_not_reach_readers():
    draft = write(open_draft(article(), "tom"), "Other words")
    record_review(draft, "Dr A. Person, MRCGP", timezone.localdate(), "anna")
    assert "Dr A. Person" not in a_shopper().get(f"/uk/articles/{LABELS}/").content.decode()


@pytest.mark.slow
def test_a_page_opened_before_the_links_were_taken_back_publishes_nothing():
    editor = signed_in("Editor")
    change([article()], Wanted("pin", product=product(OIL)), "mia")
    article_page = f"/admin/articles/article/{article().pk}/change/"
    opened = article().newest()
    seen = fields_of(editor.get(article_page).content.decode())["seen"]
    undo(LinkChange.objects.get(), "mia")
    sent = {"action": "publish", "version": opened.pk, "seen": seen, "uk-chosen": "on"}
    editor.post(article_page, sent)
    assert OIL not in [row[0] for row in links_of(published_in("uk"))[0]]
    assert "taken back after you opened" in editor.get(article_page).content.decode()


# --- Marketing in the editor -------------------------------------------------------------------------------------------


def blocks_of(draft):
    return [(block._meta.model_name, block.pk) for block in draft.blocks()]


@pytest.mark.walk
def test_marketing_puts_a_card_between_two_paragraphs_and_moves_no_words():
    draft = open_draft(article(), "tom")
    before, words = blocks_of(draft), [block.plain_text() for block in draft.blocks()]
    marketing = signed_in("Marketing")
    form = f"/admin/articles/version/{draft.pk}/change/"
    page = marketing.get(form).content.decode()
    sent = fields_of(page)
    places = {name: value for name, value in sent.items() if name.endswith("-ordering")}
    assert len(places) == len(before), "every block has its place in the form"
    # Numbered anew around a card in the third place, and two paragraphs exchanged by hand.
    order = sorted(places, key=lambda name: int(places[name]))
    for number, name in enumerate(order):
        sent[name] = str(10 * (number + (2 if number >= 2 else 1)))
    texts = [name for name in order if "richtext" in name]
    sent[texts[0]], sent[texts[1]] = sent[texts[1]], sent[texts[0]]
    sent[texts[0].replace("ordering", "body")] = "<p>Words of Marketing</p>"
    prefix = "articles_productcard_set"
    total = int(sent[f"{prefix}-TOTAL_FORMS"])
    card = {"product": product("magnesium-oil-spray").pk, "ordering": "30", "region": "main", "show_in": "all", "id": "", "parent": draft.pk}  # fmt: skip
    sent |= {f"{prefix}-{total}-{name}": value for name, value in card.items()}
    sent |= {f"{prefix}-TOTAL_FORMS": str(total + 1), "title": "A title of Marketing", "_continue": "1"}
    answer = marketing.post(form, sent)
    assert answer.status_code == 302, fields_of(answer.content.decode())
    draft.refresh_from_db()
    after = blocks_of(draft)
    assert after[2][0] == "productcard"
    assert after[:2] + after[3:] == before
    assert [block.plain_text() for block in draft.blocks() if block.pk != after[2][1] or block._meta.model_name != "productcard"] == words  # fmt: skip
    assert draft.title != "A title of Marketing"


@pytest.mark.walk
def test_marketing_restores_nothing_and_editors_are_asked_before_a_colleagues_draft_goes():
    old = article().newest()
    draft = write(open_draft(article(), "anna"), "Anna’s words")
    draft.changed_by = "anna"
    draft.save()
    article_page = f"/admin/articles/article/{article().pk}/change/"
    marketing = signed_in("Marketing")
    assert "Restore" not in marketing.get(article_page).content.decode()
    assert marketing.post(article_page, {"action": "restore", "version": old.pk}).status_code == 403
    for role in ("Writer", "Editor"):
        client = signed_in(role)
        page = client.post(article_page, {"action": "restore", "version": old.pk}).content.decode()
        assert "anna is at work on a draft" in page
        assert article().draft.pk == draft.pk
    editor = signed_in("Editor")
    assert (
        editor.post(article_page, {"action": "restore", "version": old.pk, "confirmed": "1"}).status_code
        == 302
    )
    assert article().draft.title == old.title
    assert article().versions.filter(title="Anna’s words", is_draft=False).exists()


@pytest.mark.walk
@pytest.mark.parametrize("code", ["uk", "us", "eu"])
def test_what_is_kept_out_stands_nowhere_in_that_region_and_comes_back(code):
    version = published_in(code)
    card = next(
        block for block in version.blocks() if isinstance(block, ProductCard) and block.shows_in(region(code))
    )
    slug = card.product.slug
    assert slug in shown(LABELS, code)
    article_page = f"/admin/articles/article/{article().pk}/change/"
    marketing = signed_in("Marketing")
    back = marketing.post(article_page, {"action": "keep_out", "product": card.product_id, "region": code})[
        "Location"
    ]
    assert slug not in shown(LABELS, code)
    page = marketing.get(article_page).content.decode()
    assert f"{card.product.name}: kept out by hand, so the card in the text does not show" in page
    assert all(slug in shown(LABELS, other) for other in {"uk", "us", "eu"} - {code})
    marketing.post(back)
    assert slug in shown(LABELS, code)
