"""Drafts, versions and schedules of pages: what readers see when, and what the database keeps as it was."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from shop.pages.models import AgreedText, PageBlock, PageVersion
from shop.pages.publishing import publish, start_draft, take_back
from shop.pages.reading import page_of, rows_of
from tests.conftest import a_shopper
from tests.support.clock import freeze
from tests.support.factories import region

pytestmark = pytest.mark.django_db
WORDS = "Parcels are wrapped in paper."


def a_draft(page="delivery", code="uk", words=WORDS) -> PageVersion:
    made = start_draft(page, region(code))
    made.blocks.filter(kind="text").first().delete()
    PageBlock.objects.create(version=made, ordering=1, heading="Wrapping", body=words)
    return made


def shown(code="uk", page="delivery") -> str:
    return a_shopper().get(f"/{code}/help/{page}/").content.decode()


def test_a_draft_begins_with_the_words_in_force_and_readers_see_nothing_of_it():
    before = rows_of("terms", region("uk"))[1]
    made = start_draft("terms", region("uk"))
    assert [block.body for block in made.blocks.all()] == [block.body for block in before]
    assert [block.source for block in made.blocks.all()] == [block.source for block in before]
    assert start_draft("terms", region("uk")) == made, "there is one draft of a page"
    a_draft()
    assert WORDS not in shown()


def test_published_it_shows_in_its_region_alone_at_once():
    shown("uk"), shown("eu")
    publish(a_draft(), by="grace")
    assert WORDS in shown("uk")
    assert "In force since" in shown("uk")
    assert WORDS not in shown("eu")


def test_a_version_begins_on_its_moment_and_the_one_before_ends(monkeypatch):
    publish(a_draft(words="First words."), by="grace")
    moment = timezone.now() + timedelta(minutes=30)
    publish(a_draft(words="Second words."), by="grace", at=moment)
    assert "First words." in shown()
    freeze(monkeypatch, moment + timedelta(seconds=1))
    assert "Second words." in shown()
    assert "First words." not in shown()


def test_what_nobody_has_seen_can_be_taken_back_and_what_was_seen_can_not():
    draft = a_draft()
    publish(draft, by="grace", at=timezone.now() + timedelta(days=1))
    take_back(draft)
    assert PageVersion.objects.get(pk=draft.pk).is_draft
    publish(draft, by="grace")
    with pytest.raises(ValidationError, match="Readers see it already"):
        take_back(draft)


@pytest.mark.parametrize("at", [timedelta(days=-1), timedelta(seconds=-1)])
def test_nothing_is_published_backwards(at):
    with pytest.raises(ValidationError, match="is over"):
        publish(a_draft(), by="grace", at=timezone.now() + at)


def test_an_empty_page_and_one_that_claims_are_not_published():
    draft = a_draft(words="Our magnesium helps you sleep.")
    with pytest.raises(ValidationError, match="can’t stand here"):
        publish(draft, by="grace")
    draft.blocks.all().delete()
    with pytest.raises(ValidationError, match="nothing on this page"):
        publish(draft, by="grace")
    assert PageVersion.objects.get(pk=draft.pk).is_draft


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_database_keeps_what_was_published_as_it_was():
    version = a_draft()
    publish(version, by="grace")
    rows, blocks = PageVersion.objects.filter(pk=version.pk), PageBlock.objects.filter(version=version)
    for act in (
        lambda: rows.update(title="Other"),
        lambda: rows.update(starts_at=None, published_at=None),
        lambda: rows.delete(),
        lambda: blocks.update(body="Other"),
        lambda: blocks.delete(),
        lambda: PageBlock.objects.create(version=version, body="More"),
    ):
        assert refused(act)
    other = start_draft("returns", region("uk"))
    assert refused(lambda: other.blocks.update(version=version)), "no block is moved into it"
    assert not refused(lambda: other.blocks.all().delete()), "drafts change freely"


def test_the_database_keeps_what_somebody_agreed_to():
    row = AgreedText.objects.create(
        page="terms", region=region("uk"), title="Terms", html="x", text="x", digest="1"
    )
    assert refused(lambda: AgreedText.objects.filter(pk=row.pk).update(text="y"))
    assert refused(lambda: AgreedText.objects.filter(pk=row.pk).delete())


@pytest.mark.parametrize("body", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://elsewhere.example/x.png)", "<img src=x onerror=y>", "[a](https://b.example \"{seller_email}\")"])  # fmt: skip
def test_words_bring_no_markup_of_their_own(body):
    publish(a_draft(words=body), by="grace")
    page = shown()
    assert "<script>alert" not in page
    assert "onerror=y>" not in page.replace("&gt;", "")
    assert 'href="javascript' not in page
    assert (
        'elsewhere.example/x.png"' not in page.replace("href=", "")
        or '<img src="https://elsewhere' not in page
    )
    assert 'title="<a' not in page


def test_a_name_that_nobody_knows_is_told_with_those_there_are():
    with pytest.raises(ValidationError, match="Nothing is known by"):
        PageBlock(version=a_draft(), body="We are {sellr_name}.").full_clean()


def test_data_on_a_published_page_is_the_data_of_now():
    publish(a_draft(words="From {ships_from}."), by="grace")
    uk = region("uk")
    uk.ships_from = "Hull"
    uk.save()
    assert "From Hull." in shown()


def test_a_published_page_is_found_by_its_new_words():
    from config.search.documents import documents_of
    from config.search.models import Kind

    publish(a_draft(words="Marzipan is not among them."), by="grace")
    texts = [
        str(found.fields()) for where, found in documents_of(Kind.HELP, ["delivery"]) if where.code == "uk"
    ]
    assert "Marzipan" in texts[0]
    assert page_of("delivery", region("uk")).version.published_by == "grace"
