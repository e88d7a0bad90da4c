"""What staff open costs as many queries with a hundred articles more, and with dozens of blocks more, as without."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.evidence import facts
from articles.models import (
    BLOCKS,
    Article,
    Author,
    Callout,
    EvidenceTable,
    Faq,
    Figure,
    FormTable,
    ProductCard,
    Publication,
    Question,
    Reference,
    ReferenceBlock,
    RichText,
    Version,
)
from articles.publishing.drafts import open_draft
from articles.publishing.publish import Slot, publish
from shop.catalogue.models import Product
from shop.pictures.models import Picture
from tests.conftest import a_shopper
from tests.support.factories import region
from tests.support.staff import fields_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.walk]


def blocks_for(version, count=40):
    """Of every kind, in turns."""
    picture, question = Picture.objects.first(), Question.objects.first()
    products, references = list(Product.objects.all()), list(Reference.objects.all())
    makers = [
        lambda n: RichText(body=f"<p>Paragraph {n}.</p>"),
        lambda n: Figure(picture=picture),
        lambda n: ProductCard(product=products[n % len(products)]),
        lambda n: Callout(tone="note", heading=f"H{n}", body="<p>x</p>"),
        lambda n: Faq(question=f"Q{n}?", answer="<p>a</p>"),
        lambda n: ReferenceBlock(reference=references[n % len(references)]),
        lambda n: EvidenceTable(question=question),
        lambda n: FormTable(codes="oxide citrate"),
    ]
    made = []
    for number in range(count):
        block = makers[number % len(makers)](number)
        block.parent, block.region, block.ordering = version, "main", 10 + number
        made.append(block)
    return made


def many_articles(count=100):
    author = Author.objects.first()
    articles = Article.objects.bulk_create(Article(slug=f"many-{number}") for number in range(count))
    versions = Version.objects.bulk_create(
        Version(
            article=article,
            title=f"Many {article.pk}",
            summary="s",
            author=author,
            is_draft=False,
            region_facts={},
        )
        for article in articles
    )
    blocks = [block for version in versions for block in blocks_for(version, 16)]
    for kind in BLOCKS:
        kind.objects.bulk_create(block for block in blocks if type(block) is kind)
    Publication.objects.bulk_create(
        Publication(
            article_id=version.article_id, version=version, region=region(code), starts_at=timezone.now()
        )
        for version in versions
        for code in ("uk", "us", "eu")
    )


def queries(client, address, **post):
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(address, post) if post else client.get(address)
    assert answer.status_code in {200, 302}, answer.status_code
    return len(captured)


@pytest.fixture
def draft():
    draft = open_draft(Article.objects.first(), "owner")
    for block in blocks_for(draft, 24):
        block.ordering += 1000
        block.save()
    return draft


def test_lists_and_forms_do_not_grow_with_other_articles(draft):
    owner = signed_in()
    form = f"/admin/articles/version/{draft.pk}/change/"
    article_page = f"/admin/articles/article/{draft.article_id}/change/"
    # Of the article's own page two are for its translations: their versions, and where those are published.
    addresses = {"/admin/articles/article/": 15, form: 60, article_page: 48, "/admin/": 58}
    for address in addresses:
        owner.get(address)
    before = {address: queries(owner, address) for address in addresses}
    many_articles()
    for address in addresses:
        owner.get(address)
    after = {address: queries(owner, address) for address in addresses}
    for address, most in addresses.items():
        assert after[address] <= most, (address, after[address])
        assert after[address] <= before[address] + 2, address  # the second page of a list is counted
    assert a_shopper().get("/uk/articles/").status_code == 200


def test_the_form_does_not_grow_with_its_own_blocks(draft):
    owner = signed_in()
    form = f"/admin/articles/version/{draft.pk}/change/"
    owner.get(form)
    before = queries(owner, form)
    for block in blocks_for(draft, 40):
        block.save()
    owner.get(form)
    assert queries(owner, form) == before <= 30


def test_a_draft_that_saves_itself_asks_little_however_many_blocks(draft):
    """It does so every few seconds, with all its rows."""
    owner, form = signed_in(), f"/admin/articles/version/{draft.pk}/change/"

    def saves(words, typed):
        typed["articles_richtext_set-0-body"] = f"<p>{words}</p>"
        with CaptureQueriesContext(connection) as captured:
            answer = owner.post(form, {**typed, "_autosave": "1"})
        assert answer.status_code == 200, answer.content
        return len(captured), {**typed, "seen": answer.json()["seen"]}

    typed = fields_of(owner.get(form).content.decode())
    _, typed = saves("What stood there is frozen first.", typed)
    before, typed = saves("One sentence.", typed)
    assert before <= 60
    for block in blocks_for(draft, 40):
        block.save()
    typed = fields_of(owner.get(form).content.decode())
    assert saves("Another one.", typed)[0] <= before + 1


def test_publishing_costs_the_same_however_many_blocks():
    slots = [Slot(region(code), timezone.now()) for code in ("uk", "us", "eu")]
    costs = []
    for count in (8, 120):
        article = Article.objects.create(slug=f"published-{count}")
        version = Version.objects.create(
            article=article, title="T", summary="s", author=Author.objects.first()
        )
        for block in blocks_for(version, count):
            block.save()
        ReferenceBlock.objects.filter(
            parent=version, reference__direction__in=["better", "uncontrolled", "mixed"]
        ).delete()
        EvidenceTable.objects.filter(parent=version).delete()
        facts.refresh(version)
        with CaptureQueriesContext(connection) as captured:
            publish(version, slots, "owner")
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 67, "three of them ask for the article in its other languages"


def test_saving_a_draft_costs_at_most_sixty_queries_for_each_kind_of_block(draft):
    owner = signed_in()
    form = f"/admin/articles/version/{draft.pk}/change/"
    sent = fields_of(owner.get(form).content.decode())
    with CaptureQueriesContext(connection) as captured:
        assert owner.post(form, {**sent, "title": "Another title", "_continue": "1"}).status_code == 302
    assert len(captured) <= 60 * len(BLOCKS)


def test_a_form_of_twenty_blocks_stays_light():
    draft = open_draft(Article.objects.first(), "owner")
    for kind in BLOCKS:
        kind.objects.filter(parent=draft).delete()
    for block in blocks_for(draft, 20):
        block.save()
    owner, form = signed_in(), f"/admin/articles/version/{draft.pk}/change/"
    owner.get(form)
    assert queries(owner, form) <= 30
    size = len(owner.get(form).content)
    assert size < 150_000, size
